"""One direct message that X can read, which both of its envelopes write alike.

Source: X "X Activity API: Event payloads" §dm.received, §dm.sent; "Account Activity API" §direct_message_events.
"""

from collections.abc import Mapping

from nightbell.domain.events import Attachment, Author, Contact, Event, Message, OutsideAnswer, Silent
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
from nightbell.platforms.x.consequences import TABLE
from nightbell.platforms.x.wording import NOBODY, Person, person, unescaped

CHANNEL = "x_direct"


def read_direct(item: object, users: object, place: Place) -> Event:
    """Read one message; ``users`` tells the names of those in it."""

    def build_message(kind: str, found: Fields, place: Place) -> Message:
        return _build_message(kind, found, users, place)

    build: Mapping[Consequence, Build] = {
        Consequence.MESSAGE: build_message,
        Consequence.OUTSIDE_ANSWER: _build_own,
    }
    return TABLE.read_item(item, place, _name_kind, build)


def sender_alone(item: object, users: object) -> Mapping[str, object]:
    """Leave of the people beside a message its sender: what is kept of a broken one tells of nobody else."""
    said = item.get("message_create") if isinstance(item, Mapping) else None
    sender = said.get("sender_id") if isinstance(said, Mapping) else None
    if not isinstance(users, Mapping) or not isinstance(sender, str) or sender not in users:
        return {}
    return {"users": {sender: users[sender]}}


def _name_kind(found: Fields, place: Place) -> str:
    """Tell ours from a contact's.

    Raises:
        UndeclaredError: It is not a message.
        ShapeError: Nobody says what it is, or who sent it.
    """
    kind = text(found, "type")
    if kind != "message_create":
        raise UndeclaredError(f"{CHANNEL}.{label(kind)}")
    is_own = identifier(member(found, "message_create"), "sender_id") == place.account_id
    return f"{CHANNEL}.own_message" if is_own else f"{CHANNEL}.message"


def _build_message(kind: str, found: Fields, users: object, place: Place) -> Message:
    said = member(found, "message_create")
    content = member(said, "message_data")
    sender, words = identifier(said, "sender_id"), unescaped(optional_text(content, "text"))
    author, beside = _among(users, sender), _attached(content)
    return Message(
        kind=kind,
        channel=place.channel,
        account_id=place.account_id,
        contact=Contact(contact_id=sender, address=sender, name=author.name),
        message_id=identifier(found, "id"),
        sent_at=moment(found.get("created_timestamp"), place.received_at),
        role=TABLE.role_of(kind),
        text=words,
        attachments=beside if words or beside else (Attachment(kind="unsupported"),),
        silent=_silent(author, said, place),
        raw=None if words or beside else as_json(found),
    )


def _build_own(kind: str, found: Fields, place: Place) -> OutsideAnswer:
    said = member(found, "message_create")
    return OutsideAnswer(
        kind=kind,
        channel=place.channel,
        account_id=place.account_id,
        contact_ids=(identifier(member(said, "target"), "recipient_id"),),
        author=Author.PERSON,
        sent_at=moment(found.get("created_timestamp"), place.received_at),
        said_id=identifier(found, "id"),
        text=unescaped(optional_text(member(said, "message_data"), "text")),
    )


def _attached(content: Fields) -> tuple[Attachment, ...]:
    """Name what was attached; its address is signed and changes, so only its id is kept."""
    found = optional_member(content, "attachment")
    if not found:
        return ()
    kind = label(optional_text(found, "type"))
    medium = optional_member(found, kind)
    return (
        Attachment(
            kind=label(optional_text(medium, "type")) if medium.get("type") else kind,
            reference=optional_identifier(medium, "id_str"),
        ),
    )


def _silent(author: Person, said: Fields, place: Place) -> Silent | None:
    if author.is_bot:
        return Silent.BOT
    addressee = optional_identifier(optional_member(said, "target"), "recipient_id")
    return None if addressee == place.account_id else Silent.GROUP


def _among(users: object, user_id: str) -> Person:
    found = users.get(user_id) if isinstance(users, Mapping) else None
    return NOBODY if found is None else person(found)
