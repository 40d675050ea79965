"""One message of an encrypted conversation: that somebody wrote, and who, is all that there is to read.

Source: X "X Activity API: Event payloads" §chat.received, §chat.sent.
"""

from nightbell.domain.events import Attachment, Author, Contact, Message, OutsideAnswer, Silent
from nightbell.platforms.reading.dispatch import Place
from nightbell.platforms.reading.fields import Fields, identifier, moment, optional_text
from nightbell.platforms.x.consequences import TABLE

ENCRYPTED = "encrypted"


def name_chat(payload: Fields, place: Place) -> str:
    """Tell ours from a contact's."""
    is_own = identifier(payload, "sender_id") == place.account_id
    return "x_direct.own_encrypted" if is_own else "x_direct.encrypted"


def build_encrypted(kind: str, payload: Fields, place: Place) -> Message:
    """Build that a contact wrote; X has no way to answer them there."""
    sender, message_id = identifier(payload, "sender_id"), identifier(payload, "id")
    return Message(
        kind=kind,
        channel=place.channel,
        account_id=place.account_id,
        contact=Contact(contact_id=sender, address=sender),
        message_id=message_id,
        sent_at=moment(payload.get("created_at_msec"), place.received_at),
        role=TABLE.role_of(kind),
        attachments=(Attachment(kind=ENCRYPTED, reference=message_id),),
        silent=Silent.ENCRYPTED,
    )


def build_own(kind: str, payload: Fields, place: Place) -> OutsideAnswer:
    """Build that a person of the business wrote; a group's id names nobody."""
    people = optional_text(payload, "conversation_id").split(":")
    return OutsideAnswer(
        kind=kind,
        channel=place.channel,
        account_id=place.account_id,
        contact_ids=tuple(each for each in people if each and each != place.account_id) if len(people) > 1 else (),
        author=Author.PERSON,
        sent_at=moment(payload.get("created_at_msec"), place.received_at),
        said_id=identifier(payload, "id"),
    )
