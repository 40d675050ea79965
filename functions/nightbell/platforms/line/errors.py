"""What LINE's answers mean for a send.

Source: LINE "Messaging API reference" §Status codes, §Error responses, and "Retry failed API requests". Errors have
no codes, only words; of those one sentence is looked at, because the same status means "later" otherwise.
"""

from collections.abc import Mapping
from datetime import timedelta

from nightbell.domain.errors import NotUnderstoodError
from nightbell.platforms.channel import Answer, HttpOutcome, NoAnswer, NotSent, Verdict, VerdictKind
from nightbell.platforms.json_reading import read_json
from nightbell.platforms.reading.fields import Fields

_WAIT = timedelta(minutes=1)
_ACCEPTED_BEFORE = 409
_TOO_MANY = 429
_MONTHLY = "monthly limit"

_MEANINGS: Mapping[int, tuple[VerdictKind, str]] = {
    401: (VerdictKind.TOKEN_DEAD, "the account's token is no longer valid"),
    403: (VerdictKind.NOT_PERMITTED, "the account or its plan may not send by this call"),
    408: (VerdictKind.UNKNOWN, "the platform gave up waiting for the request"),
    _TOO_MANY: (VerdictKind.NOT_SENT, "too many messages at once"),
}


def judge(outcome: HttpOutcome) -> Verdict:
    """Judge a send by where it broke, then by the status."""
    match outcome:
        case NotSent(error=error):
            return Verdict(kind=VerdictKind.NOT_SENT, code="not_sent", reason=f"the platform was not reached: {error}")
        case NoAnswer(error=error):
            return Verdict(kind=VerdictKind.UNKNOWN, code="no_answer", reason=f"the platform did not answer: {error}")
        case Answer(status=status):
            body = read_body(outcome)
            # The key is ours alone: what was accepted under it before is this very message.
            if 200 <= status < 300 or status == _ACCEPTED_BEFORE:  # noqa: PLR2004 - that is what 2xx means
                return Verdict(kind=VerdictKind.SENT, message_id=_message_id(body))
            return _judge_failure(status, body)


def _judge_failure(status: int, body: Fields) -> Verdict:
    said = body.get("message")
    kind, reason = _meaning(status, said if isinstance(said, str) else "")
    return Verdict(
        kind=kind,
        code=f"http {status}",
        reason=reason,
        retry_after=_WAIT if kind is VerdictKind.NOT_SENT else None,
    )


def _meaning(status: int, said: str) -> tuple[VerdictKind, str]:
    if status == _TOO_MANY and _MONTHLY in said.lower():
        return VerdictKind.CAPPED, "the messages of this month that are paid for are used up"
    if status in _MEANINGS:
        return _MEANINGS[status]
    if 400 <= status < 500:  # noqa: PLR2004 - that is what 4xx means
        return VerdictKind.REFUSED, "the platform refused the message"
    return VerdictKind.UNKNOWN, f"the platform answered with status {status}"


def read_body(answer: Answer) -> Fields:
    """Read an answer's JSON object; empty where it is none, as when it was cut off."""
    try:
        value = read_json(answer.body)
    except NotUnderstoodError:
        return {}
    return value if isinstance(value, dict) else {}


def _message_id(body: Fields) -> str | None:
    match body.get("sentMessages"):
        case [{"id": str(found)}, *_]:
            return found
        case _:
            return None
