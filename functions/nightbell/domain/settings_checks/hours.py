"""What can be wrong with opening hours whose shape is right."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any
from zoneinfo import available_timezones

from nightbell.domain.build_settings import KnownCalendars, account_hours, build_zone
from nightbell.domain.settings_problem import Problem, SettingsError, did_you_mean
from nightbell.domain.weekly_plan import WEEKDAYS, read_exceptions, read_periods, read_week

Table = Mapping[str, Any]


def hours_problems(document: Table, calendars: KnownCalendars) -> Iterator[Problem]:
    """Check the hours and zones of every brand and account."""
    for key, brand in document["brands"].items():
        yield from _zone_problems(brand["zone"], f"brands.{key}.zone")
        yield from _problems(brand["hours"], brand["hours"], f"brands.{key}.hours", calendars)
    for number, account in enumerate(document["accounts"], 1):
        brand = document["brands"].get(account["brand"])
        if brand and "hours" in account:
            whole = account_hours(account, brand)
            yield from _problems(account["hours"], whole, f"accounts[{number}].hours", calendars)


def _problems(written: Table, whole: Table, place: str, calendars: KnownCalendars) -> Iterator[Problem]:
    """Check hours as they are written; the week only as a whole, and only when every day can be read."""
    found = [
        *(problem for day in WEEKDAYS if day in written for problem in _day_problems(written, day, place)),
        *_tried(read_exceptions, written.get("exceptions", ()), f"{place}.exceptions"),
    ]
    readable = not any(problem for day in WEEKDAYS for problem in _day_problems(whole, day, place))
    yield from found
    if readable:
        yield from _tried(read_week, whole, place)
    if "holidays" in written:
        yield from _holiday_problems(written["holidays"], f"{place}.holidays", calendars)
    if not any(whole[day] for day in WEEKDAYS) and not any(each["periods"] for each in whole.get("exceptions", ())):
        yield Problem(place=place, message="we would never open", remedy='write when you are: monday = ["09:00-17:30"]')


def _day_problems(written: Table, day: str, place: str) -> Iterator[Problem]:
    yield from _tried(read_periods, written[day], f"{place}.{day}")


def _tried(read: Callable[[Any, str], object], value: object, place: str) -> Iterator[Problem]:
    try:
        read(value, place)
    except SettingsError as error:
        yield error.problem


def _zone_problems(name: str, place: str) -> Iterator[Problem]:
    for problem in _tried(build_zone, name, place):
        cities = [zone for zone in sorted(available_timezones()) if zone.casefold().endswith(f"/{name.casefold()}")]
        near = f'did you mean "{cities[0]}"?' if cities else did_you_mean(name, available_timezones(), problem.remedy)
        yield Problem(place=place, message=problem.message, remedy=near)


def _holiday_problems(holidays: Table, place: str, calendars: KnownCalendars) -> Iterator[Problem]:
    country, region = holidays["country"], holidays.get("region")
    if country not in calendars.countries():
        yield Problem(
            place=f"{place}.country",
            message=f'no public holidays are known for the country "{country}"',
            remedy='write the two capital letters of its ISO 3166 code, such as "ES", or list the days as exceptions',
        )
    elif region is not None and region not in (regions := calendars.regions(country)):
        listed = ", ".join(f"{code} ({name})" if name != code else code for code, name in regions.items())
        yield Problem(
            place=f"{place}.region",
            message=f'no region "{region}" is known in {country}',
            remedy=f"write one of {listed}" if listed else "leave the line out: the holidays are the same everywhere",
        )
