"""One mail as text, people and attachments; nothing in it is believed, and nothing in it can stop the reading."""

from dataclasses import dataclass, field

from nightbell.platforms.email.addresses import Address, read_addresses
from nightbell.platforms.email.charsets import clean, decode, one_line
from nightbell.platforms.email.header_words import header_text
from nightbell.platforms.email.html_text import words_of
from nightbell.platforms.email.parts import Part, Walk, read_part
from nightbell.platforms.email.quotes import without_quote

LONGEST_TEXT = 20_000
MOST_ATTACHMENTS = 40
MOST_HEADERS = 500
_LONGEST_NAME = 150
_LONGEST_BODY = 400_000


@dataclass(frozen=True, slots=True, kw_only=True)
class AttachedFile:
    """Something that hangs on a mail.

    Attributes:
        number: Its place among the parts; the same each time the mail is read.
        size: In bytes as it travelled, which is a third more than the file's own.
    """

    number: int
    name: str
    kind: str
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """What a mail says.

    Attributes:
        headers: Lower-case name and raw value, in order, the first ``MOST_HEADERS``.
        text: What its writer wrote, without a quoted mail; at most ``LONGEST_TEXT`` characters.
        kind: Media type of the whole, such as ``multipart/report``.
        is_cut: It has so many parts, or is nested so deep, that not all of it was looked at.
        inner: Heads of the mails within it, as raw text: a report returns ours there.
    """

    headers: tuple[tuple[str, str], ...]
    text: str = ""
    files: tuple[AttachedFile, ...] = ()
    kind: str = "text/plain"
    inner: str = field(default="", repr=False)
    is_cut: bool = False

    def all(self, name: str) -> list[str]:
        """Give every value of a header, decoded, on one line."""
        return [header_text(value) for each, value in self.headers if each == name]

    def first(self, name: str) -> str:
        """Give a header's first value; empty where it is not there."""
        return next(iter(self.all(name)), "")

    def has(self, name: str) -> bool:
        """Tell whether a header is there, whatever it says."""
        return any(each == name for each, _ in self.headers)

    def people(self, *names: str) -> list[Address]:
        """Read the mailboxes of some headers."""
        return [one for name in names for each, value in self.headers if each == name for one in read_addresses(value)]


def read_mail(raw: bytes) -> Mail:
    """Read a mail, or the beginning of one; of one that has too many parts, the first of them."""
    whole, walk = read_part(raw), Walk()
    parts = list(walk.through(whole))
    shown = _shown(parts)
    return Mail(
        headers=tuple((name.lower(), str(value)) for name, value in whole.head.raw_items())[:MOST_HEADERS],
        text=without_quote(_text(shown))[:LONGEST_TEXT] if shown else "",
        files=tuple(_file(part) for part in parts if part is not shown and _is_file(part, shown))[:MOST_ATTACHMENTS],
        kind=whole.kind,
        inner=_inner(parts),
        is_cut=walk.is_cut,
    )


def mail_of_headers(headers: tuple[tuple[str, str], ...]) -> Mail:
    """Make do with the headers, where the mail itself cannot be had."""
    kept = headers[:MOST_HEADERS]
    typed = next((value for name, value in kept if name == "content-type"), "text/plain")
    return Mail(headers=kept, kind=typed.partition(";")[0].strip().lower())


def _shown(parts: list[Part]) -> Part | None:
    """Pick the part to read: the first in plain text, else the first in HTML."""
    texts = [part for part in parts if part.kind in {"text/plain", "text/html"} and not _is_attached(part)]
    return next((part for part in texts if part.kind == "text/plain"), next(iter(texts), None))


def _text(part: Part) -> str:
    charset = part.head.get_param("charset", "")
    name = charset if isinstance(charset, str) else ""
    text = decode(part.content()[:_LONGEST_BODY], name)
    return words_of(text) if part.kind == "text/html" else text


def _is_attached(part: Part) -> bool:
    return part.head.get_content_disposition() == "attachment"


def _is_file(part: Part, shown: Part | None) -> bool:
    """Leave out what only repeats the text in another form."""
    is_text = part.kind in {"text/plain", "text/html"} and not _is_attached(part)
    return bool(part.body.strip()) and not (is_text and shown is not None and not part.head.get_filename())


def _file(part: Part) -> AttachedFile:
    name = header_text(part.head.get_filename() or "")[:_LONGEST_NAME]
    return AttachedFile(number=part.number, name=name, kind=one_line(part.kind)[:80], size=len(part.body))


def _inner(parts: list[Part]) -> str:
    kinds = {"message/rfc822", "text/rfc822-headers", "message/global", "message/delivery-status"}
    heads = [part.body[:20_000].decode("utf-8", "replace") for part in parts if part.kind in kinds]
    return clean("\n".join(heads))[:60_000]
