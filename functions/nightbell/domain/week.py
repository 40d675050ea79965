"""The week as it repeats, and where the coming weeks differ from it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import groupby

from nightbell.domain.day_plan import Period
from nightbell.domain.opening_hours import OpeningHours

A_DAY = timedelta(days=1)
WEEKS_AHEAD = 6
"""How far changes are told: as long as anybody plans, and no list without end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Days:
    """Days of the week in a row with the same hours.

    Attributes:
        first, last: 0 is Monday; the same where it is one day.
        periods: Empty means closed.
    """

    first: int
    last: int
    periods: tuple[Period, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """Dates in a row that differ from the week in the same way.

    Attributes:
        reason: In the owner's words; empty where there are none.
        is_holiday: A public holiday, and nothing the business has planned itself.
    """

    first: date
    last: date
    periods: tuple[Period, ...]
    reason: str = ""
    is_holiday: bool = False


def days_of(weekly: Sequence[Sequence[Period]]) -> list[Days]:
    """Put days with the same hours together, Monday first."""
    found = []
    for periods, numbers in groupby(range(7), key=lambda number: tuple(weekly[number])):
        row = list(numbers)
        found.append(Days(first=row[0], last=row[-1], periods=periods))
    return found


def changes(hours: OpeningHours, today: date, days: int = 7 * WEEKS_AHEAD) -> list[Change]:
    """List what is different in the coming days, today included."""
    found: list[Change] = []
    for change in _each(hours, today, days):
        before = found[-1] if found else None
        if before and before.last + A_DAY == change.first and _alike(before, change):
            found[-1] = replace(before, last=change.last)
        else:
            found.append(change)
    return found


def _each(hours: OpeningHours, today: date, days: int) -> Iterator[Change]:
    for number in range(days):
        day = today + timedelta(days=number)
        periods = hours.periods_on(day)
        if periods == tuple(hours.weekly[day.weekday()]):
            continue
        own = hours.is_exception(day)
        reason = hours.reason_on(day) if own else ""
        yield Change(first=day, last=day, periods=periods, reason=reason, is_holiday=not own)


def _alike(one: Change, other: Change) -> bool:
    return (one.periods, one.reason, one.is_holiday) == (other.periods, other.reason, other.is_holiday)
