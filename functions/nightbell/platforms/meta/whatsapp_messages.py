"""One item of WhatsApp's ``messages`` array: which kind it is, and what the contact said."""

from collections.abc import Mapping
from functools import partial

from nightbell.domain.events import Attachment, Event, Message, Unknown
from nightbell.platforms.meta.dispatch import build_noise, read_item, role_of
from nightbell.platforms.meta.whatsapp_bodies import read_body
from nightbell.platforms.meta.whatsapp_moves import build_move
from nightbell.platforms.meta.whatsapp_people import find_sender
from nightbell.platforms.reading.consequence import Consequence
from nightbell.platforms.reading.dispatch import Build, Place, UndeclaredError
from nightbell.platforms.reading.fields import (
    Fields,
    as_json,
    identifier,
    label,
    member,
    moment,
    optional_identifier,
    optional_member,
    optional_text,
    text,
)

_TYPES = frozenset(
    {"text", "image", "video", "audio", "document", "sticker", "location", "contacts", "button", "order"}
    | {"unsupported", "unknown", "edit", "revoke", "reaction", "request_welcome"}
)
_SUBTYPES: Mapping[str, frozenset[str]] = {
    "interactive": frozenset({"button_reply", "list_reply", "nfm_reply", "call_permission_reply"}),
    "system": frozenset(
        {"user_changed_number", "customer_changed_number", "user_changed_user_id", "customer_identity_changed"}
    ),
}


def read_message(item: object, value: Fields, place: Place) -> list[Event]:
    """Read one message.

    A type that nobody declared raises its alarm and is kept all the same: whatever it is, a
    contact sent it, and a person must see it.
    """
    build: Mapping[Consequence, Build] = {
        Consequence.MESSAGE: partial(_build, value),
        Consequence.CHANGE: partial(_build, value),
        Consequence.CONTACT_MOVED: build_move,
        Consequence.NOISE: build_noise,
    }
    event = read_item(item, place, partial(_name_kind, value), build)
    if isinstance(event, Unknown):
        return [event, read_item(item, place, lambda *_: "whatsapp.undeclared", build)]
    return [event]


def _name_kind(value: Fields, message: Fields, _: Place) -> str:
    if _is_own_number(message, value):
        return "whatsapp.own_number"
    kind = label(text(message, "type"))
    if kind in _SUBTYPES:
        subtype = label(text(member(message, kind), "type"))
        if subtype not in _SUBTYPES[kind]:
            raise UndeclaredError(f"whatsapp.{kind}.{subtype}")
        return f"whatsapp.{kind}.{subtype}"
    if kind not in _TYPES:
        raise UndeclaredError(f"whatsapp.{kind}")
    return f"whatsapp.{kind}"


def _is_own_number(message: Fields, value: Fields) -> bool:
    metadata = value.get("metadata")
    shown = str(metadata.get("display_phone_number", "")) if isinstance(metadata, dict) else ""
    digits = "".join(character for character in shown if character.isdigit())
    return bool(digits) and str(message.get("from", "")).removeprefix("+") == digits


def _build(value: Fields, kind: str, message: Fields, place: Place) -> Message:
    content = read_body(kind, message)
    return Message(
        kind=kind,
        channel=place.channel,
        account_id=place.account_id,
        contact=find_sender(message, value),
        message_id=identifier(message, "id"),
        sent_at=moment(message.get("timestamp"), place.received_at),
        role=role_of(kind),
        text=content.text,
        attachments=(*content.attachments, *_around(message)),
        choice=content.choice,
        # Nightbell does not speak in groups; a person sees what was said there.
        standby=place.standby or "group_id" in message,
        given_phone=content.given_phone,
        raw=None if content.understood else as_json(message),
    )


def _around(message: Fields) -> tuple[Attachment, ...]:
    """Read what the contact answered to, and the advertisement they came from."""
    context, referral = optional_member(message, "context"), optional_member(message, "referral")
    replied = optional_identifier(context, "id")
    product = optional_identifier(optional_member(context, "referred_product"), "product_retailer_id")
    source = optional_identifier(referral, "source_id")
    found = (
        Attachment(kind="reply_to", reference=replied) if replied else None,
        Attachment(kind="product", reference=product) if product else None,
        Attachment(kind="referral", reference=source, detail=optional_text(referral, "headline") or None)
        if referral
        else None,
    )
    return tuple(attachment for attachment in found if attachment)
