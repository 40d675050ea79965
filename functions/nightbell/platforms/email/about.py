"""What an answer must repeat of a mail, within the room that a unit has for it."""

from nightbell.domain.events import Contact
from nightbell.platforms.email.facts import Receipt
from nightbell.platforms.email.mail import Mail
from nightbell.platforms.email.references import message_id, replied_ids

ROOM = 700
"""Bytes of all of it: a unit's item stays below 1 KB, which is what one write costs."""
_SUBJECT_BYTES = 150


def about(mail: Mail, receipt: Receipt, contact: Contact) -> dict[str, str]:
    """Note what the answer needs.

    The subject is repeated only where the sender's domain vouches for the mail: we carry nobody's words to a third.

    Returns:
        ``id`` and ``refs`` of the thread, ``subject``, and ``contact`` where the answer goes to another address.
    """
    found: dict[str, str] = {}
    if contact.address != contact.contact_id:
        found["contact"] = contact.contact_id
    if (own := message_id(mail)) is not None:
        found["id"] = own
    if receipt.passes("dmarc") and (subject := cut(mail.first("subject"), _SUBJECT_BYTES)):
        found["subject"] = subject
    refs = _newest(replied_ids(mail), ROOM - sum(len(key) + len(value.encode()) for key, value in found.items()) - 10)
    return {**found, "refs": " ".join(refs)} if refs else found


def cut(text: str, most: int) -> str:
    """Cut a text to so many bytes, between two characters."""
    return text.encode()[:most].decode("utf-8", "ignore").strip()


def _newest(ids: list[str], room: int) -> list[str]:
    """Keep as many of the newest as there is room for, the oldest first as a header lists them."""
    kept: list[str] = []
    for each in ids:
        room -= len(each) + 1
        if room < 0:
            break
        kept.insert(0, each)
    return kept
