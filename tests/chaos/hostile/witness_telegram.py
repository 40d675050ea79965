"""Witnesses among Telegram's hostile deliveries: an update holds one thing, and here it holds a message besides."""

import json
from random import Random
from typing import Any

from tests.chaos.forgery.corpus import NAME, WORD

_SOMEBODY = 7700000000000999
_DELETED = "deleted_business_messages"


def _message(message_id: str, **more: Any) -> dict[str, Any]:
    person = {"id": _SOMEBODY, "is_bot": False, "first_name": NAME}
    head = {"message_id": message_id, "from": person, "chat": {"id": _SOMEBODY, "type": "private"}, "date": 1795000000}
    return {**head, "text": f"{WORD} of a witness", **more}


def put(rng: Random, tree: Any, message_id: str) -> Any:
    """Put a message beside what an update holds, or the whole tree where something unknown may stand."""
    key, more = rng.choice((("message", {}), ("business_message", {"business_connection_id": "bc-999"})))
    witness = {key: _message(message_id, **more)}
    if isinstance(tree, dict) and rng.random() < 0.8:
        return {**tree, "update_id": 810_000, **witness}
    return {"update_id": 810_000, rng.choice(("edited_message", "callback_query", "my_chat_member")): tree, **witness}


def items(tree: Any) -> int:
    """Count what happened: each part of the update is one thing, and each deleted message another."""
    deleted = tree.get(_DELETED)
    listed = deleted.get("message_ids") if isinstance(deleted, dict) else None
    many = len(listed) if isinstance(listed, list) and listed else 1
    parts = set(tree) - {"update_id", _DELETED}
    return max(1, len(parts) + (many if _DELETED in tree else 0))


def attach(message_id: str, address: str) -> bytes:
    """Write an address wherever one may stand."""
    file = {"file_id": address, "file_unique_id": address, "file_name": address, "thumb": {"file_id": address}}
    kinds = ("animation", "audio", "sticker", "video", "video_note", "voice", "live_photo")
    held = _message(message_id, **{kind: dict(file) for kind in kinds})
    held |= {
        "text": address,
        "photo": [{**file, "width": 1, "height": 1}],
        "web_app_data": {"data": address, "button_text": address},
        "venue": {"title": address, "address": address, "location": {}, "foursquare_id": address},
        "entities": [{"type": "text_link", "offset": 0, "length": 4, "url": address}],
        "link_preview_options": {"url": address},
        "connected_website": address,
    }
    return json.dumps({"update_id": 810_000, "message": held}).encode()
