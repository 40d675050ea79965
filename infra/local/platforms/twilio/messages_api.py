"""The simulated Messages resource: what the functions send, and what they read back.

Source: Twilio "Messages resource" §Create a Message, §Read multiple Message resources.
"""

import base64
import hmac
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import parse_qsl

from infra.local.loopback_server import Reply, Request
from infra.local.platforms.faults import FaultBox
from infra.local.platforms.spoiling import spoiled
from infra.local.platforms.twilio.carrier import Carrier
from infra.local.platforms.twilio.errors import Refused, error_reply, refused_by
from infra.local.platforms.twilio.lines import Lines
from infra.local.platforms.twilio.messages import WHATSAPP, Message, Messages, new_sid
from infra.local.platforms.twilio.recordings import Recordings

MOST_CHARACTERS = 1600
CREATED = 201

_PATH = re.compile(r"^/2010-04-01/Accounts/(?P<owner>AC[0-9a-fA-F]{32})(?P<resource>[/.].*)$")
_NUMBER = re.compile(r"(whatsapp:)?\+[1-9][0-9]{6,14}")


@dataclass(frozen=True, slots=True, kw_only=True)
class MessagesApi:
    """Answers the calls of the functions.

    Attributes:
        keys: Of each account, as the functions have them.
        numbers: The account's, as Twilio writes them, and whose they are.
        services: Of each messaging service, the number that it sends by.
        lines: How the numbers are set up.
        recordings: What callers said.
        accepted: Is told of each message that was taken.
    """

    keys: Mapping[str, str]
    numbers: Mapping[str, str]
    services: Mapping[str, str]
    lines: Lines
    recordings: Recordings
    messages: Messages
    carrier: Carrier
    faults: FaultBox
    clock: Callable[[], datetime]
    accepted: Callable[[Message], None]

    def answer(self, request: Request) -> Reply:
        """Answer one call."""
        found = _PATH.match(request.path)
        if found is None:
            return error_reply(20404)
        try:
            return self._route(request, found["owner"], found["resource"])
        except Refused as refusal:
            return error_reply(refusal.code)
        except UnicodeDecodeError:
            return error_reply(21602)

    def _route(self, request: Request, owner: str, resource: str) -> Reply:
        if resource != "/Messages.json":
            self._authenticate(request, owner)
            if resource.startswith("/Recordings/"):
                return self.recordings.answer(request, owner, resource)
            return self.lines.answer(request, owner, resource)
        if request.method == "GET":
            recipient = request.query.get("To", "")
            return self._with_fault(request, owner, "read_back", recipient, lambda: self._list(request, owner))
        form = dict(parse_qsl(request.body.decode(), keep_blank_values=True))
        return self._with_fault(request, owner, "send", form.get("To", ""), lambda: self._create(form, owner))

    def _with_fault(
        self, request: Request, owner: str, operation: str, recipient: str, execute: Callable[[], Reply]
    ) -> Reply:
        channel = "twilio_whatsapp" if recipient.startswith(WHATSAPP) else "sms"
        fault = self.faults.take(operation, channel, recipient.removeprefix(WHATSAPP))
        if fault is not None and not fault.delivers:
            return spoiled(fault, None, refused_by)
        self._authenticate(request, owner)
        reply = execute()
        return reply if fault is None else spoiled(fault, reply, refused_by)

    def _authenticate(self, request: Request, owner: str) -> None:
        right = "Basic " + base64.b64encode(self.keys.get(owner, "").encode()).decode()
        given = request.headers.get("authorization", "")
        if owner not in self.keys or not hmac.compare_digest(given.encode(), right.encode()):
            raise Refused(20003)

    def _create(self, form: Mapping[str, str], owner: str) -> Reply:
        recipient, body = form.get("To", ""), form.get("Body", "")
        sender = form.get("From") or self.services.get(form.get("MessagingServiceSid", ""), "")
        checks = (
            (not recipient, 21604),
            (not _NUMBER.fullmatch(recipient), 21211),
            (self.numbers.get(sender) != owner, 21606),
            (not body, 21602),
            (len(body) > MOST_CHARACTERS, 21617),
            (self.carrier.blocks(sender, recipient), 21610),
        )
        for is_wrong, code in checks:
            if is_wrong:
                raise Refused(code)
        message = self.messages.add(
            Message(
                sid=new_sid(),
                owner=owner,
                sender=sender,
                recipient=recipient,
                body=body,
                at=self.clock(),
                outbound=True,
                status="queued",
                callback=form.get("StatusCallback", ""),
            )
        )
        self.accepted(message)
        return Reply(status=CREATED, body=json.dumps(message.as_json()).encode())

    def _list(self, request: Request, owner: str) -> Reply:
        size = int(request.query.get("PageSize", "50"))
        found = self.messages.to(owner, request.query.get("To", ""))
        here = f"/2010-04-01/Accounts/{owner}/Messages.json?PageSize={size}&Page="
        body = {
            "messages": [message.as_json() for message in found[:size]],
            "page": 0,
            "page_size": size,
            "first_page_uri": here + "0",
            "next_page_uri": here + "1" if len(found) > size else None,
            "previous_page_uri": None,
            "uri": here + "0",
            "start": 0,
            "end": max(0, min(size, len(found)) - 1),
        }
        return Reply(body=json.dumps(body).encode())
