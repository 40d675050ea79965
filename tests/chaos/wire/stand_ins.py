"""Every platform beside Meta that a lane plays."""

from collections.abc import Mapping

from nightbell.platforms.registry import PLATFORM_OF, PLATFORMS
from tests.chaos.wire.on_email import EMAIL
from tests.chaos.wire.on_google import GOOGLE
from tests.chaos.wire.on_line import LINE
from tests.chaos.wire.on_linkedin import LINKEDIN
from tests.chaos.wire.on_standard import RELAY
from tests.chaos.wire.on_telegram import TELEGRAM
from tests.chaos.wire.on_twilio import TWILIO
from tests.chaos.wire.on_x import X
from tests.chaos.wire.stand_in import StandIn

STAND_INS: Mapping[str, StandIn] = {
    each.platform: each
    for each in (X, TWILIO, EMAIL, LINKEDIN, TELEGRAM, RELAY, GOOGLE, LINE)
    if each.platform in PLATFORMS
}
"""By platform; one that is not registered yet waits."""


def stand_in_of(channel: str) -> StandIn | None:
    """Find whose channel it is; ``None`` where it is Meta's."""
    return STAND_INS.get(PLATFORM_OF.get(channel, ""))
