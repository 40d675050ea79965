"""A notice: what the team must read because something it said did not, or not certainly, reach the contact.

It gets a number of the conversation, as a message does, and so it waits until somebody has seen it: an answer that
failed after everything was closed opens the conversation again.
"""

from dataclasses import dataclass, replace
from datetime import datetime

from nightbell.domain.conversation import Conversation, PriorityReason
from nightbell.domain.events import Contact, Message
from nightbell.domain.keys import split_conversation_pk
from nightbell.domain.policy_episode import numbered_by_us
from nightbell.domain.priority import WEIGHTS
from nightbell.domain.unit import FIRST_DUE, Unit, UnitKind, UnitState

KIND = "nightbell.notice"
_SENTENCES = {
    UnitState.UNCERTAIN: "Nobody can tell whether what {by} wrote reached the contact",
    UnitState.REFUSED: "The platform refused what {by} wrote",
    UnitState.UNDELIVERED: "The platform could not deliver what {by} wrote",
    UnitState.SUPPRESSED: "What {by} wrote was not sent",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """One notice, written as a whole.

    Attributes:
        unit: What it is about; its due marker goes with the rest, and so it is given once.
        read, written: The conversation as it was read, and with the notice.
        message: As it is stored; its id names the unit and what became of it.
        hand_off: By which the human queue hears of it.
    """

    unit: Unit
    read: Conversation
    written: Conversation
    message: Message
    hand_off: Unit


def notice_about(unit: Unit, read: Conversation, now: datetime) -> Notice:
    """Write a notice about a person's words that came to another end than they should."""
    written = numbered_by_us(read, now)
    kept = {*written.reasons, PriorityReason.ANSWER_FAILED}
    written = replace(
        written,
        unit_seq=written.last_seq,
        # It is still about what it was about, and what the contact has agreed to stands.
        kind=read.kind,
        follow_up=read.follow_up,
        consent=read.consent,
        asked=read.asked,
        reasons=tuple(reason for reason in WEIGHTS if reason in kept),
    )
    sentence = sentence_about(unit)
    hand_off = Unit(
        pk=unit.pk,
        seq=written.last_seq,
        kind=UnitKind.HAND_OFF,
        language=written.language or "",
        created_at=now,
        reason=sentence,
        due_at=now + FIRST_DUE,
        due_since=now,
    )
    return Notice(unit=unit, read=read, written=written, message=_message(unit, sentence, now), hand_off=hand_off)


def sentence_about(unit: Unit) -> str:
    """Say what became of a person's words, and why."""
    said = _SENTENCES[unit.state].format(by=unit.by)
    return f"{said}: {unit.reason}." if unit.reason else f"{said}."


def _message(unit: Unit, sentence: str, now: datetime) -> Message:
    channel, account_id, contact_id = split_conversation_pk(unit.pk) or ("", "", "")
    return Message(
        kind=KIND,
        channel=channel,
        account_id=account_id,
        contact=Contact(contact_id=contact_id, address=contact_id),
        message_id=f"nightbell.{unit.sk}.{unit.state.value}",
        text=sentence,
        sent_at=now,
    )
