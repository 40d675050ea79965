"""One call to a voicemail: its parts, which come in any order and several times, and what is to be done about it.

A caller hears a greeting, may type a reference code, and speaks. Later come, in any order: that the caller is done,
that a recording is ready or absent, and its transcript. The parts are only ever added, each once; what is to be done
next follows from those that are there, so that whoever is woken up by whichever of them does the same.

::

    parts ──▶ COPY ──▶ STORE ──▶ DELETE ──▶ nothing left to do
               │ the recording is not there yet, or nothing was said:
               └──▶ WAIT, or STORE a note that somebody called
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from nightbell.domain.events import Attachment, Contact, GivenConsent, Message, Reference, ReferenceKind, Spoken

CHANNEL = "voicemail"
MESSAGE, NO_MESSAGE = "voicemail.message", "voicemail.no_message"

LONGEST_CALL = timedelta(minutes=10)
"""A greeting, two tries at a code, three minutes of speech, and time for what comes after."""
LONGEST_TRANSCRIBING = timedelta(minutes=3)
"""After it the team gets the recording without words; they are filled in if they come after all."""

GONE_AFTER = timedelta(hours=1)
"""Since the call was due: what the platform does not have then it will never have."""


class RecordingState(StrEnum):
    """What the platform says of a recording."""

    COMPLETED = "completed"
    ABSENT = "absent"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Recording:
    """That a recording is ready, or that there is none.

    Attributes:
        recording_id: Empty where the platform names none.
        at: When we heard of it; aware, UTC.
    """

    state: RecordingState
    recording_id: str
    seconds: int
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """The caller is done; ``recording_id`` is empty where nothing was recorded."""

    recording_id: str
    seconds: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Transcript:
    """What was said, as a machine heard it; empty where it could not tell."""

    recording_id: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One call, as far as it is known.

    Attributes:
        account_id: The number that was called.
        owner_id: What the platform files the number under.
        caller: The number that called; empty where it is withheld.
        at: When we answered; aware, UTC.
        greeting: What the caller heard; ``None`` where nobody could write it down.
        call_back: The sentence of the greeting by which callers who go on agree to be called back; empty for none.
        code: The reference that was typed, as it is written.
        wants_words: Whether the recording is transcribed.
        copied, stored, noted, deleted: What was done: the recording is ours, the message is in its conversation,
            so is the note that somebody called, and the platform has the recording no longer, be it ours or lost.
        worded: The message that is in its conversation has its words.
        revision: Changes with every part.
    """

    account_id: str
    owner_id: str
    call_id: str
    caller: str
    at: datetime
    greeting: Spoken | None = None
    call_back: str = ""
    code: str | None = None
    wants_words: bool = False
    done: Done | None = None
    recording: Recording | None = None
    transcript: Transcript | None = None
    copied: bool = False
    stored: bool = False
    noted: bool = False
    deleted: bool = False
    worded: bool = False
    revision: int = 0

    @property
    def is_over(self) -> bool:
        """Whether no further part can change anything, so that nothing of it need be kept."""
        return self.stored and self.deleted and (self.worded or self.transcript is not None or not self.wants_words)

    @property
    def recording_id(self) -> str:
        """The recording's id, from whichever part tells it; empty as long as none does."""
        parts = (self.recording, self.done, self.transcript)
        return next((part.recording_id for part in parts if part is not None and part.recording_id), "")

    @property
    def seconds(self) -> int:
        """How long the recording is, as far as it is known."""
        return next((part.seconds for part in (self.recording, self.done) if part is not None), 0)

    @property
    def is_silent(self) -> bool:
        """Whether the platform has said that nothing was left."""
        if self.recording is not None:
            return self.recording.state is not RecordingState.COMPLETED
        return self.done is not None and not self.done.recording_id


class Step(StrEnum):
    """What is to be done next."""

    COPY = "copy"
    """Fetch the recording, and keep it where only we can read it."""
    STORE = "store"
    """Put the message into its conversation."""
    ADD_WORDS = "add_words"
    """Fill the words in that came after the message."""
    NOTE = "note"
    """Put into the conversation that somebody called and left nothing."""
    DELETE = "delete"
    """Have the platform delete the recording."""
    WAIT = "wait"
    """Look again when :func:`due_at` has come, or when a further part has."""
    NOTHING = "nothing"


def next_step(call: Call, now: datetime) -> Step:
    """Tell what is to be done next."""
    if not _is_recorded(call, now):
        return _without_recording(call, now)
    if not call.copied and not call.deleted:
        return Step.COPY
    if not call.stored:
        return Step.STORE if _has_words(call) or now >= due_at(call) else Step.WAIT
    if call.transcript and call.transcript.text and not call.worded:
        return Step.ADD_WORDS
    return Step.NOTHING if call.deleted else Step.DELETE


def after(call: Call, step: Step) -> Call:
    """Give the call as it is once a step was done."""
    match step:
        case Step.COPY:
            return replace(call, copied=True)
        case Step.STORE:
            return replace(call, stored=True, worded=bool(call.transcript and call.transcript.text))
        case Step.ADD_WORDS:
            return replace(call, worded=True)
        case Step.NOTE:
            return replace(call, noted=True)
        case Step.DELETE:
            return replace(call, deleted=True)
        case Step.WAIT | Step.NOTHING:
            return call


def step_where_copying_fails(call: Call, now: datetime) -> Step:
    """Tell what is to be done although the recording cannot be had now: the team must hear of the call in time."""
    return Step.STORE if not call.stored and now >= due_at(call) else Step.WAIT


def is_lost(call: Call, now: datetime) -> bool:
    """Tell whether a recording that the platform does not have is gone, rather than not there yet."""
    return call.stored and now >= due_at(call) + GONE_AFTER


def due_at(call: Call) -> datetime:
    """Tell when the call must have reached the team, whatever is missing."""
    is_ready = call.recording is not None and call.recording.state is RecordingState.COMPLETED
    return call.recording.at + LONGEST_TRANSCRIBING if call.recording and is_ready else call.at + LONGEST_CALL


def message_of(call: Call, stored_as: str) -> Message:
    """Make the message that the call is.

    Args:
        call: With its recording.
        stored_as: Where our copy of the recording is, or will be.
    """
    spoken = Attachment(kind="recording", reference=stored_as, detail=f"{call.seconds} s")
    words = call.transcript.text if call.transcript else ""
    return replace(_message(call, MESSAGE, call.recording_id, spoken, words), kept_in=(stored_as,))


def note_of(call: Call) -> Message:
    """Make the message that somebody called and left nothing."""
    missed = Attachment(kind="missed_call", detail="nothing was left on the voicemail")
    return _message(call, NO_MESSAGE, call.call_id, missed, "")


def _is_recorded(call: Call, now: datetime) -> bool:
    """Tell whether there is something to fetch.

    The word that it is ready may be lost. It is ready if it was transcribed, and when the call is due.
    """
    if call.recording is not None:
        return call.recording.state is RecordingState.COMPLETED
    return call.transcript is not None or (bool(call.recording_id) and now >= due_at(call))


def _without_recording(call: Call, now: datetime) -> Step:
    if call.noted:
        return Step.NOTHING
    return Step.NOTE if call.is_silent or now >= due_at(call) else Step.WAIT


def _has_words(call: Call) -> bool:
    return call.transcript is not None or not call.wants_words


def _message(call: Call, kind: str, message_id: str, heard: Attachment, words: str) -> Message:
    return Message(
        kind=kind,
        channel=CHANNEL,
        account_id=call.account_id,
        contact=_contact(call),
        message_id=message_id,
        sent_at=call.at,
        text=words,
        attachments=(heard,),
        id_tells=True,
        belongs=(Reference(kind=ReferenceKind.CODE, value=call.code),) if call.code else (),
        consents=_consents(call),
        told=call.greeting,
    )


def _contact(call: Call) -> Contact:
    """Name the caller; those who withhold their number have a conversation for each call.

    So have those who typed a code, which leads this call to its conversation and no other: a number can be forged, and
    would else bring there whatever its owner says from then on.
    """
    if not call.caller:
        return Contact(contact_id=f"withheld:{call.call_id}", address=f"withheld:{call.call_id}")
    return Contact(contact_id=f"coded:{call.call_id}" if call.code else call.caller, address=call.caller)


def _consents(call: Call) -> tuple[GivenConsent, ...]:
    if not call.caller or not call.call_back:
        return ()
    return (GivenConsent(way="phone", address=call.caller, wording=call.call_back, given_at=call.at),)
