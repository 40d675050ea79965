"""What a customer does on their phone, turned into the event that Meta would report.

Sources: "Messenger Platform: webhook event reference" and "WhatsApp Cloud API: messages webhook".
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from infra.local.platforms.meta.bodies import Event, messenger_event, milliseconds, whatsapp_message
from infra.local.platforms.meta.people import MESSENGER, Account, Bubble, Button, Contact, new_message_id

MEDIA = ("image", "audio", "video", "file", "sticker")
KINDS = ("text", "tap", "choose", "postback", *MEDIA, "location", "reaction", "edit", "unsend", "unsupported", "read")
MIME_TYPES = {
    "image": "image/jpeg",
    "audio": "audio/ogg; codecs=opus",
    "video": "video/mp4",
    "document": "application/pdf",
    "sticker": "image/webp",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Writing:
    """One act of a customer: ``tap`` is for buttons, ``choose`` for a row of a WhatsApp list.

    Attributes:
        kind: One of :data:`KINDS`.
        text: What was typed, a button's title, a caption, or an emoji.
        payload: Of the tapped button.
        about: Id of the message that is tapped, reacted to, edited or taken back.
        message_id: The act's own id; made up when empty.
    """

    kind: str = "text"
    text: str = ""
    payload: str = ""
    about: str = ""
    message_id: str = ""

    def with_id(self, channel: str) -> "Writing":
        """Give it an id; what changes a Messenger message goes by the id of that message."""
        if self.message_id:
            return self
        reuses = channel == MESSENGER and self.kind in ("edit", "unsend")
        return replace(self, message_id=self.about if reuses else new_message_id(channel))


def tapping(bubble: Bubble, button: Button, *, own: str = "") -> Writing:
    """Tap a button of a message; ``own`` is the contact's own address or number, where the button asks for it."""
    kind = "choose" if button.kind == "list" else "tap"
    return Writing(kind=kind, text=own or button.title, payload=own or button.payload, about=bubble.message_id)


class UnknownKindError(ValueError):
    """The channel has no such act; the message lists those there are."""


def event_for(account: Account, contact: Contact, writing: Writing, at: datetime) -> Event:
    """Build the event of a writing that has its id.

    Raises:
        UnknownKindError: The kind does not exist on the channel.
    """
    table = _MESSENGER if account.channel == MESSENGER else _WHATSAPP
    kind = "media" if writing.kind in MEDIA else writing.kind
    if kind not in table:
        message = f"No customer can write {writing.kind!r} on {account.channel}; there are {', '.join(KINDS)}."
        raise UnknownKindError(message)
    content = table[kind](account, writing, at)
    if account.channel == MESSENGER:
        return messenger_event(contact, at, **content)
    return whatsapp_message(account, contact, writing.message_id, at, **content)


def _messenger_text(_: Account, writing: Writing, __: datetime) -> Event:
    return {"message": {"mid": writing.message_id, "text": writing.text}}


def _messenger_tap(_: Account, writing: Writing, __: datetime) -> Event:
    reply = {"payload": writing.payload}
    return {"message": {"mid": writing.message_id, "text": writing.text, "quick_reply": reply}}


def _messenger_postback(_: Account, writing: Writing, __: datetime) -> Event:
    return {"postback": {"mid": writing.message_id, "title": writing.text, "payload": writing.payload}}


def _messenger_media(_: Account, writing: Writing, __: datetime) -> Event:
    payload: dict[str, Any] = {"url": f"https://scontent.xx.fbcdn.net/v/{writing.message_id[2:14]}?oh=signed&oe=6A0F"}
    if writing.kind == "sticker":
        payload["sticker_id"] = 369239263222822
    message: Event = {"mid": writing.message_id, "attachments": [{"type": writing.kind, "payload": payload}]}
    return {"message": message | ({"text": writing.text} if writing.text else {})}


def _messenger_location(_: Account, writing: Writing, __: datetime) -> Event:
    place = {"type": "location", "payload": {"coordinates": {"lat": 40.4168, "long": -3.7038}}}
    return {"message": {"mid": writing.message_id, "attachments": [place]}}


def _messenger_reaction(_: Account, writing: Writing, __: datetime) -> Event:
    emoji = writing.text or "\u2764\ufe0f"
    return {"reaction": {"mid": writing.about, "action": "react", "emoji": emoji, "reaction": "other"}}


def _messenger_edit(_: Account, writing: Writing, __: datetime) -> Event:
    return {"message_edit": {"mid": writing.message_id, "text": writing.text, "num_edit": 1}}


def _messenger_unsend(_: Account, writing: Writing, __: datetime) -> Event:
    return {"message": {"mid": writing.message_id, "is_deleted": True}}


def _messenger_unsupported(_: Account, writing: Writing, __: datetime) -> Event:
    return {"message": {"mid": writing.message_id, "is_unsupported": True}}


def _messenger_read(_: Account, __: Writing, at: datetime) -> Event:
    return {"read": {"watermark": milliseconds(at)}}


def _whatsapp_text(_: Account, writing: Writing, __: datetime) -> Event:
    return {"type": "text", "text": {"body": writing.text}}


def _whatsapp_tap(account: Account, writing: Writing, __: datetime) -> Event:
    reply = {"type": "button_reply", "button_reply": {"id": writing.payload, "title": writing.text}}
    return {"context": {"from": account.number, "id": writing.about}, "type": "interactive", "interactive": reply}


def _whatsapp_choose(account: Account, writing: Writing, __: datetime) -> Event:
    reply = {"type": "list_reply", "list_reply": {"id": writing.payload, "title": writing.text}}
    return {"context": {"from": account.number, "id": writing.about}, "type": "interactive", "interactive": reply}


def _whatsapp_media(_: Account, writing: Writing, __: datetime) -> Event:
    kind = "document" if writing.kind == "file" else writing.kind
    digest = hashlib.sha256(writing.message_id.encode())
    media: Event = {"id": str(int(digest.hexdigest()[:12], 16)), "mime_type": MIME_TYPES[kind]}
    media["sha256"] = digest.hexdigest()
    if writing.text and kind in ("image", "video", "document"):
        media["caption"] = writing.text
    return {"type": kind, kind: media}


def _whatsapp_location(_: Account, writing: Writing, __: datetime) -> Event:
    return {"type": "location", "location": {"latitude": 40.4168, "longitude": -3.7038, "name": writing.text}}


def _whatsapp_reaction(_: Account, writing: Writing, __: datetime) -> Event:
    return {"type": "reaction", "reaction": {"message_id": writing.about, "emoji": writing.text or "\u2764\ufe0f"}}


def _whatsapp_edit(_: Account, writing: Writing, __: datetime) -> Event:
    changed = {"type": "text", "text": {"body": writing.text}}
    return {"type": "edit", "edit": {"original_message_id": writing.about, "message": changed}}


def _whatsapp_unsend(_: Account, writing: Writing, __: datetime) -> Event:
    return {"type": "revoke", "revoke": {"original_message_id": writing.about}}


def _whatsapp_unsupported(_: Account, __: Writing, ___: datetime) -> Event:
    details = {"details": "Message type is currently not supported."}
    error = {"code": 131051, "title": "Message type unknown", "message": "Message type unknown", "error_data": details}
    return {"type": "unsupported", "errors": [error]}


_Builder = Callable[[Account, Writing, datetime], Event]

_MESSENGER: dict[str, _Builder] = {
    "text": _messenger_text,
    "tap": _messenger_tap,
    "postback": _messenger_postback,
    "media": _messenger_media,
    "location": _messenger_location,
    "reaction": _messenger_reaction,
    "edit": _messenger_edit,
    "unsend": _messenger_unsend,
    "unsupported": _messenger_unsupported,
    "read": _messenger_read,
}
_WHATSAPP: dict[str, _Builder] = {
    "text": _whatsapp_text,
    "tap": _whatsapp_tap,
    "choose": _whatsapp_choose,
    "media": _whatsapp_media,
    "location": _whatsapp_location,
    "reaction": _whatsapp_reaction,
    "edit": _whatsapp_edit,
    "unsend": _whatsapp_unsend,
    "unsupported": _whatsapp_unsupported,
}
