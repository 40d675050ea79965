"""What a receiver's answer to a signed event means.

Source: Standard Webhooks 1.0.0 §Deliverability and reliability: 2xx alone is success, redirects are failures, 410
ends it, and 429, 502 and 504 ask for fewer.
"""

from collections.abc import Mapping
from datetime import timedelta

from nightbell.domain.errors import NotUnderstoodError
from nightbell.platforms.channel import Answer, HttpOutcome, NoAnswer, NotSent, Verdict, VerdictKind
from nightbell.platforms.json_reading import read_json

LONGEST_WAIT = timedelta(days=1)
_WAIT = timedelta(minutes=1)
_TOO_MANY = 429

_BY_STATUS: Mapping[int, tuple[VerdictKind, str]] = {
    401: (VerdictKind.TOKEN_DEAD, "the receiver did not accept our signature"),
    408: (VerdictKind.UNKNOWN, "the receiver gave up waiting for the request"),
    410: (VerdictKind.NOT_PERMITTED, "the receiver says that it is gone for good"),
    _TOO_MANY: (VerdictKind.NOT_SENT, "the receiver asks for fewer calls"),
}


def judge(outcome: HttpOutcome) -> Verdict:
    """Judge by where it broke, then by the status; a body decides nothing."""
    match outcome:
        case NotSent(error=error):
            return Verdict(kind=VerdictKind.NOT_SENT, code="not_sent", reason=f"the receiver was not reached: {error}")
        case NoAnswer(error=error):
            return Verdict(kind=VerdictKind.UNKNOWN, code="no_answer", reason=f"the receiver did not answer: {error}")
        case Answer() if 200 <= outcome.status < 300:  # noqa: PLR2004 - that is what 2xx means
            return Verdict(kind=VerdictKind.SENT, message_id=_message_id(outcome))
        case Answer(status=409):
            # The id was there before: an earlier try of the same event had arrived.
            return Verdict(kind=VerdictKind.SENT, code="http 409", reason="the receiver has it already")
        case Answer():
            return _judge_failure(outcome)


def _judge_failure(answer: Answer) -> Verdict:
    is_refusal = 400 <= answer.status < 500  # noqa: PLR2004 - that is what 4xx means
    plain = VerdictKind.REFUSED if is_refusal else VerdictKind.UNKNOWN
    kind, reason = _BY_STATUS.get(answer.status, (plain, f"the receiver answered with status {answer.status}"))
    return Verdict(
        kind=kind,
        code=f"http {answer.status}",
        reason=reason,
        retry_after=wait_of(answer, _WAIT) if kind is VerdictKind.NOT_SENT else None,
    )


def wait_of(answer: Answer, otherwise: timedelta) -> timedelta:
    """Read ``Retry-After`` in seconds, a day at most; a date, which is rare, is not worth a clock."""
    found = answer.headers.get("retry-after", "").strip()
    if not (found.isascii() and found.isdigit()) or len(found) > len("31536000"):
        return otherwise
    return min(timedelta(seconds=int(found)), LONGEST_WAIT)


def _message_id(answer: Answer) -> str | None:
    """Read the id that the relay gave our answer, by which we know it again when the relay reports it."""
    try:
        body = read_json(answer.body)
    except NotUnderstoodError:
        return None
    found = body.get("id") if isinstance(body, dict) else None
    return found if isinstance(found, str) and found else None
