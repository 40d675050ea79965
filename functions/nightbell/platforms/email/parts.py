"""A mail taken apart into its parts, in time that grows with its length and with nothing else.

The standard library's parser goes one call deeper for each level and looks at every line once per level, so a
hostile mail costs it minutes. Heads are left to it; the bodies are split here.
Source: RFC 2046 §5.1 (multipart), RFC 2045 §6 (encodings).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import Message
from email.parser import BytesParser
from email.policy import compat32
from itertools import islice

MAX_DEPTH = 32
MAX_PARTS = 200
MAX_HEAD = 256 * 1024
"""Bytes; SES takes no more than this of a mail's own headers, and what comes behind is read by nobody."""

_PARSER = BytesParser(policy=compat32)


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One part, or the mail itself.

    Attributes:
        head: Its headers; the body is empty in it.
        body: As it travelled: still encoded.
        number: Its place, counted from 1 over the whole mail.
    """

    head: "Message[str, str]"
    body: bytes
    number: int = 1

    @property
    def kind(self) -> str:
        """Its media type, lower case; plain text where none is named."""
        return self.head.get_content_type()

    def content(self) -> bytes:
        """Undo the transfer encoding, as far as it goes."""
        self.head.set_payload(self.body.decode("ascii", "surrogateescape"))
        found = self.head.get_payload(decode=True)
        return found if isinstance(found, bytes) else self.body


def read_part(raw: bytes, number: int = 1) -> Part:
    """Tell a part's head from its body."""
    lines = raw.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    if lines.startswith(b"\n"):
        head, body = b"", lines[1:]
    else:
        head, _, body = lines.partition(b"\n\n")
    return Part(head=_PARSER.parsebytes(head[:MAX_HEAD].replace(b"\x00", b"") + b"\n\n"), body=body, number=number)


@dataclass(slots=True)
class Walk:
    """A way through a mail.

    Attributes:
        is_cut: More hangs on it than any mail that a person wrote, or deeper: the rest was left out.
    """

    is_cut: bool = False

    def through(self, whole: Part) -> Iterator[Part]:
        """Find every part that is no container, in order; mails within the mail stay closed."""
        waiting, count = [(whole, 0)], 1
        while waiting:
            part, depth = waiting.pop()
            is_container = part.kind.startswith("multipart/")
            if is_container and depth >= MAX_DEPTH:
                self.is_cut = True
                continue
            inner = list(islice(_split(part), MAX_PARTS + 1 - count)) if is_container else []
            if not inner:
                yield part
                continue
            room = MAX_PARTS - count
            self.is_cut = self.is_cut or len(inner) > room
            parts = [read_part(raw, count + place) for place, raw in enumerate(inner[:room], 1)]
            count += len(parts)
            waiting += [(each, depth + 1) for each in reversed(parts)]


def _split(part: Part) -> Iterator[bytes]:
    """Cut at the boundary; a mail that was cut off ends with what there is of its last part."""
    boundary = part.head.get_boundary()
    if not boundary or len(boundary) > 200:  # noqa: PLR2004 - RFC 2046 allows 70
        return
    named = re.escape(boundary.encode("utf-8", "surrogateescape"))
    body, start = b"\n" + part.body, None
    for mark in re.finditer(rb"\n--" + named + rb"(--)?[ \t]*+(?=\n|\Z)", body):
        if start is not None:
            yield body[start : mark.start()]
        if mark[1]:
            return
        start = mark.end() + 1
    if start is not None:
        yield body[start:]
