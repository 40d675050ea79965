"""Works out the public holidays that the settings name, so that no function needs the library."""

from datetime import UTC, datetime
from pathlib import Path

from nightbell.adapters.business_file import read_business
from nightbell.adapters.public_holidays import LibraryCalendars, built_calendars
from nightbell.domain.day_plan import PublicHolidays

YEARS_AHEAD = 10
"""Longer than any runtime of Lambda is kept, so that whatever still runs then was built anew."""


class _Asked(LibraryCalendars):
    """Notes which calendars the settings ask for."""

    def __init__(self) -> None:
        self.calendars: set[tuple[str, str | None]] = set()

    def calendar(self, country: str, region: str | None) -> PublicHolidays:
        """Note and look up one calendar."""
        self.calendars.add((country, region))
        return super().calendar(country, region)


def write_public_holidays(artefact: Path) -> None:
    """Write ``holidays.json`` beside the settings of an artefact.

    Raises:
        SettingsError: The settings cannot be used.
    """
    asked = _Asked()
    read_business(artefact / "business.toml", asked)
    this_year = datetime.now(UTC).year
    years = range(this_year - 1, this_year + YEARS_AHEAD + 1)
    wanted = sorted(asked.calendars, key=lambda calendar: (calendar[0], calendar[1] or ""))
    (artefact / "holidays.json").write_bytes(built_calendars(wanted, years))
