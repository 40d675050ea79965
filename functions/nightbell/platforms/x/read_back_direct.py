"""Reading the newest messages of a conversation back, to prove that our text is there, or is not.

Source: X "Direct Messages lookup: Integration Guide" §Event types, §Pagination: the newest first, 30 days back.
"""

from collections.abc import Mapping
from datetime import datetime

from nightbell.platforms.channel import Answer, HttpOutcome, ReadBack
from nightbell.platforms.reading.fields import (
    Fields,
    ShapeError,
    fields,
    identifier,
    optional_list,
    optional_member,
    optional_text,
    text,
)
from nightbell.platforms.reading.said_lines import CLOCKS_DIFFER_BY, Line, is_same, look_for, time_of
from nightbell.platforms.x.errors import read_body
from nightbell.platforms.x.wording import unescaped

_OK = 200
QUERY: Mapping[str, str] = {
    "event_types": "MessageCreate",
    "dm_event.fields": "id,created_at,event_type,sender_id,text",
    "max_results": "50",
}


def find(outcome: HttpOutcome, *, account_id: str, text: str, sent_from: datetime) -> ReadBack:
    """Tell whether our text is there."""
    if not isinstance(outcome, Answer) or outcome.status != _OK or not outcome.complete:
        return ReadBack.UNREADABLE
    body = read_body(outcome)
    try:
        lines = _read(body)
    except ShapeError:
        return ReadBack.UNREADABLE
    ours = [line.at for line in lines if line.author == account_id and is_same(line.words, text)]
    is_whole = not optional_member(body, "meta").get("next_token")
    reaches_back = is_whole or min(line.at for line in lines) < sent_from - CLOCKS_DIFFER_BY
    return look_for(ours, sent_from=sent_from, reaches_back=reaches_back)


def _read(body: Fields) -> list[Line]:
    """Read the conversation.

    Raises:
        ShapeError: It holds nothing, though a contact wrote in it, or anything in it is not as documented.
    """
    items = [fields(item, "a message") for item in optional_list(body, "data")]
    optional_member(body, "meta")
    if not items or "errors" in body:
        raise ShapeError("no messages")
    return [
        Line(
            author=identifier(item, "sender_id"),
            words=unescaped(optional_text(item, "text")),
            at=time_of(text(item, "created_at")),
        )
        for item in items
    ]
