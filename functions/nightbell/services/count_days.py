"""Every hour: count the days that are over, so that the weekly report outlives the logs and is there at once.

A day is counted from its lines as a whole, and what was counted first is kept: however often this runs, and whatever it
is cut off by, a day is the sum of its lines.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Protocol

from nightbell.domain.business import Brand
from nightbell.domain.conversation import EPISODE_LAPSES_AFTER
from nightbell.domain.facts import Fact
from nightbell.domain.keys import split_conversation_pk
from nightbell.domain.weekly_report.kept_day import KeptDay
from nightbell.domain.weekly_report.tally import Tally
from nightbell.domain.weekly_report.week import day_of
from nightbell.services.hold_ports import Waiting
from nightbell.services.ports import Clock
from nightbell.services.weekly_report import LogDays, ReportStore

SETTLED = timedelta(minutes=30)
"""After a day's end, when it is counted: a line reaches the logs within seconds, on a bad day within minutes."""
BACK = 8
"""Days; a week that was never counted, because this did not run, is made good while the logs are there."""
FRESH = timedelta(hours=3)
"""How long after its end a day can still be told what waited then."""


class WaitingList(Protocol):
    """The index of what waits; a call may raise UnavailableError."""

    def waiting_between(self, brand: str, oldest: datetime, newest: datetime) -> Iterator[Waiting]:
        """List what waits since then, both ends included."""


class CountDays:
    """The service behind the function of that name."""

    def __init__(
        self,
        *,
        store: ReportStore,
        count: LogDays,
        waiting: WaitingList,
        brands: Mapping[str, Brand],
        clock: Clock,
    ) -> None:
        """Count for these brands."""
        self._store, self._count, self._waiting, self._brands, self._clock = store, count, waiting, brands, clock

    def __call__(self, has_time: Callable[[], bool]) -> Iterator[Fact]:
        """Count the days that are over, the oldest first; what there is no time for is left to the next hour.

        Raises:
            UnavailableError: Table or logs do not answer; what was kept stays.
        """
        for day, brands in self._due():
            if not has_time():
                yield Fact(name="days_left")
                return
            tallies = self._count(day, brands, next(iter(self._brands)) if len(self._brands) == 1 else "")
            for brand in brands if tallies else ():
                yield from self._keep(brand, day, (tallies or {})[brand.key])

    def _due(self) -> Iterator[tuple[date, Sequence[Brand]]]:
        """List the days to count, with the brands whose days they are: those on one clock are read for together."""
        settled = self._clock.now() - SETTLED
        wanted: dict[tuple[date, str], list[Brand]] = defaultdict(list)
        for brand in self._brands.values():
            today = settled.astimezone(brand.zone).date()
            days = [today - timedelta(days=number) for number in range(BACK, 0, -1)]
            kept = self._store.days(brand.key, days[0], days[-1])
            for day in days:
                if day not in kept:
                    wanted[day, brand.zone.key].append(brand)
        for (day, _), brands in sorted(wanted.items()):
            yield day, brands

    def _keep(self, brand: Brand, day: date, tally: Tally) -> Iterator[Fact]:
        now = self._clock.now()
        is_fresh = now - day_of(day, brand.zone)[1] < FRESH
        waiting = self._by_channel(brand, now) if is_fresh else None
        counted = KeptDay(tally=tally, waiting=waiting, waiting_at=now if is_fresh else None)
        if self._store.keep(brand.key, day, counted):
            yield Fact(name="days_counted", fields={"brand": brand.key, "day": day.isoformat()})

    def _by_channel(self, brand: Brand, now: datetime) -> Mapping[str, int]:
        found = Counter[str]()
        for each in self._waiting.waiting_between(brand.key, now - EPISODE_LAPSES_AFTER, now):
            channel, _, _ = split_conversation_pk(each.pk) or ("", "", "")
            found[channel] += 1
        return found
