"""What is to be done about a call, whichever of its parts have come and in whichever order."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import permutations

import pytest

from nightbell.domain.events import Attachment, GivenConsent, Reference, ReferenceKind, Spoken
from nightbell.domain.voicemail import (
    LONGEST_CALL,
    LONGEST_TRANSCRIBING,
    Call,
    Done,
    Recording,
    RecordingState,
    Step,
    Transcript,
    after,
    due_at,
    message_of,
    next_step,
    note_of,
    step_where_copying_fails,
)

AT = datetime(2026, 11, 18, 12, 30, tzinfo=UTC)
RECORDED_AT = AT + timedelta(minutes=1)
SOON = AT + timedelta(minutes=2)
RE, CA = "RE" + "0" * 32, "CA" + "0" * 32
CALL = Call(account_id="+34871000000", owner_id="AC1", call_id=CA, caller="+34655501234", at=AT, wants_words=True)
DONE = Done(recording_id=RE, seconds=21)
RECORDED = Recording(state=RecordingState.COMPLETED, recording_id=RE, seconds=21, at=RECORDED_AT)
SPOKEN = Transcript(recording_id=RE, text="Please call me back.")
HUNG_UP = Done(recording_id="", seconds=0)
ABSENT = replace(RECORDED, state=RecordingState.ABSENT, recording_id="", seconds=0)

Add = Callable[[Call], Call]
PARTS: tuple[Add, ...] = (
    lambda call: replace(call, done=DONE),
    lambda call: replace(call, recording=RECORDED),
    lambda call: replace(call, transcript=SPOKEN),
)


def finish(call: Call, now: datetime) -> tuple[Call, list[Step]]:
    """Do what is to be done until there is nothing, or something must be waited for."""
    done: list[Step] = []
    while (step := next_step(call, now)) not in (Step.WAIT, Step.NOTHING):
        done.append(step)
        call = after(call, step)
    return call, [*done, step]


@pytest.mark.parametrize("order", list(permutations(PARTS)))
def test_in_whichever_order_the_parts_come_each_thing_is_done_once(order: tuple[Add, ...]) -> None:
    call, steps = CALL, []
    for add in order:
        call, done = finish(add(call), SOON)
        steps += [step for step in done if step not in (Step.WAIT, Step.NOTHING)]
    assert steps == [Step.COPY, Step.STORE, Step.DELETE]
    assert finish(call, SOON)[1] == [Step.NOTHING]


@pytest.mark.parametrize("left_out", [0, 1, 2])
@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_a_part_that_never_comes_delays_nothing_for_longer_than_promised(order: tuple[int, ...], left_out: int) -> None:
    call = CALL
    for number in order:
        if number != left_out:
            call = finish(PARTS[number](call), SOON)[0]
    call, _ = finish(call, AT + LONGEST_CALL)
    assert (call.stored, call.noted, call.deleted) == (True, False, True)


def test_the_words_are_waited_for_and_then_not_any_longer() -> None:
    call, steps = finish(replace(CALL, recording=RECORDED), SOON)
    assert steps == [Step.COPY, Step.WAIT]
    assert due_at(call) == RECORDED_AT + LONGEST_TRANSCRIBING
    assert finish(call, due_at(call) - timedelta(seconds=1))[1] == [Step.WAIT]
    assert finish(call, due_at(call))[1] == [Step.STORE, Step.DELETE, Step.NOTHING]


def test_words_that_come_after_the_message_are_filled_in_once() -> None:
    call, _ = finish(replace(CALL, recording=RECORDED), AT + timedelta(hours=1))
    assert (call.stored, call.deleted) == (True, True)
    call, steps = finish(replace(call, transcript=SPOKEN), AT + timedelta(hours=2))
    assert steps == [Step.ADD_WORDS, Step.NOTHING]
    assert finish(replace(call, transcript=replace(SPOKEN, text="")), AT + timedelta(hours=2))[1] == [Step.NOTHING]


def test_where_nothing_is_transcribed_nothing_is_waited_for() -> None:
    steps = finish(replace(CALL, wants_words=False, recording=RECORDED), SOON)[1]
    assert steps == [Step.COPY, Step.STORE, Step.DELETE, Step.NOTHING]


def test_words_that_a_machine_could_not_tell_are_not_waited_for_either() -> None:
    call = replace(CALL, recording=RECORDED, transcript=replace(SPOKEN, text=""))
    assert finish(call, SOON)[1][:2] == [Step.COPY, Step.STORE]


@pytest.mark.parametrize("said", [{"done": HUNG_UP}, {"recording": ABSENT}, {"done": DONE, "recording": ABSENT}])
def test_a_caller_who_leaves_nothing_is_noted_at_once_and_once(said: dict[str, object]) -> None:
    call, steps = finish(replace(CALL, **said), SOON)  # type: ignore[arg-type]
    assert steps == [Step.NOTE, Step.NOTHING]
    assert finish(call, AT + LONGEST_CALL)[1] == [Step.NOTHING]


def test_a_recording_that_failed_is_noted() -> None:
    failed = replace(ABSENT, state=RecordingState.FAILED)
    assert finish(replace(CALL, done=DONE, recording=failed), SOON)[1] == [Step.NOTE, Step.NOTHING]


def test_a_call_of_which_nothing_more_is_heard_is_noted_when_it_is_due() -> None:
    assert finish(CALL, SOON)[1] == [Step.WAIT]
    assert due_at(CALL) == AT + LONGEST_CALL
    assert finish(CALL, AT + LONGEST_CALL)[1] == [Step.NOTE, Step.NOTHING]


def test_a_recording_of_which_nobody_said_that_it_is_ready_is_fetched_when_the_call_is_due() -> None:
    call = replace(CALL, done=DONE)
    assert finish(call, SOON)[1] == [Step.WAIT]
    call, steps = finish(call, AT + LONGEST_CALL)
    assert steps == [Step.COPY, Step.STORE, Step.DELETE, Step.NOTHING]
    assert [attachment.detail for attachment in message_of(call, "key").attachments] == ["21 s"]


def test_a_recording_that_was_transcribed_is_ready() -> None:
    assert finish(replace(CALL, transcript=SPOKEN), SOON)[1][:2] == [Step.COPY, Step.STORE]


def test_a_recording_that_comes_after_the_note_is_a_message_of_its_own() -> None:
    noted = replace(CALL, noted=True)
    call, steps = finish(replace(noted, recording=RECORDED, transcript=SPOKEN), AT + timedelta(hours=1))
    assert steps == [Step.COPY, Step.STORE, Step.DELETE, Step.NOTHING]
    assert message_of(call, "a").message_id != note_of(call).message_id


def test_where_the_recording_cannot_be_fetched_the_team_hears_of_it_in_time_all_the_same() -> None:
    call = replace(CALL, recording=RECORDED, transcript=SPOKEN)
    assert step_where_copying_fails(call, SOON) is Step.WAIT
    assert step_where_copying_fails(call, due_at(call)) is Step.STORE
    stored = replace(call, stored=True)
    assert step_where_copying_fails(stored, due_at(call)) is Step.WAIT
    # It is never deleted at the platform before we have it.
    assert next_step(stored, due_at(call)) is Step.COPY


def test_a_message_says_who_called_what_was_said_and_what_they_were_told() -> None:
    greeting = Spoken(text_id="voicemail_closed", text="We are closed.", promised_by=AT + timedelta(hours=20))
    call = replace(
        CALL, recording=RECORDED, transcript=SPOKEN, greeting=greeting, code="NB-1234-5674", call_back="We call back."
    )
    message = message_of(call, "recordings/AC1/RE1.mp3")
    assert message.kept_in == ("recordings/AC1/RE1.mp3",)
    assert (message.kind, message.channel, message.account_id) == ("voicemail.message", "voicemail", "+34871000000")
    assert (message.contact.contact_id, message.contact.address) == (f"coded:{CA}", "+34655501234")
    assert (message.message_id, message.sent_at, message.text) == (RE, AT, "Please call me back.")
    assert message.attachments == (Attachment(kind="recording", reference="recordings/AC1/RE1.mp3", detail="21 s"),)
    assert message.belongs == (Reference(kind=ReferenceKind.CODE, value="NB-1234-5674"),)
    assert message.told == greeting
    assert message.consents == (
        GivenConsent(way="phone", address="+34655501234", wording="We call back.", given_at=AT),
    )


def test_a_message_with_its_words_is_the_same_message_as_without() -> None:
    before = message_of(replace(CALL, recording=RECORDED), "key")
    after = message_of(replace(CALL, recording=RECORDED, transcript=SPOKEN), "key")
    assert before.id_tells
    assert after.id_tells
    assert before.message_id == after.message_id


def test_without_the_sentence_nobody_has_agreed_to_be_called_back() -> None:
    assert message_of(replace(CALL, recording=RECORDED), "key").consents == ()


def test_only_the_call_in_which_a_code_was_typed_goes_where_the_code_leads() -> None:
    """Whose number a forger calls from must not end up in the forger's conversation."""
    plain, other = replace(CALL, recording=RECORDED), replace(CALL, call_id="CA" + "1" * 32, code="NB-1234-5674")
    coded = replace(plain, code="NB-1234-5674")
    contacts = [message_of(call, "key").contact for call in (plain, coded, other)]
    assert len({contact.contact_id for contact in contacts}) == len(contacts)
    assert contacts[0].contact_id == CALL.caller
    assert {contact.address for contact in contacts} == {CALL.caller}


def test_whoever_withholds_their_number_has_a_conversation_for_each_call_and_cannot_be_called() -> None:
    call = replace(CALL, caller="", recording=RECORDED, call_back="We call back.")
    message = message_of(call, "key")
    assert message.contact.contact_id == f"withheld:{CA}"
    assert message.consents == ()


def test_a_note_says_that_somebody_called() -> None:
    note = note_of(CALL)
    assert (note.kind, note.message_id, note.text) == ("voicemail.no_message", CA, "")
    assert [attachment.kind for attachment in note.attachments] == ["missed_call"]
