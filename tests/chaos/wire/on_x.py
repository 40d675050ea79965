"""X on a lane."""

import json

from infra.local.platforms.courier import Courier
from infra.local.platforms.vendor import Surroundings
from infra.local.platforms.x.simulator import SimulatedX
from tests.chaos.wire.stand_in import StandIn

POSTS, DIRECT = "x_posts", "x_direct"
_US = "1730000000000000042"
_SECRET = "wire-consumer-secret-0123456789abcdef"  # pragma: allowlist secret


def _make(around: Surroundings, courier: Courier, proxy: str) -> SimulatedX:
    """Make one that takes the answer to its check for right: nothing listens where it would ask."""
    x = SimulatedX(around, courier, f"{proxy}/x")
    x.care.passes = lambda: True
    return x


def _forget(x: SimulatedX) -> None:
    x.timeline.clear()
    x.care.hooks.clear()
    x.care.subscriptions.clear()


X = StandIn(
    platform="x",
    header="x-twitter-webhooks-signature",
    account_id=_US,
    accounts="".join(
        f'\n[[accounts]]\nchannel = "{channel}"\naccount_id = "{_US}"\nbrand = "harbour"\nhandle = "harbourbakery"\n'
        for channel in (POSTS, DIRECT)
    ),
    secrets={
        "consumer_key": "wire",
        "consumer_secret": _SECRET,
        "bearer": "wire",
        f"oauth1/{_US}": json.dumps({"token": "wire", "secret": "wire"}),
    },
    make=_make,
    forget=_forget,
    too_many=88,
)
