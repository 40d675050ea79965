"""Finish a call to the voicemail: keep its recording, put it into its conversation, have the platform delete it.

Whoever calls this, and however often: each step is done by what is written down of the call, and is safe to do again.
The recording has one place, the message has its id, and a recording that is gone is deleted.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from nightbell.domain.business import Account
from nightbell.domain.errors import NightbellError, UnavailableError
from nightbell.domain.events import Message
from nightbell.domain.facts import Fact
from nightbell.domain.voicemail import CHANNEL, Call, Step, after, due_at, is_lost, message_of, next_step, note_of
from nightbell.domain.voicemail import step_where_copying_fails as otherwise
from nightbell.platforms.channel import ApiAccess, HttpOutcome, HttpRequest

MOST_STEPS = 8
"""More than there are; a call that never comes to an end is a mistake of ours."""
TRY_AGAIN = timedelta(minutes=5)


class CallStore(Protocol):
    """The calls in the table. Each call may raise UnavailableError."""

    def read(self, call_id: str) -> Call | None:
        """Read consistently; ``None`` where nothing is known of it."""

    def note(self, call_id: str, step: Step, call: Call) -> None:
        """Write down that a step was done, and what follows from it: ``call`` is as it is afterwards."""

    def wait(self, call: Call, until: datetime | None) -> None:
        """Let it be looked at again then; ``None`` for never, until a further part comes.

        A part that has come since the call was read is looked at in its own time.
        """


class RecordingStore(Protocol):
    """Where recordings are kept."""

    def put(self, key: str, recording: bytes) -> None:
        """Keep one, encrypted; the same again is the same. May raise UnavailableError."""


class RecordingApi(Protocol):
    """How a platform's recordings are fetched and deleted."""

    def fetch_request(self, access: ApiAccess, recording_id: str) -> HttpRequest:
        """Describe the call that brings it."""

    def read_fetched(self, outcome: HttpOutcome) -> bytes | None:
        """Read it; ``None`` where it is not there, not yet, or not whole."""

    def delete_request(self, access: ApiAccess, recording_id: str) -> HttpRequest:
        """Describe the call that deletes it."""

    def is_deleted(self, outcome: HttpOutcome) -> bool:
        """Tell whether it is gone."""


class Conversations(Protocol):
    """Where messages go."""

    def store(self, message: Message, now: datetime) -> Sequence[Fact]:
        """R1, and a hint. May raise UnavailableError."""

    def add_words(self, message: Message) -> None:
        """Fill in the words of a message that was stored without. May raise UnavailableError."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outside:
    """What is outside of the table.

    Attributes:
        access: To the platform, for an account.
        send: Makes one request, once.
    """

    access: Callable[[Account], ApiAccess]
    send: Callable[[HttpRequest], HttpOutcome]
    recordings: RecordingApi
    kept: RecordingStore


class FinishCall:
    """The service behind FinishCall."""

    def __init__(
        self,
        calls: CallStore,
        conversations: Conversations,
        outside: Outside,
        accounts: Mapping[tuple[str, str], Account],
    ) -> None:
        """Work on this table, for these accounts."""
        self._calls = calls
        self._conversations = conversations
        self._outside = outside
        self._accounts = accounts

    def __call__(self, call_id: str, now: datetime) -> list[Fact]:
        """Do whatever can be done about a call now.

        Raises:
            UnavailableError: Something could not be written; a retry is safe.
        """
        call = self._calls.read(call_id)
        if call is None:
            return [Fact(name="calls_unknown")]
        account = self._accounts.get((CHANNEL, call.account_id))
        if account is None:
            # Which number was called, another part tells; or nobody here has it.
            self._calls.wait(call, now + TRY_AGAIN)
            return [Fact(name="calls_of_nobody", alarm=now >= due_at(call))]
        facts: list[Fact] = []
        for _ in range(MOST_STEPS):
            step = next_step(call, now)
            if step is Step.COPY:
                step = self._copy(call, account, now, facts)
            elif step is Step.DELETE and not self._deleted(call, account, facts):
                step = Step.WAIT
            if step in {Step.WAIT, Step.NOTHING}:
                self._calls.wait(call, _look_again(call, now) if step is Step.WAIT else None)
                return facts
            facts += self._in_conversation(call, step, now)
            call = after(call, step)
            self._calls.note(call_id, step, call)
        raise UnavailableError("the call comes to no end")

    def _copy(self, call: Call, account: Account, now: datetime, facts: list[Fact]) -> Step:
        """Copy the recording to where only we can read it; returns the step that this has come to."""
        api = self._outside.recordings
        try:
            access = self._outside.access(account)
            outcome = self._outside.send(api.fetch_request(access, call.recording_id))
            recording = api.read_fetched(outcome)
            if recording is not None:
                self._outside.kept.put(key_of(call), recording)
                return Step.COPY
            if api.is_deleted(outcome) and is_lost(call, now):
                facts.append(Fact(name="recordings_lost", alarm=True, fields={"call": call.call_id}))
                return Step.DELETE
        except NightbellError:
            pass
        facts.append(Fact(name="recordings_not_copied"))
        return otherwise(call, now)

    def _deleted(self, call: Call, account: Account, facts: list[Fact]) -> bool:
        """Have the platform delete what we have."""
        api = self._outside.recordings
        try:
            access = self._outside.access(account)
            is_gone = api.is_deleted(self._outside.send(api.delete_request(access, call.recording_id)))
        except NightbellError:
            is_gone = False
        if not is_gone:
            facts.append(Fact(name="recordings_not_deleted"))
        return is_gone

    def _in_conversation(self, call: Call, step: Step, now: datetime) -> Sequence[Fact]:
        """Do what a step does to the conversation, if anything."""
        if step is Step.STORE:
            return self._conversations.store(message_of(call, key_of(call)), now)
        if step is Step.NOTE:
            return self._conversations.store(note_of(call), now)
        if step is Step.ADD_WORDS:
            self._conversations.add_words(message_of(call, key_of(call)))
        return ()


def key_of(call: Call) -> str:
    """Name the place of a call's recording; it is known before the recording is there."""
    return f"recordings/{call.owner_id}/{call.recording_id}.mp3"


def _look_again(call: Call, now: datetime) -> datetime:
    return max(due_at(call), now + TRY_AGAIN) if now >= due_at(call) else due_at(call)
