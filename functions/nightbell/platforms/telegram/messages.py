"""Building the kept events of Telegram: what a contact said, tapped, edited or deleted."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from hashlib import sha256

from nightbell.domain.events import Attachment, Message, Silent
from nightbell.domain.taking_back import EDIT_OF, UNSEND_OF
from nightbell.platforms.reading.dispatch import Content, Place
from nightbell.platforms.reading.fields import (
    Fields,
    as_json,
    identifier,
    member,
    moment,
    optional_list,
    optional_text,
    text,
)
from nightbell.platforms.telegram.attachments import given_phone, read_answered, read_attachments
from nightbell.platforms.telegram.chats import contact_of, part
from nightbell.platforms.telegram.rows import TABLE


def build_message(kind: str, item: Fields, place: Place) -> Message:
    """Build what a contact said or tapped."""
    return _BUILD.get(kind, _said)(kind, item, place)


def build_change(kind: str, item: Fields, place: Place) -> Message:
    """Build an edit, or that one message was deleted; both get an id of their own."""
    return _BUILD[kind](kind, item, place)


def _said(kind: str, item: Fields, place: Place) -> Message:
    if kind == "telegram.business_message":
        # Without it the contact's own chat with the bot would be meant.
        identifier(item, "business_connection_id")
    return _kept(kind, item, place, identifier(item, "message_id"), _content(item))


def _edited(kind: str, item: Fields, place: Place) -> Message:
    original, content, edited_at = identifier(item, "message_id"), _content(item), item.get("edit_date")
    # Of two edits within one second each is one of its own.
    words = sha256(content.text.encode("utf-8", "surrogatepass")).hexdigest()[:8]
    message_id = f"{original}:edit:{edited_at if isinstance(edited_at, int) else ''}:{words}"
    content = replace(content, attachments=(*content.attachments, Attachment(kind=EDIT_OF, reference=original)))
    return _kept(kind, {**item, "date": edited_at}, place, message_id, content)


def _deleted(kind: str, item: Fields, place: Place) -> Message:
    """Build that a message is gone; the update does not say when, and of several each comes by itself here."""
    listed = optional_list(item, "message_ids")
    original = identifier({"message_ids": listed[0] if len(listed) == 1 else None}, "message_ids")
    identifier(item, "business_connection_id")
    content = Content(attachments=(Attachment(kind=UNSEND_OF, reference=original),))
    return _message(kind, item, place, f"{original}:unsend", content)


def _tapped(kind: str, item: Fields, place: Place) -> Message:
    """Build a tap, which has no time of its own."""
    below, data = member(item, "message"), text(item, "data")
    # The time below the button is that of our own message.
    where = {**below, "from": member(item, "from"), "date": None}
    content = Content(text=_title(below, data), choice=data)
    return _message(kind, where, place, f"cb:{identifier(item, 'id')}", content)


def _title(below: Fields, data: str) -> str:
    """Find what the tapped button says; the message that it stood below may be out of reach."""
    rows = part(below, "reply_markup").get("inline_keyboard")
    buttons = [button for row in rows if isinstance(row, list) for button in row] if isinstance(rows, list) else []
    titles = [b.get("text") for b in buttons if isinstance(b, dict) and b.get("callback_data") == data]
    return titles[0] if titles and isinstance(titles[0], str) else ""


def _content(item: Fields) -> Content:
    words = optional_text(item, "text") or optional_text(item, "caption")
    attachments = read_attachments(item)
    understood = bool(words or attachments)
    return Content(
        text=words,
        attachments=(*(attachments if understood else (Attachment(kind="unsupported"),)), *read_answered(item)),
        given_phone=given_phone(item),
        understood=understood,
    )


def _kept(kind: str, item: Fields, place: Place, message_id: str, content: Content) -> Message:
    member(item, "from")
    return _message(kind, item, place, message_id, content)


def _message(kind: str, item: Fields, place: Place, message_id: str, content: Content) -> Message:
    return Message(
        kind=kind,
        channel=place.channel,
        account_id=place.account_id,
        contact=contact_of(item),
        message_id=message_id,
        sent_at=moment(item.get("date"), place.received_at),
        role=TABLE.role_of(kind),
        text=content.text,
        attachments=content.attachments,
        choice=content.choice,
        given_phone=content.given_phone,
        silent=_silent(kind, item),
        raw=None if content.understood else as_json(item),
    )


def _silent(kind: str, item: Fields) -> Silent | None:
    if kind == "telegram.group":
        return Silent.GROUP
    # Sent by a rule or a schedule of the contact's own: perhaps another automatic answer.
    return Silent.BOT if item.get("is_from_offline") is True else None


_BUILD: Mapping[str, Callable[[str, Fields, Place], Message]] = {
    "telegram.choice": _tapped,
    "telegram.edit": _edited,
    "telegram.deleted": _deleted,
}
