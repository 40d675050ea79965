"""The simulated relay of a lane, and the source that the settings of the lanes name there."""

import base64

from infra.local.platforms.standard.simulator import SimulatedRelay
from tests.chaos.wire.stand_in import StandIn

STANDARD, SOURCE = "standard", "wire-form"
RELAY = StandIn(
    platform=STANDARD,
    header="webhook-signature",
    account_id=SOURCE,
    accounts=(
        f'\n[[accounts]]\nchannel = "{STANDARD}"\naccount_id = "{SOURCE}"\nbrand = "harbour"\n'
        'reply_url = "https://shop.example/reply"\n'
    ),
    secrets={
        f"{way}/{SOURCE}": "whsec_" + base64.b64encode(f"wire, {way}, 0123456789abcdef".encode()).decode()
        for way in ("source", "reply")
    },
    make=lambda around, courier, _: SimulatedRelay(around, courier),
    forget=lambda _: None,
    contact_id=lambda digits: f"visitor-{digits}",
)
