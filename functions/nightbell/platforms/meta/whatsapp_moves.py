"""A WhatsApp contact who has another number or user id from now on, and stays the same person.

Who changes the number gets a new user id with it, so both are told together where both are known.
Sources: Meta "WhatsApp Business Platform: System messages webhook reference"; "Changelog" of 11 August 2026
(``previous_user_id``); "Business-scoped user IDs" §user_id_update, a field that by that entry nobody can subscribe to.
"""

from collections.abc import Iterable

from nightbell.domain.events import ContactMoved, Event
from nightbell.platforms.meta.dispatch import read_item
from nightbell.platforms.reading.consequence import Consequence
from nightbell.platforms.reading.dispatch import Place
from nightbell.platforms.reading.fields import Fields, ShapeError, member, moment, optional_identifier, optional_member

_KIND = "whatsapp.user_id_update"


def build_move(kind: str, message: Fields, place: Place) -> ContactMoved:
    """Read a system message; people are filed under the user id where there is one.

    Raises:
        ShapeError: It does not say from where, or to where.
    """
    system = member(message, "system")
    user_id, number = optional_identifier(system, "user_id"), _number(system)
    old = (
        optional_identifier(system, "previous_user_id"),
        optional_identifier(message, "from_user_id"),
        optional_identifier(message, "from"),
    )
    return _moved(kind, place, old, user_id or number, message.get("timestamp"))


def read_user_id_update(item: object, place: Place) -> Event:
    """Read one item of the field of that name."""
    return read_item(item, place, lambda *_: _KIND, {Consequence.CONTACT_MOVED: _build_update})


def _build_update(kind: str, item: Fields, place: Place) -> ContactMoved:
    user_id = optional_member(item, "user_id")
    previous, current = optional_identifier(user_id, "previous"), optional_identifier(user_id, "current")
    return _moved(kind, place, (previous, optional_identifier(item, "wa_id")), current, item.get("timestamp"))


def _number(system: Fields) -> str | None:
    # Versions of the API before v12 called it so.
    return optional_identifier(system, "wa_id") or optional_identifier(system, "new_wa_id")


def _moved(kind: str, place: Place, old: Iterable[str | None], new_id: str | None, timestamp: object) -> ContactMoved:
    old_ids = tuple(dict.fromkeys(one for one in old if one and one != new_id))
    if not new_id or not old_ids:
        raise ShapeError("it does not say who moved, or where to")
    return ContactMoved(
        kind=kind,
        channel=place.channel,
        account_id=place.account_id,
        old_ids=old_ids,
        new_id=new_id,
        at=moment(timestamp, place.received_at),
    )
