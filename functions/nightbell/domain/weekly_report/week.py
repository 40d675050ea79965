"""A week of the calendar, Monday to Sunday (ISO 8601), as one zone's clocks show it: 167, 168 or 169 hours."""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from nightbell.domain.local_time import instant_of

_NAME = re.compile(r"(\d{4})-W(\d{2})")
HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Week:
    """One week.

    Attributes:
        monday: Its first day.
    """

    monday: date

    @property
    def name(self) -> str:
        """As ISO 8601 writes it: ``2026-W47``."""
        year, number, _ = self.monday.isocalendar()
        return f"{year:04}-W{number:02}"

    @property
    def days(self) -> tuple[date, ...]:
        """Its seven days."""
        return tuple(self.monday + timedelta(days=number) for number in range(7))

    @property
    def before(self) -> "Week":
        """The week before."""
        return Week(monday=self.monday - timedelta(days=7))

    def hours(self, zone: ZoneInfo) -> float:
        """Tell how long it is in fact; only where clocks are moved by half an hour it is no whole number."""
        return (day_of(self.before.monday + timedelta(days=14), zone)[0] - day_of(self.monday, zone)[0]) / HOUR


def week_of(day: date) -> Week:
    """Find the week that a day is in."""
    return Week(monday=day - timedelta(days=day.weekday()))


def read_week(name: str) -> Week | None:
    """Read ``2026-W47``; ``None`` where there is no such week."""
    found = _NAME.fullmatch(name)
    if found is None:
        return None
    try:
        return Week(monday=date.fromisocalendar(int(found[1]), int(found[2]), 1))
    except ValueError:
        return None


def day_of(day: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """Tell when a day of a zone begins and when the next one does, in UTC."""
    return instant_of(day, 0, zone), instant_of(day + timedelta(days=1), 0, zone)
