"""The simulated Twilio of a lane, and the number that the settings of the lanes name there."""

from infra.local.platforms.courier import Courier
from infra.local.platforms.twilio.simulator import SimulatedTwilio
from infra.local.platforms.vendor import Surroundings
from tests.chaos.wire.stand_in import StandIn

TEXTS, OVER_WHATSAPP = "sms", "twilio_whatsapp"
_NUMBER, _OWNER = "+34971000042", "AC00000000000000000000000000000042"


def _make(around: Surroundings, courier: Courier, _: str) -> SimulatedTwilio:
    return SimulatedTwilio(around, courier)


def _forget(twilio: SimulatedTwilio) -> None:
    """Let no number have an address; leave the messages: nobody who wrote before ever writes again."""
    for line in twilio.lines.by_sid.values():
        line.sms_url = ""


TWILIO = StandIn(
    platform="twilio",
    header="x-twilio-signature",
    account_id=_NUMBER,
    accounts="".join(
        f'\n[[accounts]]\nchannel = "{channel}"\naccount_id = "{_NUMBER}"\nbrand = "harbour"\n'
        f'business_account_id = "{_OWNER}"\n'
        for channel in (TEXTS, OVER_WHATSAPP)
    ),
    secrets={
        f"auth_token/{_OWNER}": "wire-auth-token-0123456789abcdef",  # pragma: allowlist secret
        f"api_key/{_OWNER}": "SK00000000000000000000000000000042:wire",
    },
    make=_make,
    forget=_forget,
    contact_id=lambda digits: f"+{digits}",
    too_many=20429,
    expired=20003,
)
