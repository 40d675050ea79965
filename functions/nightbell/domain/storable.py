"""What fits one item of the table: no contact's message may be so large that it cannot be stored."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, replace

from nightbell.domain.events import Attachment, Message

MAX_BYTES = 350_000
"""Of a message. The table takes 400 KB for an item, names included (Amazon DynamoDB "Service quotas"), and four
of the largest must fit a transaction beside the conversation."""

MAX_NAME = 200
MAX_ADDRESS = 1000
MAX_EMAIL = 320
MAX_ABOUT = 700
"""Characters; these go on to the conversation's own item, which every message writes anew."""

SHORTENED = "shortened"
"""Kind of the attachment that tells the agent that there is more, and where: its reference is the quarantine's id."""

_KEPT_TEXT = 20_000
_KEPT_ATTACHMENTS = 50
_KEPT_DETAIL = 500
_EACH_ITEM = 1000
_EACH_ATTACHMENT = 40


def fitting_about(about: Mapping[str, str]) -> Mapping[str, str]:
    """Keep what an answer must repeat as far as a unit stays within the kilobyte that a write is counted by."""
    kept: dict[str, str] = {}
    for name, value in about.items():
        if _bytes([*kept, *kept.values(), name, value]) <= MAX_ABOUT:
            kept[name] = value
    return kept


def stored_bytes(message: Message) -> int:
    """Count what a message takes in the table, rather too much than too little."""
    parts = [message.text, message.choice, message.raw, message.message_id]
    details = [part for each in message.attachments for part in (each.kind, each.reference, each.detail)]
    beside = [*message.about, *message.about.values()]
    return _EACH_ITEM + _EACH_ATTACHMENT * len(message.attachments) + _bytes([*parts, *details, *beside])


def _bytes(texts: Iterable[str | None]) -> int:
    return sum(len(text.encode("utf-8", "surrogatepass")) for text in texts if text)


def is_storable(message: Message) -> bool:
    """Tell whether a message can be stored as it is."""
    contact = message.contact
    limits = ((contact.name, MAX_NAME), (contact.address, MAX_ADDRESS), (message.given_email, MAX_EMAIL))
    return all(len(text or "") <= most for text, most in limits) and stored_bytes(message) <= MAX_BYTES


def shortened(message: Message, kept_as: str) -> Message:
    """Cut a message down to what can be stored and still tells an agent what it was.

    Args:
        message: Not storable as it is.
        kept_as: Where the whole of it is kept.
    """
    contact = message.contact
    address = contact.address if len(contact.address) <= MAX_ADDRESS else ""
    email = message.given_email if len(message.given_email or "") <= MAX_EMAIL else None
    attachments = [_cut(each) for each in message.attachments[:_KEPT_ATTACHMENTS]]
    return replace(
        message,
        contact=replace(contact, name=(contact.name or "")[:MAX_NAME] or None, address=address),
        text=message.text[:_KEPT_TEXT],
        attachments=(*attachments, Attachment(kind=SHORTENED, reference=kept_as)),
        choice=message.choice if len(message.choice or "") <= _KEPT_DETAIL else None,
        given_email=email,
        raw=None,
        about=fitting_about(message.about),
    )


def _cut(attachment: Attachment) -> Attachment:
    reference, detail = attachment.reference, attachment.detail
    return Attachment(
        kind=attachment.kind[:_KEPT_DETAIL],
        reference=reference[:_KEPT_DETAIL] if reference else None,
        detail=detail[:_KEPT_DETAIL] if detail else None,
    )


def whole(message: Message) -> bytes:
    """Write all of a message down, the same bytes each time it is delivered."""
    return json.dumps(asdict(message), default=str, sort_keys=True).encode()
