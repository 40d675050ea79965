"""Public holidays by country and region, from the ``holidays`` library.

The library is imported when the first day is asked for: it costs more than all our own imports.
"""

from collections.abc import Mapping
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING

from nightbell.domain.day_plan import PublicHolidays

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

        return country_holidays(self._country, subdiv=self._region)

    def on(self, day: date) -> str | None:
        """Name the holiday of a day, or return ``None``."""
        return self._days.get(day)
