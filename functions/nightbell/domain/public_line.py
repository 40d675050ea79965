"""The one line that everybody reads below a comment: one of several, so that a page does not look like a machine."""

import re
from itertools import chain
from uuid import UUID

from nightbell.domain.business import Brand, TextId
from nightbell.domain.phrases import Kind
from nightbell.domain.texts import PLACEHOLDER, is_written, text_for

_THANKS = (TextId.PUBLIC_PRAISE, TextId.PUBLIC_PRAISE_2)
LINES = {
    Kind.QUESTION: (TextId.PUBLIC_LINE, TextId.PUBLIC_LINE_2, TextId.PUBLIC_LINE_3),
    Kind.COMPLAINT: (TextId.PUBLIC_COMPLAINT, TextId.PUBLIC_COMPLAINT_2),
    Kind.IDEA: _THANKS,
    Kind.PRAISE: _THANKS,
}
"""The lines for each kind; only the first of them must be written."""


def public_line(kind: Kind, ack_key: str, brand: Brand, language: str, channel: str) -> TextId:
    """Choose a line that is written in the language; the same unit always gets the same one."""
    first, *others = LINES[kind]
    written = [first, *(line for line in others if is_written(brand, line, language, channel))]
    return written[UUID(ack_key).int % len(written)]


def is_one_of_ours(said: str, brand: Brand, channel: str) -> bool:
    """Recognise a line of ours by its words, whatever was filled in: a platform may name neither sender nor tag."""
    words = " ".join(said.split())
    return any(_pattern(wording).fullmatch(words) for wording in _wordings(brand, channel))


def _wordings(brand: Brand, channel: str) -> list[str]:
    lines = {TextId.PUBLIC_STORM, *chain.from_iterable(LINES.values())}
    return [
        text_for(brand, line, language, channel)
        for language in brand.languages
        for line in sorted(lines)
        if is_written(brand, line, language, channel)
    ]


def _pattern(wording: str) -> re.Pattern[str]:
    fixed = PLACEHOLDER.split(" ".join(wording.split()))[::2]
    return re.compile(".{1,120}?".join(re.escape(part) for part in fixed))
