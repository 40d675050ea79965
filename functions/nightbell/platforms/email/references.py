"""Where a mail says that it belongs: a code that we gave out, a mail that is known, an address that was given."""

import re

from nightbell.domain.events import Reference, ReferenceKind
from nightbell.domain.references import code_of, digits_of, find_codes
from nightbell.platforms.email.addresses import label_of
from nightbell.platforms.email.facts import Receipt
from nightbell.platforms.email.mail import Mail

MOST_IDS = 10
_LONGEST = 20_000
_MOST_OF_A_KIND = 5
_ID = re.compile(r"<([\x21-\x3b\x3d\x3f-\x7e]{3,250})>")
_OURS = re.compile(r"nb\.([0-9]{8})\.[0-9]{1,12}@")


def thread_id(code: str, seq: int, domain: str) -> str:
    """Make the id that stands in our answer's References: whoever replies repeats it.

    SES replaces the Message-ID of what it sends, and tells the new one only in its answer, which may get lost.
    """
    return f"nb.{digits_of(code)}.{seq}@{domain}"


def message_id(mail: Mail) -> str | None:
    """Read the id that the sender's program gave the mail; ``None`` where it is none that can be repeated."""
    found = _ID.search(mail.first("message-id"))
    return found[1] if found else None


def replied_ids(mail: Mail) -> list[str]:
    """List the mails that this one answers, the newest first, each once."""
    listed = _ids(mail, "references")[-MOST_IDS:]
    direct = _ids(mail, "in-reply-to")[:1]
    return list(dict.fromkeys([*direct, *reversed(listed)]))


def is_about_ours(mail: Mail, receipt: Receipt) -> bool:
    """Tell whether it answers something that we sent: only then does it know one of our codes outside its text."""
    return bool([*_label_codes(receipt), *_thread_codes(mail), *find_codes(mail.first("subject"))])


def belongs(mail: Mail, receipt: Receipt, sender: str) -> tuple[Reference, ...]:
    """List what the mail says, the strongest first; an address counts only where the sender's domain vouches for it."""
    codes = [*_label_codes(receipt), *_thread_codes(mail), *find_codes(mail.first("subject")), *find_codes(mail.text)]
    known = [each for each in replied_ids(mail) if not _OURS.match(each)]
    given = [sender] if receipt.passes("dmarc") else []
    named = ((ReferenceKind.CODE, codes), (ReferenceKind.KNOWN_AS, known), (ReferenceKind.GIVEN_EMAIL, given))
    return tuple(
        Reference(kind=kind, value=value)
        for kind, values in named
        for value in list(dict.fromkeys(values))[:_MOST_OF_A_KIND]
    )


def _ids(mail: Mail, name: str) -> list[str]:
    """Read ids raw and from the end: of a long thread the newest stand last."""
    return [each for header, value in mail.headers if header == name for each in _ID.findall(value[-_LONGEST:])]


def _label_codes(receipt: Receipt) -> list[str]:
    found = (code_of(label_of(each)) for each in receipt.recipients)
    return [code for code in found if code is not None]


def _thread_codes(mail: Mail) -> list[str]:
    found = (code_of(match[1]) for each in replied_ids(mail) if (match := _OURS.match(each)))
    return [code for code in found if code is not None]
