"""Find who waits longer than they were promised, without reading those who do not."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from typing import Protocol

from nightbell.domain.arrivals import latest_arrival
from nightbell.domain.business import Brand, BusinessSettings
from nightbell.domain.conversation import EPISODE_LAPSES_AFTER
from nightbell.domain.told import has_promised
from nightbell.services.desk_reading import Standing
from nightbell.services.hold_ports import Waiting

MOST = 50
"""Of a brand, the oldest; whoever hears of so many needs no higher number."""
MOST_READ = 1000
"""Looked through for these: what was put off, or never promised anything, must not hide them, such as a storm's."""


class WaitingStore(Protocol):
    """The table. Each call may raise UnavailableError."""

    def waiting_between(self, brand: str, oldest: datetime, newest: datetime) -> Iterator[Waiting]:
        """List what waits since then, the oldest first; may lag behind the table."""

    def standings(self, pks: Sequence[str]) -> Sequence[Standing]:
        """Read how conversations stand, consistently; those that do not exist are left out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Overdue:
    """A conversation whose promise nobody has kept."""

    standing: Standing
    promised: datetime


def overdue(
    store: WaitingStore, settings: BusinessSettings, brand: Brand, now: datetime, within: timedelta
) -> Iterator[Overdue]:
    """List those who wait: not what was put off, and not what an agent has in hand.

    Args:
        store: Where they wait.
        settings: Whose accounts may have hours of their own.
        brand: Whose.
        now: The time, aware.
        within: Whoever waits for less opening time than this is not read.
    """
    since = now - EPISODE_LAPSES_AFTER
    hours = [each.hours for each in settings.accounts.values() if each.brand.key == brand.key]
    newest = [latest_arrival(each, within, now, since) for each in hours]
    if not (ends := [each for each in newest if each is not None]):
        return
    yield from islice(_broken(store, islice(store.waiting_between(brand.key, since, min(ends)), MOST_READ), now), MOST)


def _broken(store: WaitingStore, listed: Iterator[Waiting], now: datetime) -> Iterator[Overdue]:
    while pks := [each.pk for each in islice(listed, MOST)]:
        for standing in store.standings(pks):
            promised = _promised(standing, now)
            if promised is not None and promised < now:
                yield Overdue(standing=standing, promised=promised)


def _promised(standing: Standing, now: datetime) -> datetime | None:
    conversation, state = standing.conversation, standing.state
    later = state.snoozed_until is not None and state.snoozed_until > now
    if later or not conversation.is_waiting or conversation.is_held(now):
        return None
    by_agent = state.promised_in(conversation.episode)
    return by_agent or (has_promised(standing.told) if standing.told else None)
