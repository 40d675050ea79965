"""Calls from end to end: what a caller hears, what the team is told, and where the recording is."""

from collections.abc import Iterator
from itertools import permutations

import pytest

from infra.local.platforms.faults import FaultKind
from nightbell.domain.keys import conversation_pk
from nightbell.domain.voicemail import LONGEST_CALL, LONGEST_TRANSCRIBING
from tests.contract.text_world import ADA, NUMBER, OWNER
from tests.contract.voice_world import LINE, VoiceWorld
from tests.contract.world import CLOSED

REPORTS = ("voice/done", "voice/recording", "voice/transcript")
WORDS = "Please call me about the cake for Friday"


@pytest.fixture
def world() -> Iterator[VoiceWorld]:
    made = VoiceWorld()
    yield made
    made.twilio.stop()


def key(recording_id: str) -> str:
    return f"recordings/{OWNER}/{recording_id}.mp3"


def is_whole(world: VoiceWorld, recording_id: str) -> bool:
    """Tell whether one message with its words, one copy and no recording at Twilio are what is left of a call."""
    [message] = world.messages()
    assert (message["txt"], message["message_id"]) == (WORDS, recording_id)
    return list(world.kept) == [key(recording_id)] and world.at_twilio() == [False]


@pytest.mark.parametrize("order", list(permutations(REPORTS)), ids=lambda order: " ".join(one[6:] for one in order))
def test_in_whichever_order_the_reports_come_the_call_is_in_its_conversation_once(
    order: tuple[str, ...], world: VoiceWorld
) -> None:
    recording_id = world.call_and_say(WORDS)
    world.report(*order)
    world.later(hours=1)
    assert is_whole(world, recording_id)
    [told] = world.last_words()
    assert told["channel"] == "voicemail"


@pytest.mark.parametrize("twice", REPORTS)
def test_a_report_that_comes_twice_counts_once(twice: str, world: VoiceWorld) -> None:
    recording_id = world.call_and_say(WORDS)
    world.report(*REPORTS, twice, *REPORTS)
    world.later(hours=1)
    assert is_whole(world, recording_id)


@pytest.mark.parametrize("order", list(permutations(REPORTS, 2)), ids=lambda order: " ".join(one[6:] for one in order))
def test_one_report_may_be_lost(order: tuple[str, ...], world: VoiceWorld) -> None:
    recording_id = world.call_and_say(WORDS)
    world.report(*order)
    world.later(seconds=LONGEST_CALL.total_seconds())
    if "voice/transcript" in order:
        assert is_whole(world, recording_id)
        return
    [message] = world.messages()
    assert message.get("txt", "") == ""
    assert (list(world.kept), world.at_twilio()) == ([key(recording_id)], [False])


def test_the_team_does_not_wait_for_words_for_ever_and_they_are_filled_in_when_they_come(world: VoiceWorld) -> None:
    recording_id = world.call_and_say(WORDS)
    world.report("voice/done", "voice/recording")
    assert world.messages() == []
    world.later(seconds=LONGEST_TRANSCRIBING.total_seconds())
    [message] = world.messages()
    assert message.get("txt", "") == ""
    told = len(world.human_queue.messages)
    assert told
    world.report("voice/transcript")
    world.later(hours=1)
    assert is_whole(world, recording_id)


def test_a_caller_hears_when_we_open_and_that_is_what_the_team_is_told_that_they_heard(world: VoiceWorld) -> None:
    world.clock.advance((CLOSED - world.clock.now()).total_seconds())
    world.call_and_say(WORDS)
    world.report()
    greeting = world.heard()[0]
    assert "closed" in greeting
    assert "recorded" in greeting
    [told] = world.last_words()
    acknowledgement = told["acknowledgement"]
    assert isinstance(acknowledgement, dict)
    assert (acknowledgement["state"], acknowledgement["text"]) == ("acknowledged", greeting)
    assert acknowledgement["promised_by"]
    assert world.texts.shown() == [], "nobody is sent anything because they called"


def test_a_right_code_leads_the_call_to_the_conversation_that_it_was_given_in(world: VoiceWorld) -> None:
    world.clock.advance((CLOSED - world.clock.now()).total_seconds())
    code = world.code_from_texts()
    recording_id = world.call_and_say(WORDS, code=code)
    world.report()
    assert "found your conversation" in " ".join(world.heard())
    assert world.messages() == []
    assert [one["message_id"] for one in world.messages("sms") if one.get("txt") == WORDS] == [recording_id]
    [told] = world.last_words()
    assert told["conversation_id"] == conversation_pk("sms", NUMBER, ADA)


def test_a_wrong_code_leads_nowhere_and_may_be_typed_once_more(world: VoiceWorld) -> None:
    world.clock.advance((CLOSED - world.clock.now()).total_seconds())
    code = world.code_from_texts()
    world.fault(FaultKind.LATE_ECHO, "done")
    world.act("call")
    for _ in range(2):
        # One digit of the right one is wrong, which its last digit shows.
        world.act("keys", f"{(int(code[3]) + 1) % 10}{code[4:].replace('-', '')}")
    assert sum("do not know" in said for said in world.heard()) == 2
    world.act("hang_up", WORDS)
    world.report()
    [message] = world.messages()
    assert message["pk"] == conversation_pk("voicemail", LINE, ADA)
    assert len(world.last_words()) == 2


def test_who_says_nothing_is_noted_as_having_called(world: VoiceWorld) -> None:
    world.act("call")
    world.act("speak")
    assert "heard nothing" in world.heard()[-2]
    world.report()
    [message] = world.messages()
    assert (message.get("txt", ""), [one["kind"] for one in message["att"]]) == ("", ["missed_call"])
    assert world.kept == {}
    assert len(world.last_words()) == 1


def test_who_hangs_up_before_the_tone_is_noted_when_the_call_is_due(world: VoiceWorld) -> None:
    world.act("call")
    world.act("hang_up")
    world.later(seconds=LONGEST_CALL.total_seconds() - 60)
    assert world.messages() == []
    world.later(minutes=2)
    assert [one["att"][0]["kind"] for one in world.messages()] == ["missed_call"]


def test_a_recording_that_never_arrives_is_noted_as_a_call(world: VoiceWorld) -> None:
    world.fault(FaultKind.FAILED_STATUS, "recording")
    world.call_and_say(WORDS)
    world.report()
    world.later(hours=1)
    assert [one["att"][0]["kind"] for one in world.messages()] == ["missed_call"]
    assert (world.kept, len(world.last_words())) == ({}, 1)


def test_reports_that_never_come_at_all_are_no_reason_to_forget_a_call(world: VoiceWorld) -> None:
    world.call_and_say(WORDS)
    world.later(hours=1)
    assert [one["att"][0]["kind"] for one in world.messages()] == ["missed_call"]


@pytest.mark.parametrize("kind", [FaultKind.OUTAGE, FaultKind.DROPPED, FaultKind.LOST_ANSWER, FaultKind.ERROR])
def test_a_recording_that_cannot_be_fetched_is_fetched_later_and_only_then_deleted(
    kind: FaultKind, world: VoiceWorld
) -> None:
    world.fault(kind, "fetch", times=2, code=20003)
    recording_id = world.call_and_say(WORDS)
    world.report(*REPORTS)
    assert (world.kept, world.at_twilio()) == ({}, [True])
    for _ in range(4):
        world.later(minutes=6)
    assert is_whole(world, recording_id)


@pytest.mark.parametrize("kind", [FaultKind.OUTAGE, FaultKind.DROPPED, FaultKind.LOST_ANSWER, FaultKind.ERROR])
def test_a_recording_that_cannot_be_deleted_is_deleted_later(kind: FaultKind, world: VoiceWorld) -> None:
    world.fault(kind, "delete", times=2, code=20003)
    recording_id = world.call_and_say(WORDS)
    world.report(*REPORTS)
    assert len(world.messages()) == 1
    for _ in range(4):
        world.later(minutes=6)
    assert is_whole(world, recording_id)


def test_with_the_table_down_the_caller_is_greeted_and_the_reports_bring_the_call(world: VoiceWorld) -> None:
    world.table_down = True
    world.fault(FaultKind.LATE_ECHO, "done")
    world.act("call")
    assert "recorded" in world.heard()[0]
    recording_id = world.act("hang_up", WORDS)
    world.table_down = False
    world.report(*REPORTS)
    world.later(hours=1)
    assert is_whole(world, recording_id)


def test_what_cannot_be_written_down_of_a_call_is_spilled_and_brings_it_when_it_is_fed_back(world: VoiceWorld) -> None:
    world.table_down = True
    world.fault(FaultKind.LATE_ECHO, "done")
    world.act("call")
    greeting = world.heard()[0]
    recording_id = world.act("hang_up", WORDS)
    world.report(*REPORTS)
    assert world.messages() == []
    world.table_down = False
    world.clock.advance(60)
    world.replay()
    world.later(hours=1)
    assert is_whole(world, recording_id)
    [told] = world.last_words()
    acknowledgement = told["acknowledgement"]
    assert isinstance(acknowledgement, dict)
    assert acknowledgement["text"] == greeting


def test_who_writes_again_after_a_call_with_a_code_is_answered_where_they_write(world: VoiceWorld) -> None:
    world.clock.advance((CLOSED - world.clock.now()).total_seconds())
    world.call_and_say(WORDS, code=world.code_from_texts())
    world.report()
    before = len(world.texts.shown())
    world.later(hours=12)
    world.write("Hello again")
    assert len(world.texts.shown()) == before + 1
    assert [one["via"] for one in world.last_words()] == [None]


def test_callers_who_withhold_their_number_have_a_conversation_for_each_call(world: VoiceWorld) -> None:
    for _ in range(2):
        world.fault(FaultKind.LATE_ECHO, "done")
        world.act("call_withheld")
        world.act("hang_up", WORDS)
        world.report()
        world.courier.held.clear()
    assert len({one["pk"] for one in world.messages()}) == 2


def test_who_calls_twice_has_one_conversation_with_both_messages(world: VoiceWorld) -> None:
    first = world.call_and_say(WORDS)
    world.report()
    world.courier.held.clear()
    second = world.call_and_say("And one for Saturday")
    world.report()
    assert [one["message_id"] for one in world.messages()] == [first, second]
    assert world.at_twilio() == [False, False]
