"""What a customer does in Messenger, as the event that Meta reports.

Source: "Messenger Platform: webhook event reference".
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from infra.local.platforms.meta.acts import Writing
from infra.local.platforms.meta.bodies import Event, milliseconds
from infra.local.platforms.meta.people import Account


def _text(_: Account, writing: Writing, __: datetime) -> Event:
    return {"message": {"mid": writing.message_id, "text": writing.text}}


def _tap(_: Account, writing: Writing, __: datetime) -> Event:
    reply = {"payload": writing.payload}
    return {"message": {"mid": writing.message_id, "text": writing.text, "quick_reply": reply}}


def _postback(_: Account, writing: Writing, __: datetime) -> Event:
    return {"postback": {"mid": writing.message_id, "title": writing.text, "payload": writing.payload}}


def _media(_: Account, writing: Writing, __: datetime) -> Event:
    payload: dict[str, Any] = {"url": f"https://scontent.xx.fbcdn.net/v/{writing.message_id[2:14]}?oh=signed&oe=6A0F"}
    if writing.kind == "sticker":
        payload["sticker_id"] = 369239263222822
    message: Event = {"mid": writing.message_id, "attachments": [{"type": writing.kind, "payload": payload}]}
    return {"message": message | ({"text": writing.text} if writing.text else {})}


def _location(_: Account, writing: Writing, __: datetime) -> Event:
    place = {"type": "location", "payload": {"coordinates": {"lat": 40.4168, "long": -3.7038}}}
    return {"message": {"mid": writing.message_id, "attachments": [place]}}


def _reaction(_: Account, writing: Writing, __: datetime) -> Event:
    emoji = writing.text or "\u2764\ufe0f"
    return {"reaction": {"mid": writing.about, "action": "react", "emoji": emoji, "reaction": "other"}}


def _edit(_: Account, writing: Writing, __: datetime) -> Event:
    return {"message_edit": {"mid": writing.message_id, "text": writing.text, "num_edit": 1}}


def _unsend(_: Account, writing: Writing, __: datetime) -> Event:
    return {"message": {"mid": writing.message_id, "is_deleted": True}}


def _unsupported(_: Account, writing: Writing, __: datetime) -> Event:
    return {"message": {"mid": writing.message_id, "is_unsupported": True}}


def _read(_: Account, __: Writing, at: datetime) -> Event:
    return {"read": {"watermark": milliseconds(at)}}


MESSENGER_ACTS: dict[str, Callable[[Account, Writing, datetime], Event]] = {
    "text": _text,
    "tap": _tap,
    "postback": _postback,
    "media": _media,
    "location": _location,
    "reaction": _reaction,
    "edit": _edit,
    "unsend": _unsend,
    "unsupported": _unsupported,
    "read": _read,
}
