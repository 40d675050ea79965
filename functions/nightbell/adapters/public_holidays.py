"""Public holidays by country and region, from the ``holidays`` library.

The library is imported when the first day is asked for: it costs more than all our own imports.
``make build`` therefore works the days of some years out beforehand and ships them in a file, and the library is
asked only for other years, or after a plain ``sam build``.
"""

import json
from collections.abc import Collection, Iterable, Mapping
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from nightbell.domain.build_settings import Calendars
from nightbell.domain.day_plan import PublicHolidays

LANGUAGE = "en_US"
"""Of the names; else the library takes the machine's, and a name would depend on where it runs."""

if TYPE_CHECKING:
    from holidays import HolidayBase


class LibraryCalendars:
    """The calendars that the library knows."""

    def calendar(self, country: str, region: str | None) -> PublicHolidays:
        """Look up one calendar; its days are worked out when asked for, a year at a time."""
        return _LibraryCalendar(country, region)

    def countries(self) -> list[str]:
        """List the ISO 3166 codes of the known countries."""
        from holidays.utils import list_supported_countries  # noqa: PLC0415 - see the module's docstring

        return sorted(list_supported_countries(include_aliases=False))

    def regions(self, country: str) -> Mapping[str, str]:
        """Name the regions of a known country, by code."""
        from holidays import country_holidays  # noqa: PLC0415 - see the module's docstring

        known = country_holidays(country)
        names = {code: name for name, code in reversed(getattr(known, "subdivisions_aliases", {}).items())}
        return {code: names.get(code, code) for code in known.subdivisions}


class _LibraryCalendar:
    """One country or region."""

    def __init__(self, country: str, region: str | None) -> None:
        self._country = country
        self._region = region

    @cached_property
    def _days(self) -> "HolidayBase":
        from holidays import country_holidays  # noqa: PLC0415 - see the module's docstring

        return country_holidays(self._country, subdiv=self._region, language=LANGUAGE)

    def on(self, day: date) -> str | None:
        """Name the holiday of a day, or return ``None``."""
        return self._days.get(day)


class BuiltCalendars:
    """Calendars worked out by the build, and the library for everything else."""

    def __init__(self, file: Path, otherwise: Calendars) -> None:
        """Read the build's file; without one, ask the library for everything."""
        self._otherwise = otherwise
        self._days: Mapping[str, Mapping[str, Mapping[str, str]]] = (
            json.loads(file.read_bytes()) if file.exists() else {}
        )

    def calendar(self, country: str, region: str | None) -> PublicHolidays:
        """Look up one calendar."""
        library = self._otherwise.calendar(country, region)
        return _BuiltCalendar(self._days.get(_name(country, region), {}), library)

    def countries(self) -> Collection[str]:
        """List the ISO 3166 codes of the known countries."""
        return self._otherwise.countries()

    def regions(self, country: str) -> Mapping[str, str]:
        """Name the regions of a known country, by code."""
        return self._otherwise.regions(country)


class _BuiltCalendar:
    """One country or region: names by year and day."""

    def __init__(self, years: Mapping[str, Mapping[str, str]], otherwise: PublicHolidays) -> None:
        self._years = years
        self._otherwise = otherwise

    def on(self, day: date) -> str | None:
        """Name the holiday of a day, or return ``None``."""
        year = self._years.get(str(day.year))
        return self._otherwise.on(day) if year is None else year.get(day.isoformat())


def built_calendars(wanted: Iterable[tuple[str, str | None]], years: range) -> bytes:
    """Work calendars out for :class:`BuiltCalendars`, as JSON."""
    from holidays import country_holidays  # noqa: PLC0415 - see the module's docstring

    def days(country: str, region: str | None, year: int) -> dict[str, str]:
        named = country_holidays(country, subdiv=region, years=year, language=LANGUAGE)
        return {day.isoformat(): name for day, name in named.items()}

    calendars = {
        _name(country, region): {str(year): days(country, region, year) for year in years} for country, region in wanted
    }
    return json.dumps(calendars, sort_keys=True).encode()


def _name(country: str, region: str | None) -> str:
    return f"{country}-{region}" if region else country
