"""Errors as X's API answers them.

Source: X "Response Codes & Errors" §Error response format, §Error types; X "Rate limits".
"""

import json
import time
from collections.abc import Mapping

from infra.local.loopback_server import Reply
from infra.local.platforms.faults import Fault

NOT_SUMMONED = (
    "Reply to this conversation is not allowed because you have not been mentioned or otherwise engaged by the author "
    "of the post you are replying to."
)
DUPLICATE = "You are not allowed to create a Tweet with duplicate content."
_PROBLEMS = "https://api.x.com/2/problems/"

NAMED: Mapping[str, tuple[int, str, str]] = {
    "not-summoned": (403, "about:blank", NOT_SUMMONED),
    "duplicate": (403, "about:blank", DUPLICATE),
    "closed": (403, "about:blank", "You cannot send messages to this user."),
    "too-long": (403, "about:blank", "Your Tweet text is too long."),
    "usage-capped": (429, f"{_PROBLEMS}usage-capped", "Usage cap exceeded: Monthly product cap"),
    "rate-limit-exceeded": (429, f"{_PROBLEMS}rate-limit-exceeded", "Too Many Requests"),
    "client-forbidden": (403, f"{_PROBLEMS}client-forbidden", "The app is not enrolled."),
    "oauth1-permissions": (403, f"{_PROBLEMS}oauth1-permissions", "The app may not do this."),
    "not-authorized": (403, f"{_PROBLEMS}not-authorized-for-resource", "The account did not allow it."),
    "resource-not-found": (404, f"{_PROBLEMS}resource-not-found", "Could not find it."),
    "invalid-request": (400, f"{_PROBLEMS}invalid-request", "One or more parameters were invalid."),
    "unauthorized": (401, "about:blank", "Unauthorized"),
    "partial": (200, f"{_PROBLEMS}resource-not-found", "Could not find it."),
}
_NUMBERED: Mapping[int, tuple[int, str]] = {
    88: (429, "Rate limit exceeded"),
    187: (403, "Status is a duplicate."),
    326: (403, "To protect our users, this account is temporarily locked."),
    349: (403, "You cannot send messages to this user."),
    401: (401, "Unauthorized"),
    476: (403, "Sender is not verified to send message requests"),
}


def problem(name: str) -> Reply:
    """Write an error of today's form."""
    status, kind, detail = NAMED[name]
    body: dict[str, object] = {"title": "Error", "detail": detail, "type": kind, "status": status}
    return _reply(status, {"errors": [body]} if name == "partial" else body)


def refused_by(fault: Fault) -> Reply:
    """Write the error that a fault names, by its word or by its older number."""
    if fault.name in NAMED:
        return problem(fault.name)
    status, message = _NUMBERED.get(fault.code, (fault.status or 400, "Refused"))
    return _reply(fault.status or status, {"errors": [{"code": fault.code, "message": message}]})


def _reply(status: int, body: object) -> Reply:
    # By the machine's clock, as the header that says what time it is.
    limited = {"x-rate-limit-reset": str(int(time.time()) + 90), "x-rate-limit-remaining": "0"}
    headers = limited if status == 429 else {}  # noqa: PLR2004 - too many
    return Reply(status=status, body=json.dumps(body).encode(), headers=headers)
