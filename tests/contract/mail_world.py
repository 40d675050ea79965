"""The real services with real mail, between a simulated SES over HTTP, a bucket in memory and a table in memory."""

from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

import botocore.session

from infra.local.loopback_server import LoopbackServer, Reply, Request
from infra.local.platforms.courier import Attempt
from infra.local.platforms.email.post_office import TOLD
from infra.local.platforms.email.simulator import SimulatedEmail
from infra.local.platforms.faults import FaultBox
from infra.local.platforms.vendor import Act, Bubble, Contact, Surroundings
from infra.replay.dynamodb import MemoryDynamo
from nightbell.adapters.aws_signature import AwsSignature
from nightbell.adapters.platform_http import PlatformHttp
from nightbell.adapters.receipt_table import ReceiptTable
from nightbell.adapters.table_client import Deadline, TableClient
from nightbell.adapters.table_items import values
from nightbell.adapters.unit_table import UnitTable
from nightbell.domain.business import Account
from nightbell.domain.facts import Fact
from nightbell.domain.keys import conversation_pk
from nightbell.platforms.channel import AccessNeeds, Channel
from nightbell.platforms.email.channel import MailChannel
from nightbell.platforms.email.completing import READ_BYTES, StoredMail
from nightbell.platforms.email.platform import Email
from nightbell.platforms.registry import HOSTS
from nightbell.services.acknowledge import Acknowledge
from nightbell.services.case import Invocation
from nightbell.services.platform_access import PlatformAccess
from nightbell.services.receive_mail import ReceiveMail
from nightbell.services.store_delivery import StoreDelivery
from nightbell.services.store_messages import StoreMessages
from nightbell.services.sweep import Sweep
from nightbell.services.tell_human_queue import TellHumanQueue
from tests.contract.fake_clock import FakeClock
from tests.contract.world import OPEN
from tests.fakes import FakeHints, FakeHumanQueue
from tests.unit.talk import bakery

OURS, ADA = "hola@panaderia.example", "ada@example.org"
SHARDS = 2


@dataclass(slots=True)
class Office:
    """A bucket, and a queue behind its topic."""

    bucket: str = "custody"
    mails: dict[str, bytes] = field(default_factory=dict)
    told: list[str] = field(default_factory=list)

    def keep(self, key: str, raw: bytes) -> None:
        self.mails[key] = raw

    def tell(self, notification: str, *, later: bool = False) -> Attempt:
        del later
        self.told.append(notification)
        return TOLD

    def read(self, key: str) -> StoredMail | None:
        raw = self.mails.get(key)
        return None if raw is None else StoredMail(beginning=raw[:READ_BYTES], size=len(raw))


class NoSecrets:
    def get(self, platform: str, name: str) -> tuple[str, ...]:
        raise AssertionError(f"{platform} asked for {name}")


def signature() -> AwsSignature:
    session = botocore.session.get_session()
    session.set_credentials("test", "test")
    session.set_config_variable("region", "us-east-1")
    return AwsSignature(session)


class MailWorld:
    """One address of one brand, and people and machines that write to it."""

    def __init__(self, address: str = OURS, clock: FakeClock | None = None) -> None:
        self.clock = clock or FakeClock(OPEN)
        self.address, self.office, self.faults = address, Office(), FaultBox()
        account = replace(bakery(), channel="email", account_id=address)
        accounts: dict[tuple[str, str], Account] = {("email", address): account}
        channels: dict[str, Channel] = {"email": MailChannel()}
        around = Surroundings(accounts=(account,), secrets={}, clock=self.clock.now, faults=self.faults)
        self.mail = SimulatedEmail(around, self.office)
        self.server = LoopbackServer(self._answer)
        self.calls: list[Request] = []
        self.facts: list[Fact] = []
        self.dynamodb = MemoryDynamo()
        self.hints, self.human_queue = FakeHints(), FakeHumanQueue()
        table = TableClient(self.dynamodb, "mails", Deadline(self.clock))
        self.receipts, self.units = ReceiptTable(table, SHARDS), UnitTable(table, SHARDS)
        storing = StoreDelivery(
            platforms={"email": Email()},
            store=self.receipts,
            store_messages=StoreMessages(self.receipts, accounts, channels, channels),
            hints=self.hints,
        )
        self._receive = ReceiveMail(
            mails=self.office,
            accounts=[account],
            store_delivery=lambda delivery: storing(delivery, platform_waits=False),
            clock=self.clock,
        )
        self._acknowledge = Acknowledge(
            store=self.units,
            platform_api=PlatformHttp(sign=signature()),
            access=PlatformAccess(
                NoSecrets(),
                {"email": (self.server.url, HOSTS["email"][1])},
                needs={"email": AccessNeeds(token="")},
                clock=self.clock,
            ),
            tell=TellHumanQueue(self.human_queue, self.units, accounts, channels),
            accounts=accounts,
            channels=channels,
            senders=channels,
            look_ups={},
            questions={},
            clock=self.clock,
        )
        self._sweep = Sweep(
            store=self.units, hints=self.hints, acknowledge=self._acknowledge, clock=self.clock, due_shards=SHARDS
        )

    def stop(self) -> None:
        self.server.close()

    def contact(self, address: str = ADA) -> Contact:
        return self.mail.contact({"channel": "email", "contact": address, "name": "Ada Rossi"})

    def write(self, text: str, by: str = ADA, *, kind: str = "text", subject: str = "") -> None:
        """Let somebody write, and do whatever follows."""
        self.clock.advance(1)
        self.mail.write(self.contact(by), Act(kind=kind, text=text, subject=subject))
        self.follow()

    def follow(self) -> None:
        for _ in range(20):
            if not self.office.told and not self.hints.waiting:
                return
            self.hear()
            self.work()
        raise AssertionError("it never ends")

    def hear(self) -> None:
        """Take what lies in the queue."""
        told, self.office.told = self.office.told, []
        for each in told:
            self.facts += self._receive(each.encode())

    def work(self) -> None:
        while self.hints.waiting:
            pk, sk = self.hints.waiting.pop(0)
            run = Invocation(worker="worker", deadline=self.clock.now() + timedelta(seconds=30))
            self.facts += self._acknowledge(pk, sk, run)

    def pass_by(self, **time: float) -> None:
        """Let time pass, and Sweep look at what is due."""
        self.clock.advance(timedelta(**time).total_seconds())
        run = Invocation(worker="sweep", deadline=self.clock.now() + timedelta(seconds=50))
        self.facts += self._sweep(run).facts
        self.follow()

    def answers(self, by: str = ADA) -> list[Bubble]:
        return [each for each in self.mail.transcript(self.contact(by)) if each.author == "business"]

    def stored(self, by: str = ADA) -> list[dict[str, Any]]:
        pk = conversation_pk("email", self.address, by)
        return [values(item) for (held, _), item in sorted(self.dynamodb.items.items()) if held == pk]

    def meta(self, by: str = ADA) -> dict[str, Any]:
        return next((item for item in self.stored(by) if item["sk"] == "META"), {})

    def states(self, by: str = ADA) -> list[str]:
        return [item["st"] for item in self.stored(by) if item["sk"].startswith("A#")]

    def texts(self, by: str = ADA) -> list[str]:
        return [item["txt"] for item in self.stored(by) if item["sk"].startswith("M#")]

    def _answer(self, request: Request) -> Reply:
        self.calls.append(request)
        return self.mail.answer(request)
