"""Unsafe variants of what ships: each breaks one rule of the protocol, inside the deployed expressions or the services.

A checker that lets one of them pass proves nothing about the code it passes.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from unittest.mock import patch

from nightbell.adapters import desk_expressions
from nightbell.adapters import table_expressions as e
from nightbell.adapters.receipt_table import ReceiptTable
from nightbell.adapters.unit_table import UnitTable
from nightbell.domain import policy
from nightbell.domain.acknowledgement import reason_to_drop
from nightbell.domain.business import Account
from nightbell.domain.closing import Closing, closing
from nightbell.domain.conversation import Conversation, Join
from nightbell.domain.events import Message, MessageRole
from nightbell.domain.notice import Notice
from nightbell.domain.policy_episode import read_message
from nightbell.domain.unit import Unit, UnitState
from nightbell.platforms.channel import NoAnswer
from nightbell.services import after_answer, desk, still_wanted
from nightbell.services.attempts import attempt_of
from nightbell.services.blank_taken_back import BlankTakenBack
from nightbell.services.find_home import FindHome
from nightbell.services.ports import Attempt, DueMark, Page, Sending, StoreRequest
from nightbell.services.recover_unit import RecoverUnit
from nightbell.services.store_messages import StoreMessages
from nightbell.services.unit_outcomes import UnitOutcomes
from tests.chaos.crashes import explorer, programs, scenario
from tests.chaos.crashes.explorer import Explorer
from tests.chaos.crashes.world import HOUR_S

Change = Callable[[], Any]
"""Makes a context manager in which the variant is what runs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Variant:
    """One unsafe variant.

    Attributes:
        ignore: What it breaks at once by the letter, so that it must be caught by what comes of it.
        lying: The platform's read-back may lie.
    """

    name: str
    change: Change
    ignore: tuple[str, ...] = ()
    lying: bool = False


def _expression(module: Any = e, **changed: str) -> Change:
    return lambda: patch.dict(vars(module), changed)


def _together(*changes: Change) -> Change:
    @contextmanager
    def all_of_them() -> Iterator[None]:
        with ExitStack() as stack:
            for change in changes:
                stack.enter_context(change())
            yield

    return all_of_them


def arms() -> Iterator[Variant]:
    """Take every arm out of every condition. It stays in the text as what is always true: its values must be used."""
    for module in (e, desk_expressions):
        for name, text in vars(module).items():
            if name.isupper() and isinstance(text, str) and not text.startswith(("SET ", "REMOVE ")):
                yield from _without_an_arm(module, name, text)
    for field in e.R1_AGENT_FIELDS:
        fields = tuple(each for each in e.R1_AGENT_FIELDS if each != field)
        yield Variant(name=f"R1 without {field}", change=_method(e, "R1_AGENT_FIELDS", fields))


def _without_an_arm(module: Any, name: str, text: str) -> Iterator[Variant]:
    parts = re.split(r" AND (?![^(]*\))", text)
    for number, arm in enumerate(parts):
        always = f"({arm} OR NOT ({arm}))"
        changed = " AND ".join([*parts[:number], always, *parts[number + 1 :]])
        yield Variant(name=f"{name} without {arm}", change=_expression(module, **{name: changed}))


def _answer_first(services: programs.Services, me: str, name: scenario.Name) -> None:
    services.ports.ask("answer", name)
    programs.receive(services, me, name)


def _delete_on_answering(services: programs.Services, me: str, pk: str, received: Any) -> None:
    page = services.desk.take(pk, me)
    services.ports.screen = frozenset(message.seq for message in page.messages)
    services.desk.close(pk, me)
    services.ports.ask("drop", (pk, frozenset(received)))


def _method(owner: Any, name: str, function: Any) -> Change:
    return lambda: patch.object(owner, name, function)


def _program(name: str, program: Callable[..., None]) -> Change:
    return lambda: patch.dict(programs.PROGRAMS, {name: program})


_store = ReceiptTable.store


def _dual_write(self: ReceiptTable, request: StoreRequest) -> Any:
    refusal = _store(self, replace(request, units=()))
    if refusal is None:
        for entry in self._items(replace(request, messages=()))[1:]:
            self._table.put_new(entry["Put"]["Item"])
    return refusal


def _blind(self: RecoverUnit, case: Any) -> Any:
    unit = self._store.recover(case.unit, attempt_of(case.run, case.now), None)
    return ([], False) if unit is None else (self._resend(case, unit), False)


def _finish_first(
    self: UnitOutcomes, unit: Unit, state: UnitState, reason: str = "", message_id: str | None = None
) -> Any:
    self._store.finish(unit, state, reason=reason, message_id=message_id)
    self._tell(unit, state, reason)
    return []


_finish = UnitOutcomes.finish


def _finish_quietly(
    self: UnitOutcomes, unit: Unit, state: UnitState, reason: str = "", message_id: str | None = None
) -> Any:
    if state is not UnitState.SUPPRESSED:
        return _finish(self, unit, state, reason, message_id)
    self._store.finish(unit, state, reason=reason, message_id=message_id)
    return []


def _finish_without_reason(
    self: UnitOutcomes, unit: Unit, state: UnitState, reason: str = "", message_id: str | None = None
) -> Any:
    self._tell(unit, state)
    self._store.finish(unit, state, reason=reason, message_id=message_id)
    return []


_take_back = ReceiptTable._take_back


def _leave_no_mark(self: ReceiptTable, request: StoreRequest, target: str, under: str | None) -> Any:
    return _take_back(self, request, target, under)[1:]


def _as_it_came(self: StoreMessages, pk: str, message: Message) -> Message:
    del self, pk
    return message


def _only_finish(self: BlankTakenBack, mark: DueMark, has_time: Any) -> Any:
    del has_time
    self._store.finish_work(mark.pk, mark.sk, self._clock.now())
    return []


def _keep_preview(after: Conversation, message: Message, account: Account, *, quiet: bool) -> Conversation:
    return after if message.role is MessageRole.CHANGE else read_message(after, message, account, quiet=quiet)


def _linked_from_its_own_time(self: FindHome, read: Conversation, home: str, at: datetime) -> Join | None:
    del self
    return None if read.home(at) == home else Join(since=at, pk=home)


def _free_again(self: UnitOutcomes, unit: Unit, not_before: Any, reason: str, *, in_doubt: bool) -> Any:
    del in_doubt
    if not unit.told:
        self._tell(unit, UnitState.READY, reason)
    self._store.not_now(unit, not_before, told=True, reason=reason)
    return []


def _at_any_time(*looked_at: Any, reply_window: object, now: Any) -> Any:
    del reply_window
    return reason_to_drop(*looked_at, reply_window=None, now=now)


_start = UnitTable.start


def _close_at_once(self: UnitTable, unit: Unit, attempt: Attempt, sending: Sending | None) -> Unit | None:
    started = _start(self, unit, attempt, sending)
    if started is not None and started.desk:
        read, desk_state = self.read_conversation(unit.pk), self.read_desk(unit.pk)
        self.close(closing(started, read, desk_state, hours=None, promised_by=None))
    return started


def _close_all(*looked_at: Any, **counted: Any) -> Closing:
    case = closing(*looked_at, **counted)
    return replace(case, up_to=case.read.last_seq if case.read.is_waiting else 0)


def _notice_without_marker(self: UnitTable, notice: Notice) -> bool:
    self.mark_told(notice.unit)
    return _give_notice(self, notice)


_give_notice = UnitTable.give_notice
_send = programs.ApiPort.send


def _send_until_answered(self: programs.ApiPort, request: Any) -> Any:
    outcome = _send(self, request)
    return _send(self, request) if isinstance(outcome, NoAnswer) else outcome


def _tag(self: Unit) -> str:
    return f"nightbell.1.{self.seq}.{self.ack_key}-{self.epoch}"


def _due_without_units(worlds: Callable[..., Any]) -> Callable[..., Any]:
    def due(self: Explorer, world: Any, *, short: bool) -> Any:
        after, starts = worlds(self, world, short=short)
        return after, [start for start in starts if start[0] not in {"acknowledge", "sweep"}]

    return due


def _past_what_was_shown(page: Page) -> int:
    return page.conversation.last_seq


def _highest_shown(page: Page) -> int:
    return max((message.seq for message in page.messages), default=0)


def _channel(name: str, **changed: Any) -> Change:
    return lambda: patch.dict(scenario.CHANNELS, {name: replace(scenario.CHANNELS[name], **changed)})


def _without(text: str, *names: str) -> str:
    for name in names:
        text = text.replace(f":{name}, ", "").replace(f", :{name}", "")
    return text


_ALWAYS = "(seen_seq < :up_to OR NOT (seen_seq < :up_to))"
_HELD = "(agent_id = :agent OR NOT (agent_id = :agent)) AND (agent_until >= :at OR NOT (agent_until >= :at))"
_FLAT = "A REVISION THAT DOES NOT GROW"

RULES: tuple[Variant, ...] = (
    Variant(name="200 before the transaction", change=_program("receive", _answer_first)),
    Variant(
        name="message and unit in separate writes",
        change=_method(ReceiptTable, "store", _dual_write),
        ignore=("EPISODE WITHOUT A UNIT",),
    ),
    Variant(name="no Sweep", change=_method(Explorer, "_due", _due_without_units(Explorer._due))),
    Variant(
        name="no SENDING write",
        change=_expression(
            START=e.START.replace("st = :SENDING", "st = :READY"),
            START_WITH_TEXT=e.START_WITH_TEXT.replace("st = :SENDING", "st = :READY"),
        ),
        ignore=("NO SUCH MOVE",),
    ),
    Variant(name="blind resend", change=_method(RecoverUnit, "__call__", _blind)),
    Variant(name="HTTP client retries", change=_method(programs.ApiPort, "send", _send_until_answered)),
    Variant(name="a new key for each try", change=lambda: patch.object(Unit, "tag", property(_tag))),
    Variant(name="no settle time", change=_channel("E", settle=timedelta(0))),
    Variant(
        name="lease shorter than the function's life",
        change=lambda: patch.multiple(explorer, BACKGROUND=frozenset({"late", "acknowledge"}), LONGEST_S=2 * HOUR_S),
        ignore=("NEVER COMES TO REST",),
    ),
    Variant(
        name="take-over keeps the revision",
        change=_expression(RECOVER=e.RECOVER.replace("rev = rev + :one, ", "")),
        ignore=(_FLAT,),
    ),
    Variant(
        name="final states ignore a late failure",
        change=_expression(FAILED_IF=_without(e.FAILED_IF, "SENT", "CONFIRMED")),
    ),
    Variant(
        name="a failure counts only after SENT",
        change=_expression(FAILED_IF=_without(e.FAILED_IF, "READY", "SENDING", "RECOVERING", "UNCERTAIN")),
    ),
    Variant(
        name="an echo clears the due marker",
        change=_expression(SEEN=f"{e.SEEN} REMOVE due_pk, due_at"),
        ignore=("NOT FINAL AND NOT DUE",),
    ),
    Variant(
        name="an echo is not accepted in READY",
        change=_expression(SEEN_IF=_without(e.SEEN_IF, "READY")),
        ignore=("SENT TWICE", "SENT, AND SAID NOT TO BE"),
        lying=True,
    ),
    Variant(name="close past what was shown", change=_method(desk, "shown_up_to", _past_what_was_shown)),
    Variant(name="page from a lagging index", change=_method(desk, "shown_up_to", _highest_shown)),
    Variant(
        name="close without both conditions",
        change=_together(
            _expression(CLOSE_IF=f"{_HELD} AND {_ALWAYS}", CLOSE_ALL_IF=f"{_HELD} AND {_ALWAYS} AND last_seq = :up_to"),
            _expression(
                desk_expressions,
                FIRST_ACT_IF="(attribute_not_exists(acts) OR attribute_exists(acts))",
                NEXT_ACT_IF="(acts = :read_acts OR NOT (acts = :read_acts))",
            ),
        ),
        ignore=("CHANGED BY AN AGENT", "A LOG ENTRY WRITTEN OVER"),
    ),
    Variant(name="reader deletes on answering", change=_program("agent", _delete_on_answering)),
    Variant(name="send outside the reply window", change=_method(still_wanted, "reason_to_drop", _at_any_time)),
    Variant(
        name="an unsent second try makes the first one unsent",
        change=_method(UnitOutcomes, "put_off", _free_again),
    ),
    Variant(name="hand-off after finishing", change=_method(UnitOutcomes, "finish", _finish_first)),
    Variant(
        name="nobody hears that another app has it",
        change=_method(UnitOutcomes, "finish", _finish_quietly),
    ),
    Variant(
        name="told without what the platform said",
        change=_method(UnitOutcomes, "finish", _finish_without_reason),
    ),
    Variant(
        name="taken back without a mark for what comes later",
        change=_method(ReceiptTable, "_take_back", _leave_no_mark),
    ),
    Variant(
        name="an edit brings back what was taken back",
        change=_method(StoreMessages, "_allowed", _as_it_came),
    ),
    Variant(
        name="nobody looks for what else there is of it",
        change=_method(BlankTakenBack, "__call__", _only_finish),
    ),
    Variant(
        name="a link takes along what was stored before it",
        change=_method(FindHome, "_linking", _linked_from_its_own_time),
    ),
    Variant(
        name="an answer closes before it has left",
        change=_method(UnitTable, "start", _close_at_once),
        ignore=("NOT FINAL AND NOT DUE",),
    ),
    Variant(name="an answer closes all that is there", change=_method(after_answer, "closing", _close_all)),
    Variant(
        name="an answer closes whatever became of it", change=_method(after_answer, "ARRIVED", frozenset(UnitState))
    ),
    Variant(name="an answer's marker goes before its case is closed", change=_expression(END=e.FINISH)),
    Variant(name="a failed answer's marker goes before the notice", change=_expression(DROP=e.SUPPRESS)),
    Variant(
        name="a notice in a write of its own",
        change=_method(UnitTable, "give_notice", _notice_without_marker),
    ),
    Variant(
        name="the first words of what was taken back stay",
        change=_method(policy, "read_message", _keep_preview),
    ),
)
