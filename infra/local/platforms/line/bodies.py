"""Events as LINE writes them.

Source: LINE "Messaging API reference" §Webhook event objects.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from infra.local.platforms.vendor import Act, Contact

Json = dict[str, Any]


def event(kind: str, contact: Contact, at: datetime, number: int, more: Json) -> Json:
    """Write one event; ``number`` makes its ids."""
    head = {
        "type": kind,
        "mode": "active",
        "timestamp": round(at.timestamp() * 1000),
        "source": {"type": "user", "userId": contact.contact_id},
        "webhookEventId": f"01HLOCAL{number:018d}",
        "deliveryContext": {"isRedelivery": False},
    }
    return head | more


def tapped(act: Act) -> Json:
    """Write a tap on a quick reply."""
    return {"postback": {"data": act.payload}}


def said(act: Act, number: int) -> Json:
    """Write what a contact says or sends.

    Raises:
        ValueError: There is no such act.
    """
    if act.kind not in CONTENTS:
        message = f"There is no {act.kind!r} on LINE; there are tap, {', '.join(CONTENTS)}."
        raise ValueError(message)
    return {"message": {"id": message_id(number), **CONTENTS[act.kind](act)}}


def message_id(number: int) -> str:
    """Write a message's id."""
    return str(500_000_000_000_000_000 + number)


_BY_LINE = {"contentProvider": {"type": "line"}}

CONTENTS: Mapping[str, Callable[[Act], Json]] = {
    "text": lambda act: {"type": "text", "text": act.text, "quoteToken": "q"},
    "image": lambda _: {"type": "image", **_BY_LINE},
    "sticker": lambda _: {"type": "sticker", "packageId": "446", "stickerId": "1988", "text": "🔔"},
    "audio": lambda _: {"type": "audio", "duration": 4000, **_BY_LINE},
    "document": lambda _: {"type": "file", "fileName": "invoice.pdf", "fileSize": 2100},
    "location": lambda _: {"type": "location", "latitude": 28.1235, "longitude": -15.4363},
    "unsupported": lambda _: {"type": "hologram", "depth": 3},
}
"""What there is to send, beside a tap."""
