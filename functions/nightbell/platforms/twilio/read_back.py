"""Reading the account's messages to a contact back, to prove that an answer is there, or that it is not.

A message stands in the list as soon as Twilio has accepted it. Nothing is documented of the list's order, so only a
list that is whole, or plainly ordered and old enough at its end, proves an absence; and anything else that the
business said since leaves it open, because Twilio may have rewritten our own words (a trial account's prefix, smart
encoding).
Source: Twilio "Messages resource" §Read multiple Message resources.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from nightbell.platforms.channel import Answer, HttpOutcome, ReadBack
from nightbell.platforms.reading.fields import Fields, ShapeError, fields, identifier, optional_text, text
from nightbell.platforms.reading.said_lines import CLOCKS_DIFFER_BY, look_for
from nightbell.platforms.twilio.api import read_body

_OK = 200
_NEWEST = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class _Line:
    """One message to the contact; ``at`` is when Twilio accepted it."""

    words: str
    at: datetime


def query(address: str) -> Mapping[str, str]:
    """Ask for what was sent to one contact, by whichever of the account's numbers."""
    return {"To": address, "PageSize": str(_NEWEST)}


def find(outcome: HttpOutcome, *, text: str, sent_from: datetime) -> ReadBack:
    """Tell whether our text is there."""
    if not isinstance(outcome, Answer) or outcome.status != _OK or not outcome.complete:
        return ReadBack.UNREADABLE
    try:
        body = read_body(outcome)
        lines = _lines(body)
    except ShapeError:
        return ReadBack.UNREADABLE
    ours = [line.at for line in lines if _holds(line.words, text)]
    found = look_for(ours, sent_from=sent_from, reaches_back=_reaches_back(body, lines, sent_from))
    others = any(line.at >= sent_from - CLOCKS_DIFFER_BY for line in lines)
    return ReadBack.UNREADABLE if found is ReadBack.ABSENT and others else found


def _holds(words: str, text: str) -> bool:
    """Compare as a reader does; a trial account's messages begin with a sentence of Twilio's."""
    own = text.split()
    return bool(own) and words.split()[-len(own) :] == own


def _lines(body: Fields) -> Sequence[_Line]:
    """Read the list.

    Raises:
        ShapeError: It is not there, or anything in it is not as documented.
    """
    items = body.get("messages")
    if not isinstance(items, list) or "next_page_uri" not in body:
        raise ShapeError("no list of messages")
    return [_line(fields(item, "a message")) for item in items]


def _line(item: Fields) -> _Line:
    identifier(item, "sid")
    try:
        at = parsedate_to_datetime(text(item, "date_created"))
    except ValueError:
        raise ShapeError("date_created is not a time") from None
    if at.tzinfo is None:
        raise ShapeError("date_created has no zone")
    return _Line(words=optional_text(item, "body"), at=at.astimezone(UTC))


def _reaches_back(body: Fields, lines: Sequence[_Line], sent_from: datetime) -> bool:
    if body["next_page_uri"] is None:
        return True
    times = [line.at for line in lines]
    is_newest_first = bool(times) and times == sorted(times, reverse=True)
    return is_newest_first and times[-1] < sent_from - CLOCKS_DIFFER_BY
