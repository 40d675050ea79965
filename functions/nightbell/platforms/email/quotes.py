"""What the writer of a reply wrote, without the mail that their program quoted below it.

Our own words stand in such a quote, and must not count as the contact's. What is not surely a quote stays: the
whole mail is kept, but an agent reads this first.
"""

import re

_QUOTED = re.compile(r"^\s{0,3}>")
_WROTE = re.compile(
    r"\b(?:wrote|schrieb|escribi\u00f3|a \u00e9crit|ha scritto|escreveu|skrev|schreef|napisa\u0142a?)"
    r"\b.{0,200}:$",
    re.IGNORECASE,
)
_OPENING = re.compile(r"(?:On|El|Am|Le|Il|Em|Den|Op|W dniu)\s")
_ORIGINAL = re.compile(
    r"^-{2,}\s?(?:original message|urspr\u00fcngliche nachricht|mensaje original|message d'origine"
    r"|messaggio originale|mensagem original|forwarded message)\s?-{2,}$",
    re.IGNORECASE,
)
_MOST_LINES_OF_WROTE = 3


def without_quote(text: str) -> str:
    """Cut off a quoted mail at the end; between quoted lines, what the contact wrote stays.

    A line that says who wrote goes with the quote. A text that is nothing but a quote stays as it is.
    """
    lines = text.rstrip().split("\n")
    end = _before_original(lines)
    while end and (not lines[end - 1].strip() or _QUOTED.match(lines[end - 1])):
        end -= 1
    if end < len(lines):
        end = _before_wrote(lines, end)
    return "\n".join(lines[:end]).strip() or text.strip()


def _before_original(lines: list[str]) -> int:
    return next((place for place, line in enumerate(lines) if _ORIGINAL.match(line.strip())), len(lines))


def _before_wrote(lines: list[str], end: int) -> int:
    """Programs break the line that names the writer into up to three."""
    for count in range(min(_MOST_LINES_OF_WROTE, end), 0, -1):
        line = " ".join(lines[end - count : end]).strip()
        if _WROTE.search(line[-400:]) and (_OPENING.match(line) or count == 1):
            return end - count
    return end
