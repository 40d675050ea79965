"""The real services with the real Twilio platform, between a simulated Twilio and a table in memory."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from infra.local.loopback_server import Request
from infra.local.platforms.courier import Courier
from infra.local.platforms.courier import Delivery as Posted
from infra.local.platforms.faults import FaultBox
from infra.local.platforms.twilio.simulator import SimulatedTwilio
from infra.local.platforms.vendor import Act, Contact, Surroundings
from infra.replay.dynamodb import MemoryDynamo
from nightbell.adapters.receipt_table import ReceiptTable
from nightbell.adapters.table_client import Deadline, TableClient
from nightbell.adapters.table_items import values
from nightbell.adapters.unit_table import UnitTable
from nightbell.domain.business import Account
from nightbell.domain.events import Delivery
from nightbell.domain.facts import Fact
from nightbell.domain.keys import conversation_pk
from nightbell.platforms.channel import AccessNeeds, Answer, Channel, HttpOutcome, HttpRequest, NoAnswer
from nightbell.platforms.registry import HOSTS
from nightbell.platforms.twilio.message_channel import TEXT_MESSAGES, WHATSAPP_MESSAGES
from nightbell.platforms.twilio.platform import Twilio
from nightbell.services.acknowledge import Acknowledge
from nightbell.services.case import Invocation
from nightbell.services.platform_access import PlatformAccess
from nightbell.services.receive_delivery import ReceiveDelivery
from nightbell.services.store_delivery import StoreDelivery
from nightbell.services.store_messages import StoreMessages
from nightbell.services.sweep import Sweep
from nightbell.services.tell_human_queue import TellHumanQueue
from tests.contract.fake_clock import FakeClock
from tests.contract.world import OPEN
from tests.fakes import FakeHints, FakeHumanQueue, NoSpillQueue
from tests.unit.talk import bakery

OWNER, NUMBER, ADA = "AC00000000000000000000000000000777", "+34960550100", "+34600000001"
PUBLIC = "https://webhooks.example.test"
SHARDS = 2
CHANNELS: dict[str, Channel] = {"sms": TEXT_MESSAGES, "twilio_whatsapp": WHATSAPP_MESSAGES}
ACCOUNTS = {
    (channel, NUMBER): replace(bakery(), channel=channel, account_id=NUMBER, business_account_id=OWNER)
    for channel in CHANNELS
}


@dataclass(frozen=True, slots=True)
class Kept:
    """Secrets by name."""

    values: dict[str, str]

    def get(self, _: str, name: str) -> tuple[str, ...]:
        return (self.values[name],)


class TextWorld:
    """One number, and contacts who text it."""

    def __init__(
        self,
        accounts_by_key: Mapping[tuple[str, str], Account] = ACCOUNTS,
        channels: Mapping[str, Channel] = CHANNELS,
        courier: Courier | None = None,
    ) -> None:
        self.clock = FakeClock(OPEN)
        self.dynamodb = MemoryDynamo()
        self.hints, self.human_queue, self.faults = FakeHints(), FakeHumanQueue(), FaultBox()
        accounts = tuple(accounts_by_key.values())
        made = {name: make() for name, make in SimulatedTwilio.secrets(accounts).items()}
        self.twilio = SimulatedTwilio(
            Surroundings(accounts=accounts, secrets=made, clock=self.clock.now, faults=self.faults, public_url=PUBLIC),
            courier,
        )
        self.facts: list[Fact] = []
        self.answers: list[tuple[int, str, str]] = []
        self.heard = 0
        self.table = TableClient(self.dynamodb, "texts", Deadline(self.clock))
        self.receipts, self.units = ReceiptTable(self.table, SHARDS), UnitTable(self.table, SHARDS)
        self.store_messages = StoreMessages(self.receipts, accounts_by_key, channels, channels)
        self.secrets = secrets = Kept(made)
        storing = StoreDelivery(
            platforms={"twilio": Twilio()},
            store=self.receipts,
            store_messages=self.store_messages,
            hints=self.hints,
            own_apps=(),
        )
        self._receive = ReceiveDelivery(
            platforms={"twilio": Twilio()},
            secrets=secrets,
            store_delivery=storing,
            spill=NoSpillQueue(),
            accounts={"twilio": accounts},
        )
        needs = {"twilio": AccessNeeds(token="api_key/{owner}")}
        self.access = PlatformAccess(secrets, {"twilio": ("", HOSTS["twilio"][1])}, needs=needs, public_url=PUBLIC)
        self._acknowledge = Acknowledge(
            store=self.units,
            platform_api=self,
            access=self.access,
            tell=TellHumanQueue(self.human_queue, self.units, accounts_by_key, channels),
            accounts=accounts_by_key,
            channels=channels,
            senders=channels,
            look_ups={},
            questions={},
            clock=self.clock,
        )
        self._sweep = Sweep(
            store=self.units,
            hints=self.hints,
            acknowledge=self._acknowledge,
            clock=self.clock,
            due_shards=SHARDS,
        )

    def send(self, request: HttpRequest) -> HttpOutcome:
        """Bring a call of the services to the simulated API."""
        reply = self.twilio.answer(
            Request(
                method=request.method,
                path=urlsplit(request.url).path,
                query=request.query,
                headers={name.lower(): value for name, value in request.headers.items()},
                body=urlencode(request.form or ()).encode(),
            )
        )
        if reply.hang_up:
            return NoAnswer(error="reset")
        headers = {**reply.headers, "content-type": reply.content_type}
        return Answer(status=reply.status, headers=headers, body=reply.body)

    def contact(self, channel: str = "sms") -> Contact:
        return self.twilio.contact({"channel": channel, "contact": ADA, "name": "Ada Rossi"})

    def write(self, text: str, channel: str = "sms") -> None:
        """Let the contact write, and do whatever follows."""
        self.clock.advance(1)
        self.twilio.write(self.contact(channel), Act(text=text))
        self.hear()
        self.work()

    def hear(self) -> None:
        """Hand over what was delivered since."""
        while len(self.twilio.log) > self.heard:
            posted = self.twilio.log[self.heard]
            self.heard += 1
            received = self._receive(self.delivery(posted))
            self.facts += received.facts
            self.answers.append((received.status, received.headers.get("content-type", ""), received.body))

    def work(self) -> None:
        while self.hints.waiting:
            pk, sk = self.hints.waiting.pop(0)
            self.facts += self._acknowledge(pk, sk, self._run())

    def sweep(self, **later: float) -> None:
        self.clock.advance(timedelta(**later).total_seconds())
        self.facts += self._sweep(self._run()).facts
        self.work()

    def shown(self, channel: str = "sms") -> list[str]:
        """List what we said."""
        return [
            each.text
            for each in self.twilio.transcript(self.contact(channel))
            if each.author == "business" and not each.by
        ]

    def stored(self, channel: str = "sms") -> Sequence[dict[str, Any]]:
        return [values(item) for (pk, _), item in sorted(self.dynamodb.items.items()) if pk == self.pk(channel)]

    def pk(self, channel: str = "sms") -> str:
        return conversation_pk(channel, NUMBER, ADA)

    def states(self, channel: str = "sms") -> list[str]:
        return [item["st"] for item in self.stored(channel) if item["sk"].startswith("A#")]

    def _run(self) -> Invocation:
        return Invocation(worker=f"worker {self.clock.monotonic()}", deadline=self.clock.now() + timedelta(seconds=30))

    def delivery(self, posted: Posted) -> Delivery:
        place = f"twilio/{posted.path}" if posted.path else "twilio"
        return Delivery(
            platform="twilio",
            path=posted.path,
            method=posted.method,
            headers={name.lower(): value for name, value in posted.headers.items()},
            query=dict(parse_qsl(posted.query)),
            body=posted.body,
            received_at=self.clock.now(),
            url=f"{PUBLIC}/webhooks/{place}" + (f"?{posted.query}" if posted.query else ""),
        )
