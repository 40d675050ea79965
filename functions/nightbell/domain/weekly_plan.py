"""Read opening hours as the settings file writes them: ``"09:00-14:00"``, ``"18:00-02:00"``."""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

from nightbell.domain.day_plan import DatedHours, Period
from nightbell.domain.local_time import MINUTES_A_DAY
from nightbell.domain.settings_problem import SettingsError

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
LONGEST_NIGHT = 20 * 60
"""Minutes; a period past midnight that is longer has its times the wrong way round."""

_PERIOD = re.compile(r"\s*(\d{1,2}):(\d{2})\s*[-\u2013]\s*(\d{1,2}):(\d{2})\s*")


def read_period(text: str, place: str) -> Period:
    """Read one period of a day.

    Raises:
        SettingsError: It is no period, or hardly the one that was meant.
    """
    found = _PERIOD.fullmatch(text)
    if not found:
        raise SettingsError(place, f'"{text}" is not a period', 'write both times on the 24-hour clock: "09:00-17:30"')
    start, end = _minutes(found[1], found[2], place), _minutes(found[3], found[4], place)
    if start == MINUTES_A_DAY:
        raise SettingsError(place, f'"{text}" starts at 24:00', "write 00:00, on the day after")
    if start == end:
        raise SettingsError(place, f'"{text}" starts and ends at the same time', 'for a whole day write "00:00-24:00"')
    if end < start:
        end += MINUTES_A_DAY
        if end - start > LONGEST_NIGHT:
            raise SettingsError(
                place,
                f'"{text}" ends before it starts, and past midnight it would last {(end - start) // 60} hours',
                f'swap the times if you meant "{found[3]}:{found[4]}-{found[1]}:{found[2]}"; '
                'a period past midnight looks like "22:00-02:00"',
            )
    return Period(start=start, end=end)


def _minutes(hour: str, minute: str, place: str) -> int:
    """Read a time of day; ``24:00`` is its end."""
    minutes = int(hour) * 60 + int(minute)
    if int(minute) > 59 or minutes > MINUTES_A_DAY:  # noqa: PLR2004 - a clock
        raise SettingsError(place, f'no clock shows "{hour}:{minute}"', "write a time from 00:00 to 24:00")
    return minutes


def read_periods(texts: Sequence[str], place: str) -> tuple[Period, ...]:
    """Read the periods of one day, in the order of the clock.

    Raises:
        SettingsError: One cannot be read, or two overlap.
    """
    read = ((read_period(text, f"{place}[{number}]"), text) for number, text in enumerate(texts, 1))
    ordered = sorted(read, key=lambda pair: pair[0].start)
    for (earlier, one), (later, other) in pairwise(ordered):
        if later.start < earlier.end:
            raise SettingsError(place, f'"{one}" and "{other}" overlap', "make the first end before the second starts")
    return tuple(period for period, _ in ordered)


def read_week(hours: Mapping[str, Any], place: str) -> tuple[tuple[Period, ...], ...]:
    """Read the seven days, Monday first.

    Raises:
        SettingsError: A day cannot be read, or a night runs into the next day's hours.
    """
    week = tuple(read_periods(hours[day], f"{place}.{day}") for day in WEEKDAYS)
    for number, today in enumerate(week):
        tomorrow = week[(number + 1) % 7]
        if today and tomorrow and today[-1].end - MINUTES_A_DAY > tomorrow[0].start:
            name, following = WEEKDAYS[number], WEEKDAYS[(number + 1) % 7]
            raise SettingsError(
                f"{place}.{name}[{len(today)}]",
                f"the night of {name} runs into the hours of {following}",
                f"end it, or start {following}, so that they do not overlap",
            )
    return week


def read_exceptions(entries: Sequence[Mapping[str, Any]], place: str) -> dict[date, DatedHours]:
    """Read the dated exceptions: one date each, or all from one to another.

    Raises:
        SettingsError: A date cannot be read or is named twice, or periods cannot be read.
    """
    found: dict[date, DatedHours] = {}
    for number, entry in enumerate(entries, 1):
        here = f"{place}[{number}]"
        periods = read_periods(entry["periods"], f"{here}.periods")
        for day in _dates(entry, here):
            if day in found:
                raise SettingsError(here, f"{day} already has an exception", "keep one of them")
            found[day] = DatedHours(periods=periods, reason=entry.get("reason", ""))
    return found


def _dates(entry: Mapping[str, Any], place: str) -> Iterator[date]:
    first = read_date(entry.get("date", entry.get("from", "")), place)
    last = read_date(entry.get("date", entry.get("to", "")), place)
    if not timedelta(0) <= last - first <= timedelta(days=366):
        raise SettingsError(place, f"{first} to {last} is no stretch of days", "end on a later day, within a year")
    return (first + timedelta(days=day) for day in range((last - first).days + 1))


def read_date(value: object, place: str) -> date:
    """Read a date, bare or in quotes.

    Raises:
        SettingsError: It is no date.
    """
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        remedy = "write year, month and day: 2026-12-24"
        raise SettingsError(place, f'"{value}" is not a date', remedy) from None
