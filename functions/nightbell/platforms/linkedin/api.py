"""Calls to LinkedIn's API, and what their answers mean. Nothing here is sent.

Sources: LinkedIn "Comments API" §Create a Comment, §Get Comments on Shares; "Error Handling"; "Rate Limiting".
"""

from collections.abc import Mapping
from datetime import timedelta
from urllib.parse import quote

from nightbell.domain.errors import NotUnderstoodError
from nightbell.platforms.channel import (
    Answer,
    ApiAccess,
    HttpOutcome,
    HttpRequest,
    NoAnswer,
    NotSent,
    Verdict,
    VerdictKind,
)
from nightbell.platforms.json_reading import read_json
from nightbell.platforms.linkedin.tokens import read_token
from nightbell.platforms.reading.fields import Fields

SEND_TIMEOUT_S = 8.0

_WAIT = timedelta(hours=1)
"""Quotas of a day begin anew at 00:00 UTC; until then once an hour is often enough."""

_UNPERMITTED = "unpermitted fields"
_BY_STATUS: Mapping[int, tuple[VerdictKind, str]] = {
    401: (VerdictKind.TOKEN_DEAD, "the access token is no longer valid"),
    403: (VerdictKind.NOT_PERMITTED, "the member whose token it is may not comment for the organisation"),
    408: (VerdictKind.UNKNOWN, "the platform gave up waiting for the request"),
    429: (VerdictKind.NOT_SENT, "too many calls for today"),
}


def comments_of(access: ApiAccess, name: str, *, json: object | None = None, count: int = 0) -> HttpRequest:
    """Describe a call about the comments below a comment or a post: a POST with a body, a GET without."""
    method, query = "GET" if json is None else "POST", {"count": str(count)} if count else {}
    return call(access, method, f"socialActions/{quote(name, safe='')}/comments", json=json, query=query)


def call(
    access: ApiAccess, method: str, path: str, *, json: object | None = None, query: Mapping[str, str] | None = None
) -> HttpRequest:
    """Describe a call below ``/rest``."""
    return HttpRequest(
        method=method,
        url=f"{access.base_url}/rest/{path}",
        headers={
            "Authorization": f"Bearer {read_token(access.token).access}",
            "Linkedin-Version": access.version,
            "X-Restli-Protocol-Version": "2.0.0",
        },
        query=query or {},
        json=json,
        timeout_s=SEND_TIMEOUT_S,
    )


def judge(outcome: HttpOutcome) -> Verdict:
    """Judge a send by where it broke, then by the status."""
    match outcome:
        case NotSent(error=error):
            return Verdict(kind=VerdictKind.NOT_SENT, code="not_sent", reason=f"the platform was not reached: {error}")
        case NoAnswer(error=error):
            return Verdict(kind=VerdictKind.UNKNOWN, code="no_answer", reason=f"the platform did not answer: {error}")
        case Answer() if 200 <= outcome.status < 300:  # noqa: PLR2004 - that is what 2xx means
            named = outcome.headers.get("x-restli-id") or read_body(outcome).get("commentUrn")
            return Verdict(kind=VerdictKind.SENT, message_id=named if isinstance(named, str) and named else None)
        case Answer():
            return _judge_failure(outcome)


def read_body(answer: Answer) -> Fields:
    """Read an answer's JSON object; empty where it is none, as when it was cut off."""
    try:
        value = read_json(answer.body)
    except NotUnderstoodError:
        return {}
    return value if isinstance(value, dict) else {}


def _judge_failure(answer: Answer) -> Verdict:
    body = read_body(answer)
    kind, reason = _meaning(answer.status, body)
    code = body.get("serviceErrorCode")
    told = f"{answer.status}/{code}" if isinstance(code, int) else f"http {answer.status}"
    wait = _WAIT if kind is VerdictKind.NOT_SENT else None
    return Verdict(kind=kind, code=told, reason=reason, retry_after=wait)


def _meaning(status: int, body: Fields) -> tuple[VerdictKind, str]:
    message = body.get("message")
    if status == 403 and isinstance(message, str) and message.lower().startswith(_UNPERMITTED):  # noqa: PLR2004 - forbidden
        return VerdictKind.REFUSED, "the platform calls our request invalid"
    if status in _BY_STATUS:
        return _BY_STATUS[status]
    if 400 <= status < 500:  # noqa: PLR2004 - that is what 4xx means
        return VerdictKind.REFUSED, "the platform refused the comment"
    return VerdictKind.UNKNOWN, f"the platform answered with status {status}"
