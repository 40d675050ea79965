"""Decide what happens with one message: the whole of the rules, without any effect.

A delivery's messages are folded through :func:`decide` one by one; each gets the next number.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from nightbell.domain.business import Account, TextId
from nightbell.domain.choices import ANSWERS, ASKED_BY, NEEDS_REFERENCE
from nightbell.domain.conversation import Consent, Conversation, PriorityReason
from nightbell.domain.events import Message
from nightbell.domain.manners import PLAIN, Manners
from nightbell.domain.policy_episode import closes_itself, counted, read_message, set_aside, starts_episode
from nightbell.domain.policy_place import placed, with_records
from nightbell.domain.policy_plan import Plan, Planned, plan_for, plan_hand_off, plan_of_told
from nightbell.domain.policy_public import Surface, plan_in_public
from nightbell.domain.policy_unit import leaves_words_out, shaped, unit_of
from nightbell.domain.priority import reasons_for, withdraws
from nightbell.domain.promise import promise_since
from nightbell.domain.rating import rating_in
from nightbell.domain.references import REFERENCE_RENEWED_AFTER, reference_code
from nightbell.domain.suppression import (
    LOOP,
    MOST_ACKS,
    TOLD_ENOUGH,
    Situation,
    count_ack,
    count_message,
    reason_to_hold_back,
)
from nightbell.domain.unit import Unit, UnitKind

NOT_IN_SETTINGS = "the account is not in the business settings"
NOT_DECIDED = "the policy failed on this message"

_WITH_REFERENCE = frozenset(ANSWERS[choice] for choice in NEEDS_REFERENCE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What one message brings about.

    Attributes:
        conversation: As it stands afterwards.
        unit: What must be done about it; ``None`` when somebody is told already.
        consent: A new record, where the contact gave an address with this message.
        recorded: Records that the form made which the message came from.
        held_back: Why the contact gets nothing for it; empty when they get something.
        rating: What they thought of our answer, where that is what they say.
    """

    conversation: Conversation
    unit: Unit | None = None
    consent: Consent | None = None
    recorded: tuple[Consent, ...] = ()
    held_back: str = ""
    rating: int | None = None


def decide(  # noqa: PLR0913 - a pure function takes everything it depends on
    message: Message,
    conversation: Conversation,
    account: Account,
    *,
    pk: str,
    reply_window: timedelta | None,
    now: datetime,
    salt: int = 0,
    surface: Surface | None = None,
    manners: Manners = PLAIN,
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
        surface: How the message may be answered, where everybody can read it; ``None`` where nobody else can.
        manners: How the channel wants to be written on.
    """
    before = conversation
    rating = rating_in(message, before) if surface is None else None
    if rating is not None:
        return Decision(conversation=set_aside(before, message), rating=rating)
    after = replace(count_message(counted(before, message, now), now), brand=account.brand.key)
    after = placed(before, after, message, pk)
    if closes_itself(before, message, account):
        noted = (PriorityReason.WITHDRAWN,) if withdraws(message, before) else ()
        return Decision(conversation=replace(after, seen_seq=after.last_seq, preview=None, reasons=noted))
    after = read_message(after, message, account, quiet=not manners.quotes)
    after, recorded = with_records(after, message)
    if surface is None:
        planned = plan_for(before, after, message, account, now, numbers=manners.writes_choices)
    else:
        planned = plan_in_public(before, after, message, account, surface, now)
    situation = _situation(message, planned.conversation, reply_window, surface, now)
    plan, after = _permitted(planned, replace(situation, automatic=manners.automatic), manners.acks_within)
    # What was said already was said, whatever might have forbidden it.
    plan = plan_of_told(account, now) if message.told else plan
    reasons = reasons_for(message, after, account, urges=planned.urges, reply_window=reply_window, now=now)
    after = replace(after, reasons=reasons)
    tells_code = plan.text_id in _WITH_REFERENCE or (plan.kind.sends and manners.carries_code)
    after = _noted(plan, _with_code(after, pk, salt, now) if tells_code else after)
    if not (_must_tell(plan, before, after) or leaves_words_out(message)):
        return Decision(conversation=after, recorded=recorded, held_back=plan.reason)
    after = replace(after, unit_seq=after.last_seq, ack_seq=after.last_seq if plan.kind.sends else after.ack_seq)
    promise = promise_since(after.episode_at or now, account, now)
    unit = unit_of(plan, pk, after, promise, now)
    unit = shaped(unit, plan, after, message, in_public=surface is not None)
    return Decision(conversation=after, unit=unit, consent=planned.consent, recorded=recorded, held_back=plan.reason)


def undecided(message: Message, conversation: Conversation, *, pk: str, reason: str, now: datetime) -> Decision:
    """Hand a message over without any decision, so that it is never lost to a broken setting."""
    after = counted(conversation, message, now)
    if not starts_episode(after):
        return Decision(conversation=after, held_back=reason)
    after = replace(after, unit_seq=after.last_seq)
    plan = Plan(kind=UnitKind.UNDECIDED, reason=reason)
    return Decision(conversation=after, unit=unit_of(plan, pk, after, None, now), held_back=reason)


def _situation(
    message: Message, after: Conversation, reply_window: timedelta | None, surface: Surface | None, now: datetime
) -> Situation:
    """Gather what may forbid an answer; what is too late for a private reply gets no late line in public either."""
    window = reply_window or (surface.reply_window if surface else None)
    own_ids = surface.own_ids if surface else ()
    return Situation(message=message, conversation=after, reply_window=window, now=now, own_ids=own_ids)


def _permitted(planned: Planned, situation: Situation, acks_within: timedelta) -> tuple[Plan, Conversation]:
    """Replace the plan by a hand-off where nothing automatic may be sent."""
    plan, after = planned.plan, planned.conversation
    if not plan.kind.sends:
        return plan, after
    reason = reason_to_hold_back(situation, plan.text_id)
    if reason is not None:
        return plan_hand_off(reason), after
    if _is_told_enough(plan, after):
        return plan_hand_off(TOLD_ENOUGH), after
    if not plan.counts:
        return plan, after
    after, allowed = count_ack(after, situation.now, acks_within)
    return (plan if allowed else plan_hand_off(LOOP)), after


def _is_told_enough(plan: Plan, after: Conversation) -> bool:
    is_ack = plan.kind is UnitKind.ACKNOWLEDGEMENT and plan.text_id is not TextId.EMERGENCY
    return is_ack and after.episode_acks >= MOST_ACKS


def _with_code(after: Conversation, pk: str, salt: int, now: datetime) -> Conversation:
    """Give the conversation a code, and see to it that the one it has goes on leading there."""
    if after.reference and after.reference_at and now - after.reference_at < REFERENCE_RENEWED_AFTER:
        return after
    code = after.reference if after.reference and not salt else reference_code(pk, after.episode, salt)
    return replace(after, reference=code, reference_at=now)


def _noted(plan: Plan, after: Conversation) -> Conversation:
    """Remember what is being sent, because what comes next depends on it."""
    if plan.text_id in ASKED_BY:
        after = replace(after, asked=ASKED_BY[plan.text_id])
    if plan.text_id is not None and plan.text_id.is_public:
        after = replace(after, lined=after.last_seq)
    if plan.kind is not UnitKind.ACKNOWLEDGEMENT:
        return after
    return replace(after, unit_stretch=plan.stretch, episode_acks=after.episode_acks + 1)


def _must_tell(plan: Plan, before: Conversation, after: Conversation) -> bool:
    """Tell whether the human queue must hear of this message by a unit of its own."""
    if plan.kind.sends or starts_episode(after):
        return True
    # Whoever goes on by mail is answered by mail: an agent who reads the chat would wait there for ever.
    news = _news(after) != _news(before)
    return news or bool(set(after.reasons) - set(before.reasons))


def _news(conversation: Conversation) -> tuple[object, ...]:
    return conversation.kind, conversation.follow_up, conversation.consent, conversation.via_account
