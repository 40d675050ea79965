"""Read the settings file that ships with the functions."""

import tomllib
from pathlib import Path

from nightbell.domain.build_settings import Calendars, build_settings
from nightbell.domain.business import BusinessSettings


def read_business(path: Path, calendars: Calendars) -> BusinessSettings:
    """Read the settings once per execution environment.

    Raises:
        SettingsError: The file is missing or cannot be used.
    """
    return build_settings(tomllib.loads(path.read_text("utf-8-sig")), calendars)
