"""One real run in a process of its own: the handlers, the emulator, the simulated platform; writes down what happened.

A process of its own, because the functions' log and their clients are made once, when they are first imported.
"""

import json
import os
import sys
import tempfile
import time
import uuid
from collections.abc import Collection, Iterator
from contextlib import ExitStack, contextmanager, redirect_stdout
from dataclasses import asdict
from io import StringIO
from pathlib import Path
from typing import Any

import botocore.session

from infra.local.platforms.meta.people import MESSENGER, Contact
from infra.local.shifted_clock import ShiftedClock
from nightbell.domain.desk_key import desk_key
from nightbell.domain.keys import conversation_pk
from tests.bench.meter.calls import Ledger, Proxy
from tests.bench.meter.doorstep import Doorstep, Runner
from tests.bench.meter.dynamodb import item_bytes, stored_bytes
from tests.bench.meter.town import (
    ANSWER,
    CHANNELS,
    CLOSED,
    KINDS,
    OPEN,
    PHONE,
    SAID,
    TOKEN,
    AckQueueMapping,
    Platform,
    desk_event,
)
from tests.bench.stage import TABLE, stage

TRACE = "Root=1-67407a00-0123456789abcdef01234567;Parent=53995c3f42cd8ad8;Sampled=0"
"""Lambda sets it whether or not anything is traced."""
LOOKS = 10


class Run:
    """The town, and what its functions did."""

    def __init__(self, stack: ExitStack, folder: Path, *, counts: bool) -> None:
        """Bring everything up; without ``counts`` the functions reach the emulator directly, to be timed."""
        here = stack.enter_context(stage(folder))
        self.clock = ShiftedClock(folder / "clock.json")
        self.ledger, self.log = Ledger(), StringIO()
        self.parts: dict[str, list[tuple[dict[str, int], dict[str, int]]]] = {}
        self._runner = Runner(self.ledger, self.log)
        self._session = botocore.session.get_session()
        self.dynamodb = here.dynamodb
        self._put_secrets()
        stack.enter_context(redirect_stdout(self.log))
        if counts:
            proxy = Proxy(here.endpoint, here.dynamodb, self.ledger)
            stack.callback(proxy.close)
            os.environ["AWS_ENDPOINT_URL"] = proxy.url
        os.environ |= {"CLOCK_FILE": str(folder / "clock.json"), "_X_AMZN_TRACE_ID": TRACE, "STAGE": "prod"}
        os.environ |= {"DESK_POOL_ID": "bench", "DESK_CLIENT_ID": "bench", "META_APP_ID": "420420420420420"}
        os.environ |= {"DESK_URL": "https://a1b2c3d4e5.execute-api.us-east-1.amazonaws.com/desk"}
        os.environ |= {"PUBLIC_URL": "https://a1b2c3d4e5.execute-api.us-east-1.amazonaws.com"}
        self.cold = self._import()
        self.doorstep = Doorstep(self._runner, self.receive)
        self.platform = Platform(self.doorstep, self.clock)
        stack.callback(self.platform.close)
        os.environ |= {"GRAPH_API_URL": self.platform.url, "PLATFORMS_URL": self.platform.url}
        sqs = self._session.create_client("sqs", endpoint_url=here.endpoint)
        self.mapping = AckQueueMapping(sqs, os.environ["ACK_QUEUE_URL"], self._runner, self.acknowledge)

    def _put_secrets(self) -> None:
        ssm = self._session.create_client("ssm")
        ssm.put_parameter(Name=f"/nightbell/bench/meta/access_token/{PHONE}", Value=TOKEN, Type="SecureString")

    def _import(self) -> dict[str, float]:
        """Import the handlers, and tell the processor time that each took when it was the first."""
        took: dict[str, float] = {}
        for name in ("receive_webhook", "acknowledge", "sweep", "serve_desk"):
            began = time.process_time()
            module = __import__(f"nightbell.handlers.{name}", fromlist=["handler"])
            took[name] = (time.process_time() - began) * 1000
            setattr(self, {"receive_webhook": "receive"}.get(name, name), module.handler)
        return took

    receive: Any
    acknowledge: Any
    sweep: Any
    serve_desk: Any

    @contextmanager
    def during(self, name: str) -> Iterator[None]:
        """Put down whatever happens meanwhile under a name."""
        before = self._marks()
        yield
        if name:
            self.parts.setdefault(name, []).append((before, self._marks()))

    def settle(self) -> None:
        """Have every hint acted upon, and the platform tell what became of it."""
        self.mapping.deliver_what_waits()
        self.doorstep.deliver_what_waits()

    def converse(self, channel: str, number: int, *, counted: bool = True) -> Contact:
        """Have one message acknowledged, and two more come; the third of a row is handed over anew."""
        contact = self.platform.contact(channel, number)
        sends = self.platform.wire.requests
        for kind, text in zip(KINDS, SAID, strict=True):
            with self.during(f"{channel} {kind}" if counted else ""):
                self.platform.write(contact, text)
                self.settle()
        if self.platform.wire.requests != sends + 1:
            sys.exit(
                f"{channel}: one acknowledgement should have left; the functions said {self.log.getvalue()[-2000:]}"
            )
        return contact

    def sweep_once(self) -> None:
        """Run Sweep as its minute does."""
        self._runner("Sweep", "minute", self.sweep, {}, life_s=55)

    def ask(self, what: str, method: str, path: str, body: dict[str, Any] | None = None, **headers: str) -> Any:
        """Ask at the desk."""
        event = desk_event(method, path, body, **headers)
        answer = self._runner("ServeDesk", what, self.serve_desk, event, life_s=20)
        if answer["statusCode"] not in {200, 201, 204}:
            sys.exit(f"{method} {path} was answered with {answer['statusCode']}: {answer['body']}")
        return json.loads(answer["body"]) if answer["body"] and not answer["isBase64Encoded"] else answer

    def look(self) -> None:
        """Look at the list, as the page does every five seconds."""
        self.ask("look", "GET", "/desk/api/waiting")

    def answer(self, contact: Contact) -> None:
        """Take a conversation, answer all of it, and let the platform tell."""
        here = f"/desk/api/conversations/{desk_key(partition(contact))}"
        self.ask("story", "GET", here)
        story = self.ask("take", "POST", f"{here}/take", {})
        said = {"request": str(uuid.uuid4()), "texts": [{"via": contact.channel, "text": ANSWER}], "up_to": len(SAID)}
        self.ask("answer", "POST", f"{here}/answer", said, **{"if-match": f'"{story.get("revision", "")}"'})
        self.settle()

    def _marks(self) -> dict[str, int]:
        """Tell how far everything has come."""
        wire = self.platform.wire
        return {
            "invocations": len(self._runner.done),
            "calls": len(self.ledger.calls),
            "mapped": self.mapping.delivered,
            "sent_bytes": wire.sent,
            "sends": wire.requests,
        }

    def report(self) -> dict[str, Any]:
        """Give everything, as JSON can hold it."""
        return {
            "invocations": [asdict(each) for each in self._runner.done],
            "calls": [asdict(each) for each in self.ledger.calls],
            "parts": self.parts,
            "cold_import_cpu_ms": self.cold,
        }

    def stored(self, people: Collection[Contact]) -> list[dict[str, Any]]:
        """Weigh every item of these people's conversations."""
        now, known = self.clock.now().timestamp(), {partition(each) for each in people}
        found = self.dynamodb.scan(TableName=TABLE)["Items"]
        return [
            {
                "sk": item["sk"]["S"],
                "bytes": item_bytes(item),
                "stored": stored_bytes(item),
                "life_s": int(item["expires_at"]["N"]) - now if "expires_at" in item else None,
            }
            for item in found
            if item["pk"]["S"] in known
        ]


def partition(contact: Contact) -> str:
    """Tell where somebody's conversation is."""
    return conversation_pk(contact.channel, contact.account_id, contact.user_id or contact.contact_id)


def run(folder: Path, *, counts: bool, conversations: int) -> dict[str, Any]:
    """Play the whole of it; half of each channel's conversations while the shop is closed."""
    people: list[Contact] = []
    with ExitStack() as stack:
        town = Run(stack, folder, counts=counts)
        for number, moment in enumerate((OPEN, CLOSED)):
            town.clock.set_to(moment)
            _warm(town, number)
            for channel in CHANNELS:
                town.doorstep.unwanted = {"delivery"} if channel == MESSENGER else set()
                numbers = range(100 * number + 10, 100 * number + 10 + conversations)
                people += [town.converse(channel, each) for each in numbers]
        stored = town.stored(people)
        _team(town, people)
        return town.report() | {"stored": stored, "conversations": 2 * conversations}


def _team(town: Run, people: Collection[Contact]) -> None:
    """Have Sweep and an open desk look around, and every customer answered."""
    for name, act in (("sweep", town.sweep_once), ("look", town.look)):
        act()
        with town.during(name):
            for _ in range(LOOKS):
                act()
    with town.during("answers"):
        for contact in people:
            town.answer(contact)


def _warm(town: Run, number: int) -> None:
    """Have each function started, and each secret and the hours read, by somebody who is not counted."""
    for channel in CHANNELS:
        town.answer(town.converse(channel, number, counted=False))


def main() -> None:
    """Write the report of a run to the file that is named; ``count`` or ``time``, and how many conversations."""
    target, mode, conversations = sys.argv[1:4]
    with tempfile.TemporaryDirectory() as name:
        found = run(Path(name), counts=mode == "count", conversations=int(conversations))
    Path(target).write_text(json.dumps(found))


if __name__ == "__main__":
    main()
