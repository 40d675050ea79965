"""Witnesses among LinkedIn's hostile deliveries: notifications beside each other."""

import json
from random import Random
from typing import Any

from tests.chaos.accounts import ACCOUNTS
from tests.chaos.forgery.corpus import WORD

_TYPE = "ORGANIZATION_SOCIAL_ACTION_NOTIFICATIONS"
_POST = "urn:li:activity:7294637247890629999"


def _notification(name: str, **more: Any) -> dict[str, Any]:
    comment = {"owner": "urn:li:person:7700000000000999", "text": f"{WORD} of a witness", "entity": name, **more}
    return {
        "notificationId": 999,
        "organizationalEntity": f"urn:li:organization:{ACCOUNTS['linkedin']}",
        "action": "COMMENT",
        "sourcePost": _POST,
        "lastModifiedAt": 1795000000123,
        "decoratedGeneratedActivity": {"comment": comment},
    }


def known_as(message_id: str) -> str:
    """Write an id as LinkedIn would."""
    return f"urn:li:share:{message_id}"


def put(rng: Random, tree: Any, message_id: str) -> Any:
    """Put a comment among the notifications that are there, or the whole tree beside it as if it were one."""
    witness = _notification(known_as(message_id))
    if isinstance(tree, dict) and tree.get("type") == _TYPE and isinstance(tree.get("notifications"), list):
        tree["notifications"].insert(rng.randint(0, len(tree["notifications"])), witness)
        return tree
    return {"type": _TYPE, "notifications": [tree, witness] if rng.random() < 0.5 else [witness, tree]}


def items(tree: Any) -> int:
    """Count the notifications; what belongs to another subscription is one thing."""
    return max(1, len(tree["notifications"])) if tree["type"] == _TYPE else 1


def attach(message_id: str, address: str) -> bytes:
    """Write an address wherever one may stand."""
    media = [{"media": address, "originalUrl": address}]
    one = _notification(known_as(message_id), text=address, content=media, object=_POST)
    one["decoratedSourcePost"] = {"owner": address, "text": address, "entity": address, "mediaCategory": "ARTICLE"}
    return json.dumps({"type": _TYPE, "notifications": [one], "webhook": address}).encode()
