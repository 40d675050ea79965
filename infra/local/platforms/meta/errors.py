"""The error bodies of the Graph API, by channel, code and subcode.

Sources: Messenger Platform "Error codes", Graph API "Handling errors" and "Rate limits", WhatsApp
Cloud API "Error codes". Titles are Meta's where they are known, else a plain word for the same.
"""

import json
import secrets
from dataclasses import dataclass, replace
from typing import Any

from infra.local.platforms.meta.people import WHATSAPP

Code = tuple[int, int | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class GraphError:
    """One documented refusal.

    Attributes:
        retry_minutes: Told as ``estimated_time_to_regain_access`` where a business use case is limited.
    """

    channel: str
    status: int
    code: int
    subcode: int | None
    message: str
    retry_minutes: int | None = None

    def body(self) -> bytes:
        """Write the JSON that comes with it."""
        error: dict[str, Any] = {"message": f"(#{self.code}) {self.message}", "type": self._type, "code": self.code}
        if self.channel == WHATSAPP:
            error["error_data"] = {"messaging_product": "whatsapp", "details": f"{self.message}."}
        elif self.subcode is not None:
            error |= {"error_subcode": self.subcode, "is_transient": self.code in TRANSIENT}
        error["fbtrace_id"] = secrets.token_urlsafe(8)
        return json.dumps({"error": error}).encode()

    @property
    def _type(self) -> str:
        return (
            "GraphMethodException"
            if self.code == INVALID_PARAMETER and self.subcode == MISSING_OBJECT
            else "OAuthException"
        )


class Refused(Exception):  # noqa: N818 - Graph says no as a matter of course
    """Carries a :class:`GraphError` out of the checks of a call."""

    def __init__(self, error: GraphError) -> None:
        """Keep the error for the answer."""
        super().__init__(error.message)
        self.error = error


INVALID_PARAMETER = 100
MISSING_OBJECT = 33
TRANSIENT = frozenset({1, 2, 4, 17, 32, 341, 613, 1200})

# (code, subcode): what it says, on Pages and Instagram; 400 whatever the reason, but for those of STATUSES.
_MESSENGER: dict[Code, str] = {
    (1, None): "An unknown error occurred",
    (1, 99): "An unknown error occurred",
    (1, 1357046): "Something went wrong",
    (2, None): "Service temporarily unavailable",
    (2, 2018344): "This person has not accepted the privacy terms",
    (3, None): "Application does not have the capability to make this API call",
    (4, None): "Application request limit reached",
    (4, 2018354): "Marketing message frequency reached",
    (9, 2018352): "Too many marketing messages to this person",
    (10, None): "Application does not have permission for this action",
    (10, 1404170): "Permission is missing",
    (10, 1893063): "This Page is temporarily restricted from sending messages",
    (10, 2018108): "This person isn't receiving messages from you right now",
    (10, 2018278): "This message is sent outside of allowed window",
    (10, 2018300): "Another app is controlling this thread now",
    (10, 2534022): "This message is sent outside of allowed window",
    (17, None): "User request limit reached",
    (32, None): "Page request limit reached",
    (100, None): "Invalid parameter",
    (100, 33): "Unsupported request: the object does not exist, or cannot be loaded due to missing permissions",
    (100, 2018001): "No matching user found",
    (100, 2534014): "The requested user cannot be found",
    (100, 2534025): "This comment is not eligible for a private reply",
    (100, 2534029): "This person blocked the business",
    (190, None): "Invalid OAuth access token",
    (190, 458): "Error validating access token: the user has not authorized the application",
    (190, 459): "Error validating access token: the user is checkpointed",
    (190, 460): "Error validating access token: the session was invalidated because the password changed",
    (190, 463): "Error validating access token: session has expired",
    (190, 464): "Error validating access token: the user is not confirmed",
    (190, 467): "Error validating access token: the token is invalid",
    (190, 492): "Error validating access token: the user has no role on the Page",
    (200, None): "Permissions error",
    (200, 2534041): "Access to messages is switched off for this account",
    (230, None): "Permissions disallow message to user",
    (341, None): "Application limit reached",
    (368, None): "The action attempted has been deemed abusive or is otherwise disallowed",
    (368, 1346003): "The content was found abusive",
    (368, 1390008): "You are doing this too fast",
    (506, None): "Duplicate status message",
    (551, 1545041): "This person isn't available right now",
    (613, None): "Calls to this API have exceeded the rate limit",
    (1200, None): "Temporary send message failure. Please try again later",
    (2018218, None): "No profile available for this user",
    (2500, None): "An active access token must be used to query information about the current user",
    (10900, None): "Activity already replied to",
    (10901, None): "Activity is too old to reply to",
    (10902, None): "Activity cannot be replied to",
    (10903, None): "This user cannot reply to this activity",
    (80001, None): "There have been too many calls to this Page account",
    (80002, None): "There have been too many calls to this Instagram account",
    (80006, None): "There have been too many calls to this Messenger account",
}
_MESSENGER_STATUSES: dict[int, int] = {2: 500, 80001: 429, 80006: 429}

# code: (HTTP status, what it says); the statuses are documented here.
_WHATSAPP: dict[int, tuple[int, str]] = {
    0: (401, "AuthException"),
    1: (400, "API Unknown"),
    2: (503, "API Service"),
    3: (500, "API Method"),
    4: (400, "API Too Many Calls"),
    10: (403, "Permission Denied"),
    33: (400, "Parameter value is not valid"),
    100: (400, "Invalid parameter"),
    190: (401, "Access token has expired"),
    200: (403, "API Permission"),
    368: (403, "Temporarily blocked for policies violations"),
    80007: (400, "Rate limit issues"),
    80008: (400, "There have been too many calls to this WhatsApp Business account"),
    130403: (400, "The business blocked this user"),
    130429: (400, "Rate limit hit"),
    130472: (400, "User's number is part of an experiment"),
    130497: (403, "Business account is restricted from messaging users in this country"),
    131000: (500, "Something went wrong"),
    131005: (403, "Access denied"),
    131008: (400, "Required parameter is missing"),
    131009: (400, "Parameter value is not valid"),
    131016: (500, "Service unavailable"),
    131021: (400, "Recipient cannot be sender"),
    131026: (400, "Message undeliverable"),
    131030: (400, "Recipient phone number not in allowed list"),
    131031: (403, "Account has been locked"),
    131037: (400, "Display name approval needed"),
    131042: (400, "Business eligibility payment issue"),
    131045: (500, "Incorrect certificate"),
    131047: (400, "Re-engagement message"),
    131048: (400, "Spam rate limit hit"),
    131049: (400, "Meta chose not to deliver"),
    131050: (400, "User has stopped marketing messages"),
    131051: (400, "Unsupported message type"),
    131052: (400, "Media download error"),
    131053: (400, "Media upload error"),
    131056: (400, "(Business Account, Consumer Account) pair rate limit hit"),
    131057: (500, "Account in maintenance mode"),
    131062: (400, "A business-scoped user id is not allowed here"),
    132000: (400, "Template param count mismatch"),
    132001: (404, "Template does not exist"),
    132005: (400, "Template hydrated text too long"),
    132007: (400, "Template format character policy violated"),
    132012: (400, "Template parameter format mismatch"),
    132015: (400, "Template is paused"),
    132016: (400, "Template is disabled"),
    133000: (500, "Incomplete deregistration"),
    133004: (503, "Server temporarily unavailable"),
    133010: (400, "Phone number not registered"),
    134011: (400, "Terms not accepted"),
    135000: (400, "Generic user error"),
    137000: (400, "Business error"),
}


def graph_error(channel: str, code: int, subcode: int | None = None, *, status: int | None = None) -> GraphError:
    """Look an error up; a code nobody documented is answered too, as an unknown one."""
    if channel == WHATSAPP:
        usual, message = _WHATSAPP.get(code, (400, "An unknown error occurred"))
    else:
        usual = _MESSENGER_STATUSES.get(code, 400)
        message = _MESSENGER.get((code, subcode), _MESSENGER.get((code, None), "An unknown error occurred"))
    return GraphError(channel=channel, status=status or usual, code=code, subcode=subcode, message=message)


def refused(channel: str, code: int, subcode: int | None = None, why: str = "") -> Refused:
    """Make the exception for a documented error; ``why`` replaces its sentence."""
    error = graph_error(channel, code, subcode)
    return Refused(replace(error, message=why) if why else error)


def documented(channel: str) -> list[Code]:
    """List every code and subcode that can be asked for by a fault."""
    return [(code, None) for code in _WHATSAPP] if channel == WHATSAPP else list(_MESSENGER)
