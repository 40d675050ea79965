"""What a customer does in WhatsApp, as the message that Meta reports.

Source: "WhatsApp Cloud API: messages webhook".
"""

import hashlib
from collections.abc import Callable
from datetime import datetime

from infra.local.platforms.meta.acts import Writing
from infra.local.platforms.meta.bodies import Event
from infra.local.platforms.meta.people import Account

MIME_TYPES = {
    "image": "image/jpeg",
    "audio": "audio/ogg; codecs=opus",
    "video": "video/mp4",
    "document": "application/pdf",
    "sticker": "image/webp",
}


def _text(_: Account, writing: Writing, __: datetime) -> Event:
    return {"type": "text", "text": {"body": writing.text}}


def _tap(account: Account, writing: Writing, __: datetime) -> Event:
    reply = {"type": "button_reply", "button_reply": {"id": writing.payload, "title": writing.text}}
    return {"context": {"from": account.number, "id": writing.about}, "type": "interactive", "interactive": reply}


def _choose(account: Account, writing: Writing, __: datetime) -> Event:
    reply = {"type": "list_reply", "list_reply": {"id": writing.payload, "title": writing.text}}
    return {"context": {"from": account.number, "id": writing.about}, "type": "interactive", "interactive": reply}


def _media(_: Account, writing: Writing, __: datetime) -> Event:
    kind = "document" if writing.kind == "file" else writing.kind
    digest = hashlib.sha256(writing.message_id.encode())
    media: Event = {"id": str(int(digest.hexdigest()[:12], 16)), "mime_type": MIME_TYPES[kind]}
    media["sha256"] = digest.hexdigest()
    if writing.text and kind in ("image", "video", "document"):
        media["caption"] = writing.text
    return {"type": kind, kind: media}


def _location(_: Account, writing: Writing, __: datetime) -> Event:
    return {"type": "location", "location": {"latitude": 40.4168, "longitude": -3.7038, "name": writing.text}}


def _reaction(_: Account, writing: Writing, __: datetime) -> Event:
    return {"type": "reaction", "reaction": {"message_id": writing.about, "emoji": writing.text or "\u2764\ufe0f"}}


def _edit(_: Account, writing: Writing, __: datetime) -> Event:
    changed = {"type": "text", "text": {"body": writing.text}}
    return {"type": "edit", "edit": {"original_message_id": writing.about, "message": changed}}


def _unsend(_: Account, writing: Writing, __: datetime) -> Event:
    return {"type": "revoke", "revoke": {"original_message_id": writing.about}}


def _unsupported(_: Account, __: Writing, ___: datetime) -> Event:
    details = {"details": "Message type is currently not supported."}
    error = {"code": 131051, "title": "Message type unknown", "message": "Message type unknown", "error_data": details}
    return {"type": "unsupported", "errors": [error]}


WHATSAPP_ACTS: dict[str, Callable[[Account, Writing, datetime], Event]] = {
    "text": _text,
    "tap": _tap,
    "choose": _choose,
    "media": _media,
    "location": _location,
    "reaction": _reaction,
    "edit": _edit,
    "unsend": _unsend,
    "unsupported": _unsupported,
}
