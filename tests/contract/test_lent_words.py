"""Words that a platform only lends are blanked when their time is over, wherever they stand."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from nightbell.adapters.quarantine_table import QuarantineTable
from nightbell.adapters.table_client import Deadline, TableClient
from nightbell.domain.events import Attachment, Broken, MessageRole
from tests.contract.conversation_table import partition
from tests.contract.world import World
from tests.fakes import KEYED

CANARY = "canary"
LENT_FOR = timedelta(hours=46)
MakeWorld = Callable[..., World]


@pytest.fixture
def world(make_world: MakeWorld) -> World:
    return make_world(replace(KEYED, keeps_words=LENT_FOR))


def item_of(world: World, sk: str) -> dict[str, Any]:
    return next(found for found in world.stored() if found["sk"] == sk)


def say(world: World, text: str = "hello", **more: Any) -> None:
    photo = Attachment(kind="image", reference="1", detail=f"{CANARY}.png")
    world.write(f"{CANARY} {text}", **{"mid": "m1", "attachments": (photo,), **more})


def test_words_are_blanked_when_their_time_is_over_and_not_before(world: World) -> None:
    say(world)
    world.work()
    world.pass_by(hours=45.9)
    world.sweep()
    assert CANARY in str(item_of(world, "M#m1"))
    world.pass_by(minutes=7)
    world.sweep()
    stored = item_of(world, "M#m1")
    assert CANARY not in str(stored)
    assert {"seq", "event", "sent_at", "content_hash", "blanked_at"} <= stored.keys()
    assert not [item for item in world.stored() if "due_at" in item]


def test_until_then_nothing_counts_as_late(world: World) -> None:
    say(world)
    world.work()
    world.pass_by(hours=45)
    assert world.sweeper(world.run()).oldest_due_s == 0
    world.pass_by(hours=1, seconds=30)
    assert world.sweeper(world.run(timedelta(seconds=55))).oldest_due_s <= 30


def test_other_content_under_the_same_id_has_its_own_time_and_takes_none_of_the_firsts(world: World) -> None:
    say(world)
    world.pass_by(hours=1)
    say(world, "something else")
    world.pass_by(hours=45, minutes=1)
    world.sweep()
    world.sweep()
    assert CANARY not in str([item for item in world.stored() if item["sk"].startswith("M#")])
    world.pass_by(hours=2)
    world.rest()


def test_an_edit_goes_with_what_it_changed(world: World) -> None:
    say(world)
    world.pass_by(hours=1)
    edit = Attachment(kind="edit_of", reference="m1")
    say(world, "edited", mid="m1:edit", role=MessageRole.CHANGE, attachments=(edit,))
    world.pass_by(hours=45, minutes=1)
    world.sweep()
    assert CANARY not in str([item for item in world.stored() if item["sk"].startswith("M#")])


def test_a_redelivery_after_that_stores_nothing_again(world: World) -> None:
    say(world)
    world.pass_by(hours=47)
    world.rest()
    say(world)
    say(world, "other words")
    assert CANARY not in str([item for item in world.stored() if item["sk"] == "M#m1"])
    assert world.conversation().last_seq == 2
    world.pass_by(hours=47)
    world.rest()
    assert CANARY not in str([item for item in world.stored() if item["sk"].startswith("M#")])


def test_the_whole_of_a_message_that_is_too_long_goes_too(world: World) -> None:
    say(world, "long " * 100_000)
    world.pass_by(hours=47)
    world.rest()
    assert CANARY not in quarantined(world)
    assert CANARY not in str(world.stored())


def test_what_could_not_be_read_goes_too(world: World) -> None:
    raw = json.dumps({"text": CANARY})
    world.deliver(Broken(kind="fake.message", channel=world.channel.name, reason="shape", raw=raw))
    assert CANARY in quarantined(world)
    name = next(fact.fields["id"] for fact in world.facts if fact.name == "quarantined")
    due = partition(world.dynamodb, world.table, f"LENT#{name}")
    assert [item["due_at"] - int(world.clock.now().timestamp() * 1000) for item in due] == [46 * 3600 * 1000]
    world.pass_by(hours=46, seconds=1)
    world.sweep()
    assert CANARY not in quarantined(world)


@pytest.mark.parametrize("channel", [KEYED])
def test_elsewhere_words_stay_and_nothing_is_due(make_world: MakeWorld, channel: Any) -> None:
    world = make_world(channel)
    say(world)
    world.rest()
    assert not [item for item in world.stored() if item["sk"].startswith("K#") or "due_at" in item]
    world.pass_by(days=40)
    world.sweep()
    assert CANARY in str(item_of(world, "M#m1"))


def test_a_delivery_of_many_is_stored_with_all_its_times(world: World) -> None:
    world.deliver(*(world.message(mid=f"m{number}") for number in range(80)))
    assert world.conversation().last_seq == 80
    assert sum(item["sk"].startswith("K#") for item in world.stored()) == 80


def quarantined(world: World) -> str:
    table = TableClient(world.dynamodb, world.table, Deadline(world.clock))
    quarantine = QuarantineTable(table)
    months = {f"{world.clock.now() - timedelta(days=days):%Y-%m}" for days in (0, 5)}
    entries = [entry for month in months for entry in quarantine.entries(month)]
    return str([quarantine.read_body(entry) for entry in entries])
