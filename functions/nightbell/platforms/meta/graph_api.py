"""Calls to Meta's Graph API, and what their answers mean, alike for all of Meta's channels.

Nothing here is sent: an adapter sends the request, at most once, and hands back the outcome.
"""

import hmac
from collections.abc import Callable, Mapping
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
from nightbell.platforms.meta import usage
from nightbell.platforms.meta.graph_errors import ErrorTable, Judgement
from nightbell.platforms.reading.fields import Fields

SEND_TIMEOUT_S = 8.0

_LONGEST_WAIT = timedelta(days=1)
_BY_STATUS: Mapping[int, Judgement] = {
    401: Judgement(VerdictKind.TOKEN_DEAD, "the access token was not accepted"),
    408: Judgement(VerdictKind.UNKNOWN, "the platform gave up waiting for the request"),
    429: Judgement(VerdictKind.NOT_SENT, "too many calls", timedelta(minutes=1)),
}
_OTHER_SECRET = Judgement(
    VerdictKind.NOT_SENT, "the app's secret is being replaced", timedelta(minutes=1), of_contact=True
)
"""Within minutes every function proves its calls with the new one. It has the code of whatever else is wrong with a
call, so that only its text tells it: "Invalid appsecret_proof provided in the API argument", code 100."""
_INVALID, _PROOF = 100, "appsecret_proof"


def call(
    access: ApiAccess, account_id: str, edge: str, *, query: Mapping[str, str] | None = None, json: object | None = None
) -> HttpRequest:
    """Describe a call to an edge of an account or a comment, or to itself: a POST with a body, a GET without.

    The token travels in a header, because addresses end up in logs. The proof, an HMAC of the
    token, is useless without it.
    Source: Meta "Graph API: Secure Requests" §Verify Graph API calls with appsecret_proof.
    """
    proof = {"appsecret_proof": make_proof(access.token, access.app_secret)} if access.app_secret else {}
    return HttpRequest(
        method="GET" if json is None else "POST",
        url=f"{access.base_url}/{access.version}/{quote(account_id, safe='')}" + (f"/{edge}" if edge else ""),
        headers={"Authorization": f"Bearer {access.token}"},
        query={**(query or {}), **proof},
        json=json,
        timeout_s=SEND_TIMEOUT_S,
    )


def make_proof(token: str, app_secret: str) -> str:
    """Prove that the caller of the API also has the app's secret."""
    return hmac.new(app_secret.encode(), token.encode(), "sha256").hexdigest()


def judge(outcome: HttpOutcome, table: ErrorTable, message_id: Callable[[Fields], object]) -> Verdict:
    """Judge a send by where it broke, then by the error's code; never by its text, but for one that has no code.

    Args:
        outcome: What the adapter saw.
        table: The channel's codes.
        message_id: Finds the new message's id in a success body.
    """
    match outcome:
        case NotSent(error=error):
            return Verdict(kind=VerdictKind.NOT_SENT, code="not_sent", reason=f"the platform was not reached: {error}")
        case NoAnswer(error=error):
            return Verdict(kind=VerdictKind.UNKNOWN, code="no_answer", reason=f"the platform did not answer: {error}")
        case Answer() if 200 <= outcome.status < 300:  # noqa: PLR2004 - that is what 2xx means
            found = message_id(read_body(outcome))
            name = found if isinstance(found, str) and found else None
            return Verdict(kind=VerdictKind.SENT, message_id=name, usage=usage.percent(outcome.headers))
        case Answer():
            return _judge_failure(outcome, table)


def read_body(answer: Answer) -> Fields:
    """Read an answer's JSON object; empty where it is none, as when it was cut off."""
    try:
        value = read_json(answer.body)
    except NotUnderstoodError:
        return {}
    return value if isinstance(value, dict) else {}


def _judge_failure(answer: Answer, table: ErrorTable) -> Verdict:
    error = read_body(answer).get("error")
    error = error if isinstance(error, dict) else {}
    code, subcode = _number(error.get("code")), _number(error.get("error_subcode"))
    judgement = _judgement(answer.status, code, subcode, table)
    if code == _INVALID and answer.status < 500 and _PROOF in str(error.get("message")):  # noqa: PLR2004 - as below
        judgement = _OTHER_SECRET
    if judgement is None:
        is_passing = error.get("is_transient") is True
        kind = VerdictKind.UNKNOWN if is_passing else VerdictKind.REFUSED
        judgement = Judgement(kind, "the platform refused for a reason that is not in our table")
    return Verdict(
        kind=judgement.kind,
        code=_code(answer.status, code, subcode),
        reason=judgement.reason,
        retry_after=_wait(answer, judgement),
        of_contact=judgement.of_contact,
    )


def _judgement(status: int, code: int | None, subcode: int | None, table: ErrorTable) -> Judgement | None:
    found = table.find(code, subcode) if code is not None else _BY_STATUS.get(status)
    is_refusal = 400 <= status < 500  # noqa: PLR2004 - that is what 4xx means
    if is_refusal or (found and code in table.proven_with_5xx):
        return found
    return Judgement(VerdictKind.UNKNOWN, f"the platform answered with status {status}")


def _number(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _code(status: int, code: int | None, subcode: int | None) -> str:
    if code is None:
        return f"http {status}"
    return f"{code}/{subcode}" if subcode is not None else str(code)


def _wait(answer: Answer, judgement: Judgement) -> timedelta | None:
    """Take the platform's own waiting time where it tells one, else the table's."""
    if judgement.wait is None:
        return None
    return min(usage.regain_access(answer.headers) or judgement.wait, _LONGEST_WAIT)
