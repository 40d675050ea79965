"""LinkedIn on a lane, where its owner has switched automatic answers on."""

import json

from infra.local.platforms.courier import Courier
from infra.local.platforms.linkedin.simulator import SimulatedLinkedIn
from infra.local.platforms.vendor import Surroundings
from tests.chaos.wire.stand_in import StandIn

COMMENTS = "linkedin"
_PAGE = "3300042"


def _make(around: Surroundings, courier: Courier, _: str) -> SimulatedLinkedIn:
    return SimulatedLinkedIn(around, courier)


def _forget(linkedin: SimulatedLinkedIn) -> None:
    linkedin.clear()
    linkedin.api.webhooks.clear()


def person(digits: str) -> str:
    """Name a member."""
    return f"urn:li:person:{digits}"


LINKEDIN = StandIn(
    platform="linkedin",
    header="x-li-signature",
    account_id=_PAGE,
    accounts=f'\n[[accounts]]\nchannel = "{COMMENTS}"\naccount_id = "{_PAGE}"\nbrand = "harbour"\nautomatic = true\n',
    secrets={
        "client_secret": "wire-secret-0123",  # pragma: allowlist secret
        f"oauth2/{_PAGE}": json.dumps({"access": "wire", "app": "42", "member": "wire"}),
    },
    make=_make,
    forget=_forget,
)
