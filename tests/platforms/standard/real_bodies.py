"""How the bodies come in that are published for Standard Webhooks."""

from datetime import UTC, datetime

from nightbell.domain.events import Delivery, Event
from nightbell.platforms.standard.platform import Standard
from nightbell.platforms.standard.signature import sign_request
from tests.platforms.real_bodies import Replay, Row, compact

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"  # pragma: allowlist secret
VECTORS = ("vector_rotation_multi.json", "vector_v1.json", "vector_v1_invalid.json")
EXAMPLES = {"standard.contact.created", "standard.example.event"}
"""The specification's examples are of nobody's types, and are told as such."""


def read(body: bytes) -> list[Event]:
    now = datetime.fromtimestamp(0, UTC)
    delivery = Delivery(
        platform="standard",
        path="shop-form",
        method="POST",
        headers=sign_request("msg_1", now, body, SECRET),
        query={},
        body=body,
        received_at=now,
    )
    Standard().verify(delivery, {"source/shop-form": [SECRET]})
    return Standard().parse(delivery)


def is_own(row: Row) -> bool:
    return row.vendor == "standard_webhooks" and not row.file.endswith(VECTORS)


REPLAY = Replay(
    is_own=is_own,
    wire=compact,
    read=read,
    expected=lambda _: EXAMPLES,
    undeclared=EXAMPLES,
    elsewhere=[f"standard_webhooks/{name}" for name in VECTORS],
)
