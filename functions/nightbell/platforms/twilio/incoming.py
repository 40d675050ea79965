"""One message of a contact: what they said, sent along, or chose.

Twilio tells no time: a message was sent when it reached us.
Sources: Twilio "Twilio's request to your incoming message webhook URL", and "WhatsApp" §Inbound parameters.
"""

import re
from datetime import datetime

from nightbell.domain.events import Attachment, Contact, Event, Message, OptOut, Reference, ReferenceKind
from nightbell.platforms.reading.dispatch import UndeclaredError
from nightbell.platforms.reading.fields import ShapeError, label
from nightbell.platforms.twilio.addresses import Address, read_address
from nightbell.platforms.twilio.form_fields import Form, number, optional, required
from nightbell.platforms.twilio.keywords import Keyword, keyword_of

_MOST_MEDIA = 100
# The address itself is a way to the file for everybody who knows it, so only the id is kept.
_MEDIA_ID = re.compile(r"/Media/(ME[0-9a-fA-F]{32})$")
_CARDS = frozenset({"text/vcard", "text/x-vcard", "text/directory"})
_KINDS = frozenset({"image", "video", "audio"})


def read_incoming(form: Form, received_at: datetime) -> list[Event]:
    """Read one message, and what it tells Twilio about our writing.

    Raises:
        UndeclaredError: It is of a kind that nobody declared.
        ShapeError: It lacks what every message has.
    """
    contact, account = read_address(required(form, "From")), read_address(required(form, "To"))
    status = label(optional(form, "SmsStatus") or "received")
    if status != "received":
        raise UndeclaredError(f"{account.channel}.incoming.{status}")
    keyword = keyword_of(account.channel, form)
    message = Message(
        kind=f"{account.channel}.{'keyword' if keyword else 'message'}",
        channel=account.channel,
        account_id=account.number,
        contact=Contact(
            contact_id=contact.number, address=contact.written, name=optional(form, "ProfileName").strip() or None
        ),
        message_id=required(form, "MessageSid"),
        sent_at=received_at,
        text=optional(form, "Body"),
        attachments=_attachments(form),
        choice=optional(form, "ButtonPayload") or None,
        answered_by_platform=keyword is not None,
        belongs=_belongs(contact),
    )
    return [message, *_heeded(keyword, account, contact, received_at)]


def _belongs(contact: Address) -> tuple[Reference, ...]:
    """Let a text message lead to where its number was given; that a WhatsApp account has the number is no such word."""
    if contact.channel != "sms":
        return ()
    return (Reference(kind=ReferenceKind.GIVEN_PHONE, value=contact.number),)


def _heeded(keyword: Keyword | None, account: Address, contact: Address, at: datetime) -> list[Event]:
    if keyword not in (Keyword.STOP, Keyword.START):
        return []
    opted_out = keyword is Keyword.STOP
    return [
        OptOut(
            kind=f"{account.channel}.{'opted_out' if opted_out else 'opted_in'}",
            channel=account.channel,
            account_id=account.number,
            contact_ids=(contact.number,),
            opted_out=opted_out,
            at=at,
        )
    ]


def _attachments(form: Form) -> tuple[Attachment, ...]:
    many = number(form, "NumMedia")
    if many > _MOST_MEDIA:
        raise ShapeError("NumMedia is too large")
    found = (*(_media(form, at) for at in range(many)), *_around(form))
    said = optional(form, "Body") or optional(form, "ButtonPayload")
    return found or (() if said.strip() else (Attachment(kind="nothing", detail="an empty message"),))


def _media(form: Form, at: int) -> Attachment:
    content_type = optional(form, f"MediaContentType{at}").partition(";")[0].strip().lower()
    found = _MEDIA_ID.search(optional(form, f"MediaUrl{at}"))
    major = content_type.partition("/")[0]
    kind = "contact" if content_type in _CARDS else major if major in _KINDS else "file"
    return Attachment(kind=kind, reference=found[1] if found else None, detail=content_type[:100] or None)


def _around(form: Form) -> tuple[Attachment, ...]:
    """Read the place that was sent, the message that was answered, and the advertisement they came from."""
    where = (optional(form, "Latitude"), optional(form, "Longitude"))
    words = [",".join(where), optional(form, "Label"), optional(form, "Address")]
    replied, source = optional(form, "OriginalRepliedMessageSid"), optional(form, "ReferralSourceId")
    found = (
        Attachment(kind="location", detail=" ".join(word for word in words if word)) if all(where) else None,
        Attachment(kind="reply_to", reference=replied) if replied else None,
        Attachment(kind="referral", reference=source, detail=optional(form, "ReferralHeadline") or None)
        if source
        else None,
    )
    return tuple(attachment for attachment in found if attachment)
