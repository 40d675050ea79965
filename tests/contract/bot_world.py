"""The real services with the real Telegram platform, between a simulated Telegram over HTTP and a table in memory."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from infra.local.loopback_server import LoopbackServer, Request
from infra.local.platforms.courier import Delivery as Posted
from infra.local.platforms.faults import FaultBox
from infra.local.platforms.telegram.bot_api import OWNER
from infra.local.platforms.telegram.simulator import SimulatedTelegram
from infra.local.platforms.vendor import Act, Bubble, Contact, Surroundings
from infra.replay.dynamodb import MemoryDynamo
from nightbell.adapters.platform_http import PlatformHttp
from nightbell.adapters.receipt_table import ReceiptTable
from nightbell.adapters.table_client import Deadline, TableClient
from nightbell.adapters.table_items import values
from nightbell.adapters.unit_table import UnitTable
from nightbell.domain.events import Delivery
from nightbell.domain.facts import Fact
from nightbell.domain.keys import conversation_pk
from nightbell.platforms.channel import AccessNeeds, Channel
from nightbell.platforms.telegram.channel import Telegram
from nightbell.platforms.telegram.platform import TelegramBots
from nightbell.platforms.telegram.whose_connection import WhoseConnection
from nightbell.services.acknowledge import Acknowledge
from nightbell.services.case import Invocation
from nightbell.services.platform_access import PlatformAccess
from nightbell.services.receive_delivery import Received, ReceiveDelivery
from nightbell.services.store_delivery import StoreDelivery
from nightbell.services.store_messages import StoreMessages
from nightbell.services.sweep import Sweep
from nightbell.services.tell_human_queue import TellHumanQueue
from tests.contract.fake_clock import FakeClock
from tests.contract.world import OPEN
from tests.fakes import FakeHints, FakeHumanQueue, NoSpillQueue
from tests.unit.talk import bakery

BOT, ADA, IN_BUSINESS_CHAT = "6200000017", "7000000001", "bc-local-1:7000000001"
SHARDS = 2
CHANNELS: dict[str, Channel] = {"telegram": Telegram()}
ACCOUNTS = {("telegram", BOT): replace(bakery(), channel="telegram", account_id=BOT, owner_ids=(OWNER,))}


@dataclass(frozen=True, slots=True)
class Kept:
    """Secrets by name."""

    values: dict[str, str]

    def get(self, _: str, name: str) -> tuple[str, ...]:
        return (self.values[name],)


class BotWorld:
    """One bot, and contacts who write to it."""

    def __init__(self) -> None:
        self.clock = FakeClock(OPEN)
        self.dynamodb = MemoryDynamo()
        self.hints, self.human_queue, self.faults = FakeHints(), FakeHumanQueue(), FaultBox()
        accounts = tuple(ACCOUNTS.values())
        made = {name: make() for name, make in SimulatedTelegram.secrets(accounts).items()}
        self.telegram = SimulatedTelegram(
            Surroundings(accounts=accounts, secrets=made, clock=self.clock.now, faults=self.faults)
        )
        self.server = LoopbackServer(self._answer)
        self.calls: list[str] = []
        self.facts: list[Fact] = []
        self.answers: list[Received] = []
        self.heard = 0
        table = TableClient(self.dynamodb, "bots", Deadline(self.clock))
        receipts, self.units = ReceiptTable(table, SHARDS), UnitTable(table, SHARDS)
        secrets, platforms = Kept(made), {"telegram": TelegramBots()}
        storing = StoreDelivery(
            platforms=platforms,
            store=receipts,
            store_messages=StoreMessages(receipts, ACCOUNTS, CHANNELS, CHANNELS),
            hints=self.hints,
            own_apps=(),
        )
        self._receive = ReceiveDelivery(
            platforms=platforms,
            secrets=secrets,
            store_delivery=storing,
            spill=NoSpillQueue(),
            accounts={"telegram": accounts},
        )
        self._acknowledge = Acknowledge(
            store=self.units,
            platform_api=PlatformHttp(),
            access=PlatformAccess(secrets, {"telegram": (self.server.url, "")}, needs={"telegram": AccessNeeds()}),
            tell=TellHumanQueue(self.human_queue, self.units, ACCOUNTS, CHANNELS),
            accounts=ACCOUNTS,
            channels=CHANNELS,
            senders=CHANNELS,
            look_ups={},
            questions={"telegram": WhoseConnection()},
            clock=self.clock,
        )
        self._sweep = Sweep(
            store=self.units, hints=self.hints, acknowledge=self._acknowledge, clock=self.clock, due_shards=SHARDS
        )

    def stop(self) -> None:
        self.telegram.stop()
        self.server.close()

    def contact(self, contact_id: str = ADA) -> Contact:
        return self.telegram.contact({"channel": "telegram", "contact": contact_id, "name": "Ada Rossi"})

    def do(self, kind: str = "text", text: str = "", *, by: str = ADA, **more: Any) -> None:
        """Let a contact act, and do whatever follows."""
        self.clock.advance(1)
        self.telegram.write(self.contact(by), Act(kind=kind, text=text, **more))
        self.follow()

    def write(self, text: str, by: str = ADA) -> None:
        self.do("text", text, by=by)

    def others(self, what: str, text: str = "", about: str = "", by: str = ADA) -> None:
        """Let somebody else act."""
        self.clock.advance(1)
        self.telegram.others()[what](self.contact(by), text, about)
        self.follow()

    def follow(self) -> None:
        self.hear()
        self.work()

    def hear(self) -> None:
        """Hand over what was delivered since."""
        while len(self.telegram.log) > self.heard:
            posted = self.telegram.log[self.heard]
            self.heard += 1
            received = self._receive(self._delivery(posted))
            self.facts += received.facts
            self.answers.append(received)

    def work(self) -> None:
        while self.hints.waiting:
            pk, sk = self.hints.waiting.pop(0)
            self.facts += self._acknowledge(pk, sk, self._run())

    def sweep(self, **later: float) -> None:
        self.clock.advance(timedelta(**later).total_seconds())
        self.facts += self._sweep(self._run()).facts
        self.work()

    def shown(self, by: str = ADA) -> list[Bubble]:
        """List what we said."""
        return [
            each for each in self.telegram.transcript(self.contact(by)) if each.author == "business" and not each.by
        ]

    def stored(self, by: str = ADA) -> Sequence[dict[str, Any]]:
        return [values(item) for (pk, _), item in sorted(self.dynamodb.items.items()) if pk == self.pk(by)]

    def meta(self, by: str = ADA) -> dict[str, Any]:
        return next(item for item in self.stored(by) if item["sk"] == "META")

    def pk(self, by: str = ADA) -> str:
        return conversation_pk("telegram", BOT, by)

    def states(self, by: str = ADA) -> list[str]:
        return [item["st"] for item in self.stored(by) if item["sk"].startswith("A#")]

    def _answer(self, request: Request) -> Any:
        self.calls.append(request.path)
        return self.telegram.answer(request)

    def _run(self) -> Invocation:
        return Invocation(worker=f"worker {self.clock.monotonic()}", deadline=self.clock.now() + timedelta(seconds=30))

    def _delivery(self, posted: Posted) -> Delivery:
        return Delivery(
            platform="telegram",
            path=BOT,
            method=posted.method,
            headers={name.lower(): value for name, value in posted.headers.items()},
            query={},
            body=posted.body,
            received_at=self.clock.now(),
        )
