"""Agents say something: once for each click, by a way that leads there, about what they were shown."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from nightbell.domain.closing import ON_ITS_WAY
from nightbell.domain.errors import UnavailableError
from nightbell.domain.phrases import Kind
from nightbell.domain.unit import FIRST_DUE, UnitKind, UnitState
from nightbell.services.desk_acting import LEASE
from nightbell.services.desk_checks import Spoken
from nightbell.services.desk_errors import Code, DeskError
from nightbell.services.desk_say import Saying
from tests.contract.faults import Crash, Faults, How
from tests.contract.world import World
from tests.fakes import READABLE

MakeWorld = Callable[..., World]
BY = READABLE.name


def saying(world: World, text: str = "Yes, we have it.", **more: Any) -> Saying:
    """Say something by the channel on which the contact wrote, about all that was shown."""
    spoken = more.pop("texts", [Spoken(via=world.channel.name, text=text)])
    return Saying(**{"request": "click", "texts": spoken, "up_to": world.conversation().agent_shown, **more})


@pytest.fixture
def held(world: World) -> World:
    """Have Ana hold a conversation in which one message waits."""
    world.write()
    world.rest()
    world.desk.take(world.pk(), "ana")
    return world


def logs(world: World) -> list[dict[str, Any]]:
    return [found for found in world.stored() if found["sk"].startswith("L#")]


def did(world: World) -> list[tuple[str, str]]:
    return [(log["by"], log["did"]) for log in logs(world)]


def state(world: World) -> dict[str, Any]:
    return next((found for found in world.stored() if found["sk"] == "DESK"), {})


def refusal(code: Code) -> Any:
    return pytest.raises(DeskError, check=lambda error: error.code is code)


def test_an_answer_becomes_a_unit_that_can_leave_at_once(held: World) -> None:
    now = held.clock.now()
    [unit] = held.desk.say(held.pk(), "ana", saying(held, " Yes, we have it.\n")).units
    [stored] = held.desk_units_of()
    assert stored == unit
    assert (unit.sk, unit.seq, unit.kind, unit.state) == ("D#000000000003", 1, UnitKind.PERSON_ANSWER, UnitState.READY)
    assert (unit.text, unit.by, unit.closes, unit.via) == ("Yes, we have it.", "ana", 1, held.channel.name)
    assert (unit.due_at, unit.due_since, unit.created_at) == (now + FIRST_DUE, now, now)
    assert held.hints.waiting == [(held.pk(), unit.sk)]
    assert did(held) == [("ana", "take"), ("ana", "answer")]
    assert (logs(held)[1]["req"], logs(held)[1]["said"], state(held)["acts"]) == ("click", [3], 3)


def test_it_still_waits_until_the_answer_has_left_and_nobody_else_takes_it_before(held: World) -> None:
    held.desk.say(held.pk(), "ana", saying(held))
    assert held.conversation().is_waiting
    assert held.conversation().agent_until == held.clock.now() + ON_ITS_WAY
    with refusal(Code.HELD):
        held.desk.take(held.pk(), "ben")


def test_who_goes_on_keeps_it(held: World) -> None:
    held.pass_by(minutes=9)
    held.desk.say(held.pk(), "ana", saying(held, done=False))
    assert held.conversation().agent_until == held.clock.now() + LEASE


def test_who_is_done_lets_go_as_soon_as_it_has_left(held: World) -> None:
    held.write("and in blue?")
    held.desk.say(held.pk(), "ana", saying(held, up_to=1))
    held.work()
    read = held.conversation()
    assert (read.seen_seq, read.agent_id, read.agent_until, read.agent_shown) == (1, None, None, 0)
    assert "waiting_pk" in held.meta()
    held.desk.take(held.pk(), "ben")


def test_who_is_done_and_has_nothing_to_close_lets_go_all_the_same(held: World) -> None:
    held.desk.say(held.pk(), "ana", saying(held, "By noon.", promise=held.clock.now() + timedelta(hours=2)))
    held.work()
    assert (held.conversation().agent_id, held.conversation().is_waiting) == (None, True)


def test_who_takes_it_again_while_their_last_word_leaves_keeps_it(held: World) -> None:
    held.write("and in blue?")
    held.desk.say(held.pk(), "ana", saying(held, up_to=1))

    def after_taking(name: str, act: Any, lost: Any, failed: Any) -> Any:
        if name.startswith("transact"):
            held.faults.call = call  # type: ignore[method-assign]
            held.desk.take(held.pk(), "ana")
        return call(name, act, lost, failed)

    call, held.faults.call = held.faults.call, after_taking  # type: ignore[method-assign]
    held.work()
    read = held.conversation()
    assert (read.seen_seq, read.agent_id, read.agent_until) == (1, "ana", held.clock.now() + LEASE)


def test_what_is_said_before_anything_of_it_has_left_is_one_answer(held: World) -> None:
    held.desk.say(held.pk(), "ana", saying(held, done=False))
    held.desk.say(held.pk(), "ana", saying(held, "And it is blue.", request="another", done=False))
    held.pass_by(seconds=1)
    held.work()
    clock = held.truth.read_desk(held.pk()).clock
    assert clock is not None
    assert clock.answers == 1


def test_who_goes_on_keeps_it_when_the_answer_has_left(held: World) -> None:
    held.desk.say(held.pk(), "ana", saying(held, done=False))
    held.work()
    read = held.conversation()
    assert (read.is_waiting, read.agent_id, read.agent_until) == (False, "ana", held.clock.now() + LEASE)
    held.desk.say(held.pk(), "ana", saying(held, "And it is blue.", request="another"))
    held.work()
    assert [unit.state for unit in held.desk_units_of()] == [UnitState.SENT, UnitState.SENT]


def test_an_answer_that_leaves_late_takes_it_from_nobody(held: World) -> None:
    held.write("and in blue?")
    held.desk.say(held.pk(), "ana", saying(held, up_to=1))
    held.hints.waiting.clear()
    held.pass_by(minutes=3)
    held.desk.take(held.pk(), "ben")
    held.sweep()
    held.work()
    read = held.conversation()
    assert (read.seen_seq, read.agent_id, read.agent_shown) == (1, "ben", 2)


@pytest.mark.parametrize("between", ["nothing", "something else is said", "it is over", "a message"])
def test_the_same_click_says_it_once(held: World, between: str) -> None:
    first = held.desk.say(held.pk(), "ana", saying(held, done=False))
    match between:
        case "something else is said":
            held.desk.say(held.pk(), "ana", saying(held, "And it is blue.", request="another"))
        case "it is over":
            held.desk.release(held.pk(), "ana")
        case "a message":
            held.write("hello?")
    assert held.desk.say(held.pk(), "ana", saying(held, done=False)).units == first.units
    assert [unit.text for unit in held.desk_units_of()].count("Yes, we have it.") == 1


OTHER: dict[str, dict[str, Any]] = {
    "other words": {"text": "No, we have not."},
    "a promise": {"promise": datetime.fromisoformat("2026-11-23T12:00:00Z")},
    "other words beside": {"texts": [Spoken(via=BY, text="Yes, we have it."), Spoken(via="email", text="Yes.")]},
}


@pytest.mark.parametrize("other", OTHER)
def test_a_click_that_said_something_else_is_refused_rather_than_lost(held: World, other: str) -> None:
    held.desk.say(held.pk(), "ana", saying(held))
    with refusal(Code.INVALID):
        held.desk.say(held.pk(), "ana", saying(held, **OTHER[other]))
    assert len(held.desk_units_of()) == 1


def test_a_click_that_somebody_else_has_used_is_refused(held: World) -> None:
    held.desk.say(held.pk(), "ana", saying(held, done=False))
    held.desk.hand_over(held.pk(), "ana", "ben")
    held.desk.take(held.pk(), "ben")
    with refusal(Code.INVALID):
        held.desk.say(held.pk(), "ben", saying(held))
    assert len(held.desk_units_of()) == 1


def test_a_promise_is_the_same_click_in_other_words_and_another_at_another_time(held: World) -> None:
    at = held.clock.now() + timedelta(hours=2, microseconds=1700)
    held.desk.say(held.pk(), "ana", saying(held, "Today at noon.", promise=at))
    held.desk.say(held.pk(), "ana", saying(held, "At noon.", promise=at))
    for later in (at + timedelta(minutes=1), None):
        with refusal(Code.INVALID):
            held.desk.say(held.pk(), "ana", saying(held, "Today at noon.", promise=later))
    assert len(held.desk_units_of()) == 1


def test_another_click_says_another_thing(held: World) -> None:
    held.desk.say(held.pk(), "ana", saying(held, done=False))
    held.desk.say(held.pk(), "ana", saying(held, "And it is blue.", request="another"))
    assert [unit.desk for unit in held.desk_units_of()] == [3, 5]


def test_a_click_whose_log_is_not_readable_yet_is_not_done_again(held: World) -> None:
    held.desk.say(held.pk(), "ana", saying(held))
    query = held.dynamodb.query

    def without_logs(**request: Any) -> Any:
        answer = query(**request)
        return {**answer, "Items": [found for found in answer["Items"] if not found["sk"]["S"].startswith("L#")]}

    class Lagging:
        def __getattr__(self, operation: str) -> Any:
            return without_logs if operation == "query" else getattr(held.dynamodb, operation)

    held.build(Faults(), dynamodb=Lagging())
    with pytest.raises(UnavailableError):
        held.desk.say(held.pk(), "ana", saying(held))
    assert len(held.desk_units_of()) == 1


def test_only_whoever_holds_it_and_is_in_their_time_says_something(held: World) -> None:
    with refusal(Code.NOT_HELD):
        held.desk.say(held.pk(), "ben", saying(held))
    held.pass_by(seconds=LEASE.total_seconds() + 1)
    with refusal(Code.NOT_HELD):
        held.desk.say(held.pk(), "ana", saying(held))
    assert held.desk_units_of() == []
    assert held.hints.waiting == []


def test_time_that_is_over_in_the_middle_of_it_says_nothing(held: World) -> None:
    """Ana's time runs out while she is asked for; Ben has it before hers is written."""
    ends = held.conversation().agent_until
    assert ends is not None

    def after_ben(name: str, act: Any, lost: Any, failed: Any) -> Any:
        if name.startswith("transact"):
            held.faults.call = call  # type: ignore[method-assign]
            held.clock.advance(61)
            held.desk.take(held.pk(), "ben")
        return call(name, act, lost, failed)

    held.pass_by(seconds=(LEASE - timedelta(minutes=1)).total_seconds())
    call, held.faults.call = held.faults.call, after_ben  # type: ignore[method-assign]
    with refusal(Code.NOT_HELD):
        held.desk.say(held.pk(), "ana", saying(held, up_to=1))
    assert (held.conversation().agent_id, held.desk_units_of()) == ("ben", [])
    assert did(held) == [("ana", "take"), ("ben", "take_over")]


def test_nobody_answers_what_they_were_not_shown(held: World) -> None:
    held.write("and in blue?")
    with refusal(Code.CHANGED):
        held.desk.say(held.pk(), "ana", saying(held, up_to=2))
    [unit] = held.desk.say(held.pk(), "ana", saying(held, up_to=1)).units
    assert (unit.closes, unit.seq) == (1, 2)


def test_nobody_answers_after_somebody_else_has(held: World) -> None:
    held.desk.say(held.pk(), "ana", saying(held, done=False))
    held.write("and in blue?")
    held.desk.take(held.pk(), "ana")
    held.desk.close(held.pk(), "ana")
    held.write("and in red?")
    held.desk.take(held.pk(), "ana")
    with refusal(Code.CHANGED):
        held.desk.say(held.pk(), "ana", saying(held, up_to=1, request="late"))


def test_what_was_looked_at_must_still_be_so_where_the_agent_insists(held: World) -> None:
    held.write("and in blue?")
    with refusal(Code.CHANGED):
        held.desk.say(held.pk(), "ana", saying(held), "1.0")
    assert held.desk.say(held.pk(), "ana", saying(held), "2.0").units


@pytest.mark.parametrize("insists", [True, False])
def test_a_message_that_comes_just_before_it_is_written_is_not_answered(held: World, *, insists: bool) -> None:
    def after_a_message(name: str, act: Any, lost: Any, failed: Any) -> Any:
        if name.startswith("transact"):
            held.faults.call = call  # type: ignore[method-assign]
            held.write("and in blue?")
        return call(name, act, lost, failed)

    call, held.faults.call = held.faults.call, after_a_message  # type: ignore[method-assign]
    if insists:
        with refusal(Code.CHANGED):
            held.desk.say(held.pk(), "ana", saying(held), "1.0")
        assert held.desk_units_of() == []
    else:
        [unit] = held.desk.say(held.pk(), "ana", saying(held)).units
        assert (unit.closes, unit.seq, held.conversation().last_seq) == (1, 2, 2)


def test_a_promise_closes_nothing_and_says_by_when(held: World) -> None:
    by = held.clock.now() + timedelta(hours=2)
    [unit] = held.desk.say(held.pk(), "ana", saying(held, "By noon.", promise=by)).units
    assert (unit.kind, unit.closes, unit.promised_by) == (UnitKind.PERSON_PROMISE, 0, by)
    assert did(held)[-1] == ("ana", "promise")
    assert logs(held)[-1]["what"] == "2026-11-23T11:10:00Z"


@pytest.mark.parametrize(
    "change",
    [
        {"request": ""},
        {"request": " "},
        {"request": "x" * 65},
        {"texts": []},
        {"texts": [Spoken(via=BY, text="one"), Spoken(via=BY, text="two")]},
        {"texts": [Spoken(via=BY, text=" \n")]},
        {"texts": [Spoken(via=BY, text="x" * 2001)]},
        {"texts": [Spoken(via=BY, text="\ud83d")]},
        {"promise": datetime.fromisoformat("2026-11-23T09:00:00Z")},
        {"promise": datetime.fromisoformat("2026-12-24T09:00:00Z")},
        {"override": "because"},
        {"override": "b" * 1001},
    ],
    ids=[
        *("no request", "a blank request", "a long request", "no text", "a way twice", "a blank text", "a long text"),
        *("half a character", "a promise in the past", "a promise too far", "no reason", "a novel of a reason"),
    ],
)
def test_what_is_not_whole_is_refused_and_nothing_is_written(held: World, change: dict[str, Any]) -> None:
    before = held.stored()
    with refusal(Code.INVALID):
        held.desk.say(held.pk(), "ana", saying(held, **change))
    assert held.stored() == before
    assert held.hints.waiting == []


def test_the_longest_text_and_the_shortest_reason_pass(held: World) -> None:
    assert held.desk.say(held.pk(), "ana", saying(held, "x" * 2000, override="0123456789")).units
    assert did(held)[-2:] == [("ana", "answer"), ("ana", "override")]
    assert logs(held)[-1]["what"] == "0123456789"


def test_a_way_that_leads_nowhere_is_refused(held: World) -> None:
    with refusal(Code.NOT_ALLOWED):
        held.desk.say(held.pk(), "ana", saying(held, texts=[Spoken(via="whatsapp", text="Yes.")]))
    with refusal(Code.NO_CONSENT):
        held.desk.say(held.pk(), "ana", saying(held, texts=[Spoken(via="email", text="Yes.")]))
    assert held.desk_units_of() == []


def test_nobody_writes_after_the_platforms_window(make_world: MakeWorld) -> None:
    world = make_world(replace(READABLE, person_window=timedelta(days=7)))
    world.write()
    world.rest()
    world.pass_by(days=6, hours=23)
    world.desk.take(world.pk(), "ana")
    assert world.desk.say(world.pk(), "ana", saying(world, done=False)).units
    world.pass_by(hours=1)
    world.desk.take(world.pk(), "ana")
    with refusal(Code.WINDOW_CLOSED):
        world.desk.say(world.pk(), "ana", saying(world, request="late"))


def test_what_the_checks_object_to_is_said_with_a_reason_alone(world: World) -> None:
    world.write("It came broken and I am not happy")
    world.rest()
    world.desk.take(world.pk(), "ana")
    assert world.conversation().kind is Kind.COMPLAINT
    with refusal(Code.OBJECTIONS) as refused:
        world.desk.say(world.pk(), "ana", saying(world, "👍"))
    assert [each.code for each in refused.value.objections] == ["no_words"]
    assert world.desk_units_of() == []
    world.desk.say(world.pk(), "ana", saying(world, "👍", override="They asked for a thumb."))
    assert [unit.text for unit in world.desk_units_of()] == ["👍"]


@pytest.mark.parametrize("how", [How.CRASH_BEFORE, How.CRASH_AFTER, How.LOST, How.FAILED, How.REPEATED])
def test_saying_survives_any_one_fault(make_world: MakeWorld, how: How) -> None:
    def drive(at: int) -> World:
        world = make_world()
        world.write()
        world.rest()
        world.desk.take(world.pk(), "ana")
        world.build(Faults(at, how))
        for _ in range(2):
            # Whatever it was, the same click comes again.
            with suppress(Crash, UnavailableError):
                world.desk.say(world.pk(), "ana", saying(world))
                break
        return world

    sites = len(drive(0).faults.sites)
    assert sites >= 7
    for at in range(1, sites + 1):
        world = drive(at)
        assert [unit.text for unit in world.desk_units_of()] == ["Yes, we have it."], (at, how)
        assert did(world) == [("ana", "take"), ("ana", "answer")], (at, how)
