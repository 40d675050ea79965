"""The simulated LINE of a lane, and the account that the settings of the lanes name there."""

from infra.local.platforms.line.simulator import SimulatedLine
from tests.chaos.wire.stand_in import StandIn

CHATS = "line"
_ACCOUNT = "U00000000000000000000000000000042"

LINE = StandIn(
    platform="line",
    header="x-line-signature",
    account_id=_ACCOUNT,
    accounts=f'\n[[accounts]]\nchannel = "{CHATS}"\naccount_id = "{_ACCOUNT}"\nbrand = "harbour"\n',
    secrets={
        f"access_token/{_ACCOUNT}": "wire-access_token-0123456789abcdef",  # pragma: allowlist secret
        f"channel_secret/{_ACCOUNT}": "wire-channel_secret-0123456789abcdef",  # pragma: allowlist secret
    },
    make=lambda around, courier, _: SimulatedLine(around, courier),
    forget=lambda line: line.api.endpoints.clear(),
    contact_id=lambda digits: f"U{digits:0>32}",
)
