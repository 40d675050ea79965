"""Calls to the voicemail on the real table: parts in any order, twice and late, and what is due when."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from itertools import permutations

import pytest

from nightbell.adapters.call_table import HINT_TAKES, CallTable
from nightbell.adapters.table_client import Deadline, TableClient
from nightbell.adapters.unit_table import UnitTable
from nightbell.domain.call_keys import CALL_SK, call_pk
from nightbell.domain.events import Spoken
from nightbell.domain.keys import REFERENCE_SK, reference_pk
from nightbell.domain.voicemail import LONGEST_CALL, Call, Done, Recording, RecordingState, Step, Transcript, after
from nightbell.platforms.twilio.calls import CallPart
from nightbell.services.finish_call import TRY_AGAIN
from nightbell.services.hint_calls import TOO_LATE, HintCalls
from nightbell.services.ports import DueMark
from tests.contract.conversation_table import partition
from tests.contract.world import OPEN as NOW
from tests.contract.world import World

CA, RE = "CA" + "0" * 32, "RE" + "0" * 32
LINE, ORG, CALLER = "+34971555012", "AC" + "0" * 32, "+34655501234"
GREETING = Spoken(text_id="voicemail_open", text="Hello.", promised_by=NOW + timedelta(hours=1))
CALL = Call(
    account_id=LINE,
    owner_id=ORG,
    call_id=CA,
    caller=CALLER,
    at=NOW,
    greeting=GREETING,
    call_back="We call back.",
    wants_words=True,
)
DONE = Done(recording_id=RE, seconds=21)
READY = Recording(state=RecordingState.COMPLETED, recording_id=RE, seconds=21, at=NOW + timedelta(minutes=1))
WORDS = Transcript(recording_id=RE, text="Please call me.\ud800")
ABSENT = Recording(state=RecordingState.ABSENT, recording_id="", seconds=0, at=NOW)


def told(part: Done | Recording | Transcript, line: str = "", caller: str = "") -> CallPart:
    return CallPart(call_id=CA, owner_id=ORG, account_id=line, caller=caller, part=part)


@pytest.fixture
def world(make_world: Callable[..., World]) -> World:
    return make_world()


@pytest.fixture
def calls(world: World) -> CallTable:
    return CallTable(client_of(world), 1)


def client_of(world: World) -> TableClient:
    return TableClient(world.dynamodb, world.table, Deadline(world.clock))


def item_of(world: World) -> dict[str, object]:
    [found] = partition(world.dynamodb, world.table, call_pk(CA))
    return found


def known(calls: CallTable) -> Call:
    call = calls.read(CA)
    assert call is not None
    return call


def test_what_is_not_known_is_nothing(calls: CallTable) -> None:
    assert calls.read(CA) is None


def test_a_call_is_read_as_it_was_written_and_said_again_as_it_was_said(calls: CallTable, world: World) -> None:
    assert replace(calls.open(CALL), revision=0) == CALL
    again = calls.open(replace(CALL, at=NOW + timedelta(seconds=9), greeting=replace(GREETING, text="Good evening.")))
    assert (again.greeting, again.at) == (GREETING, NOW)
    assert replace(known(calls), revision=0) == CALL
    assert {"due_pk", "expires_at"} <= item_of(world).keys()
    assert item_of(world)["due_at"] == int((NOW + LONGEST_CALL).timestamp() * 1000)


@pytest.mark.parametrize("order", list(permutations(range(4))))
def test_parts_come_in_any_order_and_twice(calls: CallTable, order: tuple[int, ...]) -> None:
    steps: list[Callable[[], object]] = [
        lambda: calls.open(CALL),
        lambda: calls.add(told(DONE, LINE, CALLER)),
        lambda: calls.add(told(READY)),
        lambda: calls.add(told(WORDS)),
    ]
    for number in (*order, *order):
        steps[number]()
    found = known(calls)
    expected = replace(
        CALL, done=DONE, recording=READY, transcript=Transcript(recording_id=RE, text="Please call me.?")
    )
    assert replace(found, revision=0) == expected
    assert found.revision == 8


def test_a_call_may_begin_with_any_part_and_still_tells_whose_it_is(calls: CallTable) -> None:
    calls.add(told(READY))
    assert known(calls).account_id == ""
    calls.add(told(DONE, LINE, CALLER))
    assert (known(calls).account_id, known(calls).caller, known(calls).owner_id) == (LINE, CALLER, ORG)
    calls.add(told(DONE, "+34000", "+34001"))
    assert (known(calls).account_id, known(calls).caller) == (LINE, CALLER)


def test_a_recording_that_is_there_after_all_counts(calls: CallTable) -> None:
    calls.add(told(ABSENT))
    assert known(calls).recording == replace(ABSENT)
    calls.add(told(READY))
    calls.add(told(ABSENT))
    assert known(calls).recording == READY


def test_a_part_makes_the_call_due_soon(calls: CallTable, world: World) -> None:
    calls.open(CALL)
    calls.add(told(DONE))
    assert item_of(world)["due_at"] == int((world.clock.now() + HINT_TAKES).timestamp() * 1000)


def test_the_last_code_counts_and_leads_to_a_conversation(calls: CallTable, world: World) -> None:
    calls.type_code(CA, "NB-1234-5674")
    calls.type_code(CA, "NB-2222-2222")
    assert known(calls).code == "NB-2222-2222"
    assert calls.read_reference("harbour", "NB-1234-5674") is None
    pointer = {"pk": {"S": reference_pk("harbour", "NB-1234-5674")}, "sk": {"S": REFERENCE_SK}}
    client_of(world).put_new({**pointer, "conversation": {"S": "C#1"}})
    assert calls.read_reference("harbour", "NB-1234-5674") == "C#1"


@pytest.mark.parametrize("step", [Step.COPY, Step.STORE, Step.NOTE, Step.DELETE, Step.ADD_WORDS])
def test_what_was_done_is_noted(calls: CallTable, step: Step) -> None:
    calls.open(CALL)
    calls.add(told(WORDS))
    call = after(known(calls), step)
    calls.note(CA, step, call)
    assert known(calls) == call


def test_a_part_that_comes_while_somebody_works_is_not_put_off(calls: CallTable, world: World) -> None:
    calls.open(CALL)
    read = known(calls)
    calls.add(told(READY))
    due_at = item_of(world)["due_at"]
    calls.wait(read, NOW + TRY_AGAIN)
    calls.wait(read, None)
    assert item_of(world)["due_at"] == due_at
    calls.wait(known(calls), NOW + TRY_AGAIN)
    assert item_of(world)["due_at"] == int((NOW + TRY_AGAIN).timestamp() * 1000)


def test_a_call_that_is_over_keeps_nothing_of_the_caller(calls: CallTable, world: World) -> None:
    calls.open(CALL)
    calls.type_code(CA, "NB-1234-5674")
    for part in (DONE, READY, WORDS):
        calls.add(told(part, LINE, CALLER))
    for step in (Step.COPY, Step.STORE, Step.DELETE):
        calls.note(CA, step, after(known(calls), step))
    calls.wait(known(calls), None)
    found = item_of(world)
    assert not {"due_pk", "due_at", "caller", "greeting", "agreed", "code_typed"} & found.keys()
    assert "call me" not in str(found)
    assert known(calls).is_over


def test_a_call_whose_words_are_still_to_come_keeps_what_they_need(calls: CallTable) -> None:
    calls.open(CALL)
    calls.add(told(READY, LINE, CALLER))
    for step in (Step.COPY, Step.STORE, Step.DELETE):
        calls.note(CA, step, after(known(calls), step))
    calls.wait(known(calls), None)
    assert known(calls).caller == CALLER
    calls.add(told(WORDS))
    assert not known(calls).worded


def test_the_sweep_has_a_call_looked_at_and_calls_somebody_when_that_does_not_help(
    calls: CallTable, world: World
) -> None:
    calls.open(CALL)
    hinted: list[str] = []

    class Hints:
        def hint(self, call_id: str) -> None:
            hinted.append(call_id)

    job = HintCalls(Hints(), world.clock)
    world.pass_by(minutes=11)
    units = UnitTable(client_of(world), 1)
    [due] = units.due(0, world.clock.now(), 10)
    mark = units.read_mark(due)
    assert mark is not None
    assert mark.sk == CALL_SK
    assert [(fact.name, fact.alarm) for fact in job(mark, lambda: True)] == [("calls_hinted", False)]
    late = DueMark(pk=mark.pk, sk=mark.sk, due_at=mark.due_at, since=world.clock.now() - TOO_LATE, sweeps=9)
    assert [(fact.name, fact.alarm) for fact in job(late, lambda: True)] == [("calls_stuck", True)]
    assert hinted == [CA, CA]
