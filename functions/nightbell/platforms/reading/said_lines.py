"""What was read back at a platform, line by line, and whether our own text is among it.

A wrong *absent* sends an answer twice, so absence needs proof; a wrong *unreadable* only costs a
person a look.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from nightbell.platforms.channel import ReadBack
from nightbell.platforms.reading.fields import ShapeError

CLOCKS_DIFFER_BY = timedelta(seconds=5)
_TOO_NEAR = timedelta(minutes=5)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One message or comment.

    Attributes:
        author: The platform's id; ``None`` where it does not tell.
        at: The platform's clock, aware, UTC.
    """

    author: str | None
    words: str
    at: datetime


def look_for(ours: Sequence[datetime], *, sent_from: datetime, reaches_back: bool) -> ReadBack:
    """Tell whether a send shows.

    Args:
        ours: When our very words were said, as far as could be read.
        sent_from: When the send began, by our clock.
        reaches_back: Everything since the send was read.
    """
    if any(at >= sent_from - CLOCKS_DIFFER_BY for at in ours):
        return ReadBack.FOUND
    if any(at >= sent_from - _TOO_NEAR for at in ours):
        # The same words shortly before: an earlier answer, or this one by a clock that is off.
        return ReadBack.UNREADABLE
    return ReadBack.ABSENT if reaches_back else ReadBack.UNREADABLE


def time_of(written: str) -> datetime:
    """Read an ISO 8601 time.

    Raises:
        ShapeError: It is none, or names no zone.
    """
    try:
        at = datetime.fromisoformat(written)
    except ValueError:
        raise ShapeError("created_time is not a time") from None
    if at.tzinfo is None:
        raise ShapeError("created_time has no zone")
    return at.astimezone(UTC)


def is_same(words: str, others: str) -> bool:
    """Compare words as a reader does: a platform may trim a text or change its line ends."""
    return words.split() == others.split()
