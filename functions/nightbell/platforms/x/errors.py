"""What X's answers mean for a send.

X describes an error by a type, which is an address, or in its older form by a number; sometimes only the words tell.
Sources: X "Response Codes & Errors" §Error types, §Rate limit headers; X "Changelog", 23 February 2026, on answers
to people who did not address the account.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from nightbell.domain.errors import NotUnderstoodError
from nightbell.platforms.channel import Answer, HttpOutcome, NoAnswer, NotSent, Verdict, VerdictKind
from nightbell.platforms.json_reading import read_json
from nightbell.platforms.reading.fields import Fields

_WAIT = timedelta(minutes=1)
_LONGEST_WAIT = timedelta(days=1)
_RESET = "x-rate-limit-reset"


@dataclass(frozen=True, slots=True)
class Judgement:
    """What an error means; ``code`` is safe to log."""

    kind: VerdictKind
    reason: str


def _refused(reason: str) -> Judgement:
    return Judgement(VerdictKind.REFUSED, reason)


_LATER = Judgement(VerdictKind.NOT_SENT, "too many calls")
_CLOSED = _refused("the contact takes no direct messages from the account")
_DUPLICATE = _refused("the account said the very same words a short while ago")
_GONE = _refused("the post is no longer there, or the account may not see it")
_PERMISSION = Judgement(VerdictKind.NOT_PERMITTED, "the app or its token lacks a permission")

_CAPPED = Judgement(VerdictKind.CAPPED, "what was paid for at X is used up")

_BY_TYPE: Mapping[str, Judgement] = {
    "usage-capped": _CAPPED,
    "rate-limit-exceeded": _LATER,
    "client-forbidden": _PERMISSION,
    "oauth1-permissions": _PERMISSION,
    "not-authorized-for-resource": _GONE,
    "resource-not-found": _GONE,
    "invalid-request": _refused("X calls our request invalid"),
}
"""By the last part of the type's address."""

_BY_NUMBER: Mapping[int, Judgement] = {
    88: _LATER,
    150: _CLOSED,
    187: _DUPLICATE,
    326: Judgement(VerdictKind.ACCOUNT_BLOCKED, "X has locked the account until somebody logs in"),
    349: _CLOSED,
    476: _CLOSED,
}

_BY_WORDS: Mapping[str, Judgement] = {
    "not been mentioned": _refused("X lets us answer only those who mention or quote the account"),
    "duplicate content": _DUPLICATE,
}

_BY_STATUS: Mapping[int, Judgement] = {
    401: Judgement(VerdictKind.TOKEN_DEAD, "the account's token was not accepted"),
    402: _CAPPED,
    408: Judgement(VerdictKind.UNKNOWN, "X gave up waiting for the request"),
    429: _LATER,
}


def judge(outcome: HttpOutcome, id_name: str) -> Verdict:
    """Judge a send by where it broke, then by what X says about it.

    Args:
        outcome: What the adapter saw.
        id_name: Of the new message's id in a success.
    """
    match outcome:
        case NotSent(error=error):
            return Verdict(kind=VerdictKind.NOT_SENT, code="not_sent", reason=f"the platform was not reached: {error}")
        case NoAnswer(error=error):
            return Verdict(kind=VerdictKind.UNKNOWN, code="no_answer", reason=f"the platform did not answer: {error}")
        case Answer():
            body = read_body(outcome)
            is_success = 200 <= outcome.status < 300  # noqa: PLR2004 - that is what 2xx means
            # A success may hold nothing but errors.
            if is_success and ("data" in body or "errors" not in body):
                return _sent(body, id_name)
            return _judge_failure(outcome, body)


def read_body(answer: Answer) -> Fields:
    """Read an answer's JSON object; empty where it is none, as when it was cut off."""
    try:
        value = read_json(answer.body)
    except NotUnderstoodError:
        return {}
    return value if isinstance(value, dict) else {}


def _sent(body: Fields, id_name: str) -> Verdict:
    told = body.get("data")
    found = told.get(id_name) if isinstance(told, dict) else None
    return Verdict(kind=VerdictKind.SENT, message_id=found if isinstance(found, str) and found else None)


def _judge_failure(answer: Answer, body: Fields) -> Verdict:
    code, judgement = _meaning(answer.status, body)
    wait = _wait(answer.headers) if judgement.kind is VerdictKind.NOT_SENT else None
    return Verdict(kind=judgement.kind, code=code, reason=judgement.reason, retry_after=wait)


def _meaning(status: int, body: Fields) -> tuple[str, Judgement]:
    if status >= 500 or 300 <= status < 400:  # noqa: PLR2004 - neither a success nor a refusal
        return f"http {status}", Judgement(VerdictKind.UNKNOWN, f"X answered with status {status}")
    found = next(_known(body), None)
    if found is not None and status != 401:  # noqa: PLR2004 - whatever else it says, the token is refused
        return found
    other = _refused("X refused for a reason that is not in our table")
    return f"http {status}", _BY_STATUS.get(status, other)


def _known(body: Fields) -> Iterator[tuple[str, Judgement]]:
    """Look up every error that an answer names, the most telling way first."""
    listed = body.get("errors")
    errors = [body, *(each for each in listed if isinstance(each, dict))] if isinstance(listed, list) else [body]
    for error in errors:
        words = " ".join(str(error.get(name)) for name in ("detail", "message", "title"))
        yield from (("words", judgement) for phrase, judgement in _BY_WORDS.items() if phrase in words)
    for error in errors:
        kind, number = str(error.get("type")).rpartition("/")[2], error.get("code")
        if kind in _BY_TYPE:
            yield kind, _BY_TYPE[kind]
        if isinstance(number, int) and number in _BY_NUMBER:
            yield str(number), _BY_NUMBER[number]


def _wait(headers: Mapping[str, str]) -> timedelta:
    """Read when the limit ends, by X's own clock, because ours may differ."""
    try:
        ends = datetime.fromtimestamp(int(headers.get(_RESET, "")), UTC)
        now = parsedate_to_datetime(headers.get("date", ""))
        wait = ends - now
    except (ValueError, TypeError, OverflowError, OSError):
        return _WAIT
    return min(max(wait, timedelta(seconds=1)), _LONGEST_WAIT)
