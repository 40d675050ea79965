"""Public holidays by country and region, from the ``holidays`` library.

The library is imported when the first day is asked for: it costs more than all our own imports.
"""

from collections.abc import Mapping

from nightbell.domain.opening_hours import PublicHolidays


class LibraryCalendars:
    """The calendars that the library knows."""

    def calendar(self, country: str, region: str | None) -> PublicHolidays:
        """Look up one calendar; its days are worked out when asked for."""
        raise NotImplementedError

    def regions(self) -> Mapping[str, tuple[str, ...]]:
        """List every known country with its regions."""
        raise NotImplementedError
