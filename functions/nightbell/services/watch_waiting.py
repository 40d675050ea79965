"""Notice that customers wait far longer than they were promised, and nobody sees to it.

What is answered late is counted with its answer; what nobody answers would never be.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import islice
from typing import Protocol

from nightbell.domain.arrivals import latest_arrival
from nightbell.domain.business import Brand, BusinessSettings
from nightbell.domain.conversation import EPISODE_LAPSES_AFTER
from nightbell.domain.facts import Fact
from nightbell.domain.told import has_promised
from nightbell.services.desk_reading import Standing
from nightbell.services.hold_ports import Waiting
from nightbell.services.ports import Clock

EVERY_MINUTES = 5
AS_LATE = 2
"""Told from twice the time on that was promised: agents may be a little late without an alarm."""
MOST = 50
"""Of a brand, the oldest; whoever hears of so many needs no higher number."""


class WaitingStore(Protocol):
    """The table. Each call may raise UnavailableError."""

    def waiting_between(self, brand: str, oldest: datetime, newest: datetime) -> Iterator[Waiting]:
        """List what waits since then, the oldest first; may lag behind the table."""

    def standings(self, pks: Sequence[str]) -> Sequence[Standing]:
        """Read how conversations stand, consistently; those that do not exist are left out."""


class WatchWaiting:
    """Counts; says nothing to anybody."""

    def __init__(self, store: WaitingStore, settings: BusinessSettings, clock: Clock) -> None:
        """Look at all brands of the settings."""
        self._store, self._settings, self._clock = store, settings, clock

    def __call__(self) -> list[Fact]:
        """Count what is overdue, every few minutes.

        Raises:
            UnavailableError: What waits cannot be listed or read.
        """
        now = self._clock.now()
        if now.minute % EVERY_MINUTES:
            return []
        late = [each for brand in self._settings.brands.values() for each in self._overdue(brand, now)]
        if not late:
            return []
        longest = max(now - promise for promise in late)
        return [Fact(name="promises_overdue", count=len(late), fields={"longest_s": int(longest.total_seconds())})]

    def _overdue(self, brand: Brand, now: datetime) -> Iterator[datetime]:
        """Tell the promises that nobody keeps: not what was put off, and not what an agent has in hand."""
        since = now - EPISODE_LAPSES_AFTER
        hours = [each.hours for each in self._settings.accounts.values() if each.brand.key == brand.key]
        newest = [latest_arrival(each, brand.promise * AS_LATE, now, since) for each in hours]
        if not (ends := [each for each in newest if each is not None]):
            return
        listed = islice(self._store.waiting_between(brand.key, since, min(ends)), MOST)
        pks = [each.pk for each in listed]
        for standing in self._store.standings(pks) if pks else ():
            promise = _promised(standing, now)
            if promise is not None and promise < now:
                yield promise


def _promised(standing: Standing, now: datetime) -> datetime | None:
    conversation, state = standing.conversation, standing.state
    later = state.snoozed_until is not None and state.snoozed_until > now
    if later or not conversation.is_waiting or conversation.is_held(now):
        return None
    by_agent = state.promised_in(conversation.episode)
    return by_agent or (has_promised(standing.told) if standing.told else None)
