"""How each number is set up: where its messages and its calls go.

Source: Twilio "IncomingPhoneNumber resource", "Account resource".
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qsl

from infra.local.loopback_server import Reply, Request
from infra.local.platforms.twilio.errors import error_reply
from infra.local.platforms.twilio.messages import new_sid

_PATH = "/IncomingPhoneNumbers"
_SETTINGS = {
    "SmsUrl": "sms_url",
    "SmsMethod": "sms_method",
    "SmsApplicationSid": "sms_application_sid",
    "VoiceUrl": "voice_url",
    "VoiceMethod": "voice_method",
    "VoiceApplicationSid": "voice_application_sid",
}
"""As they are given, and as they are shown."""


@dataclass(slots=True, kw_only=True)
class Line:
    """One number, as its page in the console shows it."""

    owner: str
    number: str
    sid: str = field(default_factory=lambda: new_sid("PN"))
    sms_url: str = ""
    sms_method: str = "POST"
    sms_application_sid: str = ""
    voice_url: str = ""
    voice_method: str = "POST"
    voice_application_sid: str = ""
    trunk_sid: str | None = None

    def as_json(self) -> Mapping[str, str | None]:
        """Show it as the API does."""
        return {
            **{name: getattr(self, name) for name in _SETTINGS.values()},
            "account_sid": self.owner,
            "sid": self.sid,
            "phone_number": self.number,
            "trunk_sid": self.trunk_sid,
        }


class Lines:
    """All numbers of the business."""

    def __init__(self, numbers: Mapping[str, str]) -> None:
        """Take each number and whose it is."""
        self.by_sid = {line.sid: line for line in (Line(owner=own, number=one) for one, own in numbers.items())}

    def answer(self, request: Request, owner: str, resource: str) -> Reply:
        """Show the account, show a number, or set it up."""
        if resource == ".json":
            return _shown({"sid": owner, "status": "active", "type": "Full"})
        own = [line for line in self.by_sid.values() if line.owner == owner]
        if resource == f"{_PATH}.json":
            wanted = request.query.get("PhoneNumber", "")
            return _shown({"incoming_phone_numbers": [line.as_json() for line in own if wanted in ("", line.number)]})
        sid = resource.removeprefix(f"{_PATH}/").removesuffix(".json")
        line = next((one for one in own if one.sid == sid), None)
        if line is None or request.method != "POST":
            return error_reply(20404)
        form = dict(parse_qsl(request.body.decode(), keep_blank_values=True))
        for given, name in _SETTINGS.items():
            setattr(line, name, form.get(given, getattr(line, name)))
        return _shown(line.as_json())


def _shown(what: object) -> Reply:
    return Reply(body=json.dumps(what).encode())
