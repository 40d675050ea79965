"""Many agents at once, on real threads: one holder, one answer for a click, one line in the log for each act."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest

from nightbell.adapters.desk_table import DeskTable
from nightbell.adapters.table_client import Deadline, TableClient
from nightbell.domain.errors import UnavailableError
from nightbell.services.desk import Desk
from nightbell.services.desk_checks import Spoken
from nightbell.services.desk_done import How
from nightbell.services.desk_errors import Code, DeskError
from nightbell.services.desk_say import Business, Saying
from tests.contract.test_desk_saying import logs, state
from tests.contract.world import World

AT_ONCE = 100


class Waiting:
    """A clock that really waits between tries, a little, and stands still otherwise."""

    def __init__(self, world: World) -> None:
        self._clock = world.clock

    def __getattr__(self, name: str) -> Any:
        return getattr(self._clock, name)

    def sleep(self, seconds: float) -> None:
        time.sleep(min(seconds, 0.05))


def desk_of(world: World) -> Desk:
    clock = Waiting(world)
    table = TableClient(world.dynamodb, world.table, Deadline(clock))
    business = Business(accounts=world.accounts, channels=world.channels, senders=world.channels)
    return Desk(DeskTable(table), clock, None, business)


def at_once(world: World, number: int, act: Callable[[Desk, int], object]) -> list[str]:
    """Have so many agents do something at the same moment; tells what each came to."""
    start = Barrier(number)

    def one(which: int) -> str:
        desk = desk_of(world)
        start.wait()
        for _ in range(20):
            try:
                act(desk, which)
            except DeskError as error:
                return error.code.value
            except UnavailableError:
                continue
            return "done"
        return "never"

    with ThreadPoolExecutor(number) as pool:
        return list(pool.map(one, range(number)))


def numbers(world: World) -> list[int]:
    return [int(log["sk"][2:]) for log in logs(world)]


@pytest.fixture
def waiting(world: World) -> Iterator[World]:
    """Have one message wait."""
    world.write()
    world.rest()
    yield world
    assert len(numbers(world)) == len(set(numbers(world)))
    assert state(world).get("acts", 0) >= max(numbers(world), default=0)


def test_of_a_hundred_agents_who_take_one_conversation_one_has_it(waiting: World) -> None:
    came_to = at_once(waiting, AT_ONCE, lambda desk, which: desk.take(waiting.pk(), f"agent {which}"))
    assert sorted(came_to) == ["done"] + ["held"] * (AT_ONCE - 1)
    assert waiting.conversation().agent_id == f"agent {came_to.index('done')}"
    assert [(log["did"], log["by"]) for log in logs(waiting)] == [("take", waiting.conversation().agent_id)]


def test_of_two_answers_at_once_both_leave_and_each_once(waiting: World) -> None:
    """One agent, two windows: nothing that was said is lost, and nothing is said twice."""
    desk_of(waiting).take(waiting.pk(), "ana")

    def say(desk: Desk, which: int) -> None:
        request = f"click {which % 2}"
        spoken = [Spoken(via=waiting.channel.name, text=f"answer {which % 2}")]
        desk.say(waiting.pk(), "ana", Saying(request=request, texts=spoken, up_to=1, done=False))

    assert set(at_once(waiting, 12, say)) == {"done"}
    assert sorted(unit.text for unit in waiting.desk_units_of()) == ["answer 0", "answer 1"]
    assert [log["did"] for log in logs(waiting)].count("answer") == 2


def test_what_is_given_to_two_colleagues_at_once_one_of_them_has(waiting: World) -> None:
    desk_of(waiting).take(waiting.pk(), "ana")
    came_to = at_once(waiting, 8, lambda desk, which: desk.hand_over(waiting.pk(), "ana", f"agent {which}"))
    assert sorted(came_to) == ["done"] + ["not_held"] * 7
    assert waiting.conversation().agent_id == f"agent {came_to.index('done')}"


def test_leads_who_give_it_at_once_give_it_one_after_the_other(waiting: World) -> None:
    came_to = at_once(
        waiting, 5, lambda desk, which: desk.hand_over(waiting.pk(), "lena", f"agent {which}", is_lead=True)
    )
    assert came_to.count("done") == len(logs(waiting)) >= 1
    assert waiting.conversation().agent_id == logs(waiting)[-1]["what"]


def test_of_many_endings_at_once_one_is_written_down(waiting: World) -> None:
    desk_of(waiting).take(waiting.pk(), "ana")
    came_to = at_once(waiting, 8, lambda desk, _: desk.done(waiting.pk(), "ana", How.NO_ANSWER_NEEDED, up_to=1))
    assert sorted(came_to) == ["done"] + ["not_held"] * 7
    assert [log["did"] for log in logs(waiting)] == ["take", "done"]


def test_notes_of_everybody_at_once_are_all_there(waiting: World) -> None:
    came_to = at_once(waiting, 6, lambda desk, which: desk.note(waiting.pk(), f"agent {which}", f"note {which}"))
    written = {log["what"] for log in logs(waiting)}
    done = {f"note {which}" for which, each in enumerate(came_to) if each == "done"}
    assert done == written
    assert set(came_to) <= {"done", Code.CHANGED.value}


def test_a_snooze_and_a_message_at_once_never_hide_the_message(waiting: World) -> None:
    for turn in range(6):
        world = waiting
        desk_of(world).take(world.pk(), "ana")
        until = world.clock.now() + timedelta(hours=1)

        def act(desk: Desk, which: int, turn: int = turn, until: Any = until) -> None:
            if which:
                desk.snooze(waiting.pk(), "ana", until)
            else:
                waiting.write(f"message {turn}")

        at_once(world, 2, act)
        found = DeskTable(TableClient(world.dynamodb, world.table, Deadline(world.clock))).read_desk(world.pk())
        assert not found.is_snoozed(world.conversation(), world.clock.now())
