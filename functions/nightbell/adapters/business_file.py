"""Read the settings file that ships with the functions."""

from pathlib import Path

from nightbell.domain.build_settings import Calendars, build_settings
from nightbell.domain.business import BusinessSettings
from nightbell.domain.settings_file import parse_settings
from nightbell.domain.settings_problem import SettingsError


def read_business(path: Path, calendars: Calendars) -> BusinessSettings:
    """Read the settings once per execution environment.

    Raises:
        SettingsError: The file is missing or cannot be used.
    """
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise SettingsError(path.name, "cannot be read", "put the settings file beside the package") from error
    return build_settings(parse_settings(raw), calendars)
