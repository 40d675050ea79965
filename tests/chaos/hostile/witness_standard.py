"""Witnesses among a relay's hostile deliveries: one holds one event, so that what is hostile stands inside of it."""

import json
from random import Random
from typing import Any

from tests.chaos.forgery.corpus import NAME, WORD


def _event(message_id: str, **more: Any) -> dict[str, Any]:
    said = {"id": message_id, "contact": {"id": "cust-999", "name": NAME}, "text": f"{WORD} of a witness"}
    return {"type": "message.created", "timestamp": "2026-11-23T09:09:58Z", "data": {**said, **more}}


def put(rng: Random, tree: Any, message_id: str) -> Any:
    """Write a good message whose event, data or contact holds the other one where nobody looks."""
    event = _event(message_id)
    rng.choice((event, event["data"], event["data"]["contact"]))["extra"] = tree
    return event


def items(_: Any) -> int:
    """Count the one event."""
    return 1


def attach(message_id: str, address: str) -> bytes:
    """Write an address wherever one may stand."""
    attached = [{"kind": "image", "id": address, "title": address, "url": address}]
    contact = {"id": "cust-999", "name": address, "email": address, "phone": address, "picture": address}
    event = _event(message_id, text=address, link=address, url=address, attachments=attached, contact=contact)
    return json.dumps(event).encode()
