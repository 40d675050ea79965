"""Finishing calls, with a table, a platform and a bucket that a test holds in its hand."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import permutations

import pytest

from nightbell.domain.errors import UnavailableError
from nightbell.domain.events import Message
from nightbell.domain.facts import Fact
from nightbell.domain.voicemail import (
    GONE_AFTER,
    LONGEST_CALL,
    Call,
    Done,
    Recording,
    RecordingState,
    Step,
    Transcript,
    due_at,
)
from nightbell.platforms.channel import Answer, ApiAccess, HttpOutcome, HttpRequest, NoAnswer
from nightbell.platforms.twilio import recordings
from nightbell.services.finish_call import TRY_AGAIN, FinishCall, Outside
from tests.unit.talk import bakery

AT = datetime(2026, 11, 18, 12, 30, tzinfo=UTC)
SOON = AT + timedelta(minutes=2)
NUMBER, OWNER = "+34871000000", "AC00000000000000000000000000000777"
RE, CA = "RE" + "0" * 32, "CA" + "0" * 32
KEY = f"recordings/{OWNER}/{RE}.mp3"
ACCOUNT = replace(bakery(), channel="voicemail", account_id=NUMBER, business_account_id=OWNER)
CALL = Call(account_id=NUMBER, owner_id=OWNER, call_id=CA, caller="+34655501234", at=AT, wants_words=True)
PARTS: Sequence[Callable[[Call], Call]] = (
    lambda call: replace(call, done=Done(recording_id=RE, seconds=21)),
    lambda call: replace(call, recording=Recording(state=RecordingState.COMPLETED, recording_id=RE, seconds=21, at=AT)),
    lambda call: replace(call, transcript=Transcript(recording_id=RE, text="Call me.")),
)
GONE = Answer(status=204, headers={}, body=b"")
SOUND = Answer(status=200, headers={"content-type": "audio/mpeg"}, body=b"ID3")


@dataclass
class World:
    """Everything around the service; ``breaks`` are raised, each once, where they name a thing to be done."""

    call: Call | None = CALL
    fetched: HttpOutcome = SOUND
    deleted: HttpOutcome = GONE
    done: list[str] = field(default_factory=list)
    messages: list[Message] = field(default_factory=list)
    kept: dict[str, bytes] = field(default_factory=dict)
    until: datetime | None = None
    breaks: list[str] = field(default_factory=list)

    def _do(self, what: str) -> None:
        if what in self.breaks:
            self.breaks.remove(what)
            raise UnavailableError(what)
        self.done.append(what)

    def read(self, _: str) -> Call | None:
        return self.call

    def note(self, _: str, step: Step, call: Call) -> None:
        self._do(f"note {step}")
        self.call = call

    def wait(self, _: Call, until: datetime | None) -> None:
        self._do("wait")
        self.until = until

    def store(self, message: Message, _: datetime) -> Sequence[Fact]:
        self._do("store")
        self.messages.append(message)
        return [Fact(name="messages_stored")]

    def add_words(self, message: Message) -> None:
        self._do("add words")
        self.messages.append(message)

    def put(self, key: str, recording: bytes) -> None:
        self._do("put")
        self.kept[key] = recording

    def send(self, request: HttpRequest) -> HttpOutcome:
        self._do(request.method)
        return self.fetched if request.method == "GET" else self.deleted

    def finish(self, now: datetime = SOON) -> list[str]:
        access = ApiAccess(base_url="https://api", version="v", token="SK:key", owner_id=OWNER)
        outside = Outside(access=lambda _: access, send=self.send, recordings=recordings, kept=self)
        finish = FinishCall(self, self, outside, {("voicemail", NUMBER): ACCOUNT})
        return [fact.name for fact in finish(CA, now)]

    def add(self, number: int) -> None:
        assert self.call is not None
        self.call = PARTS[number](self.call)


@pytest.mark.parametrize("order", list(permutations([0, 1, 2, 0, 1], 5))[::7])
def test_in_whichever_order_and_however_often_the_parts_come_each_thing_is_done_once(order: tuple[int, ...]) -> None:
    world = World()
    for number in (*order, 2):
        world.add(number)
        world.finish()
    assert [what for what in world.done if what != "wait" and not what.startswith("note")] == [
        "GET",
        "put",
        "store",
        "DELETE",
    ]
    assert (world.kept, world.until) == ({KEY: b"ID3"}, None)


@pytest.mark.parametrize("breaks", ["note copy", "note store", "note delete", "store", "wait", "put", "GET", "DELETE"])
def test_whatever_breaks_it_is_finished_the_next_time_and_nothing_is_lost(breaks: str) -> None:
    world = World(breaks=[breaks])
    for number in (0, 1, 2):
        world.add(number)
    with suppress(UnavailableError):
        world.finish()
    world.finish(due_at(CALL))
    assert {message.message_id for message in world.messages} == {RE}
    assert world.kept == {KEY: b"ID3"}
    assert world.call is not None
    assert world.call.deleted
    # The recording is only deleted there once it is here.
    assert world.done.index("put") < world.done.index("DELETE")


def test_where_the_recording_cannot_be_had_the_team_hears_of_it_and_it_is_fetched_later() -> None:
    world = World(fetched=Answer(status=404, headers={}, body=b""))
    for number in (0, 1, 2):
        world.add(number)
    assert world.finish() == ["recordings_not_copied"]
    assert world.messages == []
    assert world.call is not None
    assert world.until == due_at(world.call)
    late = due_at(world.call)
    assert "messages_stored" in world.finish(late)
    assert "DELETE" not in world.done
    assert world.until == late + TRY_AGAIN
    world.fetched = SOUND
    assert world.finish(late + TRY_AGAIN) == []
    assert world.kept == {KEY: b"ID3"}
    assert (len(world.messages), world.call.deleted) == (1, True)


def test_a_recording_that_the_platform_does_not_have_any_more_is_looked_for_no_longer_and_calls_somebody() -> None:
    world = World(fetched=Answer(status=404, headers={}, body=b""))
    for number in (0, 1, 2):
        world.add(number)
    assert world.call is not None
    late = due_at(world.call)
    world.finish(late)
    assert world.finish(late + GONE_AFTER - TRY_AGAIN) == ["recordings_not_copied"]
    assert world.finish(late + GONE_AFTER) == ["recordings_lost"]
    assert (world.until, len(world.messages)) == (None, 1)
    assert world.finish(late + 2 * GONE_AFTER) == []
    assert "DELETE" not in world.done


def test_a_platform_that_only_fails_is_asked_for_the_recording_again() -> None:
    world = World(fetched=Answer(status=500, headers={}, body=b""))
    for number in (0, 1, 2):
        world.add(number)
    assert world.call is not None
    late = due_at(world.call) + GONE_AFTER
    world.finish(late)
    assert world.until == late + TRY_AGAIN


def test_a_recording_that_is_not_deleted_is_tried_again() -> None:
    world = World(deleted=NoAnswer(error="reset"))
    for number in (0, 1, 2):
        world.add(number)
    assert world.finish() == ["messages_stored", "recordings_not_deleted"]
    assert world.until is not None
    world.deleted = Answer(status=404, headers={}, body=b"")
    assert world.finish(world.until) == []
    assert len(world.messages) == 1
    assert world.until is None


def test_words_that_come_late_are_filled_in() -> None:
    world = World()
    world.add(1)
    world.finish(AT + LONGEST_CALL)
    world.add(2)
    world.finish(AT + LONGEST_CALL)
    assert [message.text for message in world.messages] == ["", "Call me."]
    assert len({message.message_id for message in world.messages}) == 1


def test_a_caller_who_leaves_nothing_is_noted_and_nothing_is_fetched() -> None:
    world = World(call=replace(CALL, done=Done(recording_id="", seconds=0)))
    assert world.finish() == ["messages_stored"]
    assert [message.kind for message in world.messages] == ["voicemail.no_message"]
    assert world.finish(AT + LONGEST_CALL) == []
    assert "GET" not in world.done


def test_a_call_of_which_nothing_more_is_heard_is_looked_at_again_when_it_is_due() -> None:
    world = World()
    assert world.finish() == []
    assert world.until == AT + LONGEST_CALL
    world.finish(world.until)
    assert [message.kind for message in world.messages] == ["voicemail.no_message"]


def test_a_call_to_a_number_that_no_part_has_told_yet_waits_and_in_the_end_calls_somebody() -> None:
    world = World(call=replace(CALL, account_id=""))
    assert world.finish() == ["calls_of_nobody"]
    assert world.until == SOON + TRY_AGAIN
    assert World(call=None).finish() == ["calls_unknown"]
