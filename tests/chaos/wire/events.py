"""What Lambda and Meta hand to a function in this process."""

import time
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl

from infra.local.platforms.courier import Attempt, Courier, Delivery
from tests.chaos.wire.on_google import proven
from tests.chaos.wire.stand_ins import STAND_INS

HOOKS = "https://hooks.bakery.example"
"""Where the functions are, as those know it who deliver."""


class Postbag(Courier):
    """Posts to the handler in this process, and keeps what Meta would send later until it is asked for."""

    def __init__(self, post: Callable[[Delivery], Attempt]) -> None:
        super().__init__()
        self._deliver = post
        self.eager = False
        self.held: list[Delivery] = []

    def deliver_later(self, delivery: Delivery, after_s: float = 0.0) -> None:
        del after_s
        if self.eager and not delivery.attempts:
            self.deliver(delivery)
        else:
            self.held.append(delivery)

    def _post(self, delivery: Delivery) -> Attempt:
        return self._deliver(delivery)


class Life:
    """What a function may ask of its invocation."""

    def __init__(self, milliseconds: int) -> None:
        self._ends = time.monotonic() + milliseconds / 1000

    def get_remaining_time_in_millis(self) -> int:
        return int(1000 * (self._ends - time.monotonic()))


def event_for(delivery: Delivery) -> dict[str, Any]:
    """Write the HTTP API's event for a delivery."""
    headers = {name.lower(): value for name, value in delivery.headers.items()}
    platform = next((each.platform for each in STAND_INS.values() if each.header in headers), "meta")
    checked = {"authorizer": proven(headers["authorization"])} if platform == "google" else {}
    return {
        "pathParameters": {"platform": platform, "proxy": delivery.path},
        "rawPath": f"/webhooks/{platform}/{delivery.path}",
        "requestContext": {"domainName": HOOKS.removeprefix("https://"), "http": {"method": "POST"}, **checked},
        "headers": headers,
        "rawQueryString": delivery.query,
        "queryStringParameters": dict(parse_qsl(delivery.query)),
        "body": delivery.body.decode(),
        "isBase64Encoded": False,
    }


def records(bodies: list[str]) -> dict[str, Any]:
    """Write a queue's batch."""
    return {"Records": [{"messageId": str(number), "body": body} for number, body in enumerate(bodies)]}
