"""Reading a Messenger conversation back, to prove that an answer is there, or that it is not.

Sources: Meta "Conversations API for Messenger Platform" §Get a list of messages, and "Graph API:
Page Conversations" (``platform``, ``user_id``). Only the newest 20 messages of a
conversation can be read in detail.
"""

from collections.abc import Mapping
from datetime import datetime

from nightbell.platforms.channel import Answer, HttpOutcome, ReadBack
from nightbell.platforms.meta.fields import (
    Fields,
    ShapeError,
    fields,
    identifier,
    member,
    optional_member,
    optional_text,
    text,
)
from nightbell.platforms.meta.graph_api import read_body
from nightbell.platforms.meta.said_lines import CLOCKS_DIFFER_BY, Line, is_same, look_for, time_of

_NEWEST = 20
_OK = 200


def query(address: str) -> Mapping[str, str]:
    """Ask for the conversation with one contact and its newest messages."""
    message = "id,created_time,from,message"
    return {"platform": "messenger", "user_id": address, "fields": f"messages.limit({_NEWEST}){{{message}}}"}


def find(outcome: HttpOutcome, *, account_id: str, text: str, sent_from: datetime) -> ReadBack:
    """Tell whether our text is there.

    Absence is believed only of a complete, well-formed answer that reaches back before the send;
    everything else is unreadable, because a wrong *absent* sends an answer twice.
    """
    if not isinstance(outcome, Answer) or outcome.status != _OK or not outcome.complete:
        return ReadBack.UNREADABLE
    try:
        lines, is_whole = _read(read_body(outcome))
    except ShapeError:
        return ReadBack.UNREADABLE
    ours = [line.at for line in lines if line.author == account_id and is_same(line.words, text)]
    reaches_back = is_whole or min(line.at for line in lines) < sent_from - CLOCKS_DIFFER_BY
    return look_for(ours, sent_from=sent_from, reaches_back=reaches_back)


def _read(body: Fields) -> tuple[list[Line], bool]:
    """Read the one conversation, and tell whether all of it is shown.

    Raises:
        ShapeError: It is not there, holds nothing, or anything in it is not as documented.
    """
    conversations = body.get("data")
    if not isinstance(conversations, list) or len(conversations) != 1:
        raise ShapeError("not one conversation")
    messages = member(fields(conversations[0], "a conversation"), "messages")
    items = messages.get("data")
    if not isinstance(items, list) or not items:
        raise ShapeError("no messages")
    is_whole = len(items) < _NEWEST and "next" not in optional_member(messages, "paging")
    return [_line(fields(item, "a message")) for item in items], is_whole


def _line(item: Fields) -> Line:
    identifier(item, "id")
    return Line(
        author=identifier(member(item, "from"), "id"),
        words=optional_text(item, "message"),
        at=time_of(text(item, "created_time")),
    )
