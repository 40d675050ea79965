"""Turns what a customer does in private into the event that the channel reports."""

from collections.abc import Callable, Mapping
from datetime import datetime

from infra.local.platforms.meta.acts import KINDS, MEDIA, UnknownKindError, Writing
from infra.local.platforms.meta.bodies import Event, messenger_event, whatsapp_message
from infra.local.platforms.meta.instagram_acts import INSTAGRAM_ACTS
from infra.local.platforms.meta.messenger_acts import MESSENGER_ACTS
from infra.local.platforms.meta.people import INSTAGRAM_DIRECT, MESSENGER, WHATSAPP, Account, Bubble, Button, Contact
from infra.local.platforms.meta.whatsapp_acts import WHATSAPP_ACTS

ACTS: Mapping[str, Mapping[str, Callable[[Account, Writing, datetime], Event]]] = {
    MESSENGER: MESSENGER_ACTS,
    WHATSAPP: WHATSAPP_ACTS,
    INSTAGRAM_DIRECT: INSTAGRAM_ACTS,
}


def tapping(bubble: Bubble, button: Button, *, own: str = "") -> Writing:
    """Tap a button of a message; ``own`` is the contact's own address or number, where the button asks for it."""
    kind = "choose" if button.kind == "list" else "tap"
    return Writing(kind=kind, text=own or button.title, payload=own or button.payload, about=bubble.message_id)


def event_for(account: Account, contact: Contact, writing: Writing, at: datetime) -> Event:
    """Build the event of a writing that has its id.

    Raises:
        UnknownKindError: The kind does not exist on the channel.
    """
    table = ACTS[account.channel]
    content = table[known_kind(account.channel, table, writing.kind)](account, writing, at)
    if account.channel == WHATSAPP:
        return whatsapp_message(account, contact, writing.message_id, at, **content)
    return messenger_event(contact, at, **content)


def known_kind(channel: str, table: Mapping[str, object], kind: str) -> str:
    """Tell under which key a table of acts has a kind.

    Raises:
        UnknownKindError: It has not.
    """
    key = _key(table, kind)
    if key not in table:
        known = ", ".join(each for each in KINDS if _key(table, each) in table)
        raise UnknownKindError(f"No customer can write {kind!r} on {channel}; there are {known}.")
    return key


def _key(table: Mapping[str, object], kind: str) -> str:
    return "media" if kind in MEDIA and "media" in table else kind
