"""Load the business settings that ship beside the package."""

from collections.abc import Mapping
from pathlib import Path

from nightbell.adapters.business_file import read_business
from nightbell.adapters.public_holidays import LibraryCalendars
from nightbell.domain.business import Account
from nightbell.domain.facts import Fact
from nightbell.domain.settings_problem import SettingsError
from nightbell.handlers.report import report

FILE = Path(__file__).parents[2] / "business.toml"


def accounts() -> Mapping[tuple[str, str], Account]:
    """Return the accounts; none where the file is broken: messages are then kept and handed over undecided."""
    try:
        return read_business(FILE, LibraryCalendars()).accounts
    except SettingsError as error:
        report([Fact(name="settings_broken", alarm=True, fields={"place": str(error)[:120]})])
        return {}
