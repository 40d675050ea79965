"""The table as calls to the voicemail use it: each is one item, which its parts only add to."""

from datetime import datetime, timedelta
from typing import Any

from nightbell.adapters import call_expressions as e
from nightbell.adapters.table_client import Refused, TableClient
from nightbell.adapters.table_items import Item, from_ms, item, values
from nightbell.domain.call_keys import CALL_SK, call_pk
from nightbell.domain.errors import UnavailableError
from nightbell.domain.events import Spoken
from nightbell.domain.keys import REFERENCE_SK, due_shard, reference_pk
from nightbell.domain.voicemail import LONGEST_CALL, Call, Done, Recording, RecordingState, Step, Transcript
from nightbell.platforms.twilio.calls import CallPart

KEPT_FOR = timedelta(days=30)
"""What is not finished by then never will be; the recording itself is deleted by then at the platform, or an alarm."""
HINT_TAKES = timedelta(minutes=1)
"""A part is looked at by then, even if its hint is lost."""
DONE = {
    Step.COPY: "copied",
    Step.STORE: "stored",
    Step.ADD_WORDS: "worded",
    Step.NOTE: "noted",
    Step.DELETE: "deleted",
}


class CallTable:
    """Implements :class:`nightbell.services.answer_call.CallDesk` and ``nightbell.services.finish_call.CallStore``."""

    def __init__(self, table: TableClient, due_shards: int) -> None:
        """Spread due markers over so many shards."""
        self._table = table
        self._shards = due_shards

    def open(self, call: Call) -> Call:
        """Write a new call down; what was said to the caller before is returned as it was."""
        said = call.greeting
        greeting = {"text_id": said.text_id, "txt": said.text, "promised_by": said.promised_by} if said else {}
        written = self._write(
            call.call_id,
            e.OPENED,
            due_at=call.at + LONGEST_CALL,
            at=call.at,
            line=call.account_id,
            org=call.owner_id,
            caller=call.caller,
            rang_at=call.at,
            greeting={name: value for name, value in greeting.items() if value is not None},
            agreed=call.call_back,
            wants_words=call.wants_words,
        )
        return _call(written, call.call_id)

    def add(self, told: CallPart) -> None:
        """Write a part down, once, and let the call be looked at soon."""
        name, part = _written(told)
        found = isinstance(told.part, Recording) and told.part.state is RecordingState.COMPLETED
        update = e.PART_AFTER_ALL if found else e.PART
        used: dict[str, object] = {"part": values(item(part)), "org": told.owner_id}
        for extra, known, value in ((e.LINE, "line", told.account_id), (e.CALLER, "caller", told.caller)):
            if value:
                update, used = update + extra, used | {known: value}
        now = self._now()
        update = update.replace("#part", f"#{name}")
        self._write(told.call_id, update, due_at=now + HINT_TAKES, at=now, now=now, **used)

    def type_code(self, call_id: str, code: str) -> None:
        """Write down which code was typed; the last one counts."""
        now = self._now()
        self._write(call_id, e.TYPED, due_at=now + LONGEST_CALL, at=now, now=now, code=code)

    def read_reference(self, brand: str, code: str) -> str | None:
        """Find the conversation that a code leads to."""
        found = values(self._table.get(reference_pk(brand, code), REFERENCE_SK) or {})
        conversation: str | None = found.get("conversation")
        return conversation

    def read(self, call_id: str) -> Call | None:
        """Read consistently; ``None`` where nothing is known of it."""
        found = self._table.get(call_pk(call_id), CALL_SK)
        return _call(found, call_id) if found else None

    def note(self, call_id: str, step: Step, call: Call) -> None:
        """Write down that a step was done."""
        used = {DONE[step]} | ({DONE[Step.ADD_WORDS]} if call.worded else set())
        update = e.STEP.replace("#step = :yes", ", ".join(f"#{name} = :yes" for name in sorted(used)))
        self._table.update(call_pk(call_id), CALL_SK, update, yes=True)

    def wait(self, call: Call, until: datetime | None) -> None:
        """Let it be looked at again then, or never; nothing where a further part has come meanwhile."""
        pk = call_pk(call.call_id)
        if until is not None:
            due_pk = due_shard(pk, self._shards)
            self._table.update(pk, CALL_SK, e.LATER, e.SAME, revision=call.revision, due_pk=due_pk, due_at=until)
            return
        emptied = e.EMPTIED if call.transcript is None else e.EMPTIED_OF_WORDS
        self._table.update(pk, CALL_SK, emptied if call.is_over else e.NEVER, e.SAME, revision=call.revision)

    def _write(self, call_id: str, update: str, *, due_at: datetime, at: datetime, **used: object) -> Item:
        pk = call_pk(call_id)
        expires_at = int((at + KEPT_FOR).timestamp())
        used |= {"due_pk": due_shard(pk, self._shards), "due_at": due_at, "expires_at": expires_at}
        written = self._table.update(pk, CALL_SK, update, None, zero=0, one=1, **used)
        if isinstance(written, Refused):
            raise UnavailableError("a call could not be written down")
        return written

    def _now(self) -> datetime:
        return self._table.deadline.clock.now()


def _written(told: CallPart) -> tuple[str, dict[str, object]]:
    """Name the attribute of a part, and what it holds."""
    match told.part:
        case Done(recording_id=recording_id, seconds=seconds):
            return "done", {"recording_id": recording_id, "seconds": seconds}
        case Recording(state=state, recording_id=recording_id, seconds=seconds, at=at):
            return "recording", {"state": state.value, "recording_id": recording_id, "seconds": seconds, "at": at}
        case Transcript(recording_id=recording_id, text=text):
            return "transcript", {"recording_id": recording_id, "txt": text.encode("utf-8", "replace").decode()}
        case part:
            raise ValueError(f"{type(part).__name__} is not written down as a part")


def _call(stored: Item, call_id: str) -> Call:
    v = values(stored)
    return Call(
        account_id=v.get("line", ""),
        owner_id=v.get("org", ""),
        call_id=call_id,
        caller=v.get("caller", ""),
        at=from_ms(v.get("rang_at") or v["heard_at"]),
        greeting=_greeting(v.get("greeting") or {}),
        call_back=v.get("agreed", ""),
        code=v.get("code_typed"),
        wants_words=v.get("wants_words", False),
        done=_done(v.get("done")),
        recording=_recording(v.get("recording")),
        transcript=_transcript(v.get("transcript")),
        copied=v.get("copied", False),
        stored=v.get("stored", False),
        noted=v.get("noted", False),
        deleted=v.get("deleted", False),
        worded=v.get("worded", False),
        revision=v.get("revision", 0),
    )


def _greeting(v: dict[str, Any]) -> Spoken | None:
    if "txt" not in v:
        return None
    promised_by = from_ms(v["promised_by"]) if "promised_by" in v else None
    return Spoken(text_id=v["text_id"], text=v["txt"], promised_by=promised_by)


def _done(v: dict[str, Any] | None) -> Done | None:
    return None if v is None else Done(recording_id=v.get("recording_id", ""), seconds=v.get("seconds", 0))


def _recording(v: dict[str, Any] | None) -> Recording | None:
    if v is None:
        return None
    state, recording_id = RecordingState(v["state"]), v.get("recording_id", "")
    return Recording(state=state, recording_id=recording_id, seconds=v.get("seconds", 0), at=from_ms(v["at"]))


def _transcript(v: dict[str, Any] | None) -> Transcript | None:
    return None if v is None else Transcript(recording_id=v.get("recording_id", ""), text=v.get("txt", ""))
