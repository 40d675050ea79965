"""Public holidays by country and region, from the ``holidays`` library.

``make build`` works the days of the next years out and ships them in a file, because the library takes longer to
import than everything else together, and more room than any other package. It is asked on a developer's machine, and
after a plain ``sam build``, which leaves it in.
"""

import json
from collections.abc import Iterable, Mapping
from datetime import MAXYEAR, date
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

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
    """Calendars worked out by the build, for the settings beside them.

    Attributes:
        last_year: Of those that were worked out; no day of a later one is known as a holiday.
    """

    def __init__(self, file: Path) -> None:
        """Read the build's file."""
        self._days: Mapping[str, Mapping[str, Mapping[str, str]]] = json.loads(file.read_bytes())
        self.last_year = min((int(max(years)) for years in self._days.values()), default=MAXYEAR)

    def calendar(self, country: str, region: str | None) -> PublicHolidays:
        """Look up one calendar."""
        return _BuiltCalendar(self._days[_name(country, region)])


class _BuiltCalendar:
    """One country or region: names by year and day."""

    def __init__(self, years: Mapping[str, Mapping[str, str]]) -> None:
        self._years = years

    def on(self, day: date) -> str | None:
        """Name the holiday of a day, or return ``None``."""
        return self._years.get(str(day.year), {}).get(day.isoformat())


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
