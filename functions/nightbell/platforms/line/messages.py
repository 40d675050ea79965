"""Building the kept events of LINE: what a contact said, tapped or took back, and who blocks us.

Sources: LINE "Messaging API reference" §Message event, §Postback event, §Unsend event, §Follow event.
"""

from collections.abc import Callable, Mapping

from nightbell.domain.events import Attachment, Message, OptOut, Silent
from nightbell.domain.taking_back import UNSEND_OF
from nightbell.platforms.line.rows import TABLE
from nightbell.platforms.line.sources import contact_of
from nightbell.platforms.reading.dispatch import Content, Place
from nightbell.platforms.reading.fields import (
    Fields,
    ShapeError,
    as_json,
    identifier,
    member,
    moment,
    optional_identifier,
    optional_member,
    optional_text,
    text,
)

_MEDIA = frozenset({"image", "video", "audio", "file"})


def build_message(kind: str, item: Fields, place: Place) -> Message:
    """Build what a contact said or tapped."""
    return _tapped(kind, item, place) if kind == "line.choice" else _said(kind, item, place)


def build_unsend(kind: str, item: Fields, place: Place) -> Message:
    """Build that a message is gone; LINE asks that nobody sees it any more."""
    original = identifier(member(item, "unsend"), "messageId")
    content = Content(attachments=(Attachment(kind=UNSEND_OF, reference=original),))
    return _message(kind, item, place, f"{original}:unsend", content)


def build_opt_out(kind: str, item: Fields, place: Place) -> OptOut:
    """Build that a person blocked the account, or added it."""
    return OptOut(
        kind=kind,
        channel=place.channel,
        account_id=place.account_id,
        contact_ids=(contact_of(item).contact_id,),
        opted_out=kind == "line.unfollow",
        at=moment(item.get("timestamp"), place.received_at),
    )


def _said(kind: str, item: Fields, place: Place) -> Message:
    said = member(item, "message")
    return _message(kind, item, place, identifier(said, "id"), _content(said))


def _tapped(kind: str, item: Fields, place: Place) -> Message:
    """Build a tap; the event does not tell what the button said."""
    tap = member(item, "postback")
    data = text(tap, "data")
    if not data:
        raise ShapeError("data is empty")
    chosen = [value for value in optional_member(tap, "params").values() if isinstance(value, str) and value]
    picked = (Attachment(kind="picked", detail=", ".join(chosen)),) if chosen else ()
    content = Content(choice=data, attachments=picked)
    return _message(kind, item, place, f"tap:{identifier(item, 'webhookEventId')}", content)


def _content(said: Fields) -> Content:
    kind = text(said, "type")
    words = optional_text(said, "text") if kind == "text" else ""
    found = _ATTACHED[kind](said) if kind in _ATTACHED else None
    understood = bool(words or found)
    beside = found if understood else Attachment(kind="unsupported")
    answered = optional_identifier(said, "quotedMessageId")
    return Content(
        text=words,
        attachments=(
            *((beside,) if beside else ()),
            *((Attachment(kind="reply_to", reference=answered),) if answered else ()),
        ),
        understood=understood,
    )


def _media(said: Fields) -> Attachment:
    """Name a file by the message's own id: with it a team's own tool can fetch the content."""
    duration = said.get("duration")
    seconds = f"{duration // 1000} s" if isinstance(duration, int) and not isinstance(duration, bool) else None
    detail = optional_text(said, "fileName") or seconds
    return Attachment(kind=text(said, "type"), reference=identifier(said, "id"), detail=detail)


def _sticker(said: Fields) -> Attachment:
    shown = optional_text(said, "text") or None
    return Attachment(kind="sticker", reference=optional_identifier(said, "stickerId"), detail=shown)


def _location(said: Fields) -> Attachment:
    named = [value for key in ("title", "address") if (value := optional_text(said, key))]
    where = f"{said.get('latitude')},{said.get('longitude')}"
    return Attachment(kind="location", detail=" ".join([*named, where]))


_ATTACHED: Mapping[str, Callable[[Fields], Attachment]] = {
    **dict.fromkeys(_MEDIA, _media),
    "sticker": _sticker,
    "location": _location,
}


def _message(kind: str, item: Fields, place: Place, message_id: str, content: Content) -> Message:
    return Message(
        kind=kind,
        channel=place.channel,
        account_id=place.account_id,
        contact=contact_of(item),
        message_id=message_id,
        sent_at=moment(item.get("timestamp"), place.received_at),
        role=TABLE.role_of(kind),
        text=content.text,
        attachments=content.attachments,
        choice=content.choice,
        standby=place.standby,
        silent=Silent.GROUP if kind == "line.group" else None,
        raw=None if content.understood else as_json(item),
    )
