"""What Twilio tells of a call, as forms.

Source: Twilio "TwiML for Programmable Voice" §Request parameters, "<Record>" §action, §recordingStatusCallback,
§transcribeCallback; "Recording status callbacks" (16101: too short to be one).
"""

from datetime import datetime
from email.utils import format_datetime

from infra.local.platforms.twilio.messages import new_sid
from infra.local.platforms.twilio.recordings import Recording
from infra.local.platforms.twilio.wire import Pairs

API = "https://api.twilio.com/2010-04-01"
TOO_SHORT = "16101"


def of_call(sid: str, owner: str, caller: str, number: str, *, status: str) -> list[tuple[str, str]]:
    """Write what goes with every request that an answer is followed to."""
    return [
        ("AccountSid", owner),
        ("ApiVersion", "2010-04-01"),
        ("CallSid", sid),
        ("CallStatus", status),
        ("Called", number),
        ("CalledCountry", "ES"),
        ("CalledCity", ""),
        ("Caller", caller),
        ("CallerCountry", "ES"),
        ("Direction", "inbound"),
        ("From", caller),
        ("FromCity", ""),
        ("To", number),
        ("ToCity", ""),
    ]


def done(recording: Recording, *, digits: str) -> Pairs:
    """Write what is added where a recording ends; ``digits`` is the key that ended it, or ``hangup``."""
    return [
        ("Digits", digits),
        ("RecordingDuration", str(recording.seconds)),
        ("RecordingSid", recording.sid),
        ("RecordingUrl", _url(recording)),
    ]


def of_recording(call_sid: str, recording: Recording, status: str, at: datetime) -> Pairs:
    """Write what became of a recording; it names neither number."""
    is_absent = status == "absent"
    return [
        ("AccountSid", recording.owner),
        ("CallSid", call_sid),
        ("ErrorCode", TOO_SHORT if is_absent else "0"),
        ("RecordingChannels", "1"),
        ("RecordingDuration", "0" if is_absent else str(recording.seconds)),
        ("RecordingSid", recording.sid),
        ("RecordingSource", "RecordVerb"),
        ("RecordingStartTime", format_datetime(at)),
        ("RecordingStatus", status),
        ("RecordingUrl", _url(recording)),
    ]


def of_transcript(recording: Recording, words: str) -> Pairs:
    """Write what is added where a machine has listened; without words it could not tell."""
    return [
        ("RecordingSid", recording.sid),
        ("RecordingUrl", _url(recording)),
        ("TranscriptionSid", new_sid("TR")),
        ("TranscriptionStatus", "completed" if words else "failed"),
        ("TranscriptionText", words),
        ("TranscriptionType", "fast"),
        ("TranscriptionUrl", f"{_url(recording)}/Transcriptions/{new_sid('TR')}"),
    ]


def _url(recording: Recording) -> str:
    return f"{API}/Accounts/{recording.owner}/Recordings/{recording.sid}"
