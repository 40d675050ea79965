"""Reading a Messenger or Instagram conversation back, to prove that an answer is there, or that it is not.

Sources: Meta "Conversations API for Messenger Platform" §Get a list of messages, and "Graph API:
Page Conversations" (``platform``, ``user_id``). Only the newest 20 messages of a
conversation can be read in detail.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from nightbell.platforms.channel import Answer, HttpOutcome, ReadBack
from nightbell.platforms.meta.graph_api import read_body
from nightbell.platforms.reading.fields import (
    Fields,
    ShapeError,
    fields,
    identifier,
    member,
    optional_list,
    optional_member,
    optional_text,
    text,
)
from nightbell.platforms.reading.said_lines import CLOCKS_DIFFER_BY, Line, is_same, look_for, time_of

_NEWEST = 20
_OK = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class _Seen:
    """A conversation as far as it was shown.

    Attributes:
        is_whole: Nothing was left out.
        people: Every id that is named as author or addressee.
    """

    lines: Sequence[Line]
    is_whole: bool
    people: frozenset[str]


def query(address: str, *, platform: str = "messenger", also: str = "") -> Mapping[str, str]:
    """Ask for the conversation with one contact and its newest messages."""
    message = ",".join(field for field in ("id,created_time,from,message", also) if field)
    return {"platform": platform, "user_id": address, "fields": f"messages.limit({_NEWEST}){{{message}}}"}


def find(
    outcome: HttpOutcome, *, account_id: str, text: str, sent_from: datetime, has_two_ids: bool = False
) -> ReadBack:
    """Tell whether our text is there.

    Absence is believed only of a complete, well-formed answer that reaches back before the send;
    everything else is unreadable, because a wrong *absent* sends an answer twice.

    Args:
        outcome: What the adapter saw.
        account_id: Under which we are the author.
        text: What we sent.
        sent_from: From when on.
        has_two_ids: The account has another id that we do not know. Absence is then believed only where the
            known one is named, and nobody else has said the same.
    """
    if not isinstance(outcome, Answer) or outcome.status != _OK or not outcome.complete:
        return ReadBack.UNREADABLE
    try:
        seen = _read(read_body(outcome))
    except ShapeError:
        return ReadBack.UNREADABLE
    said = [line for line in seen.lines if is_same(line.words, text)]
    ours = [line.at for line in said if line.author == account_id]
    if has_two_ids and not ours and (said or account_id not in seen.people):
        return ReadBack.UNREADABLE
    reaches_back = seen.is_whole or min(line.at for line in seen.lines) < sent_from - CLOCKS_DIFFER_BY
    return look_for(ours, sent_from=sent_from, reaches_back=reaches_back)


def _read(body: Fields) -> _Seen:
    """Read the one conversation.

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
    found = [fields(item, "a message") for item in items]
    return _Seen(
        lines=[_line(item) for item in found],
        is_whole=len(found) < _NEWEST and "next" not in optional_member(messages, "paging"),
        people=frozenset(person for item in found for person in _people(item)),
    )


def _line(item: Fields) -> Line:
    identifier(item, "id")
    return Line(
        author=identifier(member(item, "from"), "id"),
        words=optional_text(item, "message"),
        at=time_of(text(item, "created_time")),
    )


def _people(item: Fields) -> Iterator[str]:
    yield identifier(member(item, "from"), "id")
    for addressee in optional_list(optional_member(item, "to"), "data"):
        yield identifier(fields(addressee, "an addressee"), "id")
