"""Every simulated platform; a new one is one line, and none is loaded before an account of it is there."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from importlib import import_module

from infra.local.platforms.faults import FaultBox
from infra.local.platforms.vendor import SimulatedVendor, Surroundings
from nightbell.domain.business import Account
from nightbell.platforms.registry import CHANNELS

VENDORS: Mapping[str, str] = {
    "x": "infra.local.platforms.x.simulator:SimulatedX",
    "email": "infra.local.platforms.email.simulator:SimulatedEmail",
    "telegram": "infra.local.platforms.telegram.simulator:SimulatedTelegram",
    "linkedin": "infra.local.platforms.linkedin.simulator:SimulatedLinkedIn",
    "twilio": "infra.local.platforms.twilio.simulator:SimulatedTwilio",
    "standard": "infra.local.platforms.standard.simulator:SimulatedRelay",
    "google": "infra.local.platforms.google.simulator:SimulatedGoogle",
    "line": "infra.local.platforms.line.simulator:SimulatedLine",
}
"""By platform, where its class is; Meta was there before and is started by itself."""


def vendor_class(platform: str) -> type[SimulatedVendor]:
    """Load the class of a simulated platform."""
    module, _, name = VENDORS[platform].partition(":")
    found: type[SimulatedVendor] = getattr(import_module(module), name)
    return found


def accounts_by_platform(accounts: Iterable[Account]) -> dict[str, tuple[Account, ...]]:
    """Group the accounts of the settings by the platform that their channel belongs to."""
    groups: dict[str, tuple[Account, ...]] = {}
    for account in accounts:
        platform = CHANNELS[account.channel].platform
        groups[platform] = (*groups.get(platform, ()), account)
    return groups


def start_vendors(
    groups: Mapping[str, tuple[Account, ...]],
    secrets: Mapping[str, Mapping[str, str]],
    clock: Callable[[], datetime],
    faults: FaultBox,
    public_url: str,
) -> dict[str, SimulatedVendor]:
    """Start those that have an account, by platform; ``secrets`` are by platform and name."""
    return {
        platform: vendor_class(platform)(
            Surroundings(accounts=own, secrets=secrets[platform], clock=clock, faults=faults, public_url=public_url)
        )
        for platform, own in groups.items()
        if platform in VENDORS
    }


def vendor_of(vendors: Mapping[str, SimulatedVendor], channel: str) -> SimulatedVendor:
    """Find whose channel it is.

    Raises:
        LookupError: Nobody's, or of a platform that has no account.
    """
    known = CHANNELS.get(channel)
    if known is None or known.platform not in vendors:
        message = f"No simulated platform that runs has a channel {channel!r}."
        raise LookupError(message)
    return vendors[known.platform]
