"""What Twilio tells of a call, step by step, as parts of :class:`nightbell.domain.voicemail.Call`.

Sources: Twilio "TwiML Voice" §Twilio's request, "<Record>" §action, §recordingStatusCallback, §transcribeCallback,
"<Gather>" §action.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from nightbell.domain.errors import NotUnderstoodError
from nightbell.domain.events import Broken, Delivery, Event, Unknown
from nightbell.domain.references import code_of
from nightbell.domain.voicemail import CHANNEL, Done, Recording, RecordingState, Transcript
from nightbell.platforms.reading.dispatch import UndeclaredError
from nightbell.platforms.reading.fields import ShapeError
from nightbell.platforms.reading.forms import read_form
from nightbell.platforms.twilio.form_fields import Form, number, optional, required
from nightbell.platforms.twilio.voice import CODE, DONE, RECORDING, TRANSCRIPT, TRY

VOICE = "voice"

_CALL_ID = re.compile(r"CA[0-9a-fA-F]{32}")
_RECORDING_ID = re.compile(r"RE[0-9a-fA-F]{32}")
_CALLER = re.compile(r"\+[0-9]{5,15}")
_KEYS = {
    letter: key
    for key, letters in enumerate(("abc", "def", "ghi", "jkl", "mno", "pqrs", "tuv", "wxyz"), start=2)
    for letter in letters
}
_SPELLED = ("anonymous", "restricted", "blocked", "unknown", "unavailable")
_WITHHELD = frozenset("+" + "".join(str(_KEYS[letter]) for letter in word) for word in _SPELLED)
"""Numbers that are words typed on a telephone: what Twilio tells where the caller's is withheld."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ringing:
    """Somebody calls."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """A code was typed; ``None`` where it cannot be one. ``tries`` counts from 1."""

    code: str | None
    tries: int


Part = Ringing | Typed | Done | Recording | Transcript


@dataclass(frozen=True, slots=True, kw_only=True)
class CallPart:
    """One thing that Twilio tells of a call.

    Attributes:
        account_id: The number that was called; empty where the part does not tell.
        caller: Empty where it is withheld, or where the part does not tell.
    """

    call_id: str
    owner_id: str
    account_id: str
    caller: str
    part: Part


def read_part(delivery: Delivery) -> CallPart:
    """Read one verified delivery of a call.

    Raises:
        NotUnderstoodError: It is none, or lacks what it must have.
    """
    try:
        return _part(read_form(delivery.body), delivery)
    except (ShapeError, UndeclaredError) as error:
        raise NotUnderstoodError(f"the body is no part of a call: {error}") from None


def read_call(delivery: Delivery) -> list[Event]:
    """Read what is to be told of a delivery of a call; a part of one is no event of its own.

    Raises:
        NotUnderstoodError: The body is no form, or none about a call.
    """
    form = read_form(delivery.body)
    if "CallSid" not in form:
        raise NotUnderstoodError("the body is no form about a call")
    try:
        _part(form, delivery)
    except UndeclaredError as undeclared:
        return [Unknown(kind=undeclared.kind, channel=CHANNEL)]
    except ShapeError as error:
        return [Broken(kind=CHANNEL, channel=CHANNEL, reason=str(error), raw=urlencode(form, doseq=True))]
    return []


def _part(form: Form, delivery: Delivery) -> CallPart:
    """Read it; raises what the readers of fields raise."""
    if delivery.path not in _READERS:
        raise UndeclaredError(f"{CHANNEL}.{delivery.path}")
    call_id = _id(form, "CallSid", _CALL_ID)
    part = _READERS[delivery.path](form, delivery.query, delivery.received_at)
    caller = optional(form, "From")
    return CallPart(
        call_id=call_id,
        owner_id=required(form, "AccountSid"),
        account_id=optional(form, "To"),
        caller=caller if _CALLER.fullmatch(caller) and caller not in _WITHHELD else "",
        part=part,
    )


def _ringing(form: Form, _: Mapping[str, str], __: datetime) -> Ringing:
    required(form, "To")
    return Ringing()


def _typed(form: Form, query: Mapping[str, str], _: datetime) -> Typed:
    tries = query.get(TRY, "")
    return Typed(code=code_of(optional(form, "Digits")), tries=int(tries) if tries in {"1", "2"} else 2)


def _done(form: Form, _: Mapping[str, str], __: datetime) -> Done:
    seconds = number(form, "RecordingDuration")
    has_recording = seconds > 0 and bool(optional(form, "RecordingSid"))
    return Done(recording_id=_id(form, "RecordingSid", _RECORDING_ID) if has_recording else "", seconds=seconds)


def _recording(form: Form, _: Mapping[str, str], at: datetime) -> Recording:
    state = required(form, "RecordingStatus")
    if state not in set(RecordingState):
        raise UndeclaredError(f"{CHANNEL}.recording.{state}")
    is_there = state == RecordingState.COMPLETED
    return Recording(
        state=RecordingState(state),
        recording_id=_id(form, "RecordingSid", _RECORDING_ID) if is_there else "",
        seconds=number(form, "RecordingDuration"),
        at=at,
    )


def _transcript(form: Form, _: Mapping[str, str], __: datetime) -> Transcript:
    is_heard = optional(form, "TranscriptionStatus") == "completed"
    return Transcript(
        recording_id=_id(form, "RecordingSid", _RECORDING_ID),
        text=optional(form, "TranscriptionText").strip() if is_heard else "",
    )


def _id(form: Form, name: str, pattern: re.Pattern[str]) -> str:
    """Read an id that goes into addresses and keys, and so must be one letter by letter."""
    value = required(form, name)
    if not pattern.fullmatch(value):
        raise ShapeError(f"{name} is not an id")
    return value


_READERS: Mapping[str, Callable[[Form, Mapping[str, str], datetime], Part]] = {
    VOICE: _ringing,
    CODE: _typed,
    DONE: _done,
    RECORDING: _recording,
    TRANSCRIPT: _transcript,
}
PATHS = frozenset(_READERS)
HEARD = frozenset({VOICE, CODE, DONE})
"""Those whose answer the caller hears."""
