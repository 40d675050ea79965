"""A promise that is about to break: the contact hears of it once, in opening time, with a new time."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from nightbell.adapters.desk_table import DeskTable
from nightbell.adapters.table_client import Deadline, TableClient
from nightbell.domain.business import TextId
from nightbell.domain.holding import LEAD
from nightbell.domain.unit import Unit, UnitKind, UnitState
from nightbell.services.desk import Desk
from nightbell.services.desk_say import Business
from tests.contract.faults import Faults, How
from tests.contract.world import CLOSED, CONTACT, OPEN, SHARDS, World

MakeWorld = Callable[..., World]
PROMISE = timedelta(minutes=90)
FRIDAY = datetime(2026, 11, 20, 23, 30, tzinfo=UTC)
"""In the night to Saturday, when the shop is open until two."""


@pytest.fixture
def holding(world: World) -> World:
    """A world that looks for promises in every sweep, and whose brand is no other world's."""
    brand = replace(world.account.brand, key=f"own{world.account.account_id}")
    account = replace(world.account, brand=brand)
    world.account = account
    world.accounts[account.channel, account.account_id] = account
    world.holds = True
    world.build(Faults())
    return world


def minutes(world: World, count: int) -> None:
    """Let minutes pass as they do: a sweep in each, and all that is hinted at done at once."""
    for _ in range(count):
        world.pass_by(minutes=1)
        world.sweep()
        world.work()


def said(world: World, by: str = CONTACT) -> list[Unit]:
    keys = sorted(item["sk"] for item in world.stored(by) if item["sk"].startswith("D#"))
    found = [world.truth.read_unit_by_key(world.pk(by), sk) for sk in keys]
    return [unit for unit in found if unit is not None and unit.kind is UnitKind.HOLDING]


def desk_of(world: World) -> Desk:
    table = DeskTable(TableClient(world.dynamodb, world.table, Deadline(world.clock)), SHARDS)
    channels = {**world.channels}
    return Desk(table, world.clock, world.hints, Business(accounts=world.accounts, channels=channels, senders=channels))


def test_the_contact_hears_of_it_ten_minutes_before_and_never_again(holding: World) -> None:
    holding.write()
    holding.work()
    minutes(holding, 79)
    assert said(holding) == []
    minutes(holding, 1)
    [unit] = said(holding)
    assert holding.clock.now() == OPEN + PROMISE - LEAD
    assert (unit.text_id, unit.by, unit.closes) == (TextId.HOLDING, "", 0)
    # Half of ninety minutes, counted from now: until 12:15 at the shop.
    assert unit.promise_at == holding.clock.now() + PROMISE / 2
    minutes(holding, 120)
    assert len(said(holding)) == 1
