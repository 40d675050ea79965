"""Answer a call to the voicemail, step by step, and write down what each step tells.

Nobody waits on a telephone: whatever fails, the caller hears the greeting and may speak. What could not be written down
of a call comes with its later parts, each of which is written whether the earlier ones were or not.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from nightbell.domain.business import Account
from nightbell.domain.errors import UnavailableError
from nightbell.domain.events import Delivery, Spoken
from nightbell.domain.facts import Fact
from nightbell.domain.voicemail import CHANNEL, Call, Done
from nightbell.platforms.channel import Reply
from nightbell.platforms.twilio.calls import PATHS, CallPart, Ringing, Typed, read_part
from nightbell.platforms.twilio.voice import NOBODY_THERE, Voice
from nightbell.services.calls import Answered, CallHints

PLATFORM = "twilio"


class CallDesk(Protocol):
    """The calls in the table, as whoever answers them uses it. Each call may raise UnavailableError."""

    def open(self, call: Call) -> Call:
        """Write a new call down; one that is there already is returned as it is."""

    def add(self, told: CallPart) -> None:
        """Write a part down, once; a call that nobody knows yet begins with it."""

    def type_code(self, call_id: str, code: str) -> None:
        """Write down which code was typed; the last one counts."""

    def read_reference(self, brand: str, code: str) -> str | None:
        """Find the conversation that a code leads to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """What a number says to its callers now.

    Attributes:
        greeting: What they hear first, and what they are promised.
        call_back: The sentence of it by which whoever goes on agrees to be called back; empty for none.
    """

    greeting: Spoken
    call_back: str
    voice: Voice


class AnswerCall:
    """The service behind the voicemail's addresses."""

    def __init__(
        self,
        calls: CallDesk,
        hints: CallHints,
        accounts: Mapping[tuple[str, str], Account],
        wording: Callable[[Account, datetime, str], Wording],
    ) -> None:
        """Answer for these accounts; ``wording`` is told the address that the call goes on by."""
        self._calls = calls
        self._hints = hints
        self._accounts = accounts
        self._wording = wording

    def serves(self, delivery: Delivery) -> bool:
        """Tell whether a delivery is about a call."""
        return delivery.platform == PLATFORM and delivery.path in PATHS

    def __call__(self, delivery: Delivery) -> Answered:
        """Answer one verified delivery.

        Raises:
            NotUnderstoodError: It is no part of a call.
            UnavailableError: A part that nobody listens to could not be written down; it must be kept elsewhere.
        """
        told, now = read_part(delivery), delivery.received_at
        account = self._accounts.get((CHANNEL, told.account_id))
        # The very address that was signed, so that it is one that works from outside.
        hook = delivery.url.partition("?")[0].removesuffix(f"/{delivery.path}")
        if isinstance(told.part, Ringing | Typed) and account is None:
            return Answered(reply=NOBODY_THERE, facts=(Fact(name="calls_of_nobody", alarm=True),))
        if isinstance(told.part, Ringing) and account is not None:
            return self._greet(told, self._wording(account, now, hook), account, now)
        if isinstance(told.part, Typed) and account is not None:
            return self._take_code(told.call_id, told.part, self._wording(account, now, hook), account)
        return self._note(told, self._wording(account, now, hook) if account else None)

    def _greet(self, told: CallPart, wording: Wording, account: Account, now: datetime) -> Answered:
        """Greet with the very words that were said before, if this is a repetition."""
        call = Call(
            account_id=told.account_id,
            owner_id=told.owner_id,
            call_id=told.call_id,
            caller=told.caller,
            at=now,
            greeting=wording.greeting,
            call_back=wording.call_back,
            wants_words=account.transcribe,
        )
        try:
            known = self._calls.open(call)
        except UnavailableError:
            return _unwritten(wording.voice.greet(wording.greeting.text))
        said = known.greeting.text if known.greeting else wording.greeting.text
        return Answered(reply=wording.voice.greet(said), facts=(Fact(name="calls_answered"),))

    def _take_code(self, call_id: str, typed: Typed, wording: Wording, account: Account) -> Answered:
        """Look a code up; where nobody can, the caller is not asked again, and speaks all the same."""
        try:
            leads = typed.code is not None and self._calls.read_reference(account.brand.key, typed.code) is not None
            if typed.code is not None and leads:
                self._calls.type_code(call_id, typed.code)
        except UnavailableError:
            return _unwritten(wording.voice.after_code(is_known=True, tries=typed.tries))
        name = "call_codes_known" if leads else "call_codes_unknown"
        return Answered(reply=wording.voice.after_code(is_known=leads, tries=typed.tries), facts=(Fact(name=name),))

    def _note(self, told: CallPart, wording: Wording | None) -> Answered:
        """Write a part down, and let the call be looked at."""
        try:
            self._calls.add(told)
        except UnavailableError:
            if not isinstance(told.part, Done) or wording is None:
                raise
            return _unwritten(wording.voice.end(is_recorded=bool(told.part.recording_id)))
        facts = (Fact(name="call_parts"), *self._hinted(told.call_id))
        if isinstance(told.part, Done):
            is_recorded = bool(told.part.recording_id)
            reply = wording.voice.end(is_recorded=is_recorded) if wording else NOBODY_THERE
            return Answered(reply=reply, facts=facts)
        return Answered(reply=Reply(), facts=facts)

    def _hinted(self, call_id: str) -> tuple[Fact, ...]:
        """Make it fast; the call is due all the same."""
        try:
            self._hints.hint(call_id)
        except UnavailableError:
            return (Fact(name="hints_lost"),)
        return ()


def _unwritten(reply: Reply) -> Answered:
    """Answer whoever listens, although the table is away."""
    return Answered(reply=reply, facts=(Fact(name="calls_not_written_down", alarm=True),), is_kept=False)
