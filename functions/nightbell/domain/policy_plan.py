"""What would be sent about a message, before anything is known about whether it may be sent."""

from dataclasses import dataclass, replace
from datetime import datetime

from nightbell.domain.business import Account, Choice, TextId
from nightbell.domain.choices import ANSWERS, ASKS, CONFIRMATIONS, OFFERS, chosen, given_address
from nightbell.domain.conversation import Consent, Conversation, PriorityReason
from nightbell.domain.events import Message, MessageRole
from nightbell.domain.phrases import CARRIERS, Kind, is_emergency, is_opt_in, is_opt_out
from nightbell.domain.suppression import OPTED_OUT, TOLD_ALREADY, TOLD_BEFORE, reason_for_change
from nightbell.domain.texts import Occasion, render, text_for, values_for
from nightbell.domain.unit import UnitKind

BY_KIND = {
    Kind.QUESTION: (TextId.RECEIPT, TextId.REDIRECT),
    Kind.COMPLAINT: (TextId.RECEIPT_COMPLAINT, TextId.REDIRECT_COMPLAINT),
    Kind.IDEA: (TextId.RECEIPT_IDEA, TextId.REDIRECT_IDEA),
    Kind.PRAISE: (TextId.RECEIPT_PRAISE, TextId.REDIRECT_PRAISE),
}
"""The receipt and the redirect for each kind."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What to send.

    Attributes:
        via: Who sends it; empty for the channel that the message came by.
        ladder: Who sends what follows, in that order.
        next_text_id: What follows first.
        stretch: Opening stretch that an acknowledgement speaks for.
        counts: Towards the loop breaker. A tap does not, because only people tap.
    """

    kind: UnitKind
    text_id: TextId | None = None
    via: str = ""
    ladder: tuple[str, ...] = ()
    next_text_id: TextId | None = None
    reason: str = ""
    stretch: str = ""
    ask_fact: bool = False
    counts: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """A plan, and what the message changes whether or not the plan is carried out.

    Attributes:
        urges: The contact says more, rather than changing a message or taking a step that we offered.
    """

    plan: Plan
    conversation: Conversation
    consent: Consent | None = None
    urges: bool = False


def plan_hand_off(reason: str) -> Plan:
    """Plan to send nothing; whether the human queue hears of it is decided elsewhere."""
    return Plan(kind=UnitKind.HAND_OFF, reason=reason)


def plan_of_told(account: Account, now: datetime) -> Plan:
    """Plan nothing but to write down what the contact heard already, as a caller hears the greeting."""
    return Plan(kind=UnitKind.ACKNOWLEDGEMENT, stretch=account.hours.stretch_at(now).key)


def plan_for(  # noqa: PLR0913 - the rules depend on all of it
    before: Conversation, after: Conversation, message: Message, account: Account, now: datetime, *, numbers: bool
) -> Planned:
    """Choose what would be sent, by what the contact did."""
    brand, phrases = account.brand, tuple(account.brand.phrases.values())
    if message.answered_by_platform:
        phrases = (*phrases, CARRIERS)
    if is_opt_out(message.text, phrases):
        return _opt_out(before, after, message)
    if message.role is MessageRole.CHANGE:
        return Planned(plan=plan_hand_off(reason_for_change(message)), conversation=after)
    if is_opt_in(message.text, phrases) and before.opted_out:
        plan = Plan(kind=UnitKind.ANSWER, text_id=TextId.OPTED_IN)
        return Planned(plan=plan, conversation=replace(after, opted_out=False))
    # Only whoever was told that we are closed was offered choices; before, words are just words.
    offered = after.unit_stretch != ""
    choice = chosen(message, brand, offered=offered, numbers=numbers and after.unit_stretch.startswith("closed"))
    if choice is not None:
        return _answer_choice(choice, after, message)
    asked = after.asked if after.asked in OFFERS else None
    address = given_address(message, asked, brand.fact) if asked else None
    if address and asked:
        return _answer_address(address, asked, before, after, message, account, now)
    return Planned(plan=plan_acknowledgement(message, after, account, now), conversation=after, urges=True)


def _opt_out(before: Conversation, after: Conversation, message: Message) -> Planned:
    """Confirm once; a message that was changed into an opt-out counts, without a word."""
    silent = before.opted_out or message.role is MessageRole.CHANGE
    plan = plan_hand_off(OPTED_OUT) if silent else Plan(kind=UnitKind.ANSWER, text_id=TextId.OPTED_OUT)
    return Planned(plan=plan, conversation=replace(after, opted_out=True, asked=None))


def _answer_choice(choice: Choice, after: Conversation, message: Message) -> Planned:
    is_open = choice in ASKS and after.asked is None and after.consent is None
    if after.follow_up == choice.value and not is_open:
        return Planned(plan=plan_hand_off(TOLD_BEFORE), conversation=after)
    # Whoever chooses anew takes back what an earlier choice allowed.
    after = replace(after, follow_up=choice.value, asked=None, consent=None)
    plan = Plan(kind=UnitKind.ANSWER, text_id=ANSWERS[choice], counts=message.choice is None)
    return Planned(plan=plan, conversation=after)


def _answer_address(  # noqa: PLR0913, PLR0917 - the record needs all of it
    address: str,
    asked: str,
    before: Conversation,
    after: Conversation,
    message: Message,
    account: Account,
    now: datetime,
) -> Planned:
    """Record the contact's permission with the very words that asked for it."""
    wording = _question(asked, before.language or account.brand.default_language, account, now)
    consent = Consent(channel=asked, address=address, given_at=now, wording=wording, seq=after.last_seq)
    after = replace(after, consent=consent, asked=None)
    plan = Plan(kind=UnitKind.ANSWER, text_id=CONFIRMATIONS[asked], counts=False)
    if _is_new_emergency(message, after, account):
        plan = plan_acknowledgement(message, after, account, now)
    return Planned(plan=plan, conversation=after, consent=consent)


def _question(asked: str, language: str, account: Account, now: datetime) -> str:
    """Say again what the contact was asked, in the language that was spoken before the answer."""
    text_id = ANSWERS[Choice.EMAIL_ME if asked == "email" else Choice.CALL_ME]
    wording = text_for(account.brand, text_id, language, account.channel)
    return render(wording, values_for(account.brand, language, account.channel, Occasion(now=now)))


def plan_acknowledgement(message: Message, after: Conversation, account: Account, now: datetime) -> Plan:
    """Plan a receipt or a redirect: one in an episode and stretch, and one more for an emergency."""
    stretch = account.hours.stretch_at(now)
    if _is_new_emergency(message, after, account):
        return Plan(kind=UnitKind.ACKNOWLEDGEMENT, text_id=TextId.EMERGENCY, stretch=stretch.key)
    if after.unit_stretch == stretch.key:
        return plan_hand_off(TOLD_ALREADY)
    receipt, redirect = BY_KIND[after.kind]
    return Plan(
        kind=UnitKind.ACKNOWLEDGEMENT,
        text_id=receipt if stretch.is_open else redirect,
        stretch=stretch.key,
        ask_fact=_lacks_fact(message, after, account),
    )


def _is_new_emergency(message: Message, after: Conversation, account: Account) -> bool:
    known = PriorityReason.EMERGENCY in after.reasons
    return not known and is_emergency(message.text, account.brand.phrases.values())


def _lacks_fact(message: Message, after: Conversation, account: Account) -> bool:
    """Tell whether to ask for the one fact the brand needs.

    Once in an episode, and never of somebody who brings an idea or praise.
    """
    fact = account.brand.fact
    if fact is None or after.unit_stretch or after.kind in {Kind.IDEA, Kind.PRAISE}:
        return False
    return not fact.is_in(message.text)
