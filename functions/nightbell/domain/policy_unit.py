"""The unit that a message opens: what is to be done about it, and what it needs of the very message."""

from dataclasses import replace
from datetime import datetime

from nightbell.domain.business import TextId
from nightbell.domain.conversation import Conversation
from nightbell.domain.events import Message, Spoken
from nightbell.domain.policy_plan import Plan
from nightbell.domain.storable import fitting_about
from nightbell.domain.unit import FIRST_DUE, Unit, UnitState


def unit_of(plan: Plan, pk: str, after: Conversation, promise: datetime | None, now: datetime) -> Unit:
    """Open one with the plan for it."""
    return Unit(
        pk=pk,
        seq=after.last_seq,
        kind=plan.kind,
        text_id=plan.text_id,
        language=after.language or "",
        ask_fact=plan.ask_fact,
        promise_at=promise,
        created_at=now,
        reason=plan.reason,
        due_at=now + FIRST_DUE,
        due_since=now,
    )


def shaped(unit: Unit, plan: Plan, after: Conversation, message: Message, *, in_public: bool) -> Unit:
    """Give the unit what it needs of the very message that it is about."""
    if message.told:
        return _born_told(unit, message.told, after)
    if not unit.kind.sends:
        return replace(unit, look_up=message.message_id if leaves_words_out(message) else "")
    return _bound(unit, plan, after, message) if in_public or after.via or message.about or message.belongs else unit


def _born_told(unit: Unit, told: Spoken, after: Conversation) -> Unit:
    """Make the unit of what the contact has heard: nothing is left but to tell the human queue, and that at once."""
    return replace(
        unit,
        state=UnitState.CONFIRMED,
        text_id=TextId(told.text_id) if told.text_id in set(TextId) else None,
        via=after.via or "",
        via_account=after.via_account or "",
        text=told.text,
        promised_by=told.promised_by,
        promise_at=told.promised_by,
        due_at=unit.created_at,
    )


def leaves_words_out(message: Message) -> bool:
    """Tell whether its delivery names no more than its place, so that a unit must look up what was said."""
    return message.must_look_up or (message.is_mention and not message.text)


def _bound(unit: Unit, plan: Plan, after: Conversation, message: Message) -> Unit:
    """Bind a unit to the very message that it is about, and to the way on which that came."""
    return replace(
        unit,
        via=plan.via or after.via or "",
        via_account="" if plan.via else after.via_account or "",
        ladder=plan.ladder,
        next_text_id=plan.next_text_id,
        address=message.contact.address,
        about=fitting_about(message.about),
        said_at=message.sent_at,
    )
