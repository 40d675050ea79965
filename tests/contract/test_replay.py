"""A table that cannot be reached: the delivery is spilled, and stored once when the table is back."""

import json
import random
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from nightbell.adapters.aws_clients import ClientLimits
from nightbell.adapters.queues import SpillQueue
from nightbell.domain.errors import UnavailableError
from nightbell.domain.spill import cut
from tests.contract.conftest import ClientMaker
from tests.contract.faults import Faults, How
from tests.contract.world import World
from tests.fakes import FakeSpillQueue

ONE_TRY = ClientLimits(connect_timeout_s=0.2, read_timeout_s=0.2, tries=1)
NOBODY = "http://127.0.0.1:9"
"""A closed port."""


def unreachable(clients_at: Callable[[str], ClientMaker]) -> Any:
    return clients_at(NOBODY)("dynamodb", ONE_TRY)


def test_an_unreachable_table_spills_and_replay_stores_it_once(
    world: World, clients_at: Callable[[str], ClientMaker], ministack: str
) -> None:
    sqs = clients_at(ministack)("sqs")
    url = str(sqs.create_queue(QueueName="spill")["QueueUrl"])
    queue = SpillQueue(sqs, url, world.clock)
    world.build(Faults(), spill=queue, dynamodb=unreachable(clients_at))
    received = world.write("hello")
    assert (received.status, [fact.name for fact in received.facts]) == (200, ["deliveries_spilled"])
    assert world.stored() == []
    world.build(Faults())
    (message,) = sqs.receive_message(QueueUrl=url)["Messages"]
    for _ in range(2):
        world.replay(json.loads(message["Body"]))
    assert world.numbers() == [1]
    world.rest()
    assert len(world.visible()) == 1
    assert world.faults_at_rest() == []


def test_promises_are_counted_from_when_it_arrived(world: World) -> None:
    spill = FakeSpillQueue()
    world.build(Faults(at=1, how=How.FAILED), spill=spill)
    arrived = world.clock.now()
    world.write()
    world.pass_by(hours=2)
    world.replay(spill.parts[0])
    assert world.unit(1).created_at == arrived


def test_without_table_and_queue_nothing_is_promised(world: World, clients_at: Callable[[str], ClientMaker]) -> None:
    queue = SpillQueue(clients_at(NOBODY)("sqs", ONE_TRY), f"{NOBODY}/000000000000/x", world.clock)
    world.build(Faults(), spill=queue, dynamodb=unreachable(clients_at))
    with pytest.raises(UnavailableError):
        world.receive(world.platform.holding([world.message()], world.clock.now()))


def test_a_replay_that_fails_raises_so_that_the_queue_keeps_it(world: World) -> None:
    part = cut(world.platform.holding([world.message()], world.clock.now()))[0]
    world.build(Faults(at=1, how=How.FAILED))
    with pytest.raises(UnavailableError):
        world.replay(part)
    world.replay(part)
    assert world.numbers() == [1]


def test_what_was_stored_before_the_table_failed_is_recognised(world: World) -> None:
    spill = FakeSpillQueue()
    messages = [world.message(by=f"{n}") for n in range(5)]
    world.build(Faults(at=2, how=How.FAILED, of="transact"), spill=spill)
    world.deliver(*messages)
    assert len(spill.parts) == 1
    world.replay(spill.parts[0])
    assert [world.numbers(f"{n}") for n in range(5)] == [[1]] * 5


@pytest.mark.parametrize("seed", range(3))
def test_parts_in_any_order_and_repeated_bring_the_delivery_once(world: World, seed: int) -> None:
    order = random.Random(seed)
    body = order.randbytes(700_000)
    delivery = replace(world.platform.holding([world.message()], world.clock.now()), body=body)
    world.platform.events[body] = next(iter(world.platform.events.values()))
    parts = cut(delivery)
    assert len(parts) == 3
    arriving = parts * 2
    order.shuffle(arriving)
    replayed = [fact.name for part in arriving for fact in world.replay(part)]
    assert "deliveries_replayed" in replayed
    assert world.numbers() == [1]


def test_no_part_of_what_is_stored_keeps_its_content(world: World) -> None:
    body = random.Random(1).randbytes(700_000)
    delivery = replace(world.platform.holding([world.message()], world.clock.now()), body=body)
    world.platform.events[body] = next(iter(world.platform.events.values()))
    parts = cut(delivery)
    for part in parts[:-1]:
        world.replay(part)
    spill_id = str(parts[0]["id"])
    assert world.receipts.read_spill_part(spill_id, 1)
    world.replay(parts[-1])
    for part in parts:
        assert [fact.name for fact in world.replay(part)] == ["spill_parts_kept"]
    assert [world.receipts.read_spill_part(spill_id, number) for number in range(1, len(parts) + 1)] == [None] * 3
    assert world.numbers() == [1]


def test_one_part_missing_stores_nothing(world: World) -> None:
    body = random.Random(1).randbytes(700_000)
    delivery = replace(world.platform.holding([world.message()], world.clock.now()), body=body)
    world.platform.events[body] = next(iter(world.platform.events.values()))
    for part in cut(delivery)[1:] * 2:
        assert [fact.name for fact in world.replay(part)] == ["spill_parts_kept"]
    assert world.stored() == []


def test_a_delivery_that_nobody_can_read_is_quarantined_whole(world: World) -> None:
    delivery = world.platform.holding([], world.clock.now())
    facts = world.receive(replace(delivery, body=b"\xff\xfe not one of ours")).facts
    assert [(fact.name, fact.alarm) for fact in facts] == [("quarantined", True)]
