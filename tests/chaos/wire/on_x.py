"""X on a lane."""

import json

from infra.local.platforms.x.simulator import SimulatedX
from tests.chaos.wire.stand_in import StandIn

POSTS, DIRECT = "x_posts", "x_direct"
_US = "1730000000000000042"
_SECRET = "wire-consumer-secret-0123456789abcdef"  # pragma: allowlist secret


def _forget(x: SimulatedX) -> None:
    x.timeline.clear()


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
    make=lambda around, courier, proxy: SimulatedX(around, courier, f"{proxy}/x"),
    forget=_forget,
    too_many=88,
)
