"""Deliveries as LinkedIn writes them.

Source: LinkedIn "Organization Social Action Notifications" §Sample: the field ``generatedActivity`` spells a comment's
name shorter than the comment itself does.
"""

import hashlib
import hmac
import json
from collections.abc import Mapping
from typing import Any

from infra.local.platforms.courier import Delivery
from infra.local.platforms.linkedin.wall import Comment, Post
from infra.local.platforms.vendor import Contact

TYPE = "ORGANIZATION_SOCIAL_ACTION_NOTIFICATIONS"
SUBSCRIBER = "urn:li:person:Adm1nOfLocal"

Json = dict[str, Any]


def person(contact: Contact) -> str:
    """Name a member."""
    return f"urn:li:person:{contact.contact_id}"


def organization(account_id: str) -> str:
    """Name the page."""
    return f"urn:li:organization:{account_id}"


def about_comment(number: int, action: str, account_id: str, comment: Comment, moment_ms: int) -> Json:
    """Write one notification about a comment."""
    author = organization(account_id) if comment.author is None else person(comment.author)
    shown = {"owner": author, "text": comment.text, "entity": comment.name, "object": comment.post}
    if comment.above != comment.post:
        shown["parentComment"] = comment.above
    head = _head(number, action, account_id, moment_ms)
    short = comment.name.replace("(urn:li:", "(", 1)
    return head | {
        "sourcePost": comment.post,
        "generatedActivity": short,
        "decoratedGeneratedActivity": {"comment": shown},
    }


def about_post(number: int, action: str, account_id: str, post: Post, moment_ms: int) -> Json:
    """Write one notification about a member's post, or about a like of one."""
    shown = {"owner": person(post.author), "text": post.text, "entity": post.name} if post.author else None
    decorated = {"decoratedGeneratedActivity": {"share": shown}} if shown else {}
    return _head(number, action, account_id, moment_ms) | {"sourcePost": post.name} | decorated


def _head(number: int, action: str, account_id: str, moment_ms: int) -> Json:
    return {
        "notificationId": number,
        "organizationalEntity": organization(account_id),
        "action": action,
        "lastModifiedAt": moment_ms,
        "subscriber": SUBSCRIBER,
    }


def delivery(what: str, notifications: list[Json], secret: str) -> Delivery:
    """Sign a body and wrap it up."""
    body = json.dumps({"type": TYPE, "notifications": notifications}, separators=(",", ":")).encode()
    signature = hmac.new(secret.encode(), b"hmacsha256=" + body, hashlib.sha256).hexdigest()
    headers: Mapping[str, str] = {"Content-Type": "application/json", "X-LI-Signature": signature}
    return Delivery(what=what, body=body, headers=headers)
