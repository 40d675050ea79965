"""Reading what stands under a comment or a post back, to prove that our line is there, or is not.

Sources: Meta "Graph API Reference: Object Comments" §Reading (``filter``, ``order``, ``summary``);
"IG Comment Replies" §Reading.
"""

from collections.abc import Mapping
from datetime import datetime
from itertools import pairwise

from nightbell.platforms.channel import Answer, HttpOutcome, ReadBack
from nightbell.platforms.meta.graph_api import read_body
from nightbell.platforms.reading.fields import (
    Fields,
    ShapeError,
    fields,
    identifier,
    optional_identifier,
    optional_member,
    optional_text,
    text,
)
from nightbell.platforms.reading.said_lines import CLOCKS_DIFFER_BY, Line, is_same, look_for, time_of

_OK = 200

COMMENTS_QUERY: Mapping[str, str] = {
    "fields": "id,from,message,created_time",
    # Without the filter some comments are left out, and the order tells when to stop.
    "filter": "stream",
    "order": "reverse_chronological",
    "summary": "true",
    "limit": "50",
}
REPLIES_QUERY: Mapping[str, str] = {"fields": "id,from,text,timestamp", "limit": "50"}


def find(outcome: HttpOutcome, *, words: str, sent_from: datetime, authors: frozenset[str] | None) -> ReadBack:
    """Tell whether our line is there.

    Args:
        outcome: What the adapter saw.
        words: Our line.
        sent_from: When the send began, by our clock.
        authors: Under which ids we write; ``None`` where they are not all known, and the words must do.
    """
    if not isinstance(outcome, Answer) or outcome.status != _OK or not outcome.complete:
        return ReadBack.UNREADABLE
    try:
        body = read_body(outcome)
        lines = _read(body)
        is_whole = _is_whole(body, len(lines))
    except ShapeError:
        return ReadBack.UNREADABLE
    reaches_back = _is_newest_first(lines) and lines[-1].at < sent_from - CLOCKS_DIFFER_BY
    ours = [line.at for line in lines if is_same(line.words, words) and _may_be_ours(line, authors)]
    return look_for(ours, sent_from=sent_from, reaches_back=is_whole or reaches_back)


def _is_newest_first(lines: list[Line]) -> bool:
    """Tell whether a page shows that it was ordered as asked for; one line alone shows nothing."""
    return bool(lines) and lines[0].at > lines[-1].at and all(a.at >= b.at for a, b in pairwise(lines))


def _may_be_ours(line: Line, authors: frozenset[str] | None) -> bool:
    """Take a line of ours for ours even where nobody says who wrote it: saying it twice is worse."""
    return authors is None or line.author is None or line.author in authors


def _read(body: Fields) -> list[Line]:
    items = body.get("data")
    if not isinstance(items, list):
        raise ShapeError("no comments")
    return [_line(fields(item, "a comment")) for item in items]


def _is_whole(body: Fields, shown: int) -> bool:
    """Tell whether everything is shown: no further page, and no more counted than shown."""
    counted = optional_member(body, "summary").get("total_count", shown)
    return "next" not in optional_member(body, "paging") and isinstance(counted, int) and counted <= shown


def _line(item: Fields) -> Line:
    """Read a comment of a Page's post or of Instagram, which name their parts differently."""
    identifier(item, "id")
    is_instagram = "timestamp" in item
    return Line(
        author=optional_identifier(optional_member(item, "from"), "id"),
        words=optional_text(item, "text" if is_instagram else "message"),
        at=time_of(text(item, "timestamp" if is_instagram else "created_time")),
    )
