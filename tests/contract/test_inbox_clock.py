"""Who answers in the platform's own inbox is counted as who answers at the desk, in the write that closes."""

from collections.abc import Callable
from typing import Any

import pytest

from nightbell.domain.answer_clock import AnswerClock
from nightbell.domain.desk_state import DeskState
from nightbell.domain.events import Author
from tests.contract.faults import Faults, How
from tests.contract.test_desk_saying import saying
from tests.contract.test_what_is_kept import from_inbox
from tests.contract.world import World

MakeWorld = Callable[..., World]


def clock(world: World) -> AnswerClock | None:
    return desk(world).clock


def desk(world: World) -> DeskState:
    return world.truth.read_desk(world.pk())


def waited(world: World, minutes: int = 30) -> World:
    """Have a contact be acknowledged, and wait."""
    world.write()
    world.rest()
    world.pass_by(minutes=minutes)
    return world


@pytest.mark.parametrize(("minutes", "kept"), [(30, True), (200, False)])
def test_an_answer_from_the_inbox_is_counted_with_what_was_promised(world: World, minutes: int, *, kept: bool) -> None:
    wrote = world.clock.now()
    promised = waited(world, minutes).unit(1).promised_by
    assert promised is not None
    [fact] = world.deliver(from_inbox(world)).facts
    seconds = int((world.clock.now() - wrote).total_seconds())
    assert clock(world) == AnswerClock(
        episode=1,
        first_at=world.clock.now(),
        first_wall_s=seconds,
        first_open_s=seconds,
        last_at=world.clock.now(),
        promised_by=promised,
        promise_kept=kept,
    )
    figures = {name: fact.fields[name] for name in ("wall_s", "open_s", "promise_kept")}
    assert figures == {"wall_s": seconds, "open_s": seconds, "promise_kept": int(kept)}
    assert not world.conversation().is_waiting


def test_automation_and_what_closes_nothing_is_never_counted(world: World) -> None:
    waited(world)
    world.deliver(from_inbox(world, Author.OTHER_APP))
    assert clock(world) is None
    world.pass_by(minutes=20)
    world.deliver(from_inbox(world))
    first = clock(world)
    world.pass_by(minutes=1)
    world.deliver(from_inbox(world))
    assert first is not None
    assert clock(world) == first


def test_an_answer_of_our_own_that_comes_back_is_counted_once(world: World) -> None:
    waited(world)
    world.desk.take(world.pk(), "ana")
    world.desk.say(world.pk(), "ana", saying(world))
    world.work()
    first = clock(world)
    for unit in world.desk_units_of():
        world.deliver(world.settlement(unit.tag))
    assert first is not None
    assert (clock(world), first.answers) == (first, 1)


def test_whoever_answers_second_in_an_episode_is_not_counted_as_the_first(world: World) -> None:
    waited(world)
    world.write("and in blue?")
    world.desk.take(world.pk(), "ana")
    world.desk.say(world.pk(), "ana", saying(world, up_to=1))
    world.work()
    first = clock(world)
    world.pass_by(minutes=7)
    [fact] = world.deliver(from_inbox(world)).facts
    now = clock(world)
    assert first is not None
    assert now is not None
    assert (now.first_at, now.answers) == (first.first_at, 2)
    assert now.next_wall_s == int((world.clock.now() - first.first_at).total_seconds())
    assert "wall_s" not in fact.fields


def test_an_agent_who_acts_in_between_loses_nothing_and_the_answer_is_counted(world: World) -> None:
    waited(world)

    def after_a_note(name: str, act: Any, lost: Any, failed: Any) -> Any:
        if name.startswith("transact"):
            world.faults.call = call  # type: ignore[method-assign]
            world.desk.note(world.pk(), "ben", "They called, too.")
        return call(name, act, lost, failed)

    call, world.faults.call = world.faults.call, after_a_note  # type: ignore[method-assign]
    world.deliver(from_inbox(world))
    assert clock(world) is not None
    assert desk(world).acts == 2
    assert not world.conversation().is_waiting


def test_a_message_in_between_leaves_all_as_it_was(world: World) -> None:
    waited(world)
    answer = from_inbox(world)

    def after_a_message(name: str, act: Any, lost: Any, failed: Any) -> Any:
        if name.startswith("transact"):
            world.faults.call = call  # type: ignore[method-assign]
            world.pass_by(seconds=1)
            world.write("and in blue?")
        return call(name, act, lost, failed)

    call, world.faults.call = world.faults.call, after_a_message  # type: ignore[method-assign]
    world.deliver(answer)
    assert (world.conversation().seen_seq, desk(world)) == (0, DeskState())


@pytest.mark.parametrize("how", [How.CRASH_BEFORE, How.CRASH_AFTER, How.FAILED, How.LOST, How.REPEATED])
def test_an_answer_from_the_inbox_survives_any_one_fault(make_world: MakeWorld, how: How) -> None:
    def drive(at: int) -> World:
        world = waited(make_world())
        answer = from_inbox(world)
        world.build(Faults(at, how))
        world.deliver(answer)
        return world

    for at in range(len(drive(0).faults.sites) + 1):
        world = drive(at)
        found = clock(world)
        assert found is not None, (at, how)
        assert (found.answers, world.conversation().is_waiting) == (1, False), (at, how)
