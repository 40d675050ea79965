"""Load the business settings that ship beside the package."""

from collections.abc import Mapping
from pathlib import Path

from nightbell.adapters.business_file import read_business
from nightbell.adapters.public_holidays import BuiltCalendars, LibraryCalendars
from nightbell.domain.business import Account, Brand, BusinessSettings
from nightbell.domain.facts import Fact
from nightbell.domain.settings_problem import SettingsError
from nightbell.handlers.report import report

FILE = Path(__file__).parents[2] / "business.toml"
HOLIDAYS = FILE.with_name("holidays.json")
"""Made by the build; a plain ``sam build`` leaves it out, and the library is asked instead."""


def accounts() -> Mapping[tuple[str, str], Account]:
    """Return the accounts; none where the file is broken: messages are then kept and handed over undecided."""
    return _settings().accounts


def brands() -> Mapping[str, Brand]:
    """Return the brands; none where the file is broken."""
    return _settings().brands


def _settings() -> BusinessSettings:
    try:
        return read_business(FILE, BuiltCalendars(HOLIDAYS, LibraryCalendars()))
    except SettingsError as error:
        report([Fact(name="settings_broken", alarm=True, fields={"place": str(error)[:120]})])
        return BusinessSettings(brands={}, accounts={})
