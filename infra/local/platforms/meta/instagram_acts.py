"""What a customer does in Instagram's direct messages, as the event that Meta reports.

Source: "Instagram Platform: Webhooks" and "Instagram Messaging: Webhook Events". A shared post comes
as ``ig_post`` since 2026, as ``share`` before.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from infra.local.platforms.meta.acts import Writing
from infra.local.platforms.meta.bodies import Event
from infra.local.platforms.meta.people import Account

CDN = "https://lookaside.fbsbx.com/ig_messaging_cdn/?asset_id=1790000000000001&signature=signed"
SHARED_MEDIA = "17900000000000042"


def _message(writing: Writing, **content: object) -> Event:
    return {"message": {"mid": writing.message_id, **content}}


def _attached(writing: Writing, kind: str, payload: object = None) -> Event:
    attachment: dict[str, Any] = {"type": kind} | ({"payload": payload} if payload is not None else {})
    text = {"text": writing.text} if writing.text else {}
    return _message(writing, attachments=[attachment], **text)


def _text(_: Account, writing: Writing, __: datetime) -> Event:
    reply = {"reply_to": {"mid": writing.about}} if writing.about else {}
    return _message(writing, text=writing.text, **reply)


def _tap(_: Account, writing: Writing, __: datetime) -> Event:
    return _message(writing, text=writing.text, quick_reply={"payload": writing.payload})


def _postback(_: Account, writing: Writing, __: datetime) -> Event:
    return {"postback": {"mid": writing.message_id, "title": writing.text, "payload": writing.payload}}


def _media(_: Account, writing: Writing, __: datetime) -> Event:
    if writing.kind == "sticker":
        return _attached(writing, "like_heart")
    return _attached(writing, writing.kind, {"url": CDN})


def _share(_: Account, writing: Writing, __: datetime) -> Event:
    payload = {"ig_post_media_id": SHARED_MEDIA, "title": "A post", "url": CDN}
    return _attached(writing, "ig_post", payload)


def _old_share(_: Account, writing: Writing, __: datetime) -> Event:
    return _attached(writing, "share", {"url": CDN})


def _story_reply(account: Account, writing: Writing, __: datetime) -> Event:
    story = {"id": f"{account.account_id[:5]}000000000042", "url": CDN}
    return _message(writing, text=writing.text, reply_to={"story": story})


def _story_mention(_: Account, writing: Writing, __: datetime) -> Event:
    return _attached(writing, "story_mention", {"url": CDN})


def _ephemeral(_: Account, writing: Writing, __: datetime) -> Event:
    return _attached(writing, "ephemeral")


def _reaction(_: Account, writing: Writing, __: datetime) -> Event:
    emoji = writing.text or "\u2764\ufe0f"
    return {"reaction": {"mid": writing.about, "action": "react", "reaction": "love", "emoji": emoji}}


def _edit(_: Account, writing: Writing, __: datetime) -> Event:
    return {"message_edit": {"mid": writing.message_id, "text": writing.text, "num_edit": "1"}}


def _unsend(_: Account, writing: Writing, __: datetime) -> Event:
    return _message(writing, is_deleted=True)


def _unsupported(_: Account, writing: Writing, __: datetime) -> Event:
    return _message(writing, is_unsupported=True)


def _read(_: Account, writing: Writing, __: datetime) -> Event:
    return {"read": {"mid": writing.about}}


INSTAGRAM_ACTS: dict[str, Callable[[Account, Writing, datetime], Event]] = {
    "text": _text,
    "tap": _tap,
    "postback": _postback,
    "media": _media,
    "reaction": _reaction,
    "edit": _edit,
    "unsend": _unsend,
    "unsupported": _unsupported,
    "read": _read,
    "share": _share,
    "old_share": _old_share,
    "story_reply": _story_reply,
    "story_mention": _story_mention,
    "ephemeral": _ephemeral,
}
