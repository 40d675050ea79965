"""Bytes of a mail into text: every charset that mail is written in, and no codec that does more than that."""

import codecs
import re

_ALLOWED = re.compile(
    r"utf-8|utf-16(-[lb]e)?|ascii|iso8859-\d+|cp125\d|cp(437|850|852|866|932|949|950)|koi8-[ru]|mac-roman|tis-620"
    r"|gb2312|gbk|gb18030|big5|shift_jis|euc_(jp|kr)|iso2022_(jp|kr)"
)
"""By Python's names. Left out on purpose: UTF-7, in which one text has many spellings, and codecs that unpack,
run escapes or are slow on long input."""

_NOT_IN_TEXT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\u2028\u2029\ud800-\udfff]")
_BLANKS = re.compile(r"\s+")


def decode(raw: bytes, charset: str) -> str:
    """Decode as far as it goes; a charset that is unknown or missing is guessed, and no byte is ever refused."""
    codec = _codec(charset)
    if codec is not None:
        return clean(raw.decode(codec, "replace"))
    try:
        return clean(raw.decode("utf-8"))
    except UnicodeDecodeError:
        return clean(raw.decode("cp1252", "replace"))


def clean(text: str) -> str:
    """Take out what a person cannot see and a table or terminal must not get; all line ends become one kind."""
    return _NOT_IN_TEXT.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def one_line(text: str) -> str:
    """Make a text safe for a header and a list: one line, without control characters, single blanks."""
    return _BLANKS.sub(" ", clean(text)).strip()


def _codec(charset: str) -> str | None:
    try:
        name = codecs.lookup(charset.strip()[:40]).name if charset.isascii() and "\x00" not in charset else ""
    except (LookupError, ValueError):
        return None
    return name if _ALLOWED.fullmatch(name) and name != "ascii" else None
