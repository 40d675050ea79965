"""The one line that everybody reads below a comment: one of several, so that a page does not look like a machine."""

from uuid import UUID

from nightbell.domain.business import Brand, TextId
from nightbell.domain.phrases import Kind
from nightbell.domain.texts import is_written

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
