"""What Twilio tells of a call, as its parts."""

import pytest

from nightbell.domain.errors import NotUnderstoodError
from nightbell.domain.events import Broken, Unknown
from nightbell.domain.voicemail import Done, Recording, RecordingState, Transcript
from nightbell.platforms.twilio.calls import CallPart, Ringing, Typed, read_call, read_part
from tests.platforms.fixtures import RECEIVED_AT
from tests.platforms.twilio.forms import CONTACT, NUMBER, OWNER, delivery

CA, RE = "CA" + "0" * 30 + "ab", "RE" + "0" * 30 + "cd"
CALL = {"CallSid": CA, "AccountSid": OWNER, "From": CONTACT, "To": NUMBER, "CallStatus": "in-progress"}
RECORDED = {"CallSid": CA, "AccountSid": OWNER, "RecordingSid": RE, "RecordingSource": "RecordVerb"}


def part_of(form: dict[str, str], path: str, query: dict[str, str] | None = None) -> CallPart:
    return read_part(delivery(form, path, query))


def test_somebody_calls() -> None:
    assert part_of(CALL, "voice") == CallPart(
        call_id=CA, owner_id=OWNER, account_id=NUMBER, caller=CONTACT, part=Ringing()
    )


@pytest.mark.parametrize(
    "caller",
    ["anonymous", "+266696687", "+7378742833", "+2562533", "+8656696", "+86282452253", "", "sip:ada@example.org", "+1"],
)
def test_a_number_that_is_withheld_is_nobodys(caller: str) -> None:
    assert part_of(CALL | {"From": caller}, "voice").caller == ""


@pytest.mark.parametrize(
    ("digits", "tries", "typed"),
    [
        ("12345674", "1", Typed(code="NB-1234-5674", tries=1)),
        ("12345674", "2", Typed(code="NB-1234-5674", tries=2)),
        ("12345675", "1", Typed(code=None, tries=1)),
        ("123", "1", Typed(code=None, tries=1)),
        ("", "1", Typed(code=None, tries=1)),
        ("12345674", "", Typed(code="NB-1234-5674", tries=2)),
        ("12345674", "999", Typed(code="NB-1234-5674", tries=2)),
    ],
)
def test_a_code_is_typed(digits: str, tries: str, typed: Typed) -> None:
    assert part_of(CALL | {"Digits": digits}, "voice/code", {"try": tries}).part == typed


@pytest.mark.parametrize(
    ("more", "done"),
    [
        ({"RecordingSid": RE, "RecordingDuration": "21", "Digits": "hangup"}, Done(recording_id=RE, seconds=21)),
        ({"RecordingSid": RE, "RecordingDuration": "0"}, Done(recording_id="", seconds=0)),
        ({}, Done(recording_id="", seconds=0)),
    ],
)
def test_the_caller_is_done(more: dict[str, str], done: Done) -> None:
    assert part_of(CALL | more, "voice/done").part == done


def test_a_recording_is_ready_and_its_address_is_never_read() -> None:
    form = RECORDED | {
        "RecordingStatus": "completed",
        "RecordingDuration": "21",
        "RecordingUrl": "https://evil.example",
    }
    found = part_of(form, "voice/recording")
    assert found.part == Recording(state=RecordingState.COMPLETED, recording_id=RE, seconds=21, at=RECEIVED_AT)
    assert (found.account_id, found.caller) == ("", "")
    assert "evil" not in str(found)


@pytest.mark.parametrize("state", ["absent", "failed"])
def test_a_recording_is_not_there(state: str) -> None:
    part = part_of(RECORDED | {"RecordingStatus": state, "RecordingDuration": "0"}, "voice/recording").part
    assert part == Recording(state=RecordingState(state), recording_id="", seconds=0, at=RECEIVED_AT)


@pytest.mark.parametrize(("status", "text"), [("completed", "Call me."), ("failed", "")])
def test_a_transcript_comes_or_fails(status: str, text: str) -> None:
    form = CALL | RECORDED | {"TranscriptionStatus": status, "TranscriptionText": " Call me. "}
    assert part_of(form, "voice/transcript").part == Transcript(recording_id=RE, text=text)


@pytest.mark.parametrize(
    ("form", "path"),
    [
        (CALL | {"CallSid": ""}, "voice"),
        (CALL | {"CallSid": "CA/../x"}, "voice"),
        (CALL | {"AccountSid": ""}, "voice"),
        (CALL | {"To": ""}, "voice"),
        (CALL, "voice/other"),
        (CALL, ""),
        (CALL | {"RecordingSid": "RE/../../x", "RecordingDuration": "3"}, "voice/done"),
        (RECORDED | {"RecordingStatus": "completed", "RecordingSid": "RE1"}, "voice/recording"),
        (RECORDED | {"RecordingStatus": "in-progress"}, "voice/recording"),
        (RECORDED | {"RecordingStatus": "completed", "RecordingDuration": "long"}, "voice/recording"),
        (CALL | {"TranscriptionStatus": "completed"}, "voice/transcript"),
    ],
)
def test_what_lacks_what_it_must_have_is_not_understood(form: dict[str, str], path: str) -> None:
    with pytest.raises(NotUnderstoodError):
        part_of(form, path)


def test_a_part_of_a_call_is_no_event_of_its_own_and_what_is_none_is_told() -> None:
    assert read_call(delivery(CALL, "voice")) == []
    strange = delivery(RECORDED | {"RecordingStatus": "in-progress"}, "voice/recording")
    assert read_call(strange) == [Unknown(kind="voicemail.recording.in-progress", channel="voicemail")]
    (broken,) = read_call(delivery(CALL | {"CallSid": "CA1"}, "voice"))
    assert isinstance(broken, Broken)
    assert (broken.kind, broken.reason) == ("voicemail", "CallSid is not an id")
    for form in ({"MessageSid": "SM1"}, {}):
        with pytest.raises(NotUnderstoodError):
            read_call(delivery(form, "voice"))
