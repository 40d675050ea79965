"""What reaches us while Meta's own Business Agent has a WhatsApp conversation: we listen, and never answer.

Sources: Meta "WhatsApp Business Platform: Standby webhooks" (4 August 2026): messages, echoes and statuses, one level
below the value of the field ``standby``. The field ``messaging_handovers`` tells who has a conversation by roles, where
Messenger tells it by apps; Meta has no page about its WhatsApp form, so only what is beyond doubt is read of it.
"""

from collections.abc import Callable
from datetime import datetime

from nightbell.domain.events import Author, Event, OutsideAnswer, ThreadControl
from nightbell.platforms.meta.dispatch import noise, read_item
from nightbell.platforms.meta.whatsapp_messages import read_message
from nightbell.platforms.meta.whatsapp_people import recipients
from nightbell.platforms.meta.whatsapp_statuses import read_status
from nightbell.platforms.reading.consequence import Consequence
from nightbell.platforms.reading.dispatch import Alone, Place, UndeclaredError, read_all
from nightbell.platforms.reading.fields import (
    Fields,
    ShapeError,
    identifier,
    label,
    member,
    moment,
    optional_identifier,
    optional_member,
    text,
)

_CHANNEL = "whatsapp"
_AGENT = "ai_agent"
"""The role of Meta's Business Agent; every other owner leaves the conversation to us."""
_HANDOVERS = frozenset({"control_passed", "control_taken"})


def read_standby(value: Fields, received_at: datetime, alone: Alone) -> list[Event]:
    """Read messages, echoes and statuses; each is kept as what it is, and none is answered."""
    number = identifier(member(value, "metadata"), "phone_number_id")
    listened = optional_member(value, "standby")
    whole = {**value, **listened}

    def place(array: str) -> Place:
        def lone(item: object) -> object:
            cards = {"contacts": whole["contacts"]} if "contacts" in whole else {}
            return alone({"standby": {**cards, array: [item]}})

        return Place(channel=_CHANNEL, account_id=number, received_at=received_at, alone=lone, standby=True)

    readers: dict[str, Callable[[object, Place], list[Event]]] = {
        "messages": lambda item, here: read_message(item, whole, here),
        "message_echoes": lambda item, here: [_read_echo(item, whole, here)],
        "statuses": lambda item, here: [read_status(item, whole, here)],
    }

    def read_array(array: str) -> list[Event]:
        here, read = place(array), readers[array]
        return read_all(listened, array, _CHANNEL, lambda item: read(item, here), lambda part: alone({"standby": part}))

    return [event for array in readers for event in read_array(array)] or [noise("meta.empty", _CHANNEL)]


def read_handover(value: Fields, received_at: datetime, alone: Alone) -> list[Event]:
    """Read who has a conversation from now on."""
    recipient = optional_member(value, "recipient")
    place = Place(
        channel=_CHANNEL,
        account_id=optional_identifier(recipient, "phone_number_id") or "",
        received_at=received_at,
        alone=lambda _: alone({}),
    )
    return [read_item(value, place, _name_handover, {Consequence.THREAD_CONTROL: _build_handover})]


def _name_handover(value: Fields, _: Place) -> str:
    kind = label(text(value, "type"))
    if kind not in _HANDOVERS:
        raise UndeclaredError(f"whatsapp.messaging_handovers.{kind}")
    return "whatsapp.messaging_handovers"


def _build_handover(kind: str, value: Fields, place: Place) -> ThreadControl:
    sender = member(value, "sender")
    ids = (optional_identifier(sender, name) for name in ("user_id", "wa_id", "phone_number"))
    contact_ids = tuple(one for one in ids if one)
    if not contact_ids or not place.account_id:
        raise ShapeError("it does not say whose conversation")
    owner = text(member(value, text(value, "type")), "new_owner_role")
    return ThreadControl(
        kind=kind,
        channel=place.channel,
        account_id=place.account_id,
        contact_ids=contact_ids,
        owner_app_id=_AGENT if owner == _AGENT else None,
        at=moment(value.get("timestamp"), place.received_at),
    )


def _read_echo(item: object, value: Fields, place: Place) -> Event:
    def build(kind: str, echo: Fields, here: Place) -> OutsideAnswer:
        return OutsideAnswer(
            kind=kind,
            channel=here.channel,
            account_id=here.account_id,
            contact_ids=recipients(echo, value),
            author=Author.OTHER_APP,
            sent_at=moment(echo.get("timestamp"), here.received_at),
        )

    return read_item(item, place, lambda *_: "whatsapp.standby_echo", {Consequence.OUTSIDE_ANSWER: build})
