"""What a contact said or changed, as a relay tells it."""

from nightbell.domain.events import (
    Attachment,
    Contact,
    GivenConsent,
    Message,
    MessageRole,
    Reference,
    ReferenceKind,
    Silent,
)
from nightbell.platforms.reading.dispatch import Place
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
from nightbell.platforms.reading.times import optional_time, time_of

MAX_ID_BYTES = 200
"""Of every id that a relay sets; two of them come back with each answer."""

_MAX_CONSENT = 1000
_LONGEST_TIME = 40
_WAYS = frozenset({"email", "phone"})


def build_message(timestamp: object, kind: str, data: Fields, place: Place) -> Message:
    """Build what a contact said; it says something, or it is broken."""
    words, attachments = optional_text(data, "text"), _attachments(data)
    choice = optional_text(data, "choice") or None
    if not words and not attachments and not choice:
        raise ShapeError("neither text nor choice nor attachments")
    consents, is_understood = _consents(data)
    return Message(
        kind=kind,
        channel=place.channel,
        account_id=place.account_id,
        contact=read_contact(data),
        message_id=read_id(data, "id"),
        sent_at=time_of(data.get("sent_at") or timestamp, place.received_at),
        text=words,
        attachments=(*attachments, *_around(data)),
        choice=choice,
        silent=Silent.OFF if data.get("answer_automatically", True) is not True else None,
        belongs=_belongs(data),
        about=_about(data),
        consents=consents,
        raw=None if is_understood else as_json(data),
    )


def build_change(timestamp: object, kind: str, data: Fields, place: Place) -> Message:
    """Build an edit or a removal, which names the message that it changes by the same id."""
    original = read_id(data, "id")
    is_edit = kind.endswith(".edit")
    return Message(
        kind=kind,
        channel=place.channel,
        account_id=place.account_id,
        contact=read_contact(data),
        # A redelivery has the same time, and the next edit another one.
        message_id=f"{original}:edit:{_time_as_written(timestamp)}" if is_edit else f"{original}:unsend",
        sent_at=time_of(timestamp, place.received_at),
        role=MessageRole.CHANGE,
        text=text(data, "text") if is_edit else "",
        attachments=(Attachment(kind="edit_of" if is_edit else "unsend_of", reference=original),),
    )


def read_contact(data: Fields) -> Contact:
    """Read who it was; the relay's own id is also what an answer names."""
    contact = member(data, "contact")
    contact_id = read_id(contact, "id")
    return Contact(contact_id=contact_id, address=contact_id, name=optional_text(contact, "name") or None)


def read_id(parent: Fields, name: str) -> str:
    """Read an id that is short enough to travel back with an answer."""
    found = identifier(parent, name)
    if len(found.encode("utf-8", "surrogatepass")) > MAX_ID_BYTES:
        raise ShapeError(f"{name} is longer than {MAX_ID_BYTES} bytes")
    return found


def _time_as_written(timestamp: object) -> str:
    if not isinstance(timestamp, str | int) or not 0 < len(str(timestamp)) <= _LONGEST_TIME:
        raise ShapeError("timestamp is not a time")
    return str(timestamp)


def _attachments(data: Fields) -> tuple[Attachment, ...]:
    found = [fields(each, "an attachment") for each in optional_list(data, "attachments")]
    return tuple(
        Attachment(
            kind=label(text(each, "kind")),
            reference=optional_identifier(each, "id"),
            detail=optional_text(each, "title") or None,
        )
        for each in found
    )


def _around(data: Fields) -> tuple[Attachment, ...]:
    """Read what a person may want to know beside the words; an address in a form is nobody's permission to use it."""
    contact = member(data, "contact")
    told = (
        ("link", optional_text(data, "link")),
        ("contact_email", optional_text(contact, "email")),
        ("contact_phone", optional_text(contact, "phone")),
    )
    return tuple(Attachment(kind=kind, detail=detail) for kind, detail in told if detail)


def _belongs(data: Fields) -> tuple[Reference, ...]:
    code = optional_text(data, "reference").strip()
    return (Reference(kind=ReferenceKind.CODE, value=code),) if code else ()


def _about(data: Fields) -> dict[str, str]:
    """Gather what an answer repeats, so that the relay knows where it belongs."""
    conversation = read_id(data, "conversation") if optional_identifier(data, "conversation") else ""
    return {"message": read_id(data, "id"), **({"conversation": conversation} if conversation else {})}


def _consents(data: Fields) -> tuple[tuple[GivenConsent, ...], bool]:
    """Read the contact's permission to be written to or called, if the form recorded one.

    Returns:
        None, and false, where there is one that says less than everything: permission is never guessed, and the
        message stays a message.
    """
    try:
        found = optional_member(data, "consent")
        consents = (_consent(found),) if found else ()
    except ShapeError:
        return (), False
    return consents, True


def _consent(found: Fields) -> GivenConsent:
    way, address, wording = text(found, "channel"), text(found, "address").strip(), text(found, "wording").strip()
    given_at = optional_time(found.get("given_at"))
    if way not in _WAYS or not 0 < len(address) <= _MAX_CONSENT or not 0 < len(wording) <= _MAX_CONSENT:
        raise ShapeError("consent is not complete")
    if given_at is None:
        raise ShapeError("given_at is not a time")
    return GivenConsent(way=way, address=address, wording=wording, given_at=given_at)
