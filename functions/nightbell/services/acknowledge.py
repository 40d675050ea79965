"""Move one unit as far as it can go now: check again, write, send once, hand off, finish.

The order is the guarantee: SENDING is written before the request leaves, and a due marker is
cleared only after the human queue was told of exactly that state. Whatever dies in between is
found by its due marker and recovered by what the platform can prove.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from nightbell.domain.acknowledgement import Composed, compose, fitted, reason_to_drop
from nightbell.domain.business import Account
from nightbell.domain.conversation import Conversation
from nightbell.domain.facts import Fact
from nightbell.domain.keys import split_conversation_pk
from nightbell.domain.policy import NOT_IN_SETTINGS
from nightbell.domain.unit import Unit, UnitState, back_off
from nightbell.platforms.channel import (
    Channel,
    LookUp,
    Question,
    ReadBack,
    RecoveryClass,
    Sender,
    Verdict,
    VerdictKind,
)
from nightbell.services.ask_first import AskFirst
from nightbell.services.case import Case, Invocation
from nightbell.services.guard_account import Cause
from nightbell.services.join_reply import JoinReply
from nightbell.services.look_back import LookBack
from nightbell.services.look_up_words import LookUpWords
from nightbell.services.open_way import OpenWay, Way
from nightbell.services.platform_access import PlatformAccess
from nightbell.services.ports import Attempt, Clock, PlatformApi, Sending, UnitStore
from nightbell.services.tell_human_queue import TellHumanQueue

LEASE_MARGIN = timedelta(seconds=10)
"""For clocks: Lambda kills the sandbox at the deadline, so after it the worker is certainly dead."""
AROUND_A_SEND = timedelta(seconds=6)
"""What the table and the queue may take before and after a send, within one invocation."""
SAME_KEY_FOR = timedelta(hours=23)
"""How long a send of unknown outcome is sent again; a platform that counts as keyed remembers a key for a day."""
STEPS = 4
_CAUSES = {
    VerdictKind.TOKEN_DEAD: Cause.TOKEN,
    VerdictKind.NOT_PERMITTED: Cause.PERMISSION,
    VerdictKind.ACCOUNT_BLOCKED: Cause.BLOCKED,
    VerdictKind.CAPPED: Cause.CAPPED,
}

UNREADABLE = "the platform gave no proof whether the message arrived"
TEXT_GONE = "its text was taken out of the settings while it waited"
PLATFORM_NOT_REACHED = "the platform could not be reached yet"
KEY_FORGOTTEN = "the platform knows its key no more, and cannot tell whether the message arrived"


class Acknowledge:
    """The state machine's driver; safe to call for any unit, at any time, any number of times."""

    def __init__(  # noqa: PLR0913 - the ports it needs, by name
        self,
        *,
        store: UnitStore,
        platform_api: PlatformApi,
        access: PlatformAccess,
        tell: TellHumanQueue,
        accounts: Mapping[tuple[str, str], Account],
        channels: Mapping[str, Channel],
        clock: Clock,
        senders: Mapping[str, Sender] | None = None,
        look_ups: Mapping[str, LookUp] | None = None,
        questions: Mapping[str, Question] | None = None,
    ) -> None:
        """Send by this API, in the names that ``access`` gives."""
        self._store, self._api, self._clock = store, platform_api, clock
        self._accounts, self._channels, self._tell = accounts, channels, tell
        self._senders = senders if senders is not None else channels
        self._open = OpenWay(store, access)
        self._ask = AskFirst(platform_api, questions or {})
        self._look_back = LookBack(store, platform_api, access)
        self._join = JoinReply(store, channels, clock)
        self._look_up = LookUpWords(store, platform_api, access, accounts, channels, look_ups or {})

    def __call__(self, pk: str, sk: str, run: Invocation) -> list[Fact]:
        """Move the unit until it rests or must wait.

        Raises:
            UnavailableError: Table or queue failed; calling again is safe.
        """
        facts: list[Fact] = []
        for _ in range(STEPS):
            step, moved = self._step(pk, sk, run)
            facts += step
            if not moved:
                break
        return facts

    def _step(self, pk: str, sk: str, run: Invocation) -> tuple[list[Fact], bool]:
        """Take one step; the second value tells whether another may follow at once."""
        unit = self._store.read_unit_by_key(pk, sk)
        if unit is None:
            return [Fact(name="hints_without_unit")], False
        conversation = self._store.read_conversation(pk)
        if unit.state.is_final:
            return self._tell_settled(unit), False
        case = self._case(unit, conversation, run)
        if isinstance(case, str):
            return self._without_settings(unit, case, run), False
        facts, moved = self._start(case) if unit.state is UnitState.READY else self._recover(case)
        # With steps left the next one's turn may have come.
        return facts, moved or bool(unit.ladder)

    def _case(self, unit: Unit, conversation: Conversation, run: Invocation) -> Case | str:
        """Gather what sending needs, or name the reason why only the human queue is told."""
        if not unit.kind.sends or unit.text_id is None:
            return unit.reason
        own, account_id, contact_id = split_conversation_pk(unit.pk) or ("", "", "")
        # A contact who went on elsewhere is answered there; a private reply is sent by the account commented on.
        spoken = unit.via if unit.via in self._channels else own
        account = self._accounts.get((spoken, unit.via_account or account_id))
        sender = self._senders.get(unit.via or own)
        if account is None or sender is None:
            return NOT_IN_SETTINGS
        return Case(
            unit=unit,
            text_id=unit.text_id,
            conversation=conversation,
            sender=sender,
            account=account,
            contact_id=contact_id,
            run=run,
            now=self._clock.now(),
        )

    def _tell_settled(self, unit: Unit) -> list[Fact]:
        """A6: an echo or status settled it; its due marker goes only now that the human queue knows."""
        if unit.due_at is None:
            return []
        self._tell(unit, unit.state)
        self._store.mark_told(unit)
        return [Fact(name="hand_offs")]

    def _without_settings(self, unit: Unit, reason: str, run: Invocation) -> list[Fact]:
        """Hand over what is not to be sent, and what can be recovered no more because its account is gone."""
        if unit.state is UnitState.READY:
            reason, facts = self._look_up(unit, reason, run.deadline - self._clock.now())
            return facts + self._drop(unit, reason)
        attempt = Attempt(worker=run.worker, now=self._clock.now(), lease=run.deadline + LEASE_MARGIN)
        recovered = self._store.recover(unit, attempt, None)
        return [] if recovered is None else self._finish(recovered, UnitState.UNCERTAIN, reason)

    def _drop(self, unit: Unit, reason: str) -> list[Fact]:
        """A7: nothing leaves; the human queue is told all the same."""
        if self._tell(unit, UnitState.SUPPRESSED, reason):
            self._store.suppress(unit, reason)
        else:
            self._store.not_now(unit, self._clock.now() + back_off(unit.sweeps + 1), told=True)
        return [Fact(name="hand_offs")]

    def _start(self, case: Case) -> tuple[list[Fact], bool]:
        reason = self._reason_to_drop(case)
        if reason is not None:
            return self._suppress(case, reason), False
        if case.unit.not_before is not None and case.unit.not_before > case.now:
            return [], False
        left = case.run.deadline - case.now - self._ask.takes(case.sender)
        if left < timedelta(seconds=case.sender.send_timeout_s) + AROUND_A_SEND:
            return [Fact(name="too_late_to_send")], False
        way = self._way(case)
        return ([way] if isinstance(way, Fact) else self._ask_and_send(case, way)), False

    def _suppress(self, case: Case, reason: str) -> list[Fact]:
        return [*self._drop(case.unit, reason), Fact(name="acks_suppressed")]

    def _reason_to_drop(self, case: Case) -> str | None:
        window = case.sender.reply_window
        return reason_to_drop(case.unit, case.conversation, case.account, reply_window=window, now=case.now)

    def _ask_and_send(self, case: Case, way: Way) -> list[Fact]:
        """Ask before A1: whatever breaks here, the unit is as it was."""
        if not self._ask.takes(case.sender):
            return self._attempt_send(case, way)
        objection = self._ask(case, way.access)
        if objection is not None:
            return self._heed(objection, case, way)
        # A person may have answered while we asked.
        asked = replace(case, conversation=self._store.read_conversation(case.unit.pk), now=self._clock.now())
        reason = self._reason_to_drop(asked)
        return self._attempt_send(asked, way) if reason is None else self._suppress(asked, reason)

    def _heed(self, objection: Verdict, case: Case, way: Way) -> list[Fact]:
        """Drop what must never leave, and put off the rest: no answer is no permission."""
        facts = [Fact(name="objections", fields={"channel": case.sender.name, "code": objection.code})]
        if objection.kind in {VerdictKind.REFUSED, VerdictKind.OWNED_ELSEWHERE}:
            self._open.worked(way)
            return facts + self._suppress(case, objection.reason)
        if objection.kind is VerdictKind.UNKNOWN:
            facts += self._open.failed(way, case.now)
            objection = replace(objection, kind=VerdictKind.NOT_SENT)
        return facts + self._act_on(objection, case, case.unit, way)

    def _attempt_send(self, case: Case, way: Way) -> list[Fact]:
        """A1, and only then the request."""
        try:
            whole = compose(case.unit, case.text_id, case.conversation, case.account, case.now)
        except KeyError:
            return [*self._drop(case.unit, TEXT_GONE), Fact(name="texts_gone", alarm=True)]
        composed = fitted(whole, case.sender.form)
        sending = Sending(text_id=composed.text_id.value, text=composed.text, promised_by=composed.promised_by)
        started = self._store.start(case.unit, self._attempt(case), sending)
        return [] if started is None else self._send(case, started, composed, way)

    def _attempt(self, case: Case) -> Attempt:
        return Attempt(worker=case.run.worker, now=case.now, lease=case.run.deadline + LEASE_MARGIN)

    def _way(self, case: Case) -> Way | Fact:
        """Open the way to the platform, or park the unit: the human queue hears of it once."""
        way = self._open(case.sender, case.account, case.now, back_off(case.unit.sweeps + 1))
        if isinstance(way, Way):
            return way
        self._put_off(case, case.unit, way.until, way.reason)
        return way.fact

    def _send(self, case: Case, unit: Unit, composed: Composed, way: Way) -> list[Fact]:
        request = case.sender.send_request(case.outbound(composed), way.access)
        verdict = case.sender.verdict(self._api.send(request))
        waited_ms = int((self._clock.now() - unit.created_at).total_seconds() * 1000)
        fields: dict[str, str | int] = {"channel": case.sender.name, "code": verdict.code, "waited_ms": waited_ms}
        facts = [Fact(name=f"sends_{verdict.kind}", fields=fields)]
        facts += self._act_on(verdict, case, unit, way)
        if verdict.opted_out and self._store.note_opt_out(unit.pk, case.now, opted_out=True):
            facts.append(Fact(name="opt_outs_heeded", fields={"channel": case.sender.name}))
        return facts

    def _act_on(self, verdict: Verdict, case: Case, unit: Unit, way: Way) -> list[Fact]:
        match verdict.kind:
            case VerdictKind.SENT:
                self._open.worked(way)
                joined = self._join(unit, verdict.recipient_id) if verdict.recipient_id else []
                return joined + self._finish(unit, UnitState.SENT, message_id=verdict.message_id)
            case VerdictKind.REFUSED | VerdictKind.OWNED_ELSEWHERE:
                self._open.worked(way)
                # A second try under the same key says nothing about the first.
                again = case.unit.state is UnitState.RECOVERING
                is_refusal = verdict.kind is VerdictKind.REFUSED
                final = UnitState.REFUSED if is_refusal else UnitState.SUPPRESSED
                return self._finish(unit, UnitState.UNCERTAIN if again else final, verdict.reason)
            case VerdictKind.NOT_SENT:
                wait = verdict.retry_after or back_off(unit.sweeps + 1)
                return self._put_off(case, unit, case.now + wait, verdict.reason or PLATFORM_NOT_REACHED)
            case VerdictKind.UNKNOWN:
                # It stays SENDING: only recovery may touch it, after the lease and the settle time.
                return self._open.failed(way, case.now)
            case _:
                return self._break(case, unit, verdict, way)

    def _break(self, case: Case, unit: Unit, verdict: Verdict, way: Way) -> list[Fact]:
        closed = self._open.broke(way, verdict, _CAUSES[verdict.kind], case.now, back_off(unit.sweeps + 1))
        return [closed.fact, *self._put_off(case, unit, closed.until, closed.reason)]

    def _put_off(self, case: Case, unit: Unit, not_before: datetime, reason: str) -> list[Fact]:
        """A5 before an attempt, or after one that certainly did nothing.

        What is sent again waits in RECOVERING: its first try may have arrived, so it is never dropped as unsent.
        """
        told = []
        if not unit.told:
            self._tell(unit, UnitState.READY, reason)
            told = [Fact(name="hand_offs")]
        if case.unit.state is UnitState.RECOVERING:
            self._store.stay_in_doubt(unit, not_before, reason)
        else:
            self._store.not_now(unit, not_before, told=True, reason=reason)
        return told

    def _finish(self, unit: Unit, state: UnitState, reason: str = "", message_id: str | None = None) -> list[Fact]:
        """A4, after the hand-off; an echo that was faster has settled it already, and A6 is left.

        A8 where steps are left, whatever this one came to: the human queue hears of all of them at the end.
        """
        if unit.ladder and state is not UnitState.SUPPRESSED:
            self._store.climb(unit, state, reason=reason, message_id=message_id)
            return []
        self._tell(replace(unit, platform_message_id=message_id or unit.platform_message_id), state, reason)
        if self._store.finish(unit, state, reason=reason, message_id=message_id) is None:
            again = self._store.read_unit_by_key(unit.pk, unit.sk)
            if again is not None and again.state is UnitState.CONFIRMED and state is UnitState.SENT:
                self._store.mark_told(again)
        return [Fact(name="hand_offs")]

    def _recover(self, case: Case) -> tuple[list[Fact], bool]:
        """A2: settle a send whose outcome nobody knows, by what the platform can prove."""
        settle = case.sender.settle if case.sender.recovery is RecoveryClass.ECHOED else None
        settled_before = case.now - settle if settle else None
        if (case.unit.lease is not None and case.unit.lease >= case.now) or (
            settled_before is not None and case.unit.sent_from is not None and case.unit.sent_from >= settled_before
        ):
            return [], False
        unit = self._store.recover(case.unit, self._attempt(case), settled_before)
        if unit is None:
            return [], False
        facts = [Fact(name="recoveries", fields={"channel": case.sender.name})]
        match case.sender.recovery:
            case RecoveryClass.KEYED | RecoveryClass.ONE_SHOT:
                return facts + self._resend(case, unit), False
            case RecoveryClass.ECHOED if case.sender.can_read_back:
                return self._read_back(case, unit, facts)
            case _:
                return facts + self._finish(unit, UnitState.UNCERTAIN, UNREADABLE), False

    def _resend(self, case: Case, unit: Unit) -> list[Fact]:
        """A3: the platform executes one key once; what must not leave any more may have left before."""
        case = replace(case, unit=unit)
        reason = self._reason_not_to_resend(case)
        if reason is not None:
            return self._finish(unit, UnitState.UNCERTAIN, reason)
        way = self._way(case)
        resent = None if isinstance(way, Fact) else self._store.resend(unit, self._attempt(case))
        if resent is None or isinstance(way, Fact):
            return []
        return self._send(case, resent, self._composed_again(case, resent.text), way)

    def _composed_again(self, case: Case, text: str) -> Composed:
        """Say the very words again, with the buttons that belong to them."""
        try:
            anew = compose(case.unit, case.text_id, case.conversation, case.account, case.now)
        except KeyError:
            return Composed(text_id=case.text_id, text=text)
        return replace(fitted(anew, case.sender.form), text_id=case.text_id, text=text)

    def _reason_not_to_resend(self, case: Case) -> str | None:
        if case.unit.sent_from is not None and case.now - case.unit.sent_from > SAME_KEY_FOR:
            return KEY_FORGOTTEN
        return self._reason_to_drop(case)

    def _read_back(self, case: Case, unit: Unit, facts: list[Fact]) -> tuple[list[Fact], bool]:
        found = self._look(case, unit)
        if found is ReadBack.FOUND and self._look_back.is_said_again(unit):
            found = ReadBack.UNREADABLE
        facts.append(Fact(name=f"read_backs_{found}", fields={"channel": case.sender.name}))
        if found is ReadBack.FOUND:
            return facts + self._finish(unit, UnitState.CONFIRMED), False
        if found is ReadBack.ABSENT:
            return facts, self._store.not_now(unit, case.now, told=unit.told) is not None
        return facts + self._finish(unit, UnitState.UNCERTAIN, UNREADABLE), False

    def _look(self, case: Case, unit: Unit) -> ReadBack:
        return self._look_back(case, unit)
