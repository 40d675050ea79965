"""What would be said about a message that everybody can read: a line beside it, and one private reply to it."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from nightbell.domain.business import Account, TextId
from nightbell.domain.conversation import Conversation
from nightbell.domain.events import Message, MessageRole
from nightbell.domain.phrases import Kind, is_opt_in, is_opt_out
from nightbell.domain.policy_plan import Plan, Planned, plan_acknowledgement, plan_hand_off
from nightbell.domain.public_line import LINES, is_one_of_ours
from nightbell.domain.suppression import OPTED_IN_AGAIN, OPTED_OUT, OWN_WORDS, reason_for_change

LINED = "the contact was answered in public before, and gets no private reply to this"
LIVE = "nobody can answer in public below a broadcast, and it gets no private reply"
SWITCHED_OFF = "the account neither answers in public nor replies in private"
NOT_FOR_ALL = "an emergency gets no automatic line in public, and no private reply can be sent"
_ONLY_A_LINE = frozenset({Kind.IDEA, Kind.PRAISE})


@dataclass(frozen=True, slots=True, kw_only=True)
class Surface:
    """How a channel that everybody can read may be answered.

    Attributes:
        private_reply: Who sends the one private reply that a message there may get; ``None`` where nobody can.
        reply_window: How long after the message that may be sent.
        own_ids: Of our own accounts; what one of them writes to another is not answered.
    """

    private_reply: str | None
    reply_window: timedelta | None
    own_ids: Collection[str] = ()


def plan_in_public(  # noqa: PLR0913, PLR0917 - the rules depend on all of it
    before: Conversation, after: Conversation, message: Message, account: Account, surface: Surface, now: datetime
) -> Planned:
    """Choose what would be said. Choices, addresses and confirmations belong into private messages only."""
    phrases = tuple(account.brand.phrases.values())
    if is_opt_out(message.text, phrases):
        return Planned(plan=plan_hand_off(OPTED_OUT), conversation=replace(after, opted_out=True, asked=None))
    if message.role is MessageRole.CHANGE:
        return Planned(plan=plan_hand_off(reason_for_change(message)), conversation=after)
    if is_opt_in(message.text, phrases) and before.opted_out:
        return Planned(plan=plan_hand_off(OPTED_IN_AGAIN), conversation=replace(after, opted_out=False))
    if is_one_of_ours(message.text, account.brand, message.channel):
        # A platform may name us by an id that we do not know, and whoever answers themselves never stops.
        return Planned(plan=plan_hand_off(OWN_WORDS), conversation=after)
    plan = plan_acknowledgement(message, after, account, now)
    if plan.kind.sends:
        plan = _steps(plan, after, message, account, surface)
    return Planned(plan=plan, conversation=after, urges=True)


def _steps(plan: Plan, after: Conversation, message: Message, account: Account, surface: Surface) -> Plan:
    """Put the line before the private reply. To an emergency, small talk in public would be an insult."""
    is_emergency = plan.text_id is TextId.EMERGENCY
    lines = account.public_line and not after.lined and not is_emergency and not message.is_live
    reply = surface.private_reply if account.private_reply else None
    if reply is not None and (is_emergency or after.kind not in _ONLY_A_LINE):
        if not lines:
            return replace(plan, via=reply)
        line = LINES[after.kind][0]
        return replace(plan, text_id=line, ladder=(reply,), next_text_id=plan.text_id)
    if lines:
        return replace(plan, text_id=LINES[after.kind][0], ask_fact=False)
    if is_emergency:
        return plan_hand_off(NOT_FOR_ALL)
    return plan_hand_off(LINED if after.lined else LIVE if message.is_live else SWITCHED_OFF)
