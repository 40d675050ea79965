"""Who wrote on WhatsApp, found in the message and in the contacts beside it.

A person is filed under the business-scoped user id, which is always there since March 2026, with
the phone number as alias; older deliveries have only the number.
Source: Meta "WhatsApp Cloud API: Business-scoped user IDs" §Webhooks.
"""

from nightbell.domain.events import Contact
from nightbell.platforms.reading.fields import (
    Fields,
    ShapeError,
    as_json,
    fields,
    optional_identifier,
    optional_list,
    optional_member,
    optional_text,
)


def find_sender(message: Fields, value: Fields) -> Contact:
    """Name the contact who sent a message.

    In a group the conversation is the person's part of that group, never their private one.

    Raises:
        ShapeError: Neither a user id nor a number is there.
    """
    phone, user_id = optional_identifier(message, "from"), optional_identifier(message, "from_user_id")
    card = _card(value, phone, user_id)
    phone = phone or optional_identifier(card, "wa_id")
    user_id = user_id or optional_identifier(card, "user_id")
    person = user_id or phone
    if person is None:
        raise ShapeError("no sender")
    within = f"{group_id}/" if (group_id := optional_identifier(message, "group_id")) else ""
    return Contact(
        contact_id=within + person,
        address=as_address(phone) if phone else person,
        name=optional_text(optional_member(card, "profile"), "name") or None,
        aliases=(within + phone,) if phone and phone != person else (),
    )


def recipients(item: Fields, value: Fields) -> tuple[str, ...]:
    """List the ids under which a recipient's conversation may be filed, the likeliest first."""
    phone = optional_identifier(item, "recipient_id") or optional_identifier(item, "to")
    user_id = optional_identifier(item, "recipient_user_id") or optional_identifier(item, "to_user_id")
    card = _card(value, phone, user_id)
    ids = (user_id, optional_identifier(card, "user_id"), phone, optional_identifier(card, "wa_id"))
    found = tuple(dict.fromkeys(one for one in ids if one))
    if not found:
        raise ShapeError("no recipient")
    return found


def cards_beside(part: Fields, value: Fields) -> object:
    """Keep the contacts that a part of the value may need; of many, those whose id it says anywhere.

    One delivery may hold a thousand messages; each with everybody's cards would be a million.
    """
    cards = value.get("contacts")
    if not isinstance(cards, list) or len(cards) == 1:
        return cards
    said = as_json(part)
    kept = [card for card in cards if not isinstance(card, dict) or _is_named(card, said)]
    # A card that is alone would be taken for the sender's, and this one is not.
    return [*kept, {}] if len(kept) == 1 else kept


def _is_named(card: Fields, said: str) -> bool:
    return any(as_json(card[name]).strip('"') in said for name in ("wa_id", "user_id") if card.get(name))


def as_address(phone: str) -> str:
    """Put the plus sign before a number.

    Without it the send API may take the number for one of the business's own country.
    Source: Meta "WhatsApp Cloud API: Send messages" §Phone number formats.
    """
    return f"+{phone}" if phone.isascii() and phone.isdigit() else phone


def _card(value: Fields, phone: str | None, user_id: str | None) -> Fields:
    """Find the contact's card; a single card that contradicts nothing is theirs."""
    cards = [fields(card, "a contact") for card in optional_list(value, "contacts")]
    for card in cards:
        if (user_id and card.get("user_id") == user_id) or (phone and str(card.get("wa_id")) == phone):
            return card
    is_only = len(cards) == 1 and not (phone and cards[0].get("wa_id")) and not (user_id and cards[0].get("user_id"))
    return cards[0] if is_only else {}
