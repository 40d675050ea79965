"""Answering calls, with a table and a queue that a test holds in its hand."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import pytest

from nightbell.domain.business import Account
from nightbell.domain.errors import NotUnderstoodError, UnavailableError
from nightbell.domain.events import Spoken
from nightbell.domain.voicemail import Call, Done
from nightbell.platforms.twilio.calls import CallPart
from nightbell.platforms.twilio.voice import Voice
from nightbell.services.answer_call import AnswerCall, Wording
from tests.platforms.fixtures import RECEIVED_AT
from tests.platforms.twilio.forms import CONTACT, NUMBER, OWNER, delivery
from tests.unit.talk import bakery

CA, RE = "CA" + "0" * 32, "RE" + "0" * 32
HOOK = "https://webhooks.example.test/webhooks/twilio"
FORM = {"CallSid": CA, "AccountSid": OWNER, "From": CONTACT, "To": NUMBER}
ACCOUNT = replace(bakery(), channel="voicemail", account_id=NUMBER, business_account_id=OWNER, transcribe=True)
CODE = "NB-1234-5674"
VOICE = Voice(
    hook=HOOK,
    language="en",
    wants_words=True,
    ask_code="Your code?",
    code_ok="We know it.",
    code_unknown="We do not know it.",
    record="Speak.",
    thanks="Good-bye.",
    nothing="We heard nothing.",
)


def wording(_: Account, now: datetime, hook: str) -> Wording:
    said = f"It is {now:%H:%M}."
    greeting = Spoken(text_id="voicemail_open", text=said, promised_by=now + timedelta(hours=1))
    return Wording(greeting=greeting, call_back="We call you back.", voice=replace(VOICE, hook=hook))


@dataclass
class World:
    """Everything around the service."""

    calls: dict[str, Call] = field(default_factory=dict)
    parts: list[CallPart] = field(default_factory=list)
    codes: dict[str, str] = field(default_factory=dict)
    hints: list[str] = field(default_factory=list)
    known: frozenset[tuple[str, str]] = frozenset({("harbour", CODE)})
    is_down: bool = False
    hints_down: bool = False

    def _ask(self) -> None:
        if self.is_down:
            raise UnavailableError("the table is down")

    def open(self, call: Call) -> Call:
        self._ask()
        return self.calls.setdefault(call.call_id, call)

    def add(self, told: CallPart) -> None:
        self._ask()
        self.parts.append(told)

    def type_code(self, call_id: str, code: str) -> None:
        self._ask()
        self.codes[call_id] = code

    def read_reference(self, brand: str, code: str) -> str | None:
        self._ask()
        return "C#1" if (brand, code) in self.known else None

    def hint(self, call_id: str) -> None:
        if self.hints_down:
            raise UnavailableError("the queue is down")
        self.hints.append(call_id)

    def answer(self, path: str, form: dict[str, str] | None = None, at: datetime = RECEIVED_AT, **more: str) -> str:
        """Deliver one step; returns what the caller hears."""
        query = {"try": more.pop("tries")} if "tries" in more else {}
        step = replace(delivery((form or FORM) | more, path, query), received_at=at, url=f"{HOOK}/{path}?try=1")
        answered = AnswerCall(self, self, {("voicemail", NUMBER): ACCOUNT}, wording)(step)
        self.is_kept = answered.is_kept
        self.facts = [(fact.name, fact.alarm) for fact in answered.facts]
        return answered.reply.body

    facts: list[tuple[str, bool]] = field(default_factory=list)
    is_kept: bool = True


@pytest.fixture
def world() -> World:
    return World()


def test_a_caller_is_greeted_and_the_call_is_written_down_with_what_they_heard(world: World) -> None:
    assert "It is 12:30." in world.answer("voice")
    call = world.calls[CA]
    assert (call.account_id, call.owner_id, call.caller, call.at) == (NUMBER, OWNER, CONTACT, RECEIVED_AT)
    assert call.greeting is not None
    assert (call.greeting.text, call.call_back, call.wants_words) == ("It is 12:30.", "We call you back.", True)
    assert (world.facts, world.is_kept) == ([("calls_answered", False)], True)


def test_a_repetition_says_what_was_said_before(world: World) -> None:
    world.answer("voice")
    assert "It is 12:30." in world.answer("voice", at=RECEIVED_AT + timedelta(minutes=5))


def test_whatever_is_down_the_caller_hears_the_greeting_and_may_speak(world: World) -> None:
    world.is_down = True
    body = world.answer("voice")
    assert "It is 12:30." in body
    assert "<Record" in body
    assert (world.facts, world.is_kept) == ([("calls_not_written_down", True)], False)


def test_a_code_that_leads_somewhere_is_noted(world: World) -> None:
    body = world.answer("voice/code", Digits="12345674", tries="1")
    assert "We know it." in body
    assert "<Gather" not in body
    assert world.codes == {CA: CODE}


@pytest.mark.parametrize("digits", ["12345675", "00000000", "1"])
def test_another_code_may_be_typed_once_more(world: World, digits: str) -> None:
    first = world.answer("voice/code", Digits=digits, tries="1")
    assert "We do not know it." in first
    assert f'action="{HOOK}/voice/code?try=2#rc=2&amp;rp=all"' in first
    second = world.answer("voice/code", Digits=digits, tries="2")
    assert "<Gather" not in second
    assert "<Record" in second
    assert world.codes == {}


def test_a_code_of_another_brand_leads_nowhere(world: World) -> None:
    world.known = frozenset({("another", CODE)})
    assert "We do not know it." in world.answer("voice/code", Digits="12345674", tries="1")


def test_a_code_that_nobody_can_look_up_stops_nobody_from_speaking(world: World) -> None:
    world.is_down = True
    body = world.answer("voice/code", Digits="12345674", tries="1")
    assert "<Gather" not in body
    assert "<Record" in body
    assert (world.facts, world.is_kept) == ([("calls_not_written_down", True)], False)


@pytest.mark.parametrize(("seconds", "said"), [("21", "Good-bye."), ("0", "We heard nothing.")])
def test_the_end_is_said_written_down_and_hinted_at(world: World, seconds: str, said: str) -> None:
    assert said in world.answer("voice/done", RecordingSid=RE, RecordingDuration=seconds)
    assert [told.part for told in world.parts] == [
        Done(recording_id=RE if seconds == "21" else "", seconds=int(seconds))
    ]
    assert world.hints == [CA]


def test_the_end_is_said_even_if_nobody_can_write_it_down(world: World) -> None:
    world.is_down = True
    assert "Good-bye." in world.answer("voice/done", RecordingSid=RE, RecordingDuration="21")
    assert (world.facts, world.is_kept) == ([("calls_not_written_down", True)], False)


@pytest.mark.parametrize(
    ("path", "more"),
    [
        ("voice/recording", {"RecordingStatus": "completed", "RecordingDuration": "21"}),
        ("voice/transcript", {"TranscriptionStatus": "completed", "TranscriptionText": "Call me."}),
    ],
)
def test_a_part_that_nobody_listens_to_is_kept_or_must_be_kept_elsewhere(
    world: World, path: str, more: dict[str, str]
) -> None:
    form = {"CallSid": CA, "AccountSid": OWNER, "RecordingSid": RE, **more}
    assert world.answer(path, form) == ""
    assert [told.call_id for told in world.parts] == world.hints == [CA]
    world.is_down = True
    with pytest.raises(UnavailableError):
        world.answer(path, form)


def test_a_hint_that_is_lost_is_counted_and_no_more(world: World) -> None:
    world.hints_down = True
    world.answer("voice/done", RecordingSid=RE, RecordingDuration="21")
    assert world.facts == [("call_parts", False), ("hints_lost", False)]


@pytest.mark.parametrize("path", ["voice", "voice/code"])
def test_a_number_that_the_settings_do_not_name_hangs_up_and_says_so(world: World, path: str) -> None:
    assert world.answer(path, To="+15550000000").endswith("<Response><Hangup/></Response>")
    assert world.facts == [("calls_of_nobody", True)]
    assert world.calls == {}


def test_what_is_no_part_of_a_call_is_not_understood(world: World) -> None:
    with pytest.raises(NotUnderstoodError):
        world.answer("voice", {"MessageSid": "SM1"})
