"""Witnesses among Google's hostile deliveries: a push holds one notice, and what is hostile stands around that."""

import json
from base64 import b64encode
from random import Random
from typing import Any

from tests.chaos.forgery.corpus import NAME

_LOCATION = "accounts/1014159265358/locations/7031415926535"


def known_as(message_id: str) -> str:
    """Name the review that stands for a message of this id."""
    return f"{_LOCATION}/reviews/{message_id.replace('.', '-')}"


def _push(message_id: str, **more: Any) -> dict[str, Any]:
    notice = {"notificationType": "NEW_REVIEW", "reviewName": known_as(message_id), **more}
    message = {
        "data": b64encode(json.dumps(notice).encode()).decode(),
        "messageId": message_id,
        "publishTime": "2026-11-23T09:09:58Z",
    }
    return {"message": message, "subscription": "projects/shop/subscriptions/reviews"}


def put(rng: Random, tree: Any, message_id: str) -> Any:
    """Push a good notice whose envelope holds the other tree where nobody looks."""
    push = _push(message_id)
    rng.choice((push, push["message"]))["extra"] = tree
    return push


def items(_: Any) -> int:
    """Count the one notice."""
    return 1


def attach(message_id: str, address: str) -> bytes:
    """Write an address wherever one may stand."""
    author = {"displayName": NAME, "profilePhotoUrl": address}
    review = {"reviewId": address, "name": address, "comment": address, "reviewer": author}
    push = _push(message_id, review=review, location=address, link=address)
    push["message"]["attributes"] = {"url": address}
    return json.dumps(push | {"subscription": address}).encode()
