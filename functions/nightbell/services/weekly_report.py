"""Put a week of a brand together: from the days that were counted and kept, else from the logs themselves."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Protocol

from nightbell.domain.business import Brand
from nightbell.domain.weekly_report.figures import Counted, Figures
from nightbell.domain.weekly_report.kept_day import KeptDay
from nightbell.domain.weekly_report.tally import LogLine, Tally, tally_lines
from nightbell.domain.weekly_report.week import Week, day_of, week_of
from nightbell.services.ports import Clock


class ReportStore(Protocol):
    """The table, as the report uses it. Each call may raise UnavailableError."""

    def days(self, brand: str, first: date, last: date) -> Mapping[date, KeptDay]:
        """Read what is kept of the days from one to another."""

    def keep(self, brand: str, day: date, counted: KeptDay) -> bool:
        """Keep a day; the first count stands."""


class LogSource(Protocol):
    """The functions' logs."""

    def lines(self, begins: datetime, ends: datetime) -> Iterable[LogLine]:
        """Read from one time to another, the end left out; may raise UnavailableError."""


class LogDays:
    """Counts days from the logs, as far back as they are kept."""

    def __init__(self, logs: LogSource, clock: Clock, kept_for: timedelta) -> None:
        """Count from these logs."""
        self._logs, self._clock, self._kept_for = logs, clock, kept_for

    def __call__(self, day: date, brands: Iterable[Brand], only: str = "") -> Mapping[str, Tally] | None:
        """Count a day of brands in one zone; ``None`` where the logs do not reach back so far, or it is yet to come.

        Args:
            day: In their zone.
            brands: One at least.
            only: The key of the settings' only brand; empty where there are several.
        """
        zones = {brand.key: brand.zone for brand in brands}
        begins, ends = day_of(day, next(iter(zones.values())))
        now = self._clock.now()
        if begins < now - self._kept_for or begins > now:
            return None
        return tally_lines(self._logs.lines(begins, ends), zones, only)


class WeeklyReport:
    """Reads weeks."""

    def __init__(self, store: ReportStore, count: LogDays | None = None, only: str = "") -> None:
        """Read what is kept; what is not, by ``count`` where there is one."""
        self._store, self._count, self._only = store, count, only

    def __call__(self, brand: Brand, week: Week) -> tuple[Figures, Figures]:
        """Read a week and the one before it.

        Raises:
            UnavailableError: Table or logs do not answer.
        """
        kept = self._store.days(brand.key, week.before.days[0], week.days[-1])
        return Figures(week, self._counted(brand, week, kept)), Figures(
            week.before, self._counted(brand, week.before, kept)
        )

    def _counted(self, brand: Brand, week: Week, kept: Mapping[date, KeptDay]) -> Counted:
        tally: Tally = Counter()
        missing = []
        for day in week.days:
            found = kept[day].tally if day in kept else self._from_logs(brand, day)
            if found is None:
                missing.append(day)
            else:
                tally.update(found)
        last = kept.get(week.days[-1], KeptDay())
        return Counted(tally=tally, missing=tuple(missing), waiting=last.waiting, waiting_at=last.waiting_at)

    def _from_logs(self, brand: Brand, day: date) -> Tally | None:
        counted = self._count(day, [brand], self._only) if self._count else None
        return counted[brand.key] if counted else None


def last_week(now: datetime, brand: Brand) -> Week:
    """Find the last week that is over on the brand's clock."""
    return week_of(now.astimezone(brand.zone).date()).before
