"""Every hour: does each account's token live, is everything subscribed; put right what can be, tell the rest.

Meta unsubscribes an app after an hour of failed deliveries and says so to nobody, so only asking shows it.
Source: Meta "Webhooks for Messenger Platform" §Webhook Performance Requirements.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Protocol

from nightbell.domain.business import Account
from nightbell.domain.errors import MisconfiguredError, UnavailableError
from nightbell.domain.facts import Fact
from nightbell.platforms.channel import Channel
from nightbell.platforms.meta.care_targets import Target, targets
from nightbell.platforms.meta.subscriptions import Product
from nightbell.services.care_facts import care_fact, dying_facts, lacking_facts, problem_fact
from nightbell.services.guard_account import DEAUTHORIZED, Cause
from nightbell.services.look_at_accounts import LookAtAccounts, Standing
from nightbell.services.ports import Breaker, Clock
from nightbell.services.renew_token import RenewToken
from nightbell.services.ways_out import ways_out

LATE = timedelta(minutes=90)
"""An account that was not found in order for so long missed a check, or its history was not read to the end."""
MARGIN = timedelta(hours=2)
"""Before the last good check: Meta fails for an hour before it unsubscribes, and what failed then is lost, too."""
FARTHEST = timedelta(days=7)
READABLE = frozenset({"messenger", "instagram_direct"})


class CheckStore(Protocol):
    """The table, as the check uses it. Each call may raise UnavailableError."""

    def read_breaker(self, channel: str, account_id: str) -> Breaker:
        """Read consistently."""

    def close_breaker(self, channel: str, account_id: str) -> None:
        """Forget failures."""

    def read_checked_at(self, channel: str, account_id: str) -> datetime | None:
        """Tell when the account was last found in order."""

    def note_checked(self, channel: str, account_id: str, at: datetime) -> None:
        """Note that it is in order."""


ReadBack = Callable[[Account, datetime, datetime], Sequence[Fact]]
"""Reads an account's missed messages back, from a time on, until another time of ours."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Later:
    """An account that is in order now, and of which something may have been missed.

    Attributes:
        good_at: When it was last found in order; ``None`` when it never was.
    """

    target: Target
    account: Account
    was_broken: bool
    good_at: datetime | None


class CheckAccounts:
    """Looks at every account; one's failure hides no other's."""

    def __init__(  # noqa: PLR0913 - the ports it needs, by name
        self,
        *,
        look: LookAtAccounts,
        renew: RenewToken,
        read_back: ReadBack,
        store: CheckStore,
        accounts: Mapping[tuple[str, str], Account],
        channels: Mapping[str, Channel],
        clock: Clock,
    ) -> None:
        """Check these accounts."""
        self._channels = channels
        self._look = look
        self._renew = renew
        self._read_back = read_back
        self._store = store
        self._accounts = accounts
        self._clock = clock

    def __call__(self, deadline: datetime) -> Iterator[Fact]:
        """Check until the time is used up; what was not reached is told.

        Each fact is told as soon as it is known: a run that is cut off must not take with it what it has repaired.
        What may take long comes after every account was looked at, the shortest history first: one without end must
        hide neither a dying token nor another account's missed messages.
        """
        later: list[Later] = []
        for target in targets(self._accounts.values()):
            yield from self._guarded(target, partial(self._check, target, deadline, later))
        for each in sorted(later, key=self._missed):
            yield from self._guarded(each.target, partial(self._catch_up, each, self._clock.now()))

    def _missed(self, each: Later) -> timedelta:
        return self._clock.now() - each.good_at if each.good_at else timedelta()

    def _guarded(self, target: Target, act: Callable[[], list[Fact]]) -> list[Fact]:
        try:
            return act()
        except UnavailableError as error:
            return [care_fact("checks_failed", target, because=str(error)[:80])]
        except MisconfiguredError as error:
            return [care_fact("checks_failed", target, alarm=True, because=str(error)[:160])]
        except Exception as error:  # noqa: BLE001 - a defect with one account must not hide the others
            return [care_fact("checks_failed", target, alarm=True, because=type(error).__name__)]

    def _check(self, target: Target, deadline: datetime, later: list[Later]) -> list[Fact]:
        now = self._clock.now()
        if now >= deadline:
            return [care_fact("checks_failed", target, alarm=True, because="no time was left")]
        if self._is_paused(target, now):
            return [care_fact("checks_put_off", target)]
        renewed = self._guarded(target, partial(self._renew, target, now))
        standing = self._look(target)
        if standing.problem is not None:
            return [*renewed, *lacking_facts(standing), problem_fact(standing)]
        return [
            *renewed,
            *dying_facts(standing, now),
            *lacking_facts(standing),
            *self._let_go_on(target),
            *self._care(standing, later),
            care_fact("accounts_checked", target),
        ]

    def _let_go_on(self, target: Target) -> list[Fact]:
        """Close what a withdrawn permission opened: the token lives, so it was another's.

        Where hardly anybody writes, no acknowledgement would find out for days.
        """
        ways = ways_out(target.accounts, self._channels)
        needless = [way for way in ways if self._store.read_breaker(*way).token_mark == DEAUTHORIZED]
        for way in needless:
            self._store.close_breaker(*way)
        return [care_fact("deauthorizations_needless", target)] if needless else []

    def _is_paused(self, target: Target, now: datetime) -> bool:
        """Tell whether calls are held back; a dead token is asked about all the same: there may be a new one."""
        breakers = [self._store.read_breaker(a.channel, a.account_id) for a in target.accounts]
        pausing = {Cause.BLOCKED, Cause.FAILURES}
        return any(b.open_until is not None and b.open_until > now and b.cause in pausing for b in breakers)

    def _care(self, standing: Standing, later: list[Later]) -> list[Fact]:
        facts: list[Fact] = []
        is_broken = not standing.is_subscribed
        if is_broken:
            facts, repaired = self._repair(standing)
            if not repaired:
                return facts
        for account in standing.target.accounts:
            good_at = self._store.read_checked_at(account.channel, account.account_id)
            later.append(Later(target=standing.target, account=account, was_broken=is_broken, good_at=good_at))
        return facts

    def _repair(self, standing: Standing) -> tuple[list[Fact], bool]:
        """Subscribe what is missing, and leave what somebody else may need."""
        have = standing.subscription.fields if standing.subscription else frozenset[str]()
        wanted = standing.target.fields and standing.target.fields | have
        what = ",".join(sorted(standing.missing)) or "everything"
        refused = self._look.subscribe(standing, wanted)
        if refused is None:
            return [care_fact("subscriptions_repaired", standing.target, alarm=True, fields=what)], True
        because = f"{refused.code} {refused.reason}"[:160]
        return [care_fact("subscriptions_missing", standing.target, alarm=True, fields=what, because=because)], False

    def _catch_up(self, each: Later, now: datetime) -> list[Fact]:
        """Read back what may have been missed, and note that all is well, or else try again in an hour.

        Nothing is missed before an account is in order for the first time: what was written until then is not ours.
        """
        target, account, was_broken, good = each.target, each.account, each.was_broken, each.good_at
        facts: list[Fact] = []
        if good is not None and (was_broken or now - good > LATE):
            if account.channel in READABLE:
                facts = self._read(account, max(good - MARGIN, now - FARTHEST), now)
            elif was_broken and target.product is Product.WHATSAPP:
                facts = [care_fact("cannot_be_read_back", target, alarm=True)]
        if not any(fact.name == "read_backs_unfinished" for fact in facts):
            self._store.note_checked(account.channel, account.account_id, now)
        return facts

    def _read(self, account: Account, since: datetime, until: datetime) -> list[Fact]:
        try:
            return list(self._read_back(account, since, until))
        except (MisconfiguredError, UnavailableError) as error:
            about: dict[str, str | int] = {"account": account.account_id, "because": str(error)[:160]}
            return [Fact(name="read_backs_unfinished", alarm=True, fields=about)]
