"""Turns what a customer does into the event that the channel reports."""

from datetime import datetime

from infra.local.platforms.meta.acts import KINDS, MEDIA, Writing
from infra.local.platforms.meta.bodies import Event, messenger_event, whatsapp_message
from infra.local.platforms.meta.messenger_acts import MESSENGER_ACTS
from infra.local.platforms.meta.people import MESSENGER, Account, Bubble, Button, Contact
from infra.local.platforms.meta.whatsapp_acts import WHATSAPP_ACTS


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
    table = MESSENGER_ACTS if account.channel == MESSENGER else WHATSAPP_ACTS
    kind = "media" if writing.kind in MEDIA else writing.kind
    if kind not in table:
        message = f"No customer can write {writing.kind!r} on {account.channel}; there are {', '.join(KINDS)}."
        raise UnknownKindError(message)
    content = table[kind](account, writing, at)
    if account.channel == MESSENGER:
        return messenger_event(contact, at, **content)
    return whatsapp_message(account, contact, writing.message_id, at, **content)
