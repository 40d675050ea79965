"""Conversations as they are: somebody writes, is acknowledged, and writes twice more; then the team answers."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from infra.local.loopback_server import LoopbackServer, Reply, Request
from infra.local.platforms.meta.acts import Writing
from infra.local.platforms.meta.people import MESSENGER, WHATSAPP, Account, App, Contact, user_id_for
from infra.local.platforms.meta.simulator import SimulatedMeta
from infra.local.shifted_clock import ShiftedClock
from tests.bench.meter.doorstep import Doorstep, Runner
from tests.bench.stage import APP_SECRET, PAGE

OPEN = datetime(2026, 11, 23, 9, 10, tzinfo=UTC)
"""Monday, 10:10 at the shop."""
CLOSED = datetime(2026, 11, 23, 22, 0, tzinfo=UTC)
PHONE = "200000000000002"
TOKEN = "bench"  # pragma: allowlist secret
SAID = (
    "Hello! I ordered the blue rain jacket in size 42 last week, and it has not arrived. Where is it?",
    "I mean the one with the hood.",
    "It was order HB-12345, paid by card.",
)
KINDS = ("acknowledged", "further", "third")
"""What becomes of each; the third that nobody has answered is handed over anew, because it is urgent now."""
CHANNELS = (MESSENGER, WHATSAPP)
ANSWER = "We are sorry that you had to wait. It left our house on Monday and is with you tomorrow, early in the day."


@dataclass(slots=True)
class Wire:
    """What went to the platform and came from it, in bytes of head and body."""

    sent: int = 0
    requests: int = 0


class Platform:
    """The simulated Meta, whose webhooks land on the doorstep."""

    def __init__(self, doorstep: Doorstep, clock: ShiftedClock) -> None:
        """Begin with one Page and one number; ``url`` is its API."""
        accounts = [
            Account(channel=MESSENGER, account_id=PAGE, token=TOKEN),
            Account(channel=WHATSAPP, account_id=PHONE, token=TOKEN),
        ]
        self.wire = Wire()
        self._doorstep = doorstep
        self.meta = SimulatedMeta(
            app=App(app_secret=APP_SECRET, verify_token="bench"),
            accounts=accounts,
            clock=clock.now,
            courier=doorstep,
        )
        self._server = LoopbackServer(self._answer)
        self.url = self._server.url

    def close(self) -> None:
        """Stop."""
        self.meta.stop()
        self._server.close()

    def contact(self, channel: str, number: int) -> Contact:
        """Make somebody whose id is as long as real ones."""
        contact_id = f"{24_680_135_792_000_000 + number}" if channel == MESSENGER else f"{34_600_000_000 + number}"
        account_id = PAGE if channel == MESSENGER else PHONE
        user_id = user_id_for(contact_id) if channel == WHATSAPP else ""
        return Contact(channel=channel, account_id=account_id, contact_id=contact_id, name="Ada Rossi", user_id=user_id)

    def write(self, contact: Contact, text: str) -> None:
        """Let somebody write."""
        self.meta.write(contact, Writing(text=text))

    def _answer(self, request: Request) -> Reply:
        head = sum(len(name) + len(value) + 4 for name, value in request.headers.items())
        self.wire.sent += len(request.method) + len(request.path) + head + len(request.body)
        self.wire.requests += 1
        return self.meta.graph_api.answer(request)


class AckQueueMapping:
    """Does what the event source mapping does: one message a call of the function."""

    def __init__(self, sqs: Any, url: str, runner: Runner, handler: Any) -> None:
        """Poll this queue, past the ledger: what the mapping calls is counted by its messages."""
        self._sqs, self._url, self._runner, self._handler = sqs, url, runner, handler
        self.delivered = 0

    def deliver_what_waits(self) -> None:
        """Hand over every hint."""
        while found := self._sqs.receive_message(QueueUrl=self._url, MaxNumberOfMessages=1).get("Messages", []):
            ((message),) = found
            record = {"messageId": message["MessageId"], "body": message["Body"]}
            self._runner("Acknowledge", "hint", self._handler, {"Records": [record]}, life_s=30)
            self._sqs.delete_message(QueueUrl=self._url, ReceiptHandle=message["ReceiptHandle"])
            self.delivered += 1


def desk_event(method: str, path: str, body: Mapping[str, Any] | None = None, **headers: str) -> dict[str, Any]:
    """Make an event of somebody at the desk, whose token the API has checked."""
    claims = {"token_use": "access", "client_id": "bench", "username": "marta", "cognito:groups": "[agents]"}
    return {
        "rawPath": path,
        "rawQueryString": "",
        "requestContext": {
            "http": {"method": method, "path": path},
            "domainName": "a1b2c3d4e5.execute-api.us-east-1.amazonaws.com",
            "authorizer": {"jwt": {"claims": claims}},
        },
        "headers": {"content-type": "application/json", **headers},
        "body": json.dumps(body) if body is not None else "",
        "isBase64Encoded": False,
    }
