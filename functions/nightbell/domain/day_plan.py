"""What a business plans for each day: its week, with public holidays and dated exceptions."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol
from zoneinfo import ZoneInfo

from nightbell.domain.local_time import MINUTES_A_DAY, instant_of

Interval = tuple[datetime, datetime]


class PublicHolidays(Protocol):
    """The public holidays of one country or region."""

    def on(self, day: date) -> str | None:
        """Name the holiday of a day, or return ``None``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """An unbroken stretch of one day's plan, in minutes on the clock after its midnight.

    Attributes:
        end: Beyond 1440 where the period runs into the next day.
    """

    start: int
    end: int


ALL_DAY = Period(start=0, end=MINUTES_A_DAY)


@dataclass(frozen=True, slots=True, kw_only=True)
class DatedHours:
    """What holds on one date instead of the weekly plan and of a public holiday.

    Attributes:
        periods: Empty means closed. Those that begin on this date; a night before runs on.
        reason: The owner's words, such as "Christmas Eve".
    """

    periods: tuple[Period, ...]
    reason: str = ""


class DayPlan:
    """The opening times of any day, as instants. A day is worked out once and kept."""

    __slots__ = ("_days", "_exceptions", "_holidays", "_weekly", "zone")

    def __init__(
        self,
        *,
        zone: ZoneInfo,
        weekly: Sequence[Sequence[Period]],
        exceptions: Mapping[date, DatedHours],
        holidays: PublicHolidays | None,
    ) -> None:
        self.zone = zone
        self._weekly = tuple(tuple(day) for day in weekly)
        self._exceptions = dict(exceptions)
        self._holidays = holidays
        self._days: dict[date, tuple[Interval, ...]] = {}

    def unchanging(self) -> bool | None:
        """Tell whether we are always open or always closed, which no search would end on."""
        if self._exceptions or (self._holidays and any(self._weekly)):
            return None
        if not any(self._weekly):
            return False
        return True if all(day == (ALL_DAY,) for day in self._weekly) else None

    @property
    def weekly(self) -> Sequence[Sequence[Period]]:
        """The seven days as planned, Monday first."""
        return self._weekly

    def is_exception(self, day: date) -> bool:
        """Tell whether the business itself has planned this date apart."""
        return day in self._exceptions

    def reason_on(self, day: date) -> str:
        """Tell why a date differs from the weekly plan; empty when it does not."""
        if day in self._exceptions:
            return self._exceptions[day].reason
        return (self._holidays.on(day) if self._holidays else None) or ""

    def on(self, day: date) -> tuple[Interval, ...]:
        """Look up the open intervals that begin on a day of the plan, in order."""
        known = self._days.get(day)
        if known is None:
            known = self._days[day] = self._work_out(day)
        return known

    def _work_out(self, day: date) -> tuple[Interval, ...]:
        periods = sorted(self.periods_on(day), key=lambda period: (period.start, period.end))
        intervals = ((instant_of(day, p.start, self.zone), instant_of(day, p.end, self.zone)) for p in periods)
        # A period wholly inside the hour that spring skips never comes to pass.
        return tuple((start, end) for start, end in intervals if start < end)

    def periods_on(self, day: date) -> tuple[Period, ...]:
        """Look up what is planned for a date, as it stands on the clock."""
        if day in self._exceptions:
            return self._exceptions[day].periods
        weekly = self._weekly[day.weekday()]
        # Asked last, because it loads a library.
        return () if weekly and self._holidays and self._holidays.on(day) else weekly
