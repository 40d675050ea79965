"""What Google's API answers to a call mean.

Source: Google Cloud APIs "Errors" §Error model, §Handling errors.
"""

from collections.abc import Mapping
from datetime import timedelta

from nightbell.platforms.channel import Answer, HttpOutcome, NoAnswer, NotSent, Verdict, VerdictKind

_TOO_MANY = timedelta(minutes=1)
_BY_STATUS: Mapping[int, tuple[VerdictKind, str]] = {
    401: (VerdictKind.TOKEN_DEAD, "the access token was not accepted"),
    403: (VerdictKind.NOT_PERMITTED, "the access token has no right to the location, or the API was not granted"),
    404: (VerdictKind.REFUSED, "the review is gone"),
    408: (VerdictKind.UNKNOWN, "the platform gave up waiting for the request"),
    429: (VerdictKind.NOT_SENT, "too many calls"),
}


def judge(outcome: HttpOutcome) -> Verdict:
    """Judge by where it broke, then by the status."""
    match outcome:
        case NotSent(error=error):
            return Verdict(kind=VerdictKind.NOT_SENT, code="not_sent", reason=f"the platform was not reached: {error}")
        case NoAnswer(error=error):
            return Verdict(kind=VerdictKind.UNKNOWN, code="no_answer", reason=f"the platform did not answer: {error}")
        case Answer() if 200 <= outcome.status < 300:  # noqa: PLR2004 - that is what 2xx means
            return Verdict(kind=VerdictKind.SENT)
        case Answer():
            return _judge_failure(outcome.status)


def _judge_failure(status: int) -> Verdict:
    is_refusal = 400 <= status < 500  # noqa: PLR2004 - that is what 4xx means
    plain = VerdictKind.REFUSED if is_refusal else VerdictKind.UNKNOWN
    kind, reason = _BY_STATUS.get(status, (plain, f"the platform answered with status {status}"))
    wait = _TOO_MANY if kind is VerdictKind.NOT_SENT else None
    return Verdict(kind=kind, code=f"http {status}", reason=reason, retry_after=wait)
