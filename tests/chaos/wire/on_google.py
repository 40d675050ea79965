"""The simulated Google of a lane, and the location that the settings of the lanes name there."""

import base64
import json
from typing import Any

from infra.local.platforms.google.simulator import PUSHER, SimulatedGoogle
from tests.chaos.wire.stand_in import StandIn

REVIEWS, LOCATION = "google_reviews", "7031415900042"
_OWNER = "1014159200042"


def _forget(google: SimulatedGoogle) -> None:
    """Let there be no review, and nobody be told of any."""
    google.api.reviews.clear()
    for setting in google.api.settings.values():
        setting["notificationTypes"] = []


GOOGLE = StandIn(
    platform="google",
    header="authorization",
    account_id=LOCATION,
    accounts=(
        f'\n[[accounts]]\nchannel = "{REVIEWS}"\naccount_id = "{LOCATION}"\nbusiness_account_id = "{_OWNER}"\n'
        'brand = "harbour"\n'
    ),
    secrets={
        f"oauth2/{_OWNER}": "1//wire",
        "client": json.dumps({"id": "wire", "secret": "wire"}),
        "push/email": PUSHER,
    },
    make=lambda around, courier, _: SimulatedGoogle(around, courier),
    forget=_forget,
)


def proven(token: str) -> dict[str, Any]:
    """Tell what the gateway tells of a token that it has checked."""
    claims = token.split(".")[1]
    told: dict[str, Any] = json.loads(base64.urlsafe_b64decode(claims + "=" * (-len(claims) % 4)))
    return {"jwt": {"claims": {name: str(value) for name, value in told.items()}}}
