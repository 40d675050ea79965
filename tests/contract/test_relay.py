"""A visitor, a relay, and the real services between them, over HTTP and on a table in memory."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest

from infra.local.loopback_server import LoopbackServer, Reply, Request
from infra.local.platforms.faults import Fault, FaultBox, FaultKind
from infra.local.platforms.standard.simulator import SimulatedRelay
from infra.local.platforms.vendor import Act, Contact, Surroundings
from infra.replay.dynamodb import MemoryDynamo
from nightbell.adapters.platform_http import PlatformHttp
from nightbell.domain.business import Account
from nightbell.domain.conversation import Conversation
from nightbell.domain.errors import NightbellError
from nightbell.domain.events import Delivery
from nightbell.domain.keys import conversation_pk
from nightbell.domain.unit import Unit, UnitState
from nightbell.platforms.channel import AccessNeeds
from nightbell.platforms.standard.channel import Relay
from nightbell.platforms.standard.platform import Standard
from nightbell.services.acknowledge import Acknowledge
from nightbell.services.case import Invocation
from nightbell.services.platform_access import PlatformAccess
from nightbell.services.receive_delivery import ReceiveDelivery
from nightbell.services.store_delivery import StoreDelivery
from nightbell.services.store_messages import StoreMessages
from nightbell.services.sweep import Sweep
from nightbell.services.tell_human_queue import TellHumanQueue
from tests.contract.world import SHARDS, World
from tests.fakes import READABLE, NoSpillQueue

SOURCE = "shop-form"
CHANNELS = {"standard": Relay()}


class Secrets:
    """Those of the relay."""

    def __init__(self, values: dict[str, str]) -> None:
        self.values = values

    def get(self, platform: str, name: str) -> tuple[str, ...]:
        assert platform == "standard"
        return (self.values[name],)


@dataclass(slots=True, kw_only=True)
class Shop:
    """Everything between a visitor and the team."""

    world: World
    relay: SimulatedRelay
    visitor: Contact
    receive: ReceiveDelivery
    acknowledge: Acknowledge
    sweep: Sweep
    faults: FaultBox

    def answer(self, request: Request) -> Reply:
        delivery = Delivery(
            platform="standard",
            path=request.path.rpartition("/")[2],
            method=request.method,
            headers=request.headers,
            query={},
            body=request.body,
            received_at=self.world.clock.now(),
        )
        try:
            return Reply(body=self.receive(delivery).body.encode())
        except NightbellError as error:
            return Reply(status=error.status)

    def write(self, text: str = "Are you open on Sunday?", kind: str = "text") -> None:
        written = self.relay.write(self.visitor, Act(kind=kind, text=text))
        assert [attempt.status for attempt in written.attempts] == [200]

    def work(self) -> None:
        while self.world.hints.waiting:
            self.acknowledge(*self.world.hints.waiting.pop(0), self._run())

    def pass_by(self, minutes: int) -> None:
        for _ in range(minutes):
            self.world.clock.advance(60)
            self.sweep(self._run())
            self.work()

    def until(self, holds: Callable[[], bool]) -> None:
        ends = time.monotonic() + 20
        while not holds():
            assert time.monotonic() < ends
            time.sleep(0.02)

    def _run(self) -> Invocation:
        return Invocation(worker="worker", deadline=self.world.clock.now() + timedelta(seconds=55))

    @property
    def pk(self) -> str:
        return conversation_pk("standard", SOURCE, self.visitor.contact_id)

    @property
    def conversation(self) -> Conversation:
        return self.world.truth.read_conversation(self.pk)

    @property
    def unit(self) -> Unit:
        found = self.world.truth.read_unit(self.pk, 1)
        assert found is not None
        return found

    @property
    def read(self) -> list[str]:
        """List what the visitor reads that is ours."""
        return [each.text for each in self.relay.transcript(self.visitor) if each.author == "business" and not each.by]


def composed(*, automatic: bool | None) -> Shop:
    world = World(MemoryDynamo(), "conversations", READABLE)
    account = replace(
        world.account, channel="standard", account_id=SOURCE, automatic=automatic, reply_url="https://shop.example/in"
    )
    accounts: dict[tuple[str, str], Account] = {("standard", SOURCE): account}
    made = {name: make() for name, make in SimulatedRelay.secrets((account,)).items()}
    faults, platforms, clock = FaultBox(), {"standard": Standard()}, world.clock
    relay = SimulatedRelay(Surroundings(accounts=(account,), secrets=made, clock=clock.now, faults=faults))
    api = LoopbackServer(relay.answer)
    needs = {"standard": AccessNeeds(token="reply/{account}")}
    acknowledge = Acknowledge(
        store=world.units,
        platform_api=PlatformHttp(),
        access=PlatformAccess(Secrets(made), {"standard": (api.url, "")}, needs=needs, clock=clock),
        tell=TellHumanQueue(world.human_queue, world.units, accounts, CHANNELS),
        accounts=accounts,
        channels=CHANNELS,
        clock=clock,
    )
    storing = StoreDelivery(
        platforms=platforms,
        store=world.receipts,
        store_messages=StoreMessages(world.receipts, accounts, CHANNELS),
        hints=world.hints,
    )
    return Shop(
        world=world,
        relay=relay,
        visitor=relay.contact({"channel": "standard", "contact": "visitor-7", "name": "Ada"}),
        receive=ReceiveDelivery(
            platforms=platforms,
            secrets=Secrets(made),
            store_delivery=storing,
            spill=NoSpillQueue(),
            accounts={"standard": (account,)},
        ),
        acknowledge=acknowledge,
        sweep=Sweep(store=world.units, hints=world.hints, acknowledge=acknowledge, clock=clock, due_shards=SHARDS),
        faults=faults,
    )


@pytest.fixture(params=[None])
def shop(request: pytest.FixtureRequest) -> Iterator[Shop]:
    shop = composed(automatic=request.param)
    server = LoopbackServer(shop.answer)
    shop.relay._courier.url = f"{server.url}/webhooks/standard"
    yield shop
    shop.relay.stop()
    server.close()


def test_a_visitor_reads_the_acknowledgement_and_the_relay_says_so(shop: Shop) -> None:
    shop.write()
    shop.work()
    assert len(shop.read) == 1
    assert shop.unit.platform_message_id == shop.relay.transcript(shop.visitor)[-1].message_id
    shop.until(lambda: shop.unit.state is UnitState.CONFIRMED)
    message = shop.world.human_queue.last_word(shop.pk)
    assert message is not None
    assert message["acknowledgement"]["text"] == shop.read[0]  # type: ignore[index]


@pytest.mark.parametrize(
    "fault",
    [
        Fault(kind=FaultKind.LOST_ANSWER),
        Fault(kind=FaultKind.OUTAGE, executed=True),
        Fault(kind=FaultKind.OUTAGE),
        Fault(kind=FaultKind.DROPPED),
        Fault(kind=FaultKind.ERROR, status=302),
        Fault(kind=FaultKind.ERROR, status=429),
    ],
    ids=lambda fault: f"{fault.kind}-{fault.status}-{fault.executed}",
)
def test_what_nobody_knows_is_sent_again_and_read_once(shop: Shop, fault: Fault) -> None:
    shop.faults.add(Fault(kind=FaultKind.NO_ECHO, times=None))
    shop.faults.add(fault)
    shop.write()
    shop.work()
    shop.pass_by(minutes=10)
    assert len(shop.read) == 1
    assert shop.unit.state is UnitState.SENT


@pytest.mark.parametrize("status", [401, 410])
def test_a_relay_that_is_gone_is_left_alone_until_it_is_back_and_the_team_told(shop: Shop, status: int) -> None:
    shop.faults.add(Fault(kind=FaultKind.ERROR, status=status, times=None))
    shop.write()
    shop.work()
    assert shop.read == []
    assert shop.world.human_queue.last_word(shop.pk) is not None
    assert shop.world.units.read_breaker("standard", SOURCE).open_until is not None
    shop.faults.clear()
    shop.pass_by(minutes=30)
    assert len(shop.read) == 1


def test_a_permission_that_a_form_recorded_is_on_record(shop: Shop) -> None:
    shop.write("Please write to me.", kind="form")
    shop.work()
    consent = shop.conversation.consent
    assert consent is not None
    assert (consent.channel, consent.address) == ("email", "visitor-7@example.org")
    assert consent.wording == "Yes, answer me by e-mail."


def test_who_answers_where_the_relay_listens_closes_the_conversation(shop: Shop) -> None:
    shop.write()
    shop.work()
    assert shop.conversation.seen_seq < shop.conversation.last_seq
    shop.world.clock.advance(60)
    shop.relay.others()["person"](shop.visitor, "Yes, until two.", "")
    assert shop.conversation.seen_seq == shop.conversation.last_seq


@pytest.mark.parametrize("shop", [False], indirect=True)
def test_without_an_address_the_team_is_told_and_nothing_is_sent(shop: Shop) -> None:
    shop.write()
    shop.work()
    assert shop.read == []
    message = shop.world.human_queue.last_word(shop.pk)
    assert message is not None
    assert message["acknowledgement"]["kind"] == "hand_off"  # type: ignore[index]


def test_a_delivery_that_comes_again_is_the_same_message(shop: Shop) -> None:
    written = shop.relay.write(shop.visitor, Act(text="Hello?"), copies=3)
    assert [attempt.status for attempt in written.attempts] == [200] * 3
    assert shop.conversation.last_seq == 1
