"""The way to a platform for one sender of an account: as whom it is called, and whether it is open now.

Whatever a call comes to is told here, because it decides whether the way stays open for the others.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from nightbell.domain.business import Account
from nightbell.domain.errors import MisconfiguredError
from nightbell.domain.facts import Fact
from nightbell.domain.pace import longer, pause_by_usage
from nightbell.platforms.channel import ApiAccess, Sender, Verdict
from nightbell.platforms.paces import pace_of
from nightbell.services.guard_account import (
    LONGEST_PAUSE,
    NOT_AT_ALL,
    SENTENCES,
    AccountKey,
    Cause,
    GuardAccount,
    token_mark,
)
from nightbell.services.platform_access import PlatformAccess
from nightbell.services.ports import Breaker, UnitStore


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """An open one."""

    key: AccountKey
    access: ApiAccess
    breaker: Breaker


@dataclass(frozen=True, slots=True, kw_only=True)
class Closed:
    """None at present.

    Attributes:
        until: Not to be tried again before.
        reason: For the human, in plain words.
    """

    until: datetime
    reason: str
    fact: Fact


class OpenWay:
    """Reads breaker and token, and keeps the breaker by what the calls come to."""

    def __init__(self, store: UnitStore, access: PlatformAccess) -> None:
        """Keep breakers in the table."""
        self._store = store
        self._access = access
        self._guard = GuardAccount(store)

    def __call__(self, sender: Sender, account: Account, now: datetime, wait: timedelta) -> Way | Closed:
        """Open it; where it stays closed, ``wait`` is the shortest time to leave it.

        Raises:
            UnavailableError: The table or the secrets do not answer.
        """
        key = (sender.name, account.account_id)
        breaker = self._store.read_breaker(*key)
        try:
            access = self._access(sender.platform, account)
        except MisconfiguredError as error:
            if breaker.open_until is None or breaker.open_until <= now:
                self._guard.open(key, breaker, Cause.NO_TOKEN, "", now)
            fact = Fact(name="accounts_without_token", alarm=True, fields={"because": str(error)[:160]})
            return Closed(until=now + wait, reason=SENTENCES[Cause.NO_TOKEN], fact=fact)
        if not self._guard.may_send(key, breaker, access.token, now):
            until = _look_again(breaker.open_until or now, now, wait)
            fact = Fact(name="acks_parked", fields={"cause": breaker.cause})
            return Closed(until=until, reason=SENTENCES[Cause(breaker.cause or Cause.FAILURES)], fact=fact)
        return Way(key=key, access=access, breaker=breaker)

    def worked(self, way: Way) -> None:
        """Note an answer."""
        self._guard.worked(way.key, way.breaker)

    def failed(self, way: Way, now: datetime) -> list[Fact]:
        """Count an unknown outcome."""
        opened = self._guard.failed(way.key, way.breaker, way.access.token, now)
        return [_opened(way.key, Cause.FAILURES)] if opened else []

    def too_much(self, way: Way, now: datetime, asked: timedelta) -> datetime:
        """Pause the account for what the platform asks, and each time in a row for twice as long."""
        until = now + longer(asked, way.breaker.slowed)
        self._store.slow_down(way.key, pace_of(way.key[0]).paused_to(until), way.breaker.slowed)
        return until

    def used(self, way: Way, percent: int, now: datetime) -> None:
        """Slow down before the platform has to say that it was too much."""
        pause = pause_by_usage(percent)
        if pause is not None:
            self._store.ease(way.key, pace_of(way.key[0]).paused_to(now + pause))

    def broke(self, way: Way, verdict: Verdict, cause: Cause, now: datetime, wait: timedelta) -> Closed:
        """Close the way to all who come after, for as long as the platform asks at least."""
        mark, asked = token_mark(way.access.token), verdict.retry_after or NOT_AT_ALL
        until = self._guard.open(way.key, way.breaker, cause, mark, now, asked)
        fact = _opened(way.key, cause, verdict.code)
        return Closed(until=_look_again(until, now, wait), reason=SENTENCES[cause], fact=fact)


def _look_again(opens: datetime, now: datetime, wait: timedelta) -> datetime:
    """Tell when who waits looks again: a pause may last for hours, and end before its time."""
    return max(now + wait, min(opens, now + LONGEST_PAUSE))


def _opened(key: AccountKey, cause: Cause, code: str = "") -> Fact:
    """Tell an operator once for all that waits behind it; the platform's code leads to what is missing."""
    channel, account_id = key
    told = {"code": code} if code else {}
    return Fact(
        name="breakers_opened", alarm=True, fields={"channel": channel, "account": account_id, "cause": cause, **told}
    )
