"""One lane: a table, queues and a simulated Meta of its own, and the real handlers in this process.

The functions reach AWS and Meta only by the addresses that the lane is given; the lane itself looks
past the proxies.
"""

import importlib
import json
import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import botocore.session
import requests

from infra.build.template import load_template
from infra.local.cloud import BUSINESS
from infra.local.loopback_server import LoopbackServer
from infra.local.ministack import CREDENTIALS
from infra.local.platforms.meta.courier import Attempt, Courier, Delivery
from infra.local.platforms.meta.people import Account, App
from infra.local.platforms.meta.simulator import SimulatedMeta
from infra.local.platforms.meta.world import Limits
from infra.local.shifted_clock import ShiftedClock, moments
from nightbell.adapters import clock
from nightbell.adapters.business_file import read_business
from nightbell.adapters.public_holidays import LibraryCalendars
from nightbell.domain.keys import BREAKER_SK, account_pk
from nightbell.platforms.meta import graph_api
from tests.chaos.wire.burst import Remote
from tests.contract.conversation_table import empty

APP_SECRET = "wire-app-secret-0123456789abcdef"  # pragma: allowlist secret
OK = 200
SHARDS = 2
COMPOSED = {
    "receive_webhook": "_receiving",
    "acknowledge": "_acknowledging",
    "sweep": "_composed",
    "replay_delivery": "_service",
}
LIFE_MS = {"acknowledge": 30_000, "sweep": 55_000}
SEND_TIMEOUT_S = 1.0
"""In place of 8 s, so that a silent platform does not take all day."""
TABLE_PARTS = ("AttributeDefinitions", "KeySchema", "GlobalSecondaryIndexes", "BillingMode")
COLD_AFTER = 20
"""Cases, then new execution environments: botocore allows a client only so many retries in a row."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """Where a lane plays.

    Attributes:
        cloud: The emulator itself.
        aws, graph: What the functions call: proxies, or the real thing.
        graph_port: Where the simulated Graph API listens.
    """

    number: int
    cloud: str
    aws: str
    graph: str
    graph_port: int
    folder: str


class Postbag(Courier):
    """Posts to the handler in this process, and keeps what Meta would send later until it is asked for."""

    def __init__(self, post: Callable[[Delivery], Attempt]) -> None:
        super().__init__()
        self._deliver = post
        self.eager = False
        self.held: list[Delivery] = []

    def deliver_later(self, delivery: Delivery, after_s: float = 0.0) -> None:
        del after_s
        if self.eager and not delivery.attempts:
            self.deliver(delivery)
        else:
            self.held.append(delivery)

    def _post(self, delivery: Delivery) -> Attempt:
        return self._deliver(delivery)


class Life:
    """What a function may ask of its invocation."""

    def __init__(self, milliseconds: int) -> None:
        self._ends = time.monotonic() + milliseconds / 1000

    def get_remaining_time_in_millis(self) -> int:
        return int(1000 * (self._ends - time.monotonic()))


class Lane:
    """Everything one case after another is played on.

    Attributes:
        hints, spilled: Taken from the queues and not yet handed to their function.
        told: Every hand-off of this case, in the order it came.
        on_accepted: Called when a delivery was answered with 200.
    """

    def __init__(self, address: Address) -> None:
        self.address = address
        self.clock = ShiftedClock(Path(address.folder) / f"clock-{address.number}.json")
        session = botocore.session.get_session()
        os.environ |= CREDENTIALS
        self.dynamodb, self.sqs, self._ssm = (
            session.create_client(name, endpoint_url=address.cloud) for name in ("dynamodb", "sqs", "ssm")
        )
        self.table = f"wire-{address.number}"
        self.business = read_business(BUSINESS, LibraryCalendars())
        self.environment = self._environment(self._make())
        os.environ |= self.environment
        clock._REREAD_S = 0.0
        graph_api.SEND_TIMEOUT_S = SEND_TIMEOUT_S
        self.postbag = Postbag(self.post)
        self.meta = SimulatedMeta(
            app=App(app_secret=APP_SECRET, verify_token="wire"),
            accounts=[self._account(*key) for key in self.business.accounts],
            clock=self.clock.now,
            limits=Limits(read_backs_per_second=1000, pair_burst=1000),
            courier=self.postbag,
        )
        self.server = LoopbackServer(self.meta.graph_api.answer, address.graph_port)
        self.proxy, self.graph_proxy = Remote(address.aws), Remote(address.graph)
        self.cases = 0
        self.begins = self._open()
        self._warm_up(session)
        self.begin()

    def _warm_up(self, session: Any) -> None:
        """Make one call of each kind through the proxies: their first ones are slow."""
        dynamodb, sqs, ssm = (session.create_client(name) for name in ("dynamodb", "sqs", "ssm"))
        dynamodb.describe_table(TableName=self.table)
        sqs.receive_message(QueueUrl=self.environment["ACK_QUEUE_URL"])
        ssm.get_parameter(Name=f"{self.environment['SECRETS_PREFIX']}/meta/app_secret")
        requests.get(self.address.graph, timeout=60)

    def begin(self) -> None:
        """Make it the same moment again, with nothing on the way."""
        self.hints: list[str] = []
        self.spilled: list[str] = []
        self.told: list[dict[str, Any]] = []
        self.on_accepted: Callable[[Delivery], None] = lambda _: None
        self.postbag.held.clear()
        self.postbag.eager = False
        self.meta.faults.clear()
        self.proxy.set([])
        self.graph_proxy.set([])
        self.move_to(self.begins)
        for channel, account in self.business.accounts:
            key = {"pk": {"S": account_pk(channel, account)}, "sk": {"S": BREAKER_SK}}
            self.dynamodb.delete_item(TableName=self.table, Key=key)
        self.cases += 1
        if self.cases % COLD_AFTER == 0:
            self.cold()

    def empty(self) -> None:
        """Delete every item, so that one case's ruins are no other's."""
        empty(self.dynamodb, self.table)

    def move_to(self, moment: datetime) -> None:
        """Make it that moment for the functions and for Meta."""
        self.clock.shift += moment - self.clock.now()
        self.clock._write()

    def break_table(self, *, always: bool) -> None:
        """Let every call to the table fail, or none any more."""
        down = {"service": "dynamodb", "error": {"code": "InternalServerError", "status": 500}}
        self.proxy.set([down] if always else [])

    def later(self, seconds: float) -> None:
        self.move_to(self.clock.now() + timedelta(seconds=seconds))

    def cold(self) -> None:
        """Let every function start anew: no client, no secret, no connection is kept."""
        for function, composed in COMPOSED.items():
            getattr(_handler(function), composed).cache_clear()

    # The functions

    def post(self, delivery: Delivery) -> Attempt:
        """Let ReceiveWebhook answer."""
        answer = self.invoke("receive_webhook", event_for(delivery), 10_000)
        status = answer["statusCode"] if isinstance(answer, dict) else None
        if status == OK:
            self.take()
            self.on_accepted(delivery)
        return Attempt(status=status, ms=0)

    def invoke(self, function: str, event: dict[str, Any], life_ms: int) -> Any:
        """Call a handler as Lambda does; whatever it raises is the invocation's failure and no more."""
        try:
            return _handler(function).handler(event, Life(life_ms))
        except Exception as error:  # noqa: BLE001 - Lambda reports it, and calls again by its own rules
            return error

    def work(self) -> None:
        """Hand every hint to Acknowledge once; one that fails is lost, as hints may be."""
        self.take()
        while self.hints:
            self.invoke("acknowledge", records([self.hints.pop(0)]), LIFE_MS["acknowledge"])
            self.take()

    def sweep(self) -> None:
        self.invoke("sweep", {}, LIFE_MS["sweep"])
        self.take()

    def replay(self) -> None:
        """Hand every spilled part to ReplayDelivery; one that fails comes again."""
        self.take()
        parts, self.spilled = self.spilled, []
        for part in parts:
            answer = self.invoke("replay_delivery", records([part]), LIFE_MS["acknowledge"])
            if not isinstance(answer, dict) or answer["batchItemFailures"]:
                self.spilled.append(part)

    def take(self) -> None:
        """Take what is in the queues."""
        self.hints += self._drain("ACK_QUEUE_URL")
        self.spilled += self._drain("SPILL_QUEUE_URL")
        self.told += map(json.loads, self._drain("HUMAN_QUEUE_URL"))

    def _drain(self, queue: str) -> list[str]:
        url, taken = self.environment[queue], []
        while True:
            answer = self.sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10)
            for message in answer.get("Messages", []):
                self.sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
                taken.append(message["Body"])
            if len(answer.get("Messages", [])) < 10:
                return taken

    # What it is made of

    def _make(self) -> dict[str, str]:
        described = load_template()["Resources"]["ConversationTable"]["Properties"]
        self.dynamodb.create_table(TableName=self.table, **{name: described[name] for name in TABLE_PARTS})
        prefix = f"/nightbell/wire-{self.address.number}"
        tokens = {f"access_token/{account}": "wire" for _, account in self.business.accounts}
        for name, value in {"app_secret": APP_SECRET, "verify_token": "wire", **tokens}.items():
            self._ssm.put_parameter(Name=f"{prefix}/meta/{name}", Value=value, Type="SecureString")
        return {
            f"{name.upper()}_QUEUE_URL": self.sqs.create_queue(QueueName=f"{name}-{self.address.number}")["QueueUrl"]
            for name in ("ack", "human", "spill")
        }

    def _environment(self, queues: dict[str, str]) -> dict[str, str]:
        return {
            **CREDENTIALS,
            **queues,
            "AWS_ENDPOINT_URL": self.address.aws,
            # As the template has it: shorter pauses between botocore's own tries.
            "AWS_NEW_RETRIES_2026": "true",
            "STAGE": "local",
            "TABLE_NAME": self.table,
            "SECRETS_PREFIX": f"/nightbell/wire-{self.address.number}",
            "DUE_SHARDS": str(SHARDS),
            "CLOCK_FILE": str(Path(self.address.folder) / f"clock-{self.address.number}.json"),
            "GRAPH_API_URL": self.address.graph,
            "GRAPH_API_VERSION": "v26.0",
            "POWERTOOLS_SERVICE_NAME": "nightbell",
            "POWERTOOLS_METRICS_NAMESPACE": "Nightbell",
            "POWERTOOLS_LOG_LEVEL": "CRITICAL",
        }

    def _account(self, channel: str, account_id: str) -> Account:
        return Account(channel=channel, account_id=account_id, token="wire")

    def _open(self) -> datetime:
        account = next(iter(self.business.accounts.values()))
        return moments(account.hours, self.clock.now(), account.brand.promise)["open"]


def _handler(function: str) -> Any:
    # Only now: what handlers log with is made when they are imported, from the lane's environment.
    return importlib.import_module(f"nightbell.handlers.{function}")


def event_for(delivery: Delivery) -> dict[str, Any]:
    """Write the HTTP API's event for a delivery."""
    return {
        "pathParameters": {"platform": "meta"},
        "requestContext": {"http": {"method": "POST"}},
        "headers": {name.lower(): value for name, value in delivery.headers.items()},
        "body": delivery.body.decode(),
        "isBase64Encoded": False,
    }


def records(bodies: list[str]) -> dict[str, Any]:
    """Write a queue's batch."""
    return {"Records": [{"messageId": str(number), "body": body} for number, body in enumerate(bodies)]}
