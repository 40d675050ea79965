"""Whatever dies at any one call of an act: what it changed and what is written down about it are never apart."""

from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest

from nightbell.domain.conversation import Conversation
from nightbell.domain.errors import UnavailableError
from nightbell.services.desk_done import How as Ending
from nightbell.services.desk_errors import DeskError
from tests.contract.faults import Crash, Faults, How
from tests.contract.test_crashes import is_idle
from tests.contract.test_desk_saying import did, saying
from tests.contract.test_forgetting import forgetter
from tests.contract.world import World

MakeWorld = Callable[..., World]
WAYS = (How.CRASH_AFTER, How.FAILED, How.LOST)
"""A client that tries a transaction again tells the table that it is the same one (boto3 sets ClientRequestToken)."""


def take(world: World) -> None:
    world.desk.take(world.pk(), "ben")


def release(world: World) -> None:
    world.desk.release(world.pk(), "ana")


def hand_over(world: World) -> None:
    world.desk.hand_over(world.pk(), "ana", "ben")


def snooze(world: World) -> None:
    world.desk.snooze(world.pk(), "ana", world.clock.now() + timedelta(hours=1))


def done(world: World) -> None:
    world.desk.done(world.pk(), "ana", Ending.ANSWERED, up_to=1)


def say(world: World) -> None:
    world.desk.say(world.pk(), "ana", saying(world, up_to=1))


Act = Callable[[World], None]
Happened = Callable[[World, Conversation], bool]
ACTS: dict[str, tuple[Act, Happened]] = {
    "take": (take, lambda _, read: read.agent_id == "ben"),
    "release": (release, lambda _, read: read.agent_id is None),
    "hand_over": (hand_over, lambda _, read: read.agent_id == "ben"),
    "snooze": (snooze, lambda world, _: world.truth.read_desk(world.pk()).snoozed_seq == 1),
    "done": (done, lambda _, read: not read.is_waiting),
}


def ready(make_world: MakeWorld, name: str) -> World:
    """Have a message wait; Ana holds it, unless somebody is to take it."""
    world = make_world()
    world.write()
    if name != "take":
        world.desk.take(world.pk(), "ana")
    return world


@pytest.mark.parametrize("name", ACTS)
def test_an_act_and_its_line_in_the_log_are_never_apart(make_world: MakeWorld, name: str) -> None:
    act, happened = ACTS[name]
    plain = ready(make_world, name)
    plain.build(Faults())
    act(plain)
    cases = [(at, how) for at, site in enumerate(plain.faults.sites, start=1) for how in WAYS if not is_idle(site, how)]
    for at, how in cases:
        world = ready(make_world, name)
        world.build(Faults(at, how))
        with suppress(Crash, UnavailableError):
            act(world)
        assert happened(world, world.conversation()) == (name in [what for _, what in did(world)]), (at, how)
        with suppress(DeskError):
            act(world)
        assert happened(world, world.conversation()), (at, how)
        assert [what for _, what in did(world)].count(name) == 1, (at, how)


@pytest.mark.parametrize("act", ["say", "done", "snooze", "hand_over"])
def test_nobody_acts_in_a_conversation_that_is_forgotten_meanwhile(make_world: MakeWorld, act: str) -> None:
    world = ready(make_world, act)

    forget = forgetter(world)

    def after_forgetting(name: str, act: Any, lost: Any, failed: Any) -> Any:
        if name.startswith("transact"):
            world.faults.call = call  # type: ignore[method-assign]
            forget([world.pk()], "marta")
        return call(name, act, lost, failed)

    call, world.faults.call = world.faults.call, after_forgetting  # type: ignore[method-assign]
    with pytest.raises(DeskError):
        (say if act == "say" else ACTS[act][0])(world)
    assert did(world) == [("ana", "take")]
    read = world.conversation()
    assert (read.agent_id, read.is_waiting, "waiting_pk" in world.meta()) == (None, False, False)
