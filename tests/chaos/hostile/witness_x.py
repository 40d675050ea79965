"""Witnesses among X's hostile deliveries: in the older envelope, which alone holds several things at once."""

import json
import re
from random import Random
from typing import Any

from tests.chaos.accounts import ACCOUNTS
from tests.chaos.forgery.corpus import NAME, WORD

_US = ACCOUNTS["x_posts"]
_SOMEBODY = "1740000000000000999"
_AROUND = frozenset({"for_user_id", "user_has_blocked", "users", "apps"})
_NEVER_A_WORD = re.compile(rb"[^A-Za-z0-9+/=_.:~ -]")
_TWEETS, _DIRECT = "tweet_create_events", "direct_message_events"


def _tweet(message_id: str) -> dict[str, Any]:
    return {
        "id_str": message_id,
        "created_at": "Wed Nov 18 12:01:02 +0000 2026",
        "text": f"{WORD} of a witness",
        "user": {"id_str": _SOMEBODY, "name": NAME, "screen_name": "somebody"},
    }


def _message(message_id: str) -> dict[str, Any]:
    said = {"target": {"recipient_id": _US}, "sender_id": _SOMEBODY}
    content = {"message_data": {"text": f"{WORD} of a witness"}}
    return {"type": "message_create", "id": message_id, "message_create": said | content}


_MAKES = {_TWEETS: _tweet, _DIRECT: _message}


def put(rng: Random, tree: Any, message_id: str) -> Any:
    """Put a message into an array that is there, or the whole tree beside it as if it were an item, too."""
    name = rng.choice(list(_MAKES))
    witness = _MAKES[name](message_id)
    is_old = isinstance(tree, dict) and "data" not in tree and isinstance(tree.get(name), list)
    if is_old and not {"user_event", "replay_job_status"} & set(tree):
        tree[name].insert(rng.randint(0, len(tree[name])), witness)
        return tree | {"for_user_id": _US}
    return {"for_user_id": _US, name: [tree, witness] if rng.random() < 0.5 else [witness, tree]}


def items(tree: Any) -> int:
    """Count what happened: each item of an array, one for an array that is none, and one where there is nothing."""
    if "data" in tree or {"user_event", "replay_job_status"} & set(tree):
        return 1
    arrays = [(name, found) for name, found in tree.items() if name not in _AROUND and found is not None]
    return max(
        1, sum(len(found) if name in _MAKES and isinstance(found, list) else 1 for name, found in arrays if found)
    )


def sendable(body: bytes) -> bytes:
    """Let a body be no word of letters and digits: X answers such with the same signature when it checks an address."""
    return body if _NEVER_A_WORD.search(body) else b"{" + body


def attach(message_id: str, address: str) -> bytes:
    """Write an address wherever one may stand."""
    link = {"url": address, "expanded_url": address, "display_url": address, "indices": [0, 9]}
    medium = {"id_str": address, "media_url": address, "media_url_https": address, "type": "photo", "url": address}
    tweet = _tweet(message_id)
    tweet |= {"text": address, "entities": {"urls": [link]}, "extended_entities": {"media": [medium]}}
    tweet["user"] |= {"url": address, "profile_image_url_https": address}
    message = _message(f"{message_id}.direct")
    attached = {"type": "media", "media": medium}
    message["message_create"]["message_data"] = {"text": address, "attachment": attached, "entities": {"urls": [link]}}
    return json.dumps({"for_user_id": _US, _TWEETS: [tweet], _DIRECT: [message], "users": {}}).encode()
