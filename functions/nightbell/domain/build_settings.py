"""Build the business settings from the parsed file."""

from collections.abc import Mapping
from typing import Any, Protocol

from nightbell.domain.business import BusinessSettings
from nightbell.domain.opening_hours import PublicHolidays


class Calendars(Protocol):
    """Knows public holidays by country and region."""

    def calendar(self, country: str, region: str | None) -> PublicHolidays:
        """Look up one calendar; its days are worked out when asked for."""

    def regions(self) -> Mapping[str, tuple[str, ...]]:
        """List every known country with its regions."""


def build_settings(document: Mapping[str, Any], calendars: Calendars) -> BusinessSettings:
    """Build the settings from a parsed file that has been checked.

    Raises:
        SettingsError: The file was not checked and cannot be used.
    """
    raise NotImplementedError
