"""Witnesses among LINE's hostile deliveries: one more event in the list."""

import json
from random import Random
from typing import Any

from tests.chaos.forgery.corpus import WORD

_SOMEBODY = "Uffffffffffffffffffffffffffff0999"


def _event(message_id: str, **more: Any) -> dict[str, Any]:
    head = {
        "type": "message",
        "mode": "active",
        "timestamp": 1795000000123,
        "source": {"type": "user", "userId": _SOMEBODY},
        "webhookEventId": f"01{message_id}",
        "deliveryContext": {"isRedelivery": False},
    }
    return head | {"message": {"id": message_id, "type": "text", "text": f"{WORD} of a witness", **more}}


def put(rng: Random, tree: Any, message_id: str) -> Any:
    """Put a message into the list of events, or the whole tree beside it as if it were an event, too."""
    witness = _event(message_id)
    if isinstance(tree, dict) and isinstance(tree.get("events"), list):
        tree["events"].insert(rng.randint(0, len(tree["events"])), witness)
        return tree
    return {"destination": "U1", "events": [tree, witness] if rng.random() < 0.5 else [witness, tree]}


def items(tree: Any) -> int:
    """Count the events, and one where there is none."""
    return max(1, len(tree["events"]))


def attach(message_id: str, address: str) -> bytes:
    """Write an address wherever one may stand."""
    content = {"type": "external", "originalContentUrl": address, "previewImageUrl": address}
    events = [
        _event(f"{message_id}.{kind}", type=kind, contentProvider=content, fileName=address, title=address)
        for kind in ("image", "video", "audio", "file", "sticker", "location")
    ]
    linked = _event(message_id, text=address, quoteToken=address, quotedMessageId=address)
    tap = {"type": "postback", "postback": {"data": address, "params": {"newRichMenuAliasId": address}}}
    return json.dumps({"destination": address, "events": [linked, *events, linked | tap]}).encode()
