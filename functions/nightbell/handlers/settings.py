"""Load the business settings that ship beside the package."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path

from nightbell.adapters.business_file import read_business
from nightbell.adapters.clock import SystemClock
from nightbell.adapters.public_holidays import BuiltCalendars, LibraryCalendars
from nightbell.domain.build_settings import Calendars
from nightbell.domain.business import Account, BusinessSettings
from nightbell.domain.facts import Fact
from nightbell.domain.settings_problem import SettingsError
from nightbell.domain.webhooks import Webhook
from nightbell.handlers.report import report
from nightbell.platforms.registry import PLATFORM_OF

FILE = Path(__file__).parents[2] / "business.toml"
HOLIDAYS = FILE.with_name("holidays.json")
"""Made by the build; a plain ``sam build`` leaves it out."""


def accounts() -> Mapping[tuple[str, str], Account]:
    """Return the accounts; none where the file is broken: messages are then kept and handed over undecided."""
    return settings().accounts


def accounts_by_platform() -> Mapping[str, Sequence[Account]]:
    """Return them by the vendor's registry key; those of a channel that nobody serves are left out."""
    found: dict[str, list[Account]] = defaultdict(list)
    for account in accounts().values():
        if account.channel in PLATFORM_OF:
            found[PLATFORM_OF[account.channel]].append(account)
    return dict(found)


def webhooks() -> Sequence[Webhook]:
    """Return the systems of the business that are told; none where the file is broken."""
    return settings().webhooks


def calendars() -> Calendars:
    """Return the public holidays that the build worked out; after a plain ``sam build`` those of the library.

    An operator hears of it in the last year of which they are known, before the first unknown one.
    """
    if not HOLIDAYS.exists():
        return LibraryCalendars()
    built = BuiltCalendars(HOLIDAYS)
    if built.last_year <= SystemClock().now().year:
        report([Fact(name="public_holidays_end", alarm=True, fields={"last_year": built.last_year})])
    return built


def settings() -> BusinessSettings:
    """Return all of it; nothing where the file is broken."""
    try:
        return read_business(FILE, calendars())
    except SettingsError as error:
        report([Fact(name="settings_broken", alarm=True, fields={"place": str(error)[:120]})])
        return BusinessSettings(brands={}, accounts={})
