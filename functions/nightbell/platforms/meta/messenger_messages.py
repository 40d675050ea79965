"""Building the kept events of Messenger and Instagram: what a contact said, tapped, edited or took back."""

import re
from collections.abc import Callable, Mapping
from hashlib import sha256

from nightbell.domain.events import Attachment, Contact, Message
from nightbell.platforms.meta.dispatch import role_of
from nightbell.platforms.meta.messenger_attachments import read_attachments
from nightbell.platforms.reading.dispatch import Content, Place
from nightbell.platforms.reading.fields import (
    Fields,
    ShapeError,
    as_json,
    fields,
    identifier,
    member,
    moment,
    optional_identifier,
    optional_list,
    optional_member,
    optional_text,
    text,
)

_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_PHONE = re.compile(r"\+?[0-9][0-9 ().-]{5,24}")


def build_message(kind: str, item: Fields, place: Place) -> Message:
    """Build what a contact said or tapped."""
    message_id, content = _SAID[_without_product(kind)](item)
    return _kept(kind, item, place, message_id, content)


def build_change(kind: str, item: Fields, place: Place) -> Message:
    """Build an edit or an unsend; Meta gives both the first message's id, so they get their own here."""
    message_id, content = _CHANGED[_without_product(kind)](item)
    return _kept(kind, item, place, message_id, content)


def _without_product(kind: str) -> str:
    return kind.rpartition(".")[2]


def _kept(kind: str, item: Fields, place: Place, message_id: str, content: Content) -> Message:
    contact_id = identifier(member(item, "sender"), "id")
    return Message(
        kind=kind,
        channel=place.channel,
        account_id=place.account_id,
        contact=Contact(contact_id=contact_id, address=contact_id),
        message_id=message_id,
        sent_at=moment(item.get("timestamp"), place.received_at),
        role=role_of(kind),
        text=content.text,
        attachments=content.attachments,
        choice=content.choice,
        standby=place.standby,
        given_email=content.given_email,
        given_phone=content.given_phone,
        raw=None if content.understood else as_json(item),
    )


def _said(item: Fields) -> tuple[str, Content]:
    message = member(item, "message")
    attachments, known = read_attachments(message)
    words = optional_text(message, "text")
    extra = (*_referral(message), *_reply_to(message))
    payload = optional_text(optional_member(message, "quick_reply"), "payload") or None
    is_given = payload is not None and payload == words
    email = payload if is_given and _EMAIL.fullmatch(words) else None
    phone = payload if is_given and _PHONE.fullmatch(words) else None
    return identifier(message, "mid"), Content(
        text=words,
        attachments=(*attachments, *extra) if words or attachments else (Attachment(kind="unsupported"), *extra),
        # What a contact hands over is their own, not a payload that anybody set.
        choice=None if email or phone else payload,
        given_email=email,
        given_phone=phone,
        understood=known and bool(words or attachments),
    )


def _unsupported(item: Fields) -> tuple[str, Content]:
    message = member(item, "message")
    attachments, _ = read_attachments(message)
    content = Content(text=optional_text(message, "text"), attachments=attachments or (Attachment(kind="unsupported"),))
    return identifier(message, "mid"), content


def _postback(item: Fields) -> tuple[str, Content]:
    postback = member(item, "postback")
    payload = optional_text(postback, "payload") or None
    return optional_identifier(postback, "mid") or _made_id("postback", item, payload or ""), Content(
        text=optional_text(postback, "title"),
        attachments=_referral(postback),
        choice=payload,
    )


def _order(item: Fields) -> tuple[str, Content]:
    order = member(item, "order")
    products = [fields(product, "a product") for product in optional_list(order, "products")]
    detail = ", ".join(f"{product.get('quantity', 1)} x {product.get('name', '?')}" for product in products)
    references = [found for product in products if (found := optional_identifier(product, "id"))]
    cart = Attachment(kind="order", reference=",".join(references) or None, detail=detail or None)
    return _made_id("order", item, as_json(order)), Content(text=optional_text(order, "note"), attachments=(cart,))


def _edit(item: Fields) -> tuple[str, Content]:
    edit = member(item, "message_edit")
    mid = identifier(edit, "mid")
    original = Attachment(kind="edit_of", reference=mid)
    return f"{mid}:edit:{identifier(edit, 'num_edit')}", Content(text=text(edit, "text"), attachments=(original,))


def _unsend(item: Fields) -> tuple[str, Content]:
    mid = identifier(member(item, "message"), "mid")
    return f"{mid}:unsend", Content(attachments=(Attachment(kind="unsend_of", reference=mid),))


def _made_id(what: str, item: Fields, value: str) -> str:
    """Name an event that has no id so that a redelivery gets the same name and a second tap another."""
    timestamp = item.get("timestamp")
    if not isinstance(timestamp, int | str):
        raise ShapeError("neither an id nor a timestamp")
    return f"{what}:{timestamp}:{sha256(value.encode()).hexdigest()[:16]}"


def _referral(parent: Fields) -> tuple[Attachment, ...]:
    referral = optional_member(parent, "referral")
    if not referral:
        return ()
    product = optional_identifier(optional_member(referral, "product"), "id")
    reference = optional_identifier(referral, "ad_id") or product
    title = optional_text(optional_member(referral, "ads_context_data"), "ad_title")
    return (Attachment(kind="referral", reference=reference, detail=title or optional_text(referral, "ref") or None),)


def _reply_to(message: Fields) -> tuple[Attachment, ...]:
    answered = optional_member(message, "reply_to")
    story = optional_member(answered, "story")
    if story:
        return (Attachment(kind="reply_to_story", reference=optional_identifier(story, "id")),)
    mid = optional_identifier(answered, "mid")
    return (Attachment(kind="reply_to", reference=mid),) if mid else ()


_Read = Callable[[Fields], tuple[str, Content]]

_SAID: Mapping[str, _Read] = {
    "message": _said,
    "quick_reply": _said,
    "story_reply": _said,
    "story_mention": _said,
    "unsupported": _unsupported,
    "postback": _postback,
    "order": _order,
}

_CHANGED: Mapping[str, _Read] = {"edit": _edit, "unsend": _unsend}
