"""Decide what happens with one message: the whole of the rules, without any effect.

A delivery's messages are folded through :func:`decide` one by one; each gets the next number.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import sha256

from nightbell.domain.business import Account, Choice, TextId, detect_language
from nightbell.domain.choices import ANSWERS, ASKS, CONFIRMATIONS, NEEDS_REFERENCE, chosen, given_address
from nightbell.domain.conversation import Consent, Conversation, PriorityReason
from nightbell.domain.events import Message, MessageRole
from nightbell.domain.phrases import Kind, classify, is_opt_in, is_opt_out
from nightbell.domain.priority import reasons_for
from nightbell.domain.suppression import (
    OPTED_OUT,
    TOLD_ALREADY,
    TOLD_BEFORE,
    Situation,
    count_ack,
    count_message,
    reason_to_hold_back,
)
from nightbell.domain.texts import text_for
from nightbell.domain.unit import FIRST_DUE, Unit, UnitKind

PREVIEW_CHARACTERS = 80
REFERENCE_ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""No 0, O, 1 or I: the code is read out on the telephone. 32 letters, so 5 bits each."""
REFERENCE_LENGTH = 7
NOT_IN_SETTINGS = "the account is not in the business settings"
NOT_DECIDED = "the policy failed on this message"

_UNSEEN_CHANGE_SUFFIX = ":unsend"
_BY_KIND = {
    Kind.QUESTION: (TextId.RECEIPT, TextId.REDIRECT),
    Kind.COMPLAINT: (TextId.RECEIPT_COMPLAINT, TextId.REDIRECT_COMPLAINT),
    Kind.IDEA: (TextId.RECEIPT_IDEA, TextId.REDIRECT_IDEA),
    Kind.PRAISE: (TextId.RECEIPT_PRAISE, TextId.REDIRECT_PRAISE),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What one message brings about.

    Attributes:
        conversation: As it stands afterwards.
        unit: What must be done about it; ``None`` when somebody is told already.
        consent: A new record, where the contact gave an address with this message.
    """

    conversation: Conversation
    unit: Unit | None = None
    consent: Consent | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Plan:
    """What to send, before anything is known about whether it may be sent."""

    kind: UnitKind
    text_id: TextId | None = None
    reason: str = ""
    stretch: str = ""
    ask_fact: bool = False


def decide(  # noqa: PLR0913 - a pure function takes everything it depends on
    message: Message,
    conversation: Conversation,
    account: Account,
    *,
    pk: str,
    reply_window: timedelta | None,
    now: datetime,
    salt: int = 0,
) -> Decision:
    """Decide about the next message of a conversation.

    Args:
        message: Already verified, and not stored before.
        conversation: As it stands before this message.
        account: Whose hours, texts and lists apply.
        pk: The conversation's id.
        reply_window: The channel's, ``None`` for none.
        now: When the delivery arrived, aware, UTC; promises are counted from it.
        salt: Tries further reference codes after one was found taken.
    """
    before = conversation
    after = _next(before, message, account, now)
    if _closes_itself(before, message):
        return Decision(conversation=replace(after, seen_seq=after.last_seq))
    after = _read(after, message, account, starts=after.episode == after.last_seq)
    plan, after, consent = _plan(before, after, message, account, now)
    after = replace(after, reasons=reasons_for(message, after, account, reply_window=reply_window, now=now))
    situation = Situation(message=message, conversation=after, reply_window=reply_window, now=now)
    plan = _held_back(plan, situation)
    if plan.kind.sends:
        after, allowed = count_ack(after, now)
        plan = plan if allowed else _hand_off(reason_to_hold_back(replace(situation, conversation=after)) or "")
    if plan.kind.sends and plan.text_id in _WITH_REFERENCE and after.reference is None:
        after = replace(after, reference=reference_code(pk, after.episode, salt))
    if plan.kind is UnitKind.ACKNOWLEDGEMENT:
        after = replace(after, unit_stretch=plan.stretch)
    if not _must_tell(plan, before, after):
        return Decision(conversation=after, consent=consent)
    after = replace(after, unit_seq=after.last_seq, ack_seq=after.last_seq if plan.kind.sends else after.ack_seq)
    promise = account.hours.add_open_time(now, account.brand.promise)
    return Decision(conversation=after, unit=_unit(plan, pk, after, promise, now), consent=consent)


def undecided(message: Message, conversation: Conversation, *, pk: str, reason: str, now: datetime) -> Decision:
    """Hand a message over without any decision, so that it is never lost to a broken setting."""
    after = _counted(conversation, message, now)
    if after.episode != after.last_seq:
        return Decision(conversation=after)
    after = replace(after, unit_seq=after.last_seq)
    plan = _Plan(kind=UnitKind.UNDECIDED, reason=reason)
    return Decision(conversation=after, unit=_unit(plan, pk, after, None, now))


def reference_code(pk: str, episode: int, salt: int) -> str:
    """Derive a short code that leads from an e-mail or a voicemail back to a conversation."""
    digest = sha256(f"{pk}/{episode}/{salt}".encode()).digest()
    return "".join(REFERENCE_ALPHABET[byte % len(REFERENCE_ALPHABET)] for byte in digest[:REFERENCE_LENGTH])


_WITH_REFERENCE = frozenset(ANSWERS[choice] for choice in NEEDS_REFERENCE)


def _closes_itself(before: Conversation, message: Message) -> bool:
    """Tell whether nobody needs to see it: something taken back after all of it was answered."""
    return (
        message.role is MessageRole.CHANGE
        and message.message_id.endswith(_UNSEEN_CHANGE_SUFFIX)
        and before.exists
        and not before.is_waiting
    )


def _counted(before: Conversation, message: Message, now: datetime) -> Conversation:
    """Give the message its number, and open an episode if nothing waits or what waits has lapsed."""
    after = replace(
        before,
        last_seq=before.last_seq + 1,
        newest_at=max(before.newest_at or message.sent_at, message.sent_at),
        name=message.contact.name or before.name,
        address=message.contact.address or before.address,
    )
    if before.is_waiting and not before.has_lapsed(now):
        return after
    return replace(
        after,
        episode=after.last_seq,
        episode_at=now,
        ack_seq=0,
        unit_stretch="",
        kind=Kind.QUESTION,
        reasons=(),
        follow_up=None,
        asked=None,
        lapsed=before.has_lapsed(now),
    )


def _next(before: Conversation, message: Message, account: Account, now: datetime) -> Conversation:
    after = replace(count_message(_counted(before, message, now), now), brand=account.brand.key)
    if message.role is MessageRole.CHANGE:
        return after
    return replace(after, contact_at=max(before.contact_at or message.sent_at, message.sent_at))


def _read(after: Conversation, message: Message, account: Account, *, starts: bool) -> Conversation:
    """Note what the message says about itself: language and kind. A complaint stays one for the episode."""
    brand = account.brand
    if message.role is MessageRole.CHANGE:
        return after
    kind = classify(message.text, brand.phrases.values())
    keep = not starts and (after.kind is Kind.COMPLAINT or kind is Kind.QUESTION)
    return replace(
        after,
        language=detect_language(message.text, brand, after.language),
        kind=after.kind if keep else kind,
        preview=message.text[:PREVIEW_CHARACTERS] if brand.preview else None,
    )


def _plan(
    before: Conversation, after: Conversation, message: Message, account: Account, now: datetime
) -> tuple[_Plan, Conversation, Consent | None]:
    """Choose what would be sent, by what the contact did."""
    brand, phrases = account.brand, tuple(account.brand.phrases.values())
    if is_opt_out(message.text, phrases):
        return _opt(before, after, opted_out=True), replace(after, opted_out=True), None
    if is_opt_in(message.text, phrases) and before.opted_out:
        return _opt(before, after, opted_out=False), replace(after, opted_out=False), None
    choice = chosen(message, brand, after.language or brand.default_language)
    if choice is not None:
        return _answer_tap(choice, after)
    address = given_address(message, after.asked) if after.asked else None
    if address and after.asked:
        return _answer_address(address, after.asked, after, account, now)
    return _acknowledge(message, after, account, now), after, None


def _opt(before: Conversation, after: Conversation, *, opted_out: bool) -> _Plan:
    if before.opted_out == opted_out:
        return _hand_off(OPTED_OUT)
    text_id = TextId.OPTED_OUT if opted_out else TextId.OPTED_IN
    return _Plan(kind=UnitKind.ANSWER, text_id=text_id, stretch=after.unit_stretch)


def _answer_tap(choice: Choice, after: Conversation) -> tuple[_Plan, Conversation, Consent | None]:
    if after.follow_up == choice.value:
        return _hand_off(TOLD_BEFORE), after, None
    after = replace(after, follow_up=choice.value, asked=ASKS.get(choice))
    return _Plan(kind=UnitKind.ANSWER, text_id=ANSWERS[choice]), after, None


def _answer_address(
    address: str, asked: str, after: Conversation, account: Account, now: datetime
) -> tuple[_Plan, Conversation, Consent | None]:
    """Record the contact's permission with the very words that asked for it."""
    brand, question = account.brand, TextId.ASK_EMAIL if asked == "email" else TextId.ASK_PHONE
    wording = text_for(brand, question, after.language or brand.default_language, account.channel)
    consent = Consent(channel=asked, address=address, given_at=now, wording=wording, seq=after.last_seq)
    after = replace(after, consent=consent, asked=None)
    return _Plan(kind=UnitKind.ANSWER, text_id=CONFIRMATIONS[asked]), after, consent


def _acknowledge(message: Message, after: Conversation, account: Account, now: datetime) -> _Plan:
    """Plan a receipt or a redirect: one in an episode and stretch, and one more for an emergency."""
    stretch = account.hours.stretch_at(now)
    emergency = PriorityReason.EMERGENCY in reasons_for(message, after, account, reply_window=None, now=now)
    if emergency and PriorityReason.EMERGENCY not in after.reasons:
        return _Plan(kind=UnitKind.ACKNOWLEDGEMENT, text_id=TextId.EMERGENCY, stretch=stretch.key)
    if after.unit_stretch == stretch.key:
        return _hand_off(TOLD_ALREADY)
    receipt, redirect = _BY_KIND[after.kind]
    return _Plan(
        kind=UnitKind.ACKNOWLEDGEMENT,
        text_id=receipt if stretch.is_open else redirect,
        stretch=stretch.key,
        ask_fact=_lacks_fact(message, after, account),
    )


def _lacks_fact(message: Message, after: Conversation, account: Account) -> bool:
    """Tell whether to ask for the one fact the brand needs; never of somebody who brings an idea or praise."""
    fact = account.brand.fact
    helps = after.kind in {Kind.QUESTION, Kind.COMPLAINT}
    return helps and fact is not None and not fact.is_in(message.text)


def _hand_off(reason: str) -> _Plan:
    return _Plan(kind=UnitKind.HAND_OFF, reason=reason)


def _held_back(plan: _Plan, situation: Situation) -> _Plan:
    if not plan.kind.sends:
        return plan
    if situation.conversation.opted_out and plan.text_id is not TextId.OPTED_OUT:
        return _hand_off(OPTED_OUT)
    reason = reason_to_hold_back(situation)
    return _hand_off(reason) if reason else plan


def _must_tell(plan: _Plan, before: Conversation, after: Conversation) -> bool:
    """Tell whether the human queue must hear of this message by a unit of its own."""
    if plan.kind.sends or after.episode == after.last_seq:
        return True
    return bool(set(after.reasons) - set(before.reasons)) or after.follow_up != before.follow_up


def _unit(plan: _Plan, pk: str, after: Conversation, promise: datetime | None, now: datetime) -> Unit:
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
