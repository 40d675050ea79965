"""Values of a mail's headers: unfolded, decoded where they are encoded words, on one line.

Source: RFC 5322 §2.2.3 (folding), RFC 2047 (encoded words).
"""

import base64
import binascii
import quopri
import re

from nightbell.platforms.email.charsets import decode, one_line

LONGEST = 4000
"""Characters of a value that are decoded; no genuine subject or list of a few addresses is longer."""

_WORD = re.compile(r"=\?([^?\s]{1,40})\?([bBqQ])\?([^?\s]*)\?=")
_BETWEEN = re.compile(r"(\?=)\s+(=\?)")


def header_text(value: str) -> str:
    """Decode a header's value for reading.

    A character may be split between two words of one charset, so neighbours are joined before they are decoded.

    Args:
        value: As the parser of the standard library gives it raw: undecoded bytes stand as surrogate escapes.
    """
    joined = _BETWEEN.sub(r"\1\2", _unescaped(value[:LONGEST]))
    parts: list[str] = []
    pending, charset, end = b"", "", 0
    for word in _WORD.finditer(joined):
        if word.start() != end or word[1].lower() != charset:
            parts += [decode(pending, charset), joined[end : word.start()]]
            pending = b""
        charset, end = word[1].lower(), word.end()
        pending += _content(word[2], word[3])
    return one_line("".join([*parts, decode(pending, charset), joined[end:]]))


def _unescaped(value: str) -> str:
    """Read bytes that stand in a header as they are, which a mail must not have and many have."""
    raw = value.encode("utf-8", "surrogateescape")
    return decode(raw, "")


def _content(encoding: str, text: str) -> bytes:
    if encoding in "qQ":
        return quopri.decodestring(text.encode("utf-8"), header=True)
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4))
    except (binascii.Error, ValueError):
        return text.encode("utf-8")
