"""Error bodies as Twilio's API answers them.

Source: Twilio "Error and Warning Dictionary"; the form of the body from "Twilio's response".
"""

import json

from infra.local.loopback_server import Reply
from infra.local.platforms.faults import Fault

_ERRORS = {
    20003: (401, "Authenticate"),
    20404: (404, "The requested resource was not found"),
    20429: (429, "Too Many Requests"),
    21211: (400, "The 'To' number is not a valid phone number."),
    21602: (400, "Message body is required."),
    21604: (400, "A 'To' phone number is required."),
    21606: (400, "The From phone number is not a valid, SMS-capable inbound phone number for your account."),
    21610: (400, "Attempt to send to unsubscribed recipient"),
    21611: (429, "This 'From' number has exceeded the maximum number of queued messages"),
    21614: (400, "'To' number is not a valid mobile number"),
    21617: (400, "The concatenated message body exceeds the 1600 character limit"),
    63016: (400, "Failed to send freeform message because you are outside the allowed window."),
    63038: (429, "Account exceeded the daily messages limit"),
}


class Refused(Exception):  # noqa: N818 - a refusal is an answer here, not a failure
    """The API answers with an error.

    Attributes:
        code: A key of Twilio's dictionary.
    """

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


def error_reply(code: int, status: int | None = None) -> Reply:
    """Write an error; a code that has no sentence here gets a plain one."""
    usual, message = _ERRORS.get(code, (400, "The request was refused."))
    body = {
        "code": code,
        "message": message,
        "more_info": f"https://www.twilio.com/docs/errors/{code}",
        "status": status or usual,
    }
    return Reply(status=status or usual, body=json.dumps(body).encode())


def refused_by(fault: Fault) -> Reply:
    """Write the error that a fault names."""
    return error_reply(fault.code, fault.status)
