"""Calls to Twilio's API, and what their answers mean.

Nothing here is sent: an adapter sends the request, at most once, and hands back the outcome.
Source: Twilio "Twilio API requests" §Credentials, "Messages resource", "Response" (status codes).
"""

import base64
import re
from collections.abc import Mapping, Sequence
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
from nightbell.platforms.reading.fields import Fields
from nightbell.platforms.twilio.errors import BY_CODE, OPTED_OUT, TOKEN_DEAD, TOO_MANY, Judgement

TIMEOUT_S = 8.0

_SECONDS = re.compile(r"[0-9]{1,6}")
_LONGEST_WAIT = timedelta(days=1)
_BY_STATUS: Mapping[int, Judgement] = {
    401: TOKEN_DEAD,
    408: Judgement(VerdictKind.UNKNOWN, "Twilio gave up waiting for the request"),
    429: TOO_MANY,
}


def call(
    access: ApiAccess,
    resource: str,
    *,
    query: Mapping[str, str] | None = None,
    form: Sequence[tuple[str, str]] | None = None,
) -> HttpRequest:
    """Describe a call to a resource of the account: a POST with a form, a GET without."""
    return _call(access, f"/{resource}", query or {}, form)


def account(access: ApiAccess) -> HttpRequest:
    """Describe the call that shows the account itself."""
    return _call(access, ".json", {}, None)


def part(name: str) -> str:
    """Write an id as a part of an address."""
    return quote(name, safe="")


def _call(
    access: ApiAccess, below: str, query: Mapping[str, str], form: Sequence[tuple[str, str]] | None
) -> HttpRequest:
    return HttpRequest(
        method="GET" if form is None else "POST",
        url=f"{access.base_url}/{access.version}/Accounts/{part(access.owner_id)}{below}",
        # The key's name and its secret, as they stand in the parameter.
        headers={"Authorization": "Basic " + base64.b64encode(access.token.encode()).decode()},
        query=query,
        form=form,
        timeout_s=TIMEOUT_S,
    )


def judge(outcome: HttpOutcome) -> Verdict:
    """Judge a send by where it broke, then by the status; the code says more of a refusal."""
    match outcome:
        case NotSent(error=error):
            return Verdict(kind=VerdictKind.NOT_SENT, code="not_sent", reason=f"Twilio was not reached: {error}")
        case NoAnswer(error=error):
            return Verdict(kind=VerdictKind.UNKNOWN, code="no_answer", reason=f"Twilio did not answer: {error}")
        case Answer() if 200 <= outcome.status < 300:  # noqa: PLR2004 - that is what 2xx means
            found = read_body(outcome).get("sid")
            return Verdict(kind=VerdictKind.SENT, message_id=found if isinstance(found, str) and found else None)
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
    found = read_body(answer).get("code")
    code = found if isinstance(found, int) and not isinstance(found, bool) else None
    judgement = _judgement(answer.status, code)
    return Verdict(
        kind=judgement.kind,
        code=str(code) if code is not None else f"http {answer.status}",
        reason=judgement.reason,
        retry_after=_wait(answer, judgement),
        opted_out=judgement.kind is VerdictKind.REFUSED and code == OPTED_OUT,
    )


def _judgement(status: int, code: int | None) -> Judgement:
    if not 400 <= status < 500:  # noqa: PLR2004 - that is what 4xx means
        return Judgement(VerdictKind.UNKNOWN, f"Twilio answered with status {status}")
    known = BY_CODE.get(code) if code is not None else None
    unknown = Judgement(VerdictKind.REFUSED, "Twilio refused for a reason that is not in our table")
    return known or _BY_STATUS.get(status) or unknown


def _wait(answer: Answer, judgement: Judgement) -> timedelta | None:
    """Take the platform's own waiting time where it tells one, else the table's."""
    if judgement.wait is None:
        return None
    told = answer.headers.get("retry-after", "")
    return min(timedelta(seconds=int(told)) if _SECONDS.fullmatch(told) else judgement.wait, _LONGEST_WAIT)
