"""Notes, snoozes, hand-overs and endings: each by whom it may be done, on what was seen, and written down."""

from datetime import timedelta
from typing import Any

import pytest

from nightbell.adapters.desk_table import DeskTable
from nightbell.adapters.table_client import Deadline, TableClient
from nightbell.adapters.table_items import consent_items
from nightbell.domain.answer_clock import AnswerClock
from nightbell.domain.conversation import Consent
from nightbell.domain.desk_state import DeskState
from nightbell.services.desk_acting import LEASE
from nightbell.services.desk_checks import Spoken
from nightbell.services.desk_done import How, Way
from nightbell.services.desk_errors import Code, DeskError
from nightbell.services.desk_say import Saying
from tests.contract.test_desk_saying import did, held, logs, refusal, state
from tests.contract.world import World

__all__ = ["held"]
SOON = timedelta(hours=3)


def truth(world: World) -> DeskState:
    return DeskTable(TableClient(world.dynamodb, world.table, Deadline(world.clock))).read_desk(world.pk())


def consent(world: World, given: Consent) -> None:
    for stored in consent_items(world.pk(), [given], "corner"):
        world.dynamodb.put_item(TableName=world.table, Item=stored)


# Notes


def test_a_note_is_for_everybody_and_changes_nothing(held: World) -> None:
    before = held.meta()
    held.desk.note(held.pk(), "ben", "  Called back at ten.  ")
    assert held.meta() == before
    assert did(held)[-1] == ("ben", "note")
    assert logs(held)[-1]["what"] == "Called back at ten."


@pytest.mark.parametrize("text", ["", " \n ", "é" * 501, "\ud83d"])
def test_a_note_without_words_or_with_too_many_is_refused(held: World, text: str) -> None:
    with refusal(Code.INVALID):
        held.desk.note(held.pk(), "ben", text)
    assert did(held) == [("ana", "take")]


def test_nothing_is_noted_about_what_never_was(world: World) -> None:
    with refusal(Code.UNKNOWN):
        world.desk.note("C#x.y.z", "ben", "Hello?")
    with refusal(Code.INVALID):
        world.desk.note("C#x.y.z", " ", "Hello?")


# Taking


def test_who_takes_over_is_written_down_with_whom_they_took_it_from(held: World) -> None:
    held.pass_by(seconds=LEASE.total_seconds() + 1)
    held.desk.take(held.pk(), "ben")
    assert did(held) == [("ana", "take"), ("ben", "take_over")]
    assert logs(held)[-1]["what"] == "ana"


def test_taking_it_for_longer_is_not_worth_a_line(held: World) -> None:
    held.desk.take(held.pk(), "ana")
    assert did(held) == [("ana", "take")]
    held.pass_by(seconds=LEASE.total_seconds() + 1)
    held.desk.take(held.pk(), "ana")
    assert did(held) == [("ana", "take"), ("ana", "take")]


# Handing over


def test_whoever_holds_it_gives_it_to_a_colleague_who_has_not_seen_it(held: World) -> None:
    held.desk.hand_over(held.pk(), "ana", "ben")
    read = held.conversation()
    assert (read.agent_id, read.agent_until, read.agent_shown) == ("ben", held.clock.now() + LEASE, 0)
    assert (did(held)[-1], logs(held)[-1]["what"]) == (("ana", "hand_over"), "ben")
    with refusal(Code.NOT_HELD):
        held.desk.hand_over(held.pk(), "ana", "cleo")
    held.desk.take(held.pk(), "ben")
    assert held.desk.close(held.pk(), "ben").still_waiting == 0


def test_a_lead_gives_what_others_hold_and_what_nobody_does(held: World) -> None:
    held.desk.hand_over(held.pk(), "lena", "ben", is_lead=True)
    assert held.conversation().agent_id == "ben"
    held.desk.release(held.pk(), "ben")
    held.desk.hand_over(held.pk(), "lena", "cleo", is_lead=True)
    assert held.conversation().agent_id == "cleo"
    held.pass_by(seconds=LEASE.total_seconds() + 1)
    held.desk.hand_over(held.pk(), "lena", "cleo", is_lead=True)
    assert held.conversation().agent_until == held.clock.now() + LEASE


@pytest.mark.parametrize("to", ["", " ", "x" * 65, "b\nen"])
def test_it_is_given_to_somebody_with_a_name(held: World, to: str) -> None:
    with refusal(Code.INVALID):
        held.desk.hand_over(held.pk(), "ana", to)


def test_what_is_over_or_answered_or_seen_differently_is_not_given(held: World) -> None:
    with refusal(Code.INVALID):
        held.desk.hand_over(held.pk(), "ana", "ana")
    with refusal(Code.CHANGED):
        held.desk.hand_over(held.pk(), "ana", "ben", revision="7.0")
    held.pass_by(seconds=LEASE.total_seconds() + 1)
    with refusal(Code.NOT_HELD):
        held.desk.hand_over(held.pk(), "ana", "ben", revision="1.0")
    held.desk.take(held.pk(), "ana")
    held.desk.close(held.pk(), "ana")
    with refusal(Code.NOTHING_WAITS):
        held.desk.hand_over(held.pk(), "lena", "ben", is_lead=True)


# Snoozing


def test_a_snooze_lets_go_and_hides_it_until_then(held: World) -> None:
    until = held.clock.now() + SOON
    held.desk.snooze(held.pk(), "ana", until)
    read = held.conversation()
    assert (read.agent_id, read.is_waiting) == (None, True)
    assert (did(held)[-1], logs(held)[-1]["what"]) == (("ana", "snooze"), "2026-11-23T12:10:00Z")
    found = truth(held)
    assert found.is_snoozed(read, held.clock.now())
    assert not found.is_snoozed(read, until)


def test_a_customers_message_ends_a_snooze(held: World) -> None:
    held.desk.snooze(held.pk(), "ana", held.clock.now() + SOON)
    held.write("hello?")
    assert not truth(held).is_snoozed(held.conversation(), held.clock.now())


def test_whoever_takes_it_all_the_same_ends_a_snooze(held: World) -> None:
    held.desk.snooze(held.pk(), "ana", held.clock.now() + SOON)
    held.desk.take(held.pk(), "ben")
    held.desk.release(held.pk(), "ben")
    assert not truth(held).is_snoozed(held.conversation(), held.clock.now())


def test_nobody_snoozes_what_they_have_not_seen(held: World) -> None:
    held.write("hello?")
    with refusal(Code.CHANGED):
        held.desk.snooze(held.pk(), "ana", held.clock.now() + SOON)
    held.desk.take(held.pk(), "ana")
    with refusal(Code.CHANGED):
        held.desk.snooze(held.pk(), "ana", held.clock.now() + SOON, revision="1.0")
    held.desk.snooze(held.pk(), "ana", held.clock.now() + SOON, revision="2.0")


def test_a_message_that_comes_just_before_a_snooze_is_written_stays_in_sight(held: World) -> None:
    def after_a_message(name: str, act: Any, lost: Any, failed: Any) -> Any:
        if name.startswith("transact"):
            held.faults.call = call  # type: ignore[method-assign]
            held.write("hello?")
        return call(name, act, lost, failed)

    call, held.faults.call = held.faults.call, after_a_message  # type: ignore[method-assign]
    with refusal(Code.CHANGED):
        held.desk.snooze(held.pk(), "ana", held.clock.now() + SOON)
    assert did(held) == [("ana", "take")]
    assert "snoozed_until" not in state(held)


@pytest.mark.parametrize("after", [timedelta(0), timedelta(days=31)])
def test_a_snooze_names_a_time_to_come(held: World, after: timedelta) -> None:
    with refusal(Code.INVALID):
        held.desk.snooze(held.pk(), "ana", held.clock.now() + after)
    with refusal(Code.NOT_HELD):
        held.desk.snooze(held.pk(), "ben", held.clock.now() + SOON)


# Finishing


def test_finishing_closes_what_was_shown_lets_go_and_is_written_down(held: World) -> None:
    closed = held.desk.done(held.pk(), "ana", How.NO_ANSWER_NEEDED, up_to=1)
    assert (closed.up_to, closed.still_waiting) == (1, 0)
    read = held.conversation()
    assert (read.agent_id, read.seen_seq, "waiting_pk" in held.meta()) == (None, 1, False)
    assert (did(held)[-1], logs(held)[-1]["what"]) == (("ana", "done"), "no_answer_needed")
    assert (state(held)["done_how"], state(held)["done_episode"]) == ("no_answer_needed", 1)


def test_finishing_a_part_leaves_the_rest_waiting(held: World) -> None:
    held.write("and in blue?")
    held.desk.take(held.pk(), "ana")
    assert held.desk.done(held.pk(), "ana", How.ANSWERED, up_to=1).still_waiting == 1
    assert (held.conversation().seen_seq, "waiting_pk" in held.meta()) == (1, True)


def test_a_message_that_comes_while_it_is_finished_stays_waiting(held: World) -> None:
    def after_a_message(name: str, act: Any, lost: Any, failed: Any) -> Any:
        if name.startswith("transact"):
            held.faults.call = call  # type: ignore[method-assign]
            held.write("and in blue?")
        return call(name, act, lost, failed)

    call, held.faults.call = held.faults.call, after_a_message  # type: ignore[method-assign]
    closed = held.desk.done(held.pk(), "ana", How.ANSWERED, up_to=1)
    assert (closed.up_to, closed.still_waiting, "waiting_pk" in held.meta()) == (1, 1, True)


def test_nobody_finishes_what_they_do_not_hold_or_were_not_shown(held: World) -> None:
    with refusal(Code.NOT_HELD):
        held.desk.done(held.pk(), "ben", How.ANSWERED, up_to=1)
    held.write("and in blue?")
    with refusal(Code.CHANGED):
        held.desk.done(held.pk(), "ana", How.ANSWERED, up_to=2)
    with refusal(Code.CHANGED):
        held.desk.done(held.pk(), "ana", How.ANSWERED, up_to=1, revision="1.0")
    held.pass_by(seconds=LEASE.total_seconds() + 1)
    with refusal(Code.NOT_HELD):
        held.desk.done(held.pk(), "ana", How.ANSWERED, up_to=1)
    assert held.conversation().seen_seq == 0


@pytest.mark.parametrize(("by", "channel"), [(Way.CALL, "phone"), (Way.MAIL, "email")])
def test_who_called_or_mailed_had_the_contacts_word_for_that_very_way(held: World, by: Way, channel: str) -> None:
    other = "email" if channel == "phone" else "phone"
    consent(held, Consent(channel=other, address="a", given_at=held.clock.now(), wording="", seq=1))
    with refusal(Code.NO_CONSENT):
        held.desk.done(held.pk(), "ana", How.RESOLVED_ELSEWHERE, up_to=1, by=by)
    consent(held, Consent(channel=channel, address="b", given_at=held.clock.now(), wording="", seq=2))
    held.desk.done(held.pk(), "ana", How.RESOLVED_ELSEWHERE, up_to=1, by=by)
    assert logs(held)[-1]["what"] == f"resolved_elsewhere by {by}"


@pytest.mark.parametrize("by", [Way.IN_PERSON, Way.OTHER])
def test_who_met_the_contact_needs_nobodys_word(held: World, by: Way) -> None:
    held.desk.done(held.pk(), "ana", How.RESOLVED_ELSEWHERE, up_to=1, by=by)
    assert not held.conversation().is_waiting


@pytest.mark.parametrize(("how", "by"), [(How.RESOLVED_ELSEWHERE, None), (How.ANSWERED, Way.CALL)])
def test_a_way_belongs_to_what_was_resolved_elsewhere(held: World, how: How, by: Way | None) -> None:
    with refusal(Code.INVALID):
        held.desk.done(held.pk(), "ana", how, up_to=1, by=by)


@pytest.mark.parametrize("how", How)
def test_what_a_person_says_was_answered_is_counted_and_nothing_else(held: World, how: How) -> None:
    held.pass_by(minutes=10)
    by = Way.OTHER if how is How.RESOLVED_ELSEWHERE else None
    held.desk.done(held.pk(), "ana", how, up_to=1, by=by)
    clock = truth(held).clock
    if how is How.NO_ANSWER_NEEDED:
        assert clock is None
        return
    promised = held.unit(1).promised_by
    assert promised is not None
    waited = held.clock.now() - (held.conversation().episode_at or held.clock.now())
    assert clock == AnswerClock(
        episode=1,
        first_at=held.clock.now(),
        first_wall_s=int(waited.total_seconds()),
        first_open_s=int(waited.total_seconds()),
        last_at=held.clock.now(),
        promised_by=promised,
        promise_kept=True,
    )


def test_what_was_counted_when_it_left_is_not_counted_again(held: World) -> None:
    held.desk.done(held.pk(), "ana", How.ANSWERED, up_to=1)
    first = truth(held).clock
    held.pass_by(minutes=10)
    held.write("thanks")
    held.desk.take(held.pk(), "ana")
    held.desk.done(held.pk(), "ana", How.NO_ANSWER_NEEDED, up_to=2)
    assert truth(held).clock == first


def test_an_episode_that_was_answered_is_not_answered_again_by_finishing_it(held: World) -> None:
    held.write("and in blue?")
    held.desk.done(held.pk(), "ana", How.ANSWERED, up_to=1)
    first = truth(held).clock
    held.pass_by(minutes=10)
    held.desk.take(held.pk(), "ana")
    again = held.desk.done(held.pk(), "ana", How.ANSWERED, up_to=2)
    assert first is not None
    assert truth(held).clock == first
    assert again.first == {}


def test_who_has_nothing_left_to_close_lets_go(held: World) -> None:
    held.desk.done(held.pk(), "ana", How.ANSWERED, up_to=1)
    held.write("thanks")
    held.desk.take(held.pk(), "ana")
    assert held.desk.done(held.pk(), "ana", How.ANSWERED, up_to=1).still_waiting == 1
    assert held.conversation().agent_id is None


def test_a_request_belongs_to_one_conversation(world: World) -> None:
    for by in ("1", "2"):
        world.write(by=by)
        world.desk.take(world.pk(by), "ana")
        world.desk.say(world.pk(by), "ana", _hello(world, by))
    assert [len(world.desk_units_of(by)) for by in ("1", "2")] == [1, 1]


def _hello(world: World, by: str) -> Saying:
    return Saying(request="click", texts=[Spoken(via=world.channel.name, text=f"Hello {by}")], up_to=1)


def test_an_error_says_what_it_is_for_programs_and_people() -> None:
    found = {code: DeskError(code, "It cannot be.").status for code in Code}
    assert found == {
        Code.UNKNOWN: 404,
        Code.NOTHING_WAITS: 409,
        Code.HELD: 409,
        Code.NOT_HELD: 409,
        Code.CHANGED: 412,
        Code.NOT_ALLOWED: 403,
        Code.WINDOW_CLOSED: 409,
        Code.NO_CONSENT: 409,
        Code.OBJECTIONS: 422,
        Code.INVALID: 422,
    }
    assert str(DeskError(Code.HELD, "Ben has it.")) == "Ben has it."
