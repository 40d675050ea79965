"""SES's API as far as Nightbell calls it: SendEmail with a mail that is written out.

Source: Amazon SES API v2 reference, SendEmail; AWS "Signature Version 4", §Authorization header.
"""

import base64
import binascii
import json
import re
from collections.abc import Callable, Mapping
from email import message_from_bytes
from email.message import Message
from typing import Any

from infra.local.loopback_server import Reply, Request
from infra.local.platforms.faults import Fault, FaultBox
from infra.local.platforms.spoiling import spoiled

CHANNEL = "email"
PATH = "/v2/email/outbound-emails"
Json = dict[str, Any]

ERRORS: Mapping[str, tuple[int, str]] = {
    "TooManyRequestsException": (429, "Maximum sending rate exceeded."),
    "ThrottlingException": (400, "Daily message quota exceeded."),
    "LimitExceededException": (400, "Too many instances of the resource."),
    "MessageRejected": (400, "Transaction failed: the content is not allowed."),
    "NotVerified": (
        400,
        "Email address is not verified. The following identities failed the check in region US-EAST-1",
    ),
    "MailFromDomainNotVerifiedException": (400, "The MAIL FROM domain is not verified."),
    "AccountSuspendedException": (400, "The account is suspended."),
    "SendingPausedException": (400, "Sending is paused for this account."),
    "NotFoundException": (404, "Configuration set does not exist."),
    "BadRequestException": (400, "The request is invalid."),
    "AccessDeniedException": (403, "The role is not authorized to perform ses:SendRawEmail."),
    "InvalidSignatureException": (403, "The request signature we calculated does not match."),
    "ExpiredTokenException": (403, "The security token included in the request is expired."),
}
"""By the name of a fault, which is the error's own but for a second wording of one."""

_SIGNED = re.compile(
    r"AWS4-HMAC-SHA256 Credential=[^/\s]+/[0-9]{8}/[a-z0-9-]+/ses/aws4_request, ?"
    r"SignedHeaders=(?P<headers>[a-z0-9;-]+), ?Signature=[0-9a-f]{64}"
)
_ONCE = ("from", "to", "subject", "auto-submitted", "precedence", "reply-to", "in-reply-to", "references")
_VALUE = re.compile(r"[A-Za-z0-9_-]{1,256}")

Send = Callable[[Json, "Message[str, str]"], str]
"""Takes a call and its mail; gives SES's id of it."""


class SesApi:
    """Answers calls."""

    def __init__(self, faults: FaultBox, addresses: frozenset[str], send: Send) -> None:
        """``addresses`` are those that SES has verified; ``send`` is called for what is accepted."""
        self._faults = faults
        self._addresses = addresses
        self._send = send

    def answer(self, request: Request) -> Reply:
        """Answer one call."""
        if request.method != "POST" or request.path != PATH:
            return refusal("NotFoundException")
        signed = _SIGNED.fullmatch(request.headers.get("authorization", ""))
        if signed is None or "x-amz-date" not in signed["headers"] or "x-amz-date" not in request.headers:
            return refusal("InvalidSignatureException")
        try:
            call, mail = _read(request.body)
        except (ValueError, KeyError, TypeError, binascii.Error):
            return refusal("BadRequestException")
        if call["FromEmailAddress"] not in self._addresses:
            return refusal("NotVerified")
        fault = self._faults.take("send", CHANNEL, call["Destination"]["ToAddresses"][0])
        reply = self._sent(call, mail) if fault is None or fault.delivers else None
        return spoiled(fault, reply, refused) if fault else reply or refusal("BadRequestException")

    def _sent(self, call: Json, mail: "Message[str, str]") -> Reply:
        return Reply(body=json.dumps({"MessageId": self._send(call, mail)}).encode())


def _read(body: bytes) -> tuple[Json, "Message[str, str]"]:
    """Read a call, as strictly as SES does.

    Raises:
        ValueError: SES would call it invalid.
    """
    call: Json = json.loads(body)
    mail = message_from_bytes(base64.b64decode(call["Content"]["Raw"]["Data"], validate=True))
    twice = [name for name in _ONCE if len(mail.get_all(name, [])) > 1]
    odd = [one for tag in call.get("EmailTags", ()) for one in tag.values() if not _VALUE.fullmatch(one)]
    if twice or odd or len(call["Destination"]["ToAddresses"]) != 1 or mail["Message-ID"] or not mail["From"]:
        raise ValueError("the mail is not as SES takes it")
    return call, mail


def refusal(name: str) -> Reply:
    """Answer with an error, which SES names in a header."""
    status, words = ERRORS[name]
    named = "MessageRejected" if name == "NotVerified" else name
    return Reply(status=status, body=json.dumps({"message": words}).encode(), headers={"x-amzn-ErrorType": named})


def refused(fault: Fault) -> Reply:
    """Answer with the error that a fault names, or whose status it gives."""
    by_status = {429: "TooManyRequestsException", 401: "InvalidSignatureException"}
    return refusal(fault.name if fault.name in ERRORS else by_status.get(fault.code, "BadRequestException"))
