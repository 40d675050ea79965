"""Conflicts with other transactions, which the emulator never reports, answered as the real table does.

Source: Amazon DynamoDB API reference, TransactWriteItems (CancellationReasons) and UpdateItem
(TransactionConflictException).
"""

from typing import Any

import pytest
from botocore.exceptions import ClientError

from nightbell.domain.errors import UnavailableError
from tests.contract.faults import Faults
from tests.contract.world import World
from tests.fakes import FakeSpillQueue

CONFLICT = {"Error": {"Code": "TransactionConflictException", "Message": "busy"}}
THROTTLED = {"Error": {"Code": "ThrottlingException", "Message": "slow down"}}


def cancelled(*codes: str) -> dict[str, Any]:
    reasons = [{"Code": code} for code in codes]
    return {"Error": {"Code": "TransactionCanceledException", "Message": "no"}, "CancellationReasons": reasons}


class Busy:
    """A client that fails the first calls of one operation."""

    def __init__(self, dynamodb: Any, operation: str, *errors: dict[str, Any]) -> None:
        self._dynamodb = dynamodb
        self._operation = operation
        self.errors = list(errors)

    def __getattr__(self, operation: str) -> Any:
        def call(**request: Any) -> Any:
            if operation == self._operation and self.errors:
                raise ClientError(self.errors.pop(0), operation)
            return getattr(self._dynamodb, operation)(**request)

        return call


@pytest.mark.parametrize(
    "error",
    [CONFLICT, cancelled("None", "TransactionConflict", "None"), cancelled("ThrottlingError", "None", "None")],
    ids=["conflict", "cancelled by a conflict", "cancelled by a throttle"],
)
@pytest.mark.parametrize("times", [1, 2, 5])
def test_a_message_waits_out_a_conflict(world: World, error: dict[str, Any], times: int) -> None:
    world.build(Faults(), dynamodb=Busy(world.dynamodb, "transact_write_items", *[error] * times))
    world.write()
    assert world.numbers() == [1]
    assert 0 < sum(world.clock.sleeps) < 2


def test_a_conflict_that_lasts_is_spilled_and_stored_later(world: World) -> None:
    spill = FakeSpillQueue()
    busy = Busy(world.dynamodb, "transact_write_items", *[CONFLICT] * 1000)
    world.build(Faults(), spill=spill, dynamodb=busy)
    world.deadline.set(2.5)
    began = world.clock.now()
    assert [fact.name for fact in world.write().facts] == ["deliveries_spilled"]
    assert (world.clock.now() - began).total_seconds() < 3
    busy.errors.clear()
    world.deadline.set(None)
    world.replay(spill.parts[0])
    assert world.numbers() == [1]


def test_an_acknowledgement_waits_out_a_conflict_and_sends_once(world: World) -> None:
    world.build(Faults(), dynamodb=Busy(world.dynamodb, "update_item", *[CONFLICT] * 4))
    world.write()
    world.work()
    assert len(world.api.tokens) == 1
    assert world.faults_at_rest() == []


def test_a_throttled_start_sends_nothing(world: World) -> None:
    world.write()
    world.build(Faults(), dynamodb=Busy(world.dynamodb, "update_item", THROTTLED))
    pk, sk = world.hints.waiting.pop()
    with pytest.raises(UnavailableError):
        world.acknowledge(pk, sk, world.run())
    assert world.api.tokens == []
    world.rest()
    assert world.faults_at_rest() == []
