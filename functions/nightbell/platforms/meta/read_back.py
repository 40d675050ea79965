"""Reading a Messenger conversation back, to prove that an answer is there, or that it is not.

Sources: Meta "Conversations API for Messenger Platform" §Get a list of messages, and "Graph API:
Page Conversations" (``platform``, ``user_id``). Only the newest 20 messages of a
conversation can be read in detail.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

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

_NEWEST = 20
_CLOCKS_DIFFER_BY = timedelta(seconds=5)
_TOO_NEAR = timedelta(minutes=5)
_OK = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class _Line:
    author: str
    words: str
    at: datetime


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
    ours = [line.at for line in lines if line.author == account_id and _plain(line.words) == _plain(text)]
    if any(at >= sent_from - _CLOCKS_DIFFER_BY for at in ours):
        return ReadBack.FOUND
    if any(at >= sent_from - _TOO_NEAR for at in ours):
        # The same words shortly before: an earlier answer, or this one by a clock that is off.
        return ReadBack.UNREADABLE
    reaches_back = is_whole or min(line.at for line in lines) < sent_from - _CLOCKS_DIFFER_BY
    return ReadBack.ABSENT if reaches_back else ReadBack.UNREADABLE


def _read(body: Fields) -> tuple[list[_Line], bool]:
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


def _line(item: Fields) -> _Line:
    identifier(item, "id")
    return _Line(
        author=identifier(member(item, "from"), "id"),
        words=optional_text(item, "message"),
        at=_time(text(item, "created_time")),
    )


def _time(written: str) -> datetime:
    try:
        at = datetime.fromisoformat(written)
    except ValueError:
        raise ShapeError("created_time is not a time") from None
    if at.tzinfo is None:
        raise ShapeError("created_time has no zone")
    return at.astimezone(UTC)


def _plain(words: str) -> str:
    """Compare words as a reader does: a platform may trim a text or change its line ends."""
    return " ".join(words.split())
