"""What a message costs: write units and calls, counted from the very requests that reach the table.

An emulator's own count is not to be relied on, so the price is worked out from the items' sizes.
Source: Amazon DynamoDB Developer Guide, "DynamoDB read and write operations" (1 KB a unit, the larger of the item
before and after, twice in a transaction) and "Using Global Secondary Indexes", "Provisioned throughput
considerations" (an index entry costs a unit to appear and a unit to go, and both when its key changes).
"""

import math
import uuid
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from nightbell.adapters.business_file import read_business
from nightbell.adapters.public_holidays import LibraryCalendars
from nightbell.domain.events import Outcome
from nightbell.platforms.channel import VerdictKind
from nightbell.services.desk_checks import Spoken
from nightbell.services.desk_say import Saying
from tests.contract.faults import Faults
from tests.contract.world import CLOSED, OPEN, World
from tests.fakes import READABLE, Behaviour, says

MakeWorld = Callable[..., World]
KILOBYTE = 1024
INDEX_KEYS = (("due_pk", "due_at"), ("waiting_pk", "waiting_at"))


def item_bytes(stored: dict[str, Any]) -> int:
    """Weigh an item as the service does: names and values in UTF-8; numbers by two digits a byte, and one."""
    return sum(len(name.encode()) + _value_bytes(value) for name, value in stored.items())


def _value_bytes(value: dict[str, Any]) -> int:
    ((kind, content),) = value.items()
    match kind:
        case "S":
            return len(content.encode())
        case "N":
            return math.ceil(len(content.lstrip("-")) / 2) + 2
        case "B":
            return len(content)
        case "M":
            return 3 + sum(len(name.encode()) + 1 + _value_bytes(each) for name, each in content.items())
        case "L":
            return 3 + sum(1 + _value_bytes(each) for each in content)
    return 1


class Meter:
    """A client that weighs every item before and after it is written.

    Attributes:
        units: Write units so far.
        calls: Names of the calls so far.
        largest: Bytes of the largest item written.
    """

    def __init__(self, dynamodb: Any) -> None:
        self._dynamodb = dynamodb
        self.units = 0
        self.calls: list[str] = []
        self.largest = 0

    def __getattr__(self, operation: str) -> Callable[..., Any]:
        def call(**request: Any) -> Any:
            self.calls.append(operation)
            keys = self._keys(operation, request)
            before = [self._read(table, key) for table, key in keys]
            answer = getattr(self._dynamodb, operation)(**request)
            after = [self._read(table, key) for table, key in keys]
            factor = 2 if operation == "transact_write_items" else 1
            self.units += sum(self._price(*pair, factor) for pair in zip(before, after, strict=True))
            return answer

        return call

    def _keys(self, operation: str, request: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
        if operation == "transact_write_items":
            writes = [next(iter(each.values())) for each in request["TransactItems"]]
        else:
            writes = [request] if operation in {"put_item", "update_item"} else []
        return [(w["TableName"], w.get("Key") or {n: w["Item"][n] for n in ("pk", "sk")}) for w in writes]

    def _read(self, table: str, key: dict[str, Any]) -> dict[str, Any]:
        found: dict[str, Any] = self._dynamodb.get_item(TableName=table, Key=key, ConsistentRead=True).get("Item", {})
        return found

    def _price(self, before: dict[str, Any], after: dict[str, Any], factor: int) -> int:
        size = max(item_bytes(before), item_bytes(after))
        self.largest = max(self.largest, size)
        price = factor * math.ceil(size / KILOBYTE)
        for names in INDEX_KEYS:
            entries = [tuple(str(each.get(name)) for name in names) for each in (before, after)]
            present = [names[0] in each for each in (before, after)]
            price += sum(present) if entries[0] != entries[1] else 0
        return price


def metered(world: World) -> Meter:
    meter = Meter(world.dynamodb)
    world.build(Faults(), dynamodb=meter)
    return meter


@pytest.fixture(params=[OPEN, CLOSED], ids=["a receipt", "a redirect with choices"])
def busy(request: pytest.FixtureRequest, make_world: MakeWorld) -> World:
    """A world whose ids are as long as Meta's."""
    return make_world(READABLE, now=request.param)


BY = "24680135792468013"
MID = "m_" + "Ab3-_" * 24
QUESTION = "Hello! I ordered the blue rain jacket in size 42 last week, and it has not arrived. Where is it?"


def test_an_acknowledged_message_costs_eleven_write_units(busy: World) -> None:
    meter = metered(busy)
    busy.write(QUESTION, by=BY, mid=MID)
    received = (meter.units, len(meter.calls))
    busy.work()
    print(f"received {received[0]} units, {received[1]} calls; in all {meter.units} units, {len(meter.calls)} calls")
    print(f"largest item {meter.largest} bytes")
    assert len(busy.visible(BY)) == 1
    assert received == (8, 2)
    assert meter.units == 11
    assert meter.largest <= KILOBYTE
    assert sorted(set(meter.calls)) == ["get_item", "transact_write_items", "update_item"]
    assert len(meter.calls) <= 8


SHIPPED = read_business(Path(__file__).parents[2] / "functions" / "business.toml", LibraryCalendars())


@pytest.mark.parametrize("now", [OPEN, CLOSED], ids=["open", "closed"])
@pytest.mark.parametrize(
    "text", [QUESTION, "Hola, mi pedido está roto y estoy muy enfadada. ¿Dónde está?"], ids=["en", "es, a complaint"]
)
def test_the_shipped_texts_and_ids_as_long_as_metas_cost_no_more(
    make_world: MakeWorld, now: datetime, text: str
) -> None:
    world = make_world(READABLE, now=now)
    known = next(iter(SHIPPED.accounts.values()))
    world.account = replace(known, channel=READABLE.name, account_id="123456789012345")
    world.accounts[READABLE.name, "123456789012345"] = world.account
    world.api.next = [Behaviour(executed=True, outcome=says(VerdictKind.SENT, id=MID))]
    meter = metered(world)
    world.write(text, by=BY, mid=MID)
    pk, sk = world.hints.waiting.pop()
    run = world.run()
    world.acknowledge(pk, sk, replace(run, worker=str(uuid.uuid4())))
    print(f"{meter.units} units, largest item {meter.largest} bytes, text {len(world.api.seen[0][1].encode())} bytes")
    assert meter.units == 11


def test_an_echo_costs_one_more(busy: World) -> None:
    busy.write(QUESTION, by=BY, mid=MID)
    busy.work()
    meter = metered(busy)
    busy.deliver(busy.settlement(busy.unit(1, BY).tag, Outcome.SEEN, by=BY))
    assert (meter.units, len(meter.calls)) == (1, 2)


def test_a_further_message_costs_four_write_units(busy: World) -> None:
    busy.write(QUESTION, by=BY, mid=MID)
    busy.rest()
    meter = metered(busy)
    busy.write("I mean the one with the hood.", by=BY, mid=MID + "x")
    busy.work()
    print(f"{meter.units} units, {len(meter.calls)} calls, largest item {meter.largest} bytes")
    assert (meter.units, len(meter.calls)) == (4, 2)


def test_an_answer_of_two_hundred_letters_costs_nineteen_write_units(busy: World) -> None:
    busy.write(QUESTION, by=BY, mid=MID)
    busy.rest()
    pk, text = busy.pk(BY), "It left our house on Monday and is with you tomorrow. " * 4
    up_to = busy.desk.take(pk, "marta").conversation.last_seq
    meter = metered(busy)
    spoken = Spoken(via=busy.channel.name, text=text.strip())
    busy.desk.say(pk, "marta", Saying(request=str(uuid.uuid4()), texts=(spoken,), up_to=up_to))
    said = meter.units
    busy.work()
    print(
        f"said {said} units, in all {meter.units} units, {len(meter.calls)} calls, largest item {meter.largest} bytes"
    )
    assert not busy.conversation(BY).is_waiting
    assert (said, meter.units) == (9, 19)
    assert meter.largest <= KILOBYTE


def test_a_message_that_comes_again_changes_nothing_and_makes_two_calls_for_each_try(busy: World) -> None:
    message = busy.message(QUESTION, by=BY, mid=MID)
    busy.deliver(message)
    busy.rest()
    before = busy.stored(BY)
    counter = Faults()
    busy.build(counter)
    busy.deliver(message)
    assert len(counter.sites) == 2
    assert busy.stored(BY) == before


def test_a_conversation_with_everything_in_it_stays_under_two_kilobytes(make_world: MakeWorld) -> None:
    world = make_world(now=CLOSED)
    for number, (text, choice) in enumerate(
        [
            (QUESTION, None),
            ("", "nightbell.choice.email_us"),
            ("", "nightbell.choice.email_me"),
            ("it is ana.maria.garcia@example.com", None),
            ("This is broken and I am not happy, there is a fire", None),
        ]
    ):
        world.write(text, by=BY, mid=f"{MID}{number}", choice=choice)
        world.rest()
        world.pass_by(minutes=6)
    meter = metered(world)
    world.write("hello?", by=BY, mid=MID + "last")
    print(f"largest item {meter.largest} bytes, {meter.units} units")
    assert world.conversation(BY).consent is not None
    assert meter.largest < 2 * KILOBYTE
