"""Calls to a number: what the caller hears and does, and what the business is told of it.

Instructions are followed one after the other. Whatever stands behind a <Gather> is only reached when nothing was typed,
and whatever stands behind a <Record> when nothing was said; what was typed or said has the next instructions.
Source: Twilio "TwiML Voice": <Gather> §action, <Record> §action; error 13617 (what is too short or too long to be
transcribed).
"""

import threading
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from infra.local.platforms.courier import Attempt, Courier
from infra.local.platforms.courier import Delivery as Posted
from infra.local.platforms.faults import Fault, FaultBox, FaultKind
from infra.local.platforms.twilio import call_forms
from infra.local.platforms.twilio.instructions import (
    Gather,
    Hangup,
    NoInstructionsError,
    Record,
    Say,
    Verb,
    read_instructions,
)
from infra.local.platforms.twilio.messages import new_sid
from infra.local.platforms.twilio.recordings import CHANNEL, Recording, Recordings
from infra.local.platforms.twilio.wire import Pairs, signed_delivery
from infra.local.platforms.vendor import Act, Bubble, Button, Contact

WITHHELD = "+266696687"
"""The word ANONYMOUS on a keypad."""
TRIES = 3
"""As the documented address asks for: one attempt and two more."""
READY_AFTER_S = 0.15
LONGEST_WITH_WORDS_S, SHORTEST_WITH_WORDS_S = 120, 2

_LETTERS_A_SECOND, _SHORTEST_S = 12, 3
_KEYS = frozenset("0123456789*#")
_FAILED = "An error has occurred."
_KEYPAD = Button(title="Keypad", payload="", kind="keys")
_VOICE, _HANG_UP = Button(title="Speak", payload="", kind="speak"), Button(title="Hang up", payload="", kind="hang_up")

Show = Callable[[Contact, str, str, str], None]
"""Puts something on a contact's screen: its author, text, and whose words it is if not ours."""


@dataclass(slots=True, kw_only=True)
class PhoneCall:
    """One call that goes on.

    Attributes:
        caller: The number as it is shown.
        copies: How often each request arrives.
        rest: What is to be followed yet.
        waits: What the caller may do now.
        attempts: At every request so far.
    """

    sid: str
    contact: Contact
    owner: str
    caller: str
    copies: int = 1
    rest: deque[Verb] = field(default_factory=deque)
    waits: Gather | Record | None = None
    attempts: list[Attempt] = field(default_factory=list)
    recording_id: str = ""


class PhoneCalls:
    """All calls of all numbers; safe to use from several threads."""

    def __init__(  # noqa: PLR0913 - what a call needs, all by name
        self,
        *,
        address: str,
        tokens: Mapping[str, str],
        recordings: Recordings,
        courier: Courier,
        faults: FaultBox,
        clock: Callable[[], datetime],
        show: Show,
    ) -> None:
        """Take the business's address and the accounts' tokens."""
        self._address = address
        self._tokens = tokens
        self._recordings = recordings
        self._courier = courier
        self._faults = faults
        self._clock = clock
        self._show = show
        self._calls: dict[tuple[str, str, str], PhoneCall] = {}
        self._lock = threading.RLock()
        self._acts: Mapping[str, Callable[[PhoneCall, Act], None]] = {
            "keys": self._type,
            "speak": lambda call, act: self._speak(call, act, ""),
            "hang_up": self._hang_up,
        }

    def act(self, contact: Contact, owner: str, act: Act, copies: int) -> PhoneCall:
        """Let a caller act, and follow what they are told until they may act again.

        Raises:
            ValueError: There is no such act, or none now; the message says what there is.
        """
        with self._lock:
            if act.kind in ("call", "call_withheld"):
                return self._call(contact, owner, act.kind == "call_withheld", copies)
            if act.kind == "text":
                return self._all_at_once(contact, owner, act, copies)
            if act.kind not in self._acts:
                there = ", ".join(sorted(("call", "call_withheld", "text", *self._acts)))
                raise ValueError(f"voicemail has no {act.kind!r}; there are {there}.")
            call = self._calls.get(contact.key)
            if call is None:
                raise ValueError("Nobody is on the line: call first.")
            call.copies = copies
            self._acts[act.kind](call, act)
            return call

    def marked(self, contact: Contact, bubbles: Sequence[Bubble]) -> Sequence[Bubble]:
        """Show beside what was heard last what the caller can do now."""
        call = self._calls.get(contact.key)
        if call is None or not bubbles:
            return bubbles
        buttons = (*((_KEYPAD,) if isinstance(call.waits, Gather) else ()), _VOICE, _HANG_UP)
        return (*bubbles[:-1], replace(bubbles[-1], buttons=buttons))

    def _call(self, contact: Contact, owner: str, is_withheld: bool, copies: int) -> PhoneCall:  # noqa: FBT001 - one caller
        if contact.key in self._calls:
            raise ValueError("The line is busy: hang up first.")
        caller = WITHHELD if is_withheld else contact.contact_id
        call = PhoneCall(sid=new_sid("CA"), contact=contact, owner=owner, caller=caller, copies=copies)
        self._calls[contact.key] = call
        self._show(contact, "contact", "(calls, and shows no number)" if is_withheld else "(calls)", "")
        self._follow(call, f"{self._address}/voice", "calls", [], status="ringing")
        return call

    def _all_at_once(self, contact: Contact, owner: str, act: Act, copies: int) -> PhoneCall:
        """Call, say it, and hang up."""
        call = self._calls.get(contact.key) or self._call(contact, owner, False, copies)  # noqa: FBT003 - see there
        self._speak(call, act, "hangup")
        self._end(call)
        return call

    def _type(self, call: PhoneCall, act: Act) -> None:
        """Press keys one after the other; what comes after the last that counts is lost."""
        if not act.text or not set(act.text) <= _KEYS:
            raise ValueError("A keypad has 0 to 9, * and #.")
        self._show(call.contact, "contact", f"(presses {act.text})", "")
        if isinstance(call.waits, Record):
            if set(act.text) & set(call.waits.ends_with):
                self._nothing_said(call, call.waits)
            return
        if isinstance(call.waits, Gather):
            digits, ended, _ = act.text.partition(call.waits.ends_with or "\0")
            digits = digits[: call.waits.digits]
            # The ending key alone is as good as nothing typed.
            if digits:
                self._follow(call, call.waits.action, f"presses {digits}", [("Digits", digits)])
            elif ended:
                self._go_on(call)

    def _speak(self, call: PhoneCall, act: Act, digits: str) -> None:
        """Say something after the tone; whoever speaks before it has typed nothing."""
        if isinstance(call.waits, Gather):
            self._go_on(call)
        record = call.waits
        if not isinstance(record, Record):
            return
        words = act.text.strip()
        self._show(call.contact, "contact", words or "(says nothing)", "")
        if not words:
            self._nothing_said(call, record)
            return
        self._recorded(call, record, words, _length(words, act, record.longest_s), digits)

    def _hang_up(self, call: PhoneCall, act: Act) -> None:
        if act.text.strip():
            self._speak(call, act, "hangup")
        elif isinstance(call.waits, Record):
            self._tell_absent(call, call.waits)
        if self._calls.get(call.contact.key) is call:
            self._show(call.contact, "contact", "(hangs up)", "")
        self._end(call)

    def _follow(self, call: PhoneCall, url: str, what: str, more: Pairs, *, status: str = "in-progress") -> None:
        """Ask for the next instructions, and follow them."""
        form = [*self._form(call, status), *more]
        attempt = self._ask(call, url, what, form)
        if self._calls.get(call.contact.key) is not call or status == "completed":
            return
        try:
            call.rest = deque(read_instructions(attempt, url))
        except NoInstructionsError as error:
            self._show(call.contact, "business", _FAILED, f"Twilio ({error})")
            call.rest = deque()
        self._go_on(call)

    def _ask(self, call: PhoneCall, url: str, what: str, form: Pairs) -> Attempt:
        posted = self._delivery(call, url, what, form)
        tried = [self._courier.deliver(posted, retry=False) for _ in range(call.copies)]
        while (tried[0].status is None or tried[0].status >= 500) and len(tried) < TRIES:  # noqa: PLR2004 - a failure's
            tried = [self._courier.deliver(posted, retry=False), *tried]
        call.attempts += tried
        return tried[0]

    def _go_on(self, call: PhoneCall) -> None:
        """Follow the instructions as far as the caller need do nothing."""
        call.waits = None
        while call.rest:
            match call.rest.popleft():
                case Say(text=text):
                    self._show(call.contact, "business", text, "")
                case Gather() as gather:
                    self._show(call.contact, "business", gather.said, "")
                    call.waits = gather
                    return
                case Record() as record:
                    call.waits = record
                    return
                case Hangup():
                    break
        self._show(call.contact, "business", "(the line is closed)", "Twilio")
        self._end(call)

    def _end(self, call: PhoneCall) -> None:
        call.waits = None
        if self._calls.get(call.contact.key) is call:
            del self._calls[call.contact.key]

    def _nothing_said(self, call: PhoneCall, record: Record) -> None:
        """Go on behind the <Record>: an empty recording has no action."""
        self._tell_absent(call, record)
        self._go_on(call)

    def _tell_absent(self, call: PhoneCall, record: Record) -> None:
        empty = self._recordings.add(owner=call.owner, number=call.contact.contact_id, seconds=0, ready_at=None)
        if "absent" in record.events:
            self._tell_of_recording(call, record, empty, "absent")

    def _recorded(self, call: PhoneCall, record: Record, words: str, seconds: int, digits: str) -> None:
        fault = self._take("recording", call)
        is_lost = fault is not None and fault.kind is FaultKind.FAILED_STATUS
        late_s = fault.seconds if fault and fault.kind is FaultKind.LATE_ECHO else 0.0
        recording = self._recordings.add(
            owner=call.owner,
            number=call.contact.contact_id,
            seconds=seconds,
            ready_at=None if is_lost else self._clock() + timedelta(seconds=READY_AFTER_S + late_s),
        )
        call.recording_id = recording.sid
        self._tell_done(call, record, recording, digits)
        self._tell_of_recording(call, record, recording, "failed" if is_lost else "completed", fault)
        if record.transcript and not is_lost:
            self._tell_words(call, record, recording, words)

    def _tell_done(self, call: PhoneCall, record: Record, recording: Recording, digits: str) -> None:
        """Go on with the answer to it; where the word of it is lost or late, the line is closed meanwhile."""
        fault, more = self._take("done", call), call_forms.done(recording, digits=digits)
        if fault is not None and fault.kind in (FaultKind.NO_ECHO, FaultKind.LATE_ECHO):
            form = [*self._form(call, "completed"), *more]
            self._end(call)
            for after_s in _times(fault, 0.0):
                self._courier.deliver_later(self._delivery(call, record.action, "is done", form), after_s)
            return
        if fault is not None and fault.kind is FaultKind.DOUBLE_ECHO:
            form = [*self._form(call, "in-progress"), *more]
            self._courier.deliver_later(self._delivery(call, record.action, "is done", form))
        status = "completed" if digits == "hangup" else "in-progress"
        self._follow(call, record.action, "is done", more, status=status)

    def _tell_of_recording(
        self, call: PhoneCall, record: Record, recording: Recording, status: str, fault: Fault | None = None
    ) -> None:
        if not record.tells or (status == "completed" and status not in record.events):
            return
        form = call_forms.of_recording(call.sid, recording, status, self._clock())
        for after_s in self._copies(call, _times(fault, READY_AFTER_S)):
            self._courier.deliver_later(self._delivery(call, record.tells, f"recording {status}", form), after_s)

    def _tell_words(self, call: PhoneCall, record: Record, recording: Recording, words: str) -> None:
        fault = self._take("transcript", call)
        is_heard = SHORTEST_WITH_WORDS_S < recording.seconds < LONGEST_WITH_WORDS_S
        if fault is not None and fault.kind is FaultKind.FAILED_STATUS:
            is_heard = False
        form = [*self._form(call, "completed"), *call_forms.of_transcript(recording, words if is_heard else "")]
        for after_s in self._copies(call, _times(fault, 2 * READY_AFTER_S)):
            self._courier.deliver_later(self._delivery(call, record.transcript, "transcript", form), after_s)

    def _form(self, call: PhoneCall, status: str) -> list[tuple[str, str]]:
        return call_forms.of_call(call.sid, call.owner, call.caller, call.contact.account_id, status=status)

    def _delivery(self, call: PhoneCall, url: str, what: str, form: Pairs) -> Posted:
        below = url.removeprefix(f"{self._address}/")
        if below == url:
            raise ValueError(f"The instructions lead to {url}, which is not ours.")
        return signed_delivery(f"{call.contact.name}: {what}", self._address, form, self._tokens[call.owner], below)

    def _take(self, operation: str, call: PhoneCall) -> Fault | None:
        return self._faults.take(operation, CHANNEL, call.contact.contact_id, afterwards=True)

    def _copies(self, call: PhoneCall, times: Iterable[float]) -> list[float]:
        return [after_s for after_s in times for _ in range(call.copies)]


def _times(fault: Fault | None, usual_s: float) -> tuple[float, ...]:
    """Tell after which times somebody is told of something."""
    kind = fault.kind if fault else None
    if kind is FaultKind.NO_ECHO:
        return ()
    if fault is not None and kind is FaultKind.LATE_ECHO:
        return (usual_s + fault.seconds,)
    return (usual_s, 2 * usual_s) if kind is FaultKind.DOUBLE_ECHO else (usual_s,)


def _length(words: str, act: Act, longest_s: int) -> int:
    """Tell how long somebody speaks, who also breathes; ``seconds`` says it outright."""
    seconds = int(act.more.get("seconds") or max(_SHORTEST_S, len(words) // _LETTERS_A_SECOND))
    return min(seconds, longest_s)
