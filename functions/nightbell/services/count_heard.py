"""Count how often each account is written to, and notice one that went quiet; no message costs a write for it.

Units are counted, where they are acknowledged: nobody waits there for an answer, as platforms do where messages arrive.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import Protocol

from nightbell.domain.business import Account
from nightbell.domain.errors import UnavailableError
from nightbell.domain.facts import Fact
from nightbell.domain.keys import split_conversation_pk
from nightbell.domain.quiet import HOUR, quiet, week_of
from nightbell.services.ports import Clock

EVERY = timedelta(minutes=10)
"""Not more often does an execution environment write down what an account has heard. What it heard after that is lost
if nobody writes again before it ends: usual and present lose alike."""
UNITS = "A#"
"""How the keys of units begin that a message opened; what the desk says is its own."""


class HeardStore(Protocol):
    """The table, as the counts use it. Each call may raise UnavailableError."""

    def add_heard(self, channel: str, account_id: str, hour: datetime, count: int) -> None:
        """Add to what was heard in the hour that begins then."""

    def read_heard(self, channel: str, account_id: str, week: date) -> Mapping[int, int]:
        """Read what was heard in the week that begins on that Monday (UTC), by the hour that something came in."""


class CountHeard:
    """Counts in memory, for as long as the function's execution environment lives."""

    def __init__(self, store: HeardStore, clock: Clock) -> None:
        """Count for whatever account a unit is of."""
        self._store, self._clock = store, clock
        self._counts: dict[tuple[str, str], Counter[datetime]] = {}
        self._written: dict[tuple[str, str], datetime] = {}

    def __call__(self, pk: str, sk: str) -> None:
        """Count the unit of a customer, and write down what was counted when it is time.

        What cannot be written waits for the next one, and stops nothing.
        """
        place, now = split_conversation_pk(pk), self._clock.now()
        if place is not None and sk.startswith(UNITS):
            self._counts.setdefault(place[:2], Counter())[_hour(now)] += 1
        due = [key for key in self._counts if now - self._written.get(key, now - EVERY) >= EVERY]
        for key in due:
            self._write(key, now)

    def _write(self, key: tuple[str, str], now: datetime) -> None:
        # Also after a failure: what cannot be reached must not hold up every delivery.
        self._written[key] = now
        counts = self._counts[key]
        for hour in list(counts):
            try:
                self._store.add_heard(*key, hour, counts[hour])
            except UnavailableError:
                return
            del counts[hour]
        del self._counts[key]


class NoticeQuiet:
    """Compares each account with itself."""

    def __init__(self, store: HeardStore, accounts: Iterable[Account], clock: Clock) -> None:
        """Look at these accounts."""
        self._store, self._accounts, self._clock = store, tuple(accounts), clock

    def __call__(self) -> Iterator[Fact]:
        """Look once; one account's failure hides no other's."""
        until = _hour(self._clock.now())
        for account in self._accounts:
            about: dict[str, str | int] = {"channel": account.channel, "account": account.account_id}
            try:
                found = quiet(_Weeks(self._store, account), until)
            except UnavailableError as error:
                yield Fact(name="quiet_unknown", fields={**about, "because": str(error)[:80]})
                continue
            if found is not None:
                told = {"hours": found.hours, "heard": found.heard, "usual": found.usual}
                yield Fact(name="quiet_channels", alarm=True, fields={**about, **told})


class _Weeks:
    """An account's hours, read a week at a time."""

    def __init__(self, store: HeardStore, account: Account) -> None:
        self._store, self._key = store, (account.channel, account.account_id)
        self._weeks: dict[datetime, Mapping[int, int]] = {}

    def __call__(self, hour: datetime) -> int:
        week = week_of(hour)
        if week not in self._weeks:
            self._weeks[week] = self._store.read_heard(*self._key, week.date())
        return self._weeks[week].get((hour - week) // HOUR, 0)


def _hour(moment: datetime) -> datetime:
    return moment.replace(minute=0, second=0, microsecond=0)
