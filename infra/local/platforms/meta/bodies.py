"""Webhook bodies as Meta documents them.

Sources: "Webhooks for Messenger Platform", "Instagram Platform: Webhooks", "WhatsApp webhooks:
messages", "Webhooks for Pages". Times are milliseconds in messaging, seconds in changes.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from infra.local.platforms.meta.people import (
    FACEBOOK_COMMENTS,
    INSTAGRAM_COMMENTS,
    INSTAGRAM_DIRECT,
    MESSENGER,
    WHATSAPP,
    Account,
    Contact,
)

Event = dict[str, Any]

OBJECTS = {
    MESSENGER: "page",
    FACEBOOK_COMMENTS: "page",
    INSTAGRAM_DIRECT: "instagram",
    INSTAGRAM_COMMENTS: "instagram",
    WHATSAPP: "whatsapp_business_account",
}


def milliseconds(at: datetime) -> int:
    """Write a time as Messenger does."""
    return int(at.timestamp() * 1000)


def seconds(at: datetime) -> str:
    """Write a time as WhatsApp does: a string."""
    return str(int(at.timestamp()))


def delivery_body(account: Account, events: Sequence[Event], at: datetime, array: str = "messaging") -> Event:
    """Wrap events of one account into one POST; ``array`` is ``standby`` while another app owns the thread."""
    if account.channel in (MESSENGER, INSTAGRAM_DIRECT):
        entry: Event = {"id": account.entry_id, "time": milliseconds(at), array: list(events)}
    elif account.channel == WHATSAPP:
        entry = {"id": account.entry_id, "changes": [{"value": event, "field": "messages"} for event in events]}
    else:
        entry = {"id": account.entry_id, "time": int(at.timestamp()), "changes": list(events)}
    return {"object": OBJECTS[account.channel], "entry": [entry]}


def together(bodies: Sequence[Event]) -> Event:
    """Put the entries of several bodies into one, as Meta batches them.

    Raises:
        ValueError: They are of different objects, which Meta never puts into one POST.
    """
    if len({body["object"] for body in bodies}) != 1:
        raise ValueError("One POST holds one object; Page, Instagram and WhatsApp come apart.")
    return {"object": bodies[0]["object"], "entry": [entry for body in bodies for entry in body["entry"]]}


def messenger_event(contact: Contact, at: datetime, **content: object) -> Event:
    """Say something from the contact to the Page or Instagram account; ``content`` is the one event key."""
    return {
        "sender": {"id": contact.contact_id},
        "recipient": {"id": contact.account_id},
        "timestamp": milliseconds(at),
        **content,
    }


def messenger_echo(contact: Contact, at: datetime, message: Event) -> Event:
    """Tell the business's own message back: sender and recipient are swapped."""
    return {
        "sender": {"id": contact.account_id},
        "recipient": {"id": contact.contact_id},
        "timestamp": milliseconds(at),
        "message": {"is_echo": True, **message},
    }


def whatsapp_value(account: Account, **content: object) -> Event:
    """Begin a ``value`` of field ``messages``."""
    metadata = {"display_phone_number": account.number, "phone_number_id": account.account_id}
    return {"messaging_product": "whatsapp", "metadata": metadata, **content}


def whatsapp_message(account: Account, contact: Contact, message_id: str, at: datetime, **content: object) -> Event:
    """Say something from the contact to the number; ``content`` holds ``type`` and what it names."""
    message: Event = {"id": message_id, "timestamp": seconds(at), "from_user_id": contact.user_id, **content}
    person: Event = {"profile": {"name": contact.name}, "user_id": contact.user_id}
    if not contact.phone_hidden:
        message["from"] = contact.contact_id
        person["wa_id"] = contact.contact_id
    return whatsapp_value(account, contacts=[person], messages=[message])


def whatsapp_status(account: Account, contact: Contact, status: Event, at: datetime) -> Event:
    """Tell what became of a message that the number sent; ``status`` holds at least ``id`` and ``status``."""
    whole: Event = {"timestamp": seconds(at), "recipient_user_id": contact.user_id, **status}
    if not contact.phone_hidden:
        whole["recipient_id"] = contact.contact_id
    if status["status"] != "failed":
        whole["pricing"] = {
            "billable": False,
            "pricing_model": "PMP",
            "type": "free_customer_service",
            "category": "service",
        }
    return whatsapp_value(account, statuses=[whole])
