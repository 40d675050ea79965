"""Write the calendar of a plan for people."""

from collections.abc import Iterator, Mapping
from datetime import date
from itertools import groupby
from typing import Any

from infra.cli.settings_calendar import CLOCK, EXCEPTION
from infra.cli.visible import visible
from infra.local.progress import bold, faint
from nightbell.domain.weekly_plan import WEEKDAYS

WIDE = 26


def calendar_page(plan: Mapping[str, Any]) -> Iterator[str]:
    """Write all of :func:`infra.cli.settings_calendar.calendar_of`, line by line."""
    whose = f"{plan['channel']} {plan['account_id']}" if plan["account_id"] else plan["brand"]
    yield bold(visible(f"{plan['name']} ({whose})")) + f"  {plan['zone']}, {plan['from']} to {plan['to']}"
    yield ""
    yield bold("  Every week")
    yield from _week(plan["week"])
    for month in plan["months"]:
        yield ""
        yield from _month(month)
    yield ""


def _week(week: Mapping[str, list[str]]) -> Iterator[str]:
    for periods, days in groupby(enumerate(WEEKDAYS), key=lambda pair: week[pair[1]]):
        numbers = [number for number, _ in days]
        first, last = _short(numbers[0]), _short(numbers[-1])
        named = first if first == last else f"{first}-{last}"
        # A night is named with the day that it ends on, which is another one for each day.
        ends = _short(numbers[-1] + 1) if len(numbers) == 1 else "next day"
        yield f"    {named:9} {_times(periods, ends)}"


def _month(month: Mapping[str, Any]) -> Iterator[str]:
    first = date.fromisoformat(f"{month['month']}-01")
    hours, minutes = divmod(month["open_minutes"], 60)
    days = f"{month['open_days']} day{'' if month['open_days'] == 1 else 's'}"
    yield f"  {bold(f'{first:%B %Y}')}  {faint(f'open on {days}, {hours} h {minutes:02} min')}"
    for found in month["dates"]:
        yield from _date(found)


def _date(found: Mapping[str, Any]) -> Iterator[str]:
    day = date.fromisoformat(found["date"])
    named = f"    {day:%a %d}    "
    if found["kind"] == CLOCK:
        yield f"{named}{'clocks change':{WIDE}} {faint('from ' + found['from'] + ' to ' + found['to'])}"
        yield from (f"{'':14}{_lasts(each)}" for each in found["periods_changed"])
        return
    times = _times(found["periods"], _short(day.weekday() + 1))
    why = visible(found["reason"] or "") or ("your exception" if found["kind"] == EXCEPTION else "")
    yield f"{named}{times:{WIDE}} {faint(why)}"


def _lasts(changed: Mapping[str, Any]) -> str:
    hours, minutes = divmod(changed["minutes"], 60)
    planned, rest = divmod(changed["minutes_on_the_clock"], 60)
    day = date.fromisoformat(changed["date"])
    return f"{day:%a %d} {changed['period']} lasts {hours} h {minutes:02} min, not {planned} h {rest:02} min"


def _times(periods: list[str], next_day: str) -> str:
    return ", ".join(_time(each, next_day) for each in periods) or "closed"


def _time(period: str, next_day: str) -> str:
    start, end = period.split("-")
    return f"{period} ({next_day})" if end < start else period


def _short(weekday: int) -> str:
    return WEEKDAYS[weekday % 7][:3].capitalize()
