"""Simulated calls: callers are led as Twilio leads them, and each step is told as Twilio tells it, signed."""

import base64
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qsl

import pytest

from infra.local.loopback_server import Reply, Request
from infra.local.platforms.courier import Attempt, Courier
from infra.local.platforms.courier import Delivery as Posted
from infra.local.platforms.faults import Fault, FaultBox, FaultKind
from infra.local.platforms.twilio.instructions import NoInstructionsError, read_instructions
from infra.local.platforms.twilio.simulator import SimulatedTwilio
from infra.local.platforms.vendor import Act, Surroundings
from infra.local.waiting import wait_for
from nightbell.domain.events import Delivery
from nightbell.domain.voicemail import Done, Recording, RecordingState, Transcript
from nightbell.platforms.twilio import signature
from nightbell.platforms.twilio.calls import CallPart, Ringing, Typed, read_part
from nightbell.platforms.twilio.voice import NOBODY_THERE, Voice
from tests.unit.talk import bakery

OWNER, NUMBER, ADA = "AC00000000000000000000000000000777", "+34971555012", "+34600000001"
NOW = datetime(2026, 11, 18, 22, 30, tzinfo=UTC)
PUBLIC = "https://webhooks.example.test"
HOOK = f"{PUBLIC}/webhooks/twilio"
ACCOUNTS = (replace(bakery(), channel="voicemail", account_id=NUMBER, business_account_id=OWNER, transcribe=True),)
VOICE = Voice(
    hook=HOOK,
    language="en",
    wants_words=True,
    ask_code="Your code?",
    code_ok="Thank you.",
    code_unknown="We do not know it.",
    record="Speak after the tone.",
    thanks="Good-bye.",
    nothing="We heard nothing.",
)
RIGHT = "12345674"


class Business(Courier):
    """Answers as our functions do, once the signature holds; what it was told is kept."""

    def __init__(self) -> None:
        super().__init__("https://somewhere.test")
        self.told: list[CallPart] = []
        self.tokens: Mapping[str, str] = {}
        self.voice = VOICE
        self.failures = 0

    def _post(self, delivery: Posted) -> Attempt:
        if self.failures:
            self.failures -= 1
            return Attempt(status=503, ms=1)
        url = f"{HOOK}/{delivery.path}" + (f"?{delivery.query}" if delivery.query else "")
        headers = {name.lower(): value for name, value in delivery.headers.items()}
        signature.verify(
            url,
            headers["content-type"],
            delivery.body,
            headers["x-twilio-signature"],
            {own: [value] for own, value in self.tokens.items()},
        )
        told = read_part(
            Delivery(
                platform="twilio",
                path=delivery.path,
                method="POST",
                headers=headers,
                query=dict(parse_qsl(delivery.query)),
                body=delivery.body,
                received_at=NOW,
                url=url,
            )
        )
        self.told.append(told)
        reply = self._answer(told)
        return Attempt(status=200, ms=1, body=reply, content_type="text/xml; charset=utf-8")

    def _answer(self, told: CallPart) -> str:
        match told.part:
            case Ringing():
                return self.voice.greet("We are closed.").body
            case Typed(code=code, tries=tries):
                return self.voice.after_code(is_known=code == "NB-1234-5674", tries=tries).body
            case Done(recording_id=recording_id):
                return self.voice.end(is_recorded=bool(recording_id)).body
            case _:
                return NOBODY_THERE.body

    def kinds(self) -> list[str]:
        return [type(each.part).__name__ for each in self.told]


class Stage:
    """One number with a voicemail, and Ada, who calls it."""

    def __init__(self) -> None:
        self.now = NOW
        self.faults = FaultBox()
        self.secrets = {name: make() for name, make in SimulatedTwilio.secrets(ACCOUNTS).items()}
        self.business = Business()
        self.business.tokens = {OWNER: self.secrets[f"auth_token/{OWNER}"]}
        self.twilio = SimulatedTwilio(
            Surroundings(
                accounts=ACCOUNTS,
                secrets=self.secrets,
                clock=lambda: self.now,
                faults=self.faults,
                public_url=PUBLIC,
            ),
            self.business,
        )
        self.ada = self.twilio.contact({"channel": "voicemail", "contact": ADA, "name": "Ada Rossi"})

    def act(self, kind: str, text: str = "", copies: int = 1, **more: object) -> str:
        written = self.twilio.write(self.ada, Act(kind=kind, text=text, more=more), copies=copies)
        return written.message_ids[0]

    def heard(self) -> list[str]:
        return [bubble.text for bubble in self.twilio.transcript(self.ada) if bubble.author == "business"]

    def can(self) -> list[str]:
        bubbles = self.twilio.transcript(self.ada)
        return [button.kind for button in bubbles[-1].buttons] if bubbles else []

    def told(self, count: int) -> list[str]:
        wait_for(lambda: len(self.business.told) >= count, 5.0)
        return self.business.kinds()

    def ask(self, recording_id: str, method: str = "GET", form: str = ".mp3", key: str = "") -> Reply:
        token = base64.b64encode((key or self.secrets[f"api_key/{OWNER}"]).encode()).decode()
        path = f"/2010-04-01/Accounts/{OWNER}/Recordings/{recording_id}{form}"
        return self.twilio.answer(Request(method=method, path=path, headers={"authorization": f"Basic {token}"}))


@pytest.fixture
def stage() -> Iterator[Stage]:
    made = Stage()
    yield made
    made.twilio.stop()


def test_a_caller_is_greeted_asked_for_a_code_and_may_speak(stage: Stage) -> None:
    stage.act("call")
    assert stage.heard() == ["We are closed.", "Your code?"]
    assert stage.can() == ["keys", "speak", "hang_up"]
    recording_id = stage.act("speak", "Please call me about the cake for Friday")
    assert stage.heard()[2:] == ["Speak after the tone.", "Good-bye.", "(the line is closed)"]
    assert stage.told(4) == ["Ringing", "Done", "Recording", "Transcript"]
    ringing, done, recording, transcript = stage.business.told
    assert (ringing.caller, ringing.account_id, ringing.owner_id) == (ADA, NUMBER, OWNER)
    assert {each.call_id for each in stage.business.told} == {ringing.call_id}
    assert done.part == Done(recording_id=recording_id, seconds=3)
    assert isinstance(recording.part, Recording)
    assert (recording.part.state, recording.part.recording_id) == (RecordingState.COMPLETED, recording_id)
    assert (recording.account_id, recording.caller) == ("", "")
    assert transcript.part == Transcript(recording_id=recording_id, text="Please call me about the cake for Friday")


def test_a_right_code_leads_on_and_a_wrong_one_may_be_typed_once_more(stage: Stage) -> None:
    stage.act("call")
    stage.act("keys", "1111#")
    assert stage.heard()[2:] == ["We do not know it.", "Your code?"]
    # The eighth digit ends it, and what is pressed later is lost.
    stage.act("keys", f"{RIGHT}99")
    assert stage.heard()[4:] == ["Thank you.", "Speak after the tone."]
    assert stage.can() == ["speak", "hang_up"]
    assert [each.part for each in stage.business.told[1:]] == [
        Typed(code=None, tries=1),
        Typed(code="NB-1234-5674", tries=2),
    ]


def test_the_ending_key_alone_is_nothing_typed(stage: Stage) -> None:
    stage.act("call")
    stage.act("keys", "#")
    assert stage.business.kinds() == ["Ringing"]
    assert stage.heard()[2:] == ["Speak after the tone."]


@pytest.mark.parametrize(("kind", "text"), [("speak", "  "), ("keys", "#")])
def test_who_says_nothing_is_told_so_and_the_recording_is_absent(kind: str, text: str, stage: Stage) -> None:
    stage.act("call")
    stage.act("keys", RIGHT)
    stage.act(kind, text)
    assert stage.heard()[-2:] == ["We heard nothing.", "(the line is closed)"]
    assert stage.told(3) == ["Ringing", "Typed", "Recording"]
    part = stage.business.told[-1].part
    assert isinstance(part, Recording)
    assert part.state is RecordingState.ABSENT


def test_who_hangs_up_while_speaking_has_left_what_they_said(stage: Stage) -> None:
    stage.act("call")
    recording_id = stage.act("hang_up", "It is about my order", seconds=21)
    assert stage.told(4)[1:] == ["Done", "Recording", "Transcript"]
    assert stage.business.told[1].part == Done(recording_id=recording_id, seconds=21)
    assert "Good-bye." not in stage.heard()
    assert stage.can() == []


def test_who_hangs_up_at_once_tells_nothing_more(stage: Stage) -> None:
    stage.act("call")
    stage.act("hang_up")
    assert stage.business.kinds() == ["Ringing"]
    with pytest.raises(ValueError, match="call first"):
        stage.act("speak", "Hello?")


def test_a_text_is_a_whole_call(stage: Stage) -> None:
    stage.act("text", "Is my cake ready?")
    assert stage.told(4) == ["Ringing", "Done", "Recording", "Transcript"]
    stage.act("call")
    with pytest.raises(ValueError, match="busy"):
        stage.act("call")


def test_a_withheld_number_is_a_word_on_the_keypad(stage: Stage) -> None:
    stage.act("call_withheld")
    assert stage.business.told[0].caller == ""
    assert stage.heard() == ["We are closed.", "Your code?"]


def test_other_acts_and_other_keys_are_refused(stage: Stage) -> None:
    with pytest.raises(ValueError, match="call_withheld, hang_up, keys, speak, text"):
        stage.act("image")
    stage.act("call")
    with pytest.raises(ValueError, match="0 to 9"):
        stage.act("keys", "12a")


@pytest.mark.parametrize(("seconds", "words"), [(2, ""), (3, "Call me."), (119, "Call me."), (400, "Call me.")])
def test_what_is_too_short_comes_without_words_and_nothing_lasts_too_long_for_them(
    seconds: int, words: str, stage: Stage
) -> None:
    stage.act("call")
    recording_id = stage.act("speak", "Call me.", seconds=seconds)
    stage.told(4)
    assert stage.business.told[1].part == Done(recording_id=recording_id, seconds=min(seconds, 119))
    assert stage.business.told[3].part == Transcript(recording_id=recording_id, text=words)


def test_nobody_transcribes_where_nobody_asked_for_it(stage: Stage) -> None:
    stage.business.voice = replace(VOICE, wants_words=False)
    stage.act("text", "Call me.")
    stage.act("text", "Once more.")
    assert stage.told(6).count("Transcript") == 0


@pytest.mark.parametrize("operation", ["done", "recording", "transcript"])
@pytest.mark.parametrize(("kind", "comes"), [(FaultKind.NO_ECHO, 0), (FaultKind.DOUBLE_ECHO, 2), (None, 1)])
def test_each_callback_can_be_lost_or_come_twice(operation: str, kind: FaultKind, comes: int, stage: Stage) -> None:
    if kind:
        stage.faults.add(Fault(kind=kind, channel="voicemail", operation=operation))
    stage.act("text", "Call me.")
    kinds = stage.told(3 + comes)
    assert kinds.count(operation.capitalize()) == comes
    assert {"Done", "Recording", "Transcript"} - {operation.capitalize()} <= set(kinds)
    assert len(kinds) == 3 + comes


@pytest.mark.parametrize(
    ("late", "order"),
    [
        ({"done": 1.5, "transcript": 0.7}, ["Recording", "Transcript", "Done"]),
        ({"done": 0.7, "transcript": 1.5}, ["Recording", "Done", "Transcript"]),
        ({"recording": 1.0}, ["Done", "Transcript", "Recording"]),
        ({"done": 0.9, "recording": 1.6}, ["Transcript", "Done", "Recording"]),
        ({"done": 1.6, "recording": 0.7}, ["Transcript", "Recording", "Done"]),
    ],
)
def test_callbacks_come_in_any_order(late: dict[str, float], order: list[str], stage: Stage) -> None:
    for operation, seconds in late.items():
        stage.faults.add(Fault(kind=FaultKind.LATE_ECHO, channel="voicemail", operation=operation, seconds=seconds))
    stage.act("text", "Call me.")
    assert stage.told(4)[1:] == order


def test_a_request_that_fails_is_made_three_times_and_then_the_caller_hears_of_it(stage: Stage) -> None:
    stage.business.failures = 2
    stage.act("call")
    assert stage.heard() == ["We are closed.", "Your code?"]
    stage.act("hang_up")
    stage.business.failures = 3
    stage.act("call")
    assert stage.heard()[2:] == ["An error has occurred.", "(the line is closed)"]
    assert stage.can() == []


def test_the_same_request_can_arrive_twice(stage: Stage) -> None:
    stage.act("call", copies=2)
    assert stage.business.kinds() == ["Ringing", "Ringing"]
    assert stage.heard() == ["We are closed.", "Your code?"]


def test_a_recording_is_brought_once_it_is_ready_to_whoever_has_the_key_until_it_is_deleted(stage: Stage) -> None:
    recording_id = stage.act("text", "Call me.")
    assert stage.ask(recording_id).status == 404
    stage.now += timedelta(seconds=1)
    assert stage.ask(recording_id, key="SK0:guess").status == 401
    brought = stage.ask(recording_id)
    assert (brought.status, brought.content_type) == (200, "audio/mpeg")
    assert len(brought.body) == 3 * 39 * 26
    assert brought.body.startswith(b"\xff\xf3")
    assert stage.ask("RE" + "0" * 32).status == 404
    assert stage.ask(recording_id, "DELETE", ".json").status == 204
    assert stage.ask(recording_id).status == 404
    assert stage.ask(recording_id, "DELETE", ".json").status == 404
    assert [one.is_deleted for one in stage.twilio.recordings.all()] == [True]


def test_a_recording_that_was_lost_never_arrives(stage: Stage) -> None:
    stage.faults.add(Fault(kind=FaultKind.FAILED_STATUS, channel="voicemail", operation="recording"))
    recording_id = stage.act("text", "Call me.")
    assert stage.told(3) == ["Ringing", "Done", "Recording"]
    part = stage.business.told[-1].part
    assert isinstance(part, Recording)
    assert part.state is RecordingState.FAILED
    stage.now += timedelta(hours=1)
    assert stage.ask(recording_id).status == 404


@pytest.mark.parametrize("operation", ["fetch", "delete"])
def test_fetching_and_deleting_can_fail(operation: str, stage: Stage) -> None:
    recording_id = stage.act("text", "Call me.")
    stage.now += timedelta(seconds=1)
    stage.faults.add(Fault(kind=FaultKind.OUTAGE, status=503, channel="voicemail", operation=operation))
    method, form, well = ("GET", ".mp3", 200) if operation == "fetch" else ("DELETE", ".json", 204)
    assert [stage.ask(recording_id, method, form).status for _ in range(2)] == [503, well]


@pytest.mark.parametrize(
    ("body", "why"),
    [
        ("", "12100"),
        ("<Response><Say>a</Response>", "12100"),
        ("<Say>a</Say>", "12200"),
        ("<Response><Play>a</Play></Response>", "12200"),
    ],
)
def test_instructions_that_are_none_cannot_be_followed(body: str, why: str) -> None:
    with pytest.raises(NoInstructionsError, match=why):
        read_instructions(Attempt(status=200, ms=1, body=body, content_type="text/xml"), HOOK)


def test_addresses_are_taken_from_where_the_instructions_stand() -> None:
    body = '<Response><Gather action="code?try=2"/><Record recordingStatusCallback="/there"/></Response>'
    attempt = Attempt(status=200, ms=1, body=body, content_type="text/xml")
    gather, record = read_instructions(attempt, f"{HOOK}/voice/code?try=1")
    assert gather.action == f"{HOOK}/voice/code?try=2"  # type: ignore[union-attr]
    # Without an action a <Record> asks for the same instructions again.
    assert record.action == f"{HOOK}/voice/code?try=1"  # type: ignore[union-attr]
    assert (record.tells, record.transcript) == (f"{PUBLIC}/there", "")  # type: ignore[union-attr]
