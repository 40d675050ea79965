"""The mail that we send, written out by hand: plain text, in the thread of the mail that it answers.

Whatever was copied from a stranger's mail, or out of the settings, passes :func:`_header`, which lets nothing but
visible ASCII on one line through; so no text can begin a header of its own. The library's own writer folds ids of
more than 76 characters into encoded words, and no program knows them again.
Sources: RFC 5322, RFC 2047 (words), RFC 3834 §3.1 (what an automatic answer says of itself).
"""

import base64
import re
from datetime import datetime
from email.utils import format_datetime

from nightbell.domain.references import digits_of, find_codes
from nightbell.domain.unit import TAG_PREFIX
from nightbell.platforms.channel import OutboundText
from nightbell.platforms.email.about import cut
from nightbell.platforms.email.addresses import domain_of, normal
from nightbell.platforms.email.charsets import one_line
from nightbell.platforms.email.references import MOST_IDS, thread_id
from nightbell.platforms.email.stops import LOOP_MARK
from nightbell.platforms.email.tags import TAG_HEADER

_VISIBLE = re.compile(r"[\x20-\x7e]*(?:\r\n [\x20-\x7e]+)*")
_PLAIN = re.compile(r"(?!.*=\?)[\x21-\x7e](?:[\x20-\x7e]{,198}[\x21-\x7e])?")
"""Of a subject: no word in it can be taken for an encoded one, and it fits on a line (RFC 5322 §2.1.1: 998)."""
_SAFE_NAME = re.compile(r"[A-Za-z0-9 ]{1,60}")
_NOT_IN_ADDRESS = re.compile(r"[^a-z0-9.!#$%&'*+/=?^_`{|}~@-]")
_NOT_IN_ID = re.compile(r"[^\x21-\x3b\x3d\x3f-\x7e]")
_AGAIN = re.compile(r"^(?:(?:re|aw|sv|antw|rv|fwd?|wg)\s?(?:\[\d+\])?\s?:\s*)+", re.IGNORECASE)
_OLD_CODE = re.compile(r"\s*\[NB-[0-9]{4}-[0-9]{4}\]", re.IGNORECASE)
_WORD_BYTES = 45
_SUBJECT_BYTES = 150
_FIRST_WORDS = 60
_LONGEST_LOCAL = 64


def write_answer(outbound: OutboundText, at: datetime | None) -> bytes:
    """Write the whole mail.

    What no person wrote says so of itself, and no machine answers it. It repeats nothing of the mail it answers but ids
    and, where ``about`` vouches for it, the subject.
    """
    account = safe_address(outbound.account_id)
    code = outbound.code or next(iter(find_codes(outbound.text)), "")
    thread = _thread(outbound, code, domain_of(account))
    lines = [
        _header("From", _from(outbound.brand, account)),
        _header("To", safe_address(outbound.address)),
        *([_header("Reply-To", reply_to(account, code))] if code else []),
        _header("Subject", _unstructured(subject(outbound, code))),
        *([_header("Date", format_datetime(at))] if at else []),
        *([_header("In-Reply-To", thread[0])] if thread[0] else []),
        *([_header("References", "\r\n ".join(thread[1]))] if thread[1] else []),
        *([] if outbound.by_person else _by_no_person()),
        _header("X-Loop", LOOP_MARK),
        _header(TAG_HEADER, _NOT_IN_ID.sub("", outbound.tag)),
        "MIME-Version: 1.0",
        "Content-Type: text/plain; charset=utf-8",
        "Content-Transfer-Encoding: base64",
    ]
    body = base64.encodebytes(outbound.text.replace("\r\n", "\n").replace("\n", "\r\n").encode("utf-8", "replace"))
    return "\r\n".join(lines).encode("ascii") + b"\r\n\r\n" + body.replace(b"\n", b"\r\n")


def _by_no_person() -> list[str]:
    return [
        _header("Auto-Submitted", "auto-replied"),
        _header("X-Auto-Response-Suppress", "All"),
        _header("Precedence", "auto_reply"),
    ]


def reply_to(account: str, code: str) -> str:
    """Add the code to our own address, so that the answer finds its conversation whatever the contact changes."""
    local, _, domain = account.rpartition("@")
    labelled = f"{local}+{digits_of(code)}"
    return f"{labelled}@{domain}" if len(labelled) <= _LONGEST_LOCAL else account


def subject(outbound: OutboundText, code: str) -> str:
    """Continue the contact's subject; where nobody vouches for it, begin with our own words."""
    theirs = _OLD_CODE.sub("", _AGAIN.sub("", one_line(outbound.about.get("subject", ""))))
    said = f"Re: {cut(theirs, _SUBJECT_BYTES)}" if theirs else _first_words(outbound.text)
    return f"{said} [{code}]" if code else said


def safe_address(address: str) -> str:
    """Take an address, or what is left of one, as a header and a request can hold it."""
    return normal(address) or _NOT_IN_ADDRESS.sub("", address.lower())[:254]


def _from(brand: str, account: str) -> str:
    name = one_line(brand)
    if not name:
        return account
    return f"{name if _SAFE_NAME.fullmatch(name) else _words(name)} <{account}>"


def _thread(outbound: OutboundText, code: str, domain: str) -> tuple[str, list[str]]:
    """Name the mail that is answered, and its thread with an id of ours at its end."""
    answered = _NOT_IN_ID.sub("", outbound.about.get("id", ""))
    before = [each for one in outbound.about.get("refs", "").split() if (each := _NOT_IN_ID.sub("", one))]
    ours = [thread_id(code, _unit_number(outbound.tag), domain)] if code else []
    chain = dict.fromkeys([*before[-MOST_IDS:], *([answered] if answered else []), *ours])
    return (f"<{answered}>" if answered else ""), [f"<{each}>" for each in chain]


def _unit_number(tag: str) -> int:
    number = tag.removeprefix(TAG_PREFIX).partition(".")[0]
    return int(number) if number.isascii() and number.isdigit() else 0


def _first_words(text: str) -> str:
    """Take the beginning of our own text; a subject is read in a list."""
    line = one_line(text.strip().partition("\n")[0])
    if len(line) <= _FIRST_WORDS:
        return line
    return line[:_FIRST_WORDS].rpartition(" ")[0] + "\u2026"


def _unstructured(text: str) -> str:
    """Spell a text for a header that is nothing but text: as it is, where it is ASCII."""
    return text if _PLAIN.fullmatch(text) else _words(text)


def _words(text: str) -> str:
    """Spell a text for any header: in encoded words of whole characters, one a line."""
    pieces, piece = [], ""
    for sign in text:
        if len((piece + sign).encode("utf-8", "replace")) > _WORD_BYTES:
            pieces.append(piece)
            piece = ""
        piece += sign
    return "\r\n ".join(_word(each) for each in [*pieces, piece])


def _word(text: str) -> str:
    return f"=?utf-8?b?{base64.b64encode(text.encode('utf-8', 'replace')).decode()}?="


def _header(name: str, value: str) -> str:
    """Write one header.

    Raises:
        ValueError: The value could begin another header, which is a mistake of ours.
    """
    if not _VISIBLE.fullmatch(value):
        raise ValueError(f"{name} holds what no header may hold")
    return f"{name}: {value}"
