"""What a WhatsApp message of each type says.

Source: Meta "WhatsApp Cloud API: messages webhook" and its page per type.
"""

from collections.abc import Callable, Mapping

from nightbell.domain.events import Attachment
from nightbell.platforms.meta.whatsapp_people import as_address
from nightbell.platforms.reading.dispatch import Content
from nightbell.platforms.reading.fields import (
    Fields,
    ShapeError,
    as_json,
    fields,
    identifier,
    label,
    member,
    optional_identifier,
    optional_list,
    optional_member,
    optional_text,
    text,
)

_MEDIA = ("image", "video", "audio", "document", "sticker")
_PHONE_WAS_ASKED_FOR = "contact_request"


def read_body(kind: str, message: Fields) -> Content:
    """Read what the kind's own part says; the parts around it are added by the caller."""
    return _READERS[kind](message)


def _text(message: Fields) -> Content:
    return Content(text=text(member(message, "text"), "body"))


def _media(kind: str) -> Callable[[Fields], Content]:
    def read(message: Fields) -> Content:
        media = member(message, kind)
        detail = "voice message" if media.get("voice") is True else optional_text(media, "filename") or None
        attachment = Attachment(kind=kind, reference=identifier(media, "id"), detail=detail)
        return Content(text=optional_text(media, "caption"), attachments=(attachment,))

    return read


def _location(message: Fields) -> Content:
    location = member(message, "location")
    where = [location.get("latitude"), location.get("longitude")]
    if not all(isinstance(part, int | float | str) for part in where):
        raise ShapeError("the location has no coordinates")
    words = (optional_text(location, "name"), optional_text(location, "address"))
    detail = " ".join(word for word in (f"{where[0]},{where[1]}", *words) if word)
    return Content(attachments=(Attachment(kind="location", detail=detail),))


def _contacts(message: Fields) -> Content:
    cards = [fields(card, "a contact card") for card in optional_list(message, "contacts")]
    phones = [phone for card in cards for phone in _phones(card)]
    was_asked = optional_text(message, "origin").startswith(_PHONE_WAS_ASKED_FOR)
    return Content(
        attachments=tuple(Attachment(kind="contact", detail=_card_detail(card)) for card in cards),
        given_phone=as_address(phones[0]) if was_asked and phones else None,
    )


def _phones(card: Fields) -> list[str]:
    numbers = (fields(phone, "a phone").get("phone") for phone in optional_list(card, "phones"))
    return [number for number in numbers if isinstance(number, str) and number]


def _card_detail(card: Fields) -> str | None:
    name = optional_text(optional_member(card, "name"), "formatted_name")
    return ", ".join(part for part in (name, *_phones(card)) if part) or None


def _button(message: Fields) -> Content:
    button = member(message, "button")
    return Content(text=optional_text(button, "text"), choice=optional_text(button, "payload") or None)


def _chosen(kind: str) -> Callable[[Fields], Content]:
    def read(message: Fields) -> Content:
        reply = member(member(message, "interactive"), kind)
        return Content(text=optional_text(reply, "title"), choice=identifier(reply, "id"))

    return read


def _form(message: Fields) -> Content:
    reply = member(member(message, "interactive"), "nfm_reply")
    answers = reply.get("response_json")
    detail = answers if isinstance(answers, str) else as_json(answers)
    form = Attachment(kind="form", reference=optional_identifier(reply, "name"), detail=detail)
    return Content(text=optional_text(reply, "body"), attachments=(form,))


def _call_permission(message: Fields) -> Content:
    reply = member(member(message, "interactive"), "call_permission_reply")
    return Content(attachments=(Attachment(kind="call_permission", detail=label(text(reply, "response"))),))


def _order(message: Fields) -> Content:
    order = member(message, "order")
    items = [fields(item, "a product item") for item in optional_list(order, "product_items")]
    detail = ", ".join(f"{item.get('quantity', 1)} x {item.get('product_retailer_id', '?')}" for item in items)
    cart = Attachment(kind="order", reference=optional_identifier(order, "catalog_id"), detail=detail or None)
    return Content(text=optional_text(order, "text"), attachments=(cart,))


def _unsupported(message: Fields) -> Content:
    what = optional_text(optional_member(message, "unsupported"), "type")
    return Content(attachments=(Attachment(kind="unsupported", detail=label(what) if what else None),))


def _edit(message: Fields) -> Content:
    edit = member(message, "edit")
    original = Attachment(kind="edit_of", reference=identifier(edit, "original_message_id"))
    changed = member(edit, "message")
    body = optional_member(changed, label(text(changed, "type")))
    words = optional_text(body, "body") or optional_text(body, "caption")
    return Content(text=words, attachments=(original,))


def _revoke(message: Fields) -> Content:
    original = identifier(member(message, "revoke"), "original_message_id")
    return Content(attachments=(Attachment(kind="unsend_of", reference=original),))


def _undeclared(message: Fields) -> Content:
    return Content(attachments=(Attachment(kind=label(text(message, "type"))),), understood=False)


_READERS: Mapping[str, Callable[[Fields], Content]] = {
    "whatsapp.text": _text,
    **{f"whatsapp.{kind}": _media(kind) for kind in _MEDIA},
    "whatsapp.location": _location,
    "whatsapp.contacts": _contacts,
    "whatsapp.button": _button,
    "whatsapp.interactive.button_reply": _chosen("button_reply"),
    "whatsapp.interactive.list_reply": _chosen("list_reply"),
    "whatsapp.interactive.nfm_reply": _form,
    "whatsapp.interactive.call_permission_reply": _call_permission,
    "whatsapp.order": _order,
    "whatsapp.unsupported": _unsupported,
    "whatsapp.unknown": _unsupported,
    "whatsapp.edit": _edit,
    "whatsapp.revoke": _revoke,
    "whatsapp.undeclared": _undeclared,
}
