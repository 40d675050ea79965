"""What SES's answers mean for a send.

Sources: Amazon SES API v2 reference, SendEmail §Errors and "Common Errors"; Developer Guide, "Amazon SES email sending
errors". SES names the error in a header and, by some ways, in the body.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from nightbell.domain.errors import NotUnderstoodError
from nightbell.platforms.channel import Answer, HttpOutcome, NoAnswer, NotSent, Verdict, VerdictKind
from nightbell.platforms.json_reading import read_json
from nightbell.platforms.reading.fields import Fields

_HEADER = "x-amzn-errortype"
_NOT_VERIFIED = "not verified"
_DAILY = "daily"


@dataclass(frozen=True, slots=True)
class _Meaning:
    kind: VerdictKind
    reason: str
    wait: timedelta | None = None


def _blocked(reason: str, minutes: float) -> _Meaning:
    return _Meaning(VerdictKind.ACCOUNT_BLOCKED, reason, timedelta(minutes=minutes))


_LATER = _Meaning(VerdictKind.NOT_SENT, "too many mails at once", timedelta(seconds=20))
_CAPPED = _Meaning(VerdictKind.CAPPED, "SES sends no more mails of this account today", timedelta(hours=1))
_UNVERIFIED = _blocked("SES has not verified the address or domain that sends, or is still in its sandbox", 60)
_NOT_OURS = _Meaning(VerdictKind.NOT_PERMITTED, "the function's role may not send mail for this account")
_TOKEN = _Meaning(VerdictKind.TOKEN_DEAD, "AWS did not accept the signature")

_BY_CODE: Mapping[str, _Meaning] = {
    "TooManyRequestsException": _LATER,
    "ThrottlingException": _LATER,
    "Throttling": _LATER,
    "LimitExceededException": _CAPPED,
    "MessageRejected": _Meaning(VerdictKind.REFUSED, "SES takes the mail's content for dangerous"),
    "MailFromDomainNotVerifiedException": _UNVERIFIED,
    "AccountSuspendedException": _blocked("SES has suspended the account", 240),
    "SendingPausedException": _blocked("sending is paused for the account or its configuration set", 60),
    "NotFoundException": _blocked("SES knows no such configuration set", 60),
    "BadRequestException": _Meaning(VerdictKind.REFUSED, "SES calls our request invalid"),
    "AccessDeniedException": _NOT_OURS,
    "AccessDenied": _NOT_OURS,
    "NotAuthorized": _NOT_OURS,
    "OptInRequired": _blocked("AWS has not opened SES for this account", 240),
    # A function's credentials change by themselves; the next run has others.
    "ExpiredTokenException": _blocked("the function's credentials had just expired", 5),
    "RequestExpired": _blocked("the function's clock or credentials were out of date", 5),
}
_BY_STATUS: Mapping[int, _Meaning] = {
    401: _TOKEN,
    403: _TOKEN,
    408: _Meaning(VerdictKind.UNKNOWN, "SES gave up waiting for the request"),
    429: _LATER,
}


def judge(outcome: HttpOutcome) -> Verdict:
    """Judge a send by where it broke, then by the error's name."""
    match outcome:
        case NotSent(error=error):
            return Verdict(kind=VerdictKind.NOT_SENT, code="not_sent", reason=f"SES was not reached: {error}")
        case NoAnswer(error=error):
            return Verdict(kind=VerdictKind.UNKNOWN, code="no_answer", reason=f"SES did not answer: {error}")
        case Answer() if 200 <= outcome.status < 300:  # noqa: PLR2004 - that is what 2xx means
            found = _body(outcome).get("MessageId")
            return Verdict(kind=VerdictKind.SENT, message_id=found if isinstance(found, str) and found else None)
        case Answer():
            return _judge_failure(outcome)


def _judge_failure(answer: Answer) -> Verdict:
    name, said = _error(answer)
    meaning = _meaning(answer.status, name, said)
    return Verdict(
        kind=meaning.kind, code=name or f"http {answer.status}", reason=meaning.reason, retry_after=meaning.wait
    )


def _meaning(status: int, name: str, said: str) -> _Meaning:
    if not 400 <= status < 500:  # noqa: PLR2004 - only 4xx says that nothing was done
        return _Meaning(VerdictKind.UNKNOWN, f"SES answered with status {status}")
    found = _BY_CODE.get(name) or _BY_STATUS.get(status)
    # One name for two things: the words tell whether it is the account or this mail, and now or for the day.
    if name == "MessageRejected" and _NOT_VERIFIED in said:
        return _UNVERIFIED
    if found is _LATER and _DAILY in said:
        return _CAPPED
    return found or _Meaning(VerdictKind.REFUSED, "SES refused the mail for a reason that is not in our table")


def _error(answer: Answer) -> tuple[str, str]:
    """Read the error's name, bare of the addresses that AWS puts around it, and its words in lower case."""
    body = _body(answer)
    named = (answer.headers.get(_HEADER), body.get("__type"), body.get("code"))
    name = next((each for each in named if isinstance(each, str) and each), "")
    said = body.get("message", body.get("Message"))
    bare = name.partition(":")[0].rpartition("#")[2].strip()
    return bare[:60] if bare.isalnum() else "", said.lower() if isinstance(said, str) else ""


def _body(answer: Answer) -> Fields:
    """Read an answer's JSON object; empty where it is none, as when it was cut off."""
    try:
        value = read_json(answer.body)
    except NotUnderstoodError:
        return {}
    return value if isinstance(value, dict) else {}
