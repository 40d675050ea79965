"""What Telegram's answers mean for a send.

Source: Telegram "Bot API" §Making requests, §ResponseParameters: ``ok``, ``error_code`` and, for people,
``description``. Of its words two phrases are looked at, and neither decides anything about the send; the second is
that of Telegram "API" §messages.sendMessage, Possible errors.
"""

from collections.abc import Mapping
from datetime import timedelta

from nightbell.domain.errors import NotUnderstoodError
from nightbell.platforms.channel import Answer, HttpOutcome, NoAnswer, NotSent, Verdict, VerdictKind
from nightbell.platforms.json_reading import read_json
from nightbell.platforms.reading.fields import Fields
from nightbell.platforms.refusals import WINDOW_OVER

_WAIT = timedelta(minutes=1)
_LONGEST_WAIT = timedelta(days=1)
_BLOCKED = "blocked by the user"
_TOO_LATE = "business_peer_usage_missing"

_MEANINGS: Mapping[int, tuple[VerdictKind, str]] = {
    401: (VerdictKind.TOKEN_DEAD, "the bot's token is no longer valid"),
    403: (VerdictKind.REFUSED, "the contact cannot be written to by the bot"),
    408: (VerdictKind.UNKNOWN, "the platform gave up waiting for the request"),
    429: (VerdictKind.NOT_SENT, "too many messages at once"),
}


def judge(outcome: HttpOutcome) -> Verdict:
    """Judge a send by where it broke, then by the error's code."""
    match outcome:
        case NotSent(error=error):
            return Verdict(kind=VerdictKind.NOT_SENT, code="not_sent", reason=f"the platform was not reached: {error}")
        case NoAnswer(error=error):
            return Verdict(kind=VerdictKind.UNKNOWN, code="no_answer", reason=f"the platform did not answer: {error}")
        case Answer():
            body = read_body(outcome)
            if 200 <= outcome.status < 300 and body.get("ok") is not False:  # noqa: PLR2004 - that is what 2xx means
                return Verdict(kind=VerdictKind.SENT, message_id=_message_id(body))
            return _judge_failure(outcome.status, body)


def read_body(answer: Answer) -> Fields:
    """Read an answer's JSON object; empty where it is none, as when it was cut off."""
    try:
        value = read_json(answer.body)
    except NotUnderstoodError:
        return {}
    return value if isinstance(value, dict) else {}


def _message_id(body: Fields) -> str | None:
    result = body.get("result")
    found = result.get("message_id") if isinstance(result, dict) else None
    return str(found) if isinstance(found, int) and not isinstance(found, bool) else None


def _judge_failure(status: int, body: Fields) -> Verdict:
    told = body.get("error_code")
    code = told if isinstance(told, int) and 200 <= status < 500 else status  # noqa: PLR2004 - 5xx proves nothing
    kind, reason = _meaning(code, told)
    description = body.get("description")
    said = description.lower() if isinstance(description, str) else ""
    if kind is VerdictKind.REFUSED and _TOO_LATE in said:
        reason = WINDOW_OVER
    return Verdict(
        kind=kind,
        code=str(code) if told is not None else f"http {status}",
        reason=_moved(body) or reason,
        retry_after=_wait(body) if kind is VerdictKind.NOT_SENT else None,
        opted_out=code == 403 and _BLOCKED in said,  # noqa: PLR2004 - forbidden
    )


def _meaning(code: int, told: object) -> tuple[VerdictKind, str]:
    if code in _MEANINGS:
        return _MEANINGS[code]
    # The address holds nothing that may be unknown but the token.
    if code == told == 404:  # noqa: PLR2004 - not found
        return VerdictKind.TOKEN_DEAD, "the platform knows no bot with this token"
    if 400 <= code < 500:  # noqa: PLR2004 - that is what 4xx means
        return VerdictKind.REFUSED, "the platform refused the message"
    return VerdictKind.UNKNOWN, f"the platform answered with status {code}"


def _parameters(body: Fields) -> Fields:
    parameters = body.get("parameters")
    return parameters if isinstance(parameters, dict) else {}


def _moved(body: Fields) -> str | None:
    return "the group has become another chat" if "migrate_to_chat_id" in _parameters(body) else None


def _wait(body: Fields) -> timedelta:
    seconds = _parameters(body).get("retry_after")
    if not isinstance(seconds, int) or isinstance(seconds, bool) or seconds <= 0:
        return _WAIT
    return min(timedelta(seconds=min(seconds, 10**6)), _LONGEST_WAIT)
