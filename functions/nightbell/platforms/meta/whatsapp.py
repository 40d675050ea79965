"""One change of a WhatsApp business account: messages, statuses, or news about the account.

Source: Meta "WhatsApp Cloud API: webhooks overview" §Fields.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial

from nightbell.domain.events import Author, Event, OutsideAnswer
from nightbell.platforms.meta.dispatch import build_noise, noise, read_item
from nightbell.platforms.meta.whatsapp_messages import read_message
from nightbell.platforms.meta.whatsapp_moves import read_user_id_update
from nightbell.platforms.meta.whatsapp_news import read_news
from nightbell.platforms.meta.whatsapp_people import cards_beside, recipients
from nightbell.platforms.meta.whatsapp_standby import read_handover, read_standby
from nightbell.platforms.meta.whatsapp_statuses import read_status
from nightbell.platforms.reading.consequence import Consequence
from nightbell.platforms.reading.dispatch import Alone, Build, Place, read_all
from nightbell.platforms.reading.fields import Fields, fields, identifier, label, member, moment, text

CHANNEL = "whatsapp"

_TEST_NUMBER_ID = "123456123"
"""The phone number id in what the dashboard's test button sends."""


_ARRAYS = frozenset({"messages", "statuses", "errors", "message_echoes", "user_id_update", "standby"})


def read_change(change: Fields, account: str, received_at: datetime, alone: Alone) -> list[Event]:
    """Read every event of one change; ``account`` is the business account's id.

    Raises:
        ShapeError: The change itself is broken; its items are judged one by one.
    """
    field = label(text(change, "field"))
    value = fields(change.get("value") or {}, "value")
    metadata = value.get("metadata")
    number = str(metadata.get("phone_number_id", "")) if isinstance(metadata, dict) else ""
    if account == "0" or number == _TEST_NUMBER_ID:
        return [noise("meta.test", CHANNEL)]
    if field not in _READERS:
        return [read_news(field, value, account)]

    def alone_in_value(part: Fields) -> object:
        return alone({"field": change["field"], "value": {**_around(part, value), **part}})

    return _READERS[field](value, received_at, alone_in_value)


def _around(part: Fields, value: Fields) -> Fields:
    """Keep what a part of a value is read by: the number, and the cards of those it names."""
    around = {name: beside for name, beside in value.items() if name not in _ARRAYS}
    return around | ({"contacts": cards_beside(part, value)} if "contacts" in value else {})


def _read_messages(value: Fields, received_at: datetime, alone: Alone) -> list[Event]:
    messages, statuses = (_place(value, array, received_at, alone) for array in ("messages", "statuses"))
    events = [
        *read_all(value, "messages", CHANNEL, lambda item: read_message(item, value, messages), alone),
        *read_all(value, "statuses", CHANNEL, lambda item: [read_status(item, value, statuses)], alone),
        *read_all(value, "errors", CHANNEL, _read_error, alone),
    ]
    return events or [noise("meta.empty", CHANNEL)]


def _read_echoes(value: Fields, received_at: datetime, alone: Alone) -> list[Event]:
    place = _place(value, "message_echoes", received_at, alone)
    return read_all(value, "message_echoes", CHANNEL, lambda item: [_read_echo(item, value, place)], alone)


def _place(value: Fields, array: str, received_at: datetime, alone: Alone) -> Place:
    number = identifier(member(value, "metadata"), "phone_number_id")
    return Place(channel=CHANNEL, account_id=number, received_at=received_at, alone=lambda item: alone({array: [item]}))


def _read_error(error: object) -> list[Event]:
    code = error.get("code") if isinstance(error, dict) else None
    return [noise("whatsapp.errors", CHANNEL, label(str(code)))]


def _read_moves(value: Fields, received_at: datetime, alone: Alone) -> list[Event]:
    place = _place(value, "user_id_update", received_at, alone)
    return read_all(value, "user_id_update", CHANNEL, lambda item: [read_user_id_update(item, place)], alone) or [
        noise("meta.empty", CHANNEL)
    ]


def _read_echo(item: object, value: Fields, place: Place) -> Event:
    build: Mapping[Consequence, Build] = {
        Consequence.OUTSIDE_ANSWER: partial(_build_outside_answer, value),
        Consequence.NOISE: build_noise,
    }
    return read_item(item, place, _name_echo, build)


def _name_echo(echo: Fields, _: Place) -> str:
    is_new = "edit" not in echo and "revoke" not in echo
    return "whatsapp.smb_message_echoes" if is_new else "whatsapp.smb_message_echoes.changed"


def _build_outside_answer(value: Fields, kind: str, echo: Fields, place: Place) -> OutsideAnswer:
    return OutsideAnswer(
        kind=kind,
        channel=place.channel,
        account_id=place.account_id,
        contact_ids=recipients(echo, value),
        author=Author.PERSON,
        sent_at=moment(echo.get("timestamp"), place.received_at),
    )


_READERS: Mapping[str, Callable[[Fields, datetime, Alone], list[Event]]] = {
    "messages": _read_messages,
    "smb_message_echoes": _read_echoes,
    "user_id_update": _read_moves,
    "standby": read_standby,
    "messaging_handovers": read_handover,
}
