"""What a contact takes back or edits, and what is left of a message that comes after it was taken back."""

from dataclasses import replace

from nightbell.domain.events import Attachment, Message, MessageRole

EDIT_OF = "edit_of"
UNSEND_OF = "unsend_of"
"""Kinds of the attachment with which every platform's parser names the message that was changed."""


def taken_back_by(message: Message) -> str | None:
    """Name the message that this one takes back; ``None`` when it takes none."""
    return _named(message, UNSEND_OF)


def edited_by(message: Message) -> str | None:
    """Name the message that this one edits; ``None`` when it edits none."""
    return _named(message, EDIT_OF)


def blank(message: Message, target: str) -> Message:
    """Leave nothing of a message but that it was there, and that ``target`` was taken back before it came."""
    return replace(
        message,
        role=MessageRole.CHANGE,
        text="",
        attachments=(Attachment(kind=UNSEND_OF, reference=target),),
        choice=None,
        raw=None,
        given_email=None,
        given_phone=None,
        about={},
        consents=(),
        kept_hash=message.content_hash,
    )


def _named(message: Message, kind: str) -> str | None:
    if message.role is not MessageRole.CHANGE:
        return None
    return next((each.reference for each in message.attachments if each.kind == kind and each.reference), None)
