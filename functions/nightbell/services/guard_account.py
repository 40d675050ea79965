"""The breaker of each account: after a dead token or a row of failures nothing leaves in vain.

Closed → open after a dead token, a missing permission, a block, or five unknown outcomes in a row → after a while
exactly one unit probes → closed again, or open for twice as long.
"""

from dataclasses import replace
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha256

from nightbell.services.ports import Breaker, UnitStore

FAILURES_TO_OPEN = 5
FIRST_PAUSE = timedelta(minutes=1)
LONGEST_PAUSE = timedelta(minutes=60)
NOT_AT_ALL = timedelta()
PROBE_TIME = timedelta(seconds=60)
"""How long the others wait for the one that probes."""
DEAUTHORIZED = "deauthorized"
"""Stands for the fingerprint of a token, and is none: so the next unit probes at once, and closes the breaker if the
token still works. Nobody waits for a permission that was somebody else's."""


AccountKey = tuple[str, str]
"""Channel and account id."""


class Cause(StrEnum):
    """Why an account's breaker is open."""

    TOKEN = "token"  # noqa: S105 - a word, not a secret
    NO_TOKEN = "no_token"  # noqa: S105 - as above
    PERMISSION = "permission"
    BLOCKED = "blocked"
    CAPPED = "capped"
    FAILURES = "failures"


SENTENCES = {
    Cause.TOKEN: "the platform refuses the account's access token",
    Cause.NO_TOKEN: "no access token is set for the account",
    Cause.PERMISSION: "the account's access token lacks a permission",
    Cause.BLOCKED: "the platform has blocked the account for a while",
    Cause.CAPPED: "the account has used up what the platform was paid for",
    Cause.FAILURES: "the platform's API has failed several times in a row",
}

_OF_THE_TOKEN = frozenset({Cause.TOKEN, Cause.NO_TOKEN, Cause.PERMISSION})
"""What another token may end at once."""


def token_mark(token: str) -> str:
    """Tell tokens apart without keeping any: 12 hex digits."""
    return sha256(token.encode()).hexdigest()[:12]


def pause_after(opened: int) -> timedelta:
    """Tell for how long a breaker opens that has opened so often before."""
    pause: timedelta = FIRST_PAUSE * 2 ** min(opened, 6)
    return min(pause, LONGEST_PAUSE)


class GuardAccount:
    """Decide whether an account's units may be sent now."""

    def __init__(self, store: UnitStore) -> None:
        """Keep breakers in the table: every invocation must see the same."""
        self._store = store

    def may_send(self, key: AccountKey, breaker: Breaker, token: str, now: datetime) -> bool:
        """Tell whether to send; once a pause is over, only for the one who asks first."""
        if breaker.open_until is None:
            return True
        replaced = breaker.cause in _OF_THE_TOKEN and breaker.token_mark != token_mark(token)
        if breaker.open_until > now and not replaced:
            return False
        # The others must not take the token that is being tried for another one again.
        return self._store.claim_probe(*key, replace(breaker, token_mark=token_mark(token)), now + PROBE_TIME)

    def open(  # noqa: PLR0913, PLR0917 - all that a breaker is
        self,
        key: AccountKey,
        breaker: Breaker,
        cause: Cause,
        mark: str,
        now: datetime,
        asked: timedelta = NOT_AT_ALL,
    ) -> datetime:
        """Open it, each time for twice as long, and for what the platform asks at least; returns until when."""
        until = now + max(pause_after(breaker.opened), asked)
        opened = Breaker(open_until=until, cause=cause, token_mark=mark)
        self._store.open_breaker(*key, opened)
        return until

    def failed(self, key: AccountKey, breaker: Breaker, token: str, now: datetime) -> bool:
        """Count an unknown outcome; true when that opened the breaker."""
        failures = self._store.count_failure(*key)
        if failures < FAILURES_TO_OPEN:
            return False
        self.open(key, breaker, Cause.FAILURES, token_mark(token), now)
        return True

    def worked(self, key: AccountKey, breaker: Breaker) -> None:
        """Close it if there was anything to close."""
        if breaker.open_until is not None or breaker.failures or breaker.slowed:
            self._store.close_breaker(*key)
