"""Bodies of Twilio's that are no deliveries about messages: parts of calls, and refusals."""

from pathlib import Path

import pytest

from nightbell.domain.events import Delivery
from nightbell.domain.voicemail import Recording, RecordingState, Transcript
from nightbell.platforms.channel import Answer, VerdictKind
from nightbell.platforms.twilio.calls import CallPart, read_part
from nightbell.platforms.twilio.message_channel import TEXT_MESSAGES
from tests.platforms.fixtures import RECEIVED_AT
from tests.platforms.real_bodies import FOLDER
from tests.platforms.twilio.real_bodies import CALLS, REFUSALS, wire

pytestmark = pytest.mark.skipif(not FOLDER, reason="NIGHTBELL_PAYLOADS names no folder of bodies")


def read(file: str) -> CallPart:
    delivery = Delivery(
        platform="twilio",
        path="voice/transcript" if "transcription" in file else "voice/recording",
        method="POST",
        headers={},
        query={},
        body=wire(Path(FOLDER) / "other" / file),
        received_at=RECEIVED_AT,
    )
    return read_part(delivery)


@pytest.mark.parametrize(("file", "seconds"), [(CALLS[0], 21), (CALLS[1], 3)])
def test_a_recording_is_ready(file: str, seconds: int) -> None:
    part = read(file).part
    assert isinstance(part, Recording)
    assert (part.state, part.seconds) == (RecordingState.COMPLETED, seconds)


def test_a_transcript_belongs_to_the_call_of_its_recording() -> None:
    recorded, transcribed = read(CALLS[0]), read(CALLS[2])
    assert isinstance(recorded.part, Recording)
    assert isinstance(transcribed.part, Transcript)
    assert transcribed.part.text
    assert (transcribed.call_id, transcribed.part.recording_id) == (recorded.call_id, recorded.part.recording_id)


@pytest.mark.parametrize(
    ("file", "status", "kind"),
    [
        (REFUSALS[0], 400, VerdictKind.REFUSED),
        (REFUSALS[1], 400, VerdictKind.REFUSED),
        (REFUSALS[2], 429, VerdictKind.NOT_SENT),
    ],
)
def test_a_refusal_is_judged(file: str, status: int, kind: VerdictKind) -> None:
    body = (Path(FOLDER) / "other" / file).read_bytes()
    verdict = TEXT_MESSAGES.verdict(Answer(status=status, headers={}, body=body))
    assert verdict.kind is kind
    assert verdict.opted_out == (b"21610" in body)
