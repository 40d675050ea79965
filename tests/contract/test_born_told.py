"""What a caller heard before anything was stored is told to the team as what they were told, and nothing is sent."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from nightbell.domain.events import Spoken
from nightbell.domain.unit import UnitKind, UnitState
from tests.contract.faults import Faults, How
from tests.contract.world import World
from tests.fakes import KEYED

MakeWorld = Callable[..., World]


def greeting(world: World, text: str = "You have reached the shop.") -> Spoken:
    return Spoken(text_id="receipt", text=text, promised_by=world.clock.now() + timedelta(hours=1))


def told(world: World) -> dict[str, Any]:
    found = world.human_queue.messages[-1]["acknowledgement"]
    assert isinstance(found, dict)
    return found


def test_the_greeting_is_the_acknowledgement(world: World) -> None:
    spoken = greeting(world)
    world.write("", told=spoken)
    unit = world.unit(1)
    assert (unit.kind, unit.state, unit.text) == (UnitKind.ACKNOWLEDGEMENT, UnitState.CONFIRMED, spoken.text)
    world.rest()
    assert (told(world)["state"], told(world)["text"]) == ("acknowledged", spoken.text)
    assert told(world)["kind"] == "receipt"
    assert spoken.promised_by
    assert told(world)["promised_by"] == spoken.promised_by.isoformat(timespec="seconds").replace("+00:00", "Z")
    assert world.api.seen == []
    assert world.unit(1).due_at is None


def test_a_text_that_the_settings_do_not_know_any_more_is_told_all_the_same(world: World) -> None:
    world.write("", told=Spoken(text_id="gone", text="Hello"))
    world.rest()
    assert (told(world)["kind"], told(world)["text"]) == ("acknowledgement", "Hello")


def test_nothing_that_forbids_an_answer_unsays_what_was_heard(make_world: MakeWorld) -> None:
    world = make_world(KEYED)
    world.write("STOP")
    world.rest()
    sent = len(world.api.seen)
    world.write("", told=greeting(world))
    world.rest()
    assert told(world)["text"] == "You have reached the shop."
    assert len(world.api.seen) == sent


def test_what_is_written_after_a_call_is_not_acknowledged_again(make_world: MakeWorld) -> None:
    world = make_world(KEYED)
    world.write("", told=greeting(world))
    world.pass_by(minutes=1)
    world.write("And I forgot to say")
    world.rest()
    assert world.api.seen == []


def test_each_call_is_told_of(make_world: MakeWorld) -> None:
    world = make_world(KEYED)
    for number in range(5):
        world.write("", told=greeting(world, f"Greeting {number}"))
        world.rest()
        assert told(world)["text"] == f"Greeting {number}"
        world.pass_by(minutes=1)


@pytest.mark.parametrize("nth", range(1, 9))
@pytest.mark.parametrize("how", list(How))
def test_whatever_breaks_the_team_is_told_in_the_end(world: World, nth: int, how: How) -> None:
    world.build(Faults(nth, how))
    world.write("", told=greeting(world))
    world.work()
    world.build(Faults())
    world.rest()
    assert told(world)["text"] == "You have reached the shop."
    assert (world.conversation().last_seq, world.unit(1).due_at, world.api.seen) == (1, None, [])
