"""Every refusal of the desk's API: RFC 9457 "Problem Details for HTTP APIs", in sentences an agent can act on."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from nightbell.domain.answer_checks import Objection
from nightbell.domain.errors import NightbellError
from nightbell.services.desk_api.asked import Given
from nightbell.services.desk_errors import Code, DeskError

CONTENT_TYPE = "application/problem+json"
PLACE = "/desk/problems/"


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One kind of refusal.

    Attributes:
        title: The same whenever it occurs; the detail says what happened this time.
    """

    code: str
    status: int
    title: str


_EVERY = (
    (Code.INVALID, 422, "What was sent is not what this takes."),
    (Code.UNKNOWN, 404, "There is no such conversation."),
    (Code.NOTHING_WAITS, 409, "Nothing waits in this conversation."),
    (Code.HELD, 409, "Somebody else holds this conversation."),
    (Code.NOT_HELD, 409, "You do not hold this conversation."),
    (Code.CHANGED, 412, "The conversation has changed since you looked at it."),
    (Code.NOT_ALLOWED, 403, "This is not yours to do."),
    (Code.WINDOW_CLOSED, 409, "The platform takes no answer any more."),
    (Code.NO_CONSENT, 409, "The customer has not agreed to that."),
    (Code.OBJECTIONS, 422, "Something speaks against this text."),
    ("revision_needed", 428, "Say what you were looking at."),
    ("not_signed_in", 401, "You are not signed in."),
    ("not_an_agent", 403, "You are neither an agent nor a lead."),
    ("sign_in_failed", 401, "The name or the password is wrong."),
    ("new_password_needed", 409, "Choose a password of your own."),
    ("code_needed", 409, "Type the code that your app shows."),
    ("password_refused", 422, "This password will not do."),
    ("too_many_tries", 429, "Too many tries."),
    ("foreign_page", 403, "Only the desk's own page may do that."),
    ("not_found", 404, "There is nothing here."),
    ("method", 405, "This is not done here."),
    ("not_json", 400, "This is no JSON."),
    ("too_large", 413, "This is too much at once."),
    ("unavailable", 503, "The desk does not answer at the moment."),
)
PROBLEMS: Mapping[str, Problem] = {
    str(code): Problem(code=str(code), status=status, title=title) for code, status, title in _EVERY
}


class ApiError(NightbellError):
    """The API refuses; nothing was changed."""

    def __init__(self, code: str, sentence: str) -> None:
        """Name one of :data:`PROBLEMS`, and say what happened this time."""
        super().__init__(sentence)
        self.code = code
        self.status = PROBLEMS[code].status


def given_for(error: NightbellError) -> Given:
    """Answer with what went wrong; of what is no refusal, only that a retry is safe."""
    if isinstance(error, DeskError):
        return problem(error.code, str(error), error.objections)
    if isinstance(error, ApiError):
        return problem(error.code, str(error))
    return problem("unavailable", "Nothing was changed for certain. Look again in a moment, and then repeat it.")


def problem(code: str, detail: str, objections: Sequence[Objection] = ()) -> Given:
    """Write one out.

    Args:
        code: Of :data:`PROBLEMS`.
        detail: What happened this time.
        objections: What the checks say against a text, each with a code and a sentence.
    """
    kind = PROBLEMS[code]
    body: dict[str, object] = {"type": PLACE + code, "title": kind.title, "status": kind.status, "detail": detail}
    if objections:
        body["objections"] = [{"code": each.code, "sentence": each.sentence} for each in objections]
    more = {"retry-after": "5"} if kind.status in {429, 503} else {}
    return Given(
        status=kind.status, body=json.dumps(body), headers={"content-type": CONTENT_TYPE, **more}, code=kind.code
    )
