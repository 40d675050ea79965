"""How urgent a conversation is, and each reason in a sentence an agent understands."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from nightbell.domain.business import Account
from nightbell.domain.conversation import Conversation, PriorityReason
from nightbell.domain.events import Message
from nightbell.domain.phrases import Kind, is_emergency
from nightbell.domain.promise import promise_since
from nightbell.domain.suppression import LOOP, is_looping, window_closes
from nightbell.domain.taking_back import taken_back_by
from nightbell.domain.unit import UnitState

THIRD = 3

WEIGHTS = {
    PriorityReason.EMERGENCY: 100,
    PriorityReason.ANSWER_FAILED: 45,
    PriorityReason.COMPLAINT: 40,
    PriorityReason.IMPORTANT_CONTACT: 30,
    PriorityReason.WINDOW: 25,
    PriorityReason.THIRD_MESSAGE: 20,
    PriorityReason.LAPSED: 20,
    PriorityReason.LOOP: 5,
    PriorityReason.WITHDRAWN: 1,
    PriorityReason.BY_GIVEN: 1,
    PriorityReason.UNPROVEN: 1,
}
UNTOLD_WEIGHT = 35
ONLY_LINED_WEIGHT = 15
"""Of a contact who was answered in public, and perhaps in no other way."""

SENTENCES = {
    PriorityReason.EMERGENCY: "The message contains an emergency phrase.",
    PriorityReason.ANSWER_FAILED: "What the team answered did not reach the contact, or nobody can tell.",
    PriorityReason.COMPLAINT: "It is a complaint.",
    PriorityReason.IMPORTANT_CONTACT: "The contact is on the brand's own list.",
    PriorityReason.WINDOW: "The platform's reply window closes before we would answer.",
    PriorityReason.THIRD_MESSAGE: "Three messages or more wait for an answer.",
    PriorityReason.LAPSED: "An earlier message was never answered and is more than seven days old.",
    PriorityReason.LOOP: f"Automatic messages are held back: {LOOP}.",
    PriorityReason.WITHDRAWN: "Its writer has taken the public complaint back; what it said is deleted here, too.",
    PriorityReason.BY_GIVEN: (
        "A mail or a call was put here because the contact had given its address or number; that they are the same"
        " person is not proven."
    ),
    PriorityReason.UNPROVEN: "Nobody stands for the sender's being who they say.",
}

UNTOLD = {
    UnitState.UNCERTAIN: "It is uncertain whether the acknowledgement reached the contact.",
    UnitState.REFUSED: "The platform refused the acknowledgement, so the contact was told nothing.",
    UnitState.UNDELIVERED: "The platform could not deliver the acknowledgement, so the contact was told nothing.",
}

ONLY_LINED = {
    UnitState.UNCERTAIN: "The line in public stands; it is uncertain whether the private reply reached the contact.",
    UnitState.REFUSED: "The line in public stands, but the platform refused the private reply.",
    UnitState.UNDELIVERED: "The line in public stands, but the platform could not deliver the private reply.",
}


def reasons_for(  # noqa: PLR0913 - a pure function takes everything it depends on
    message: Message,
    conversation: Conversation,
    account: Account,
    *,
    urges: bool,
    reply_window: timedelta | None,
    now: datetime,
) -> tuple[PriorityReason, ...]:
    """List every reason that holds with this message, in order of weight.

    An emergency stays for the episode; whatever else has ceased to be true is no longer said.
    Whoever ``urges`` writes again; a tap on what we offered is no third message.
    """
    brand, text = account.brand, message.text
    promise = promise_since(conversation.episode_at or now, account, now)
    closes = window_closes(conversation.contact_at, reply_window)
    known = conversation.reasons
    urged = urges or PriorityReason.THIRD_MESSAGE in known
    holds = {
        PriorityReason.EMERGENCY: PriorityReason.EMERGENCY in known or is_emergency(text, brand.phrases.values()),
        PriorityReason.ANSWER_FAILED: PriorityReason.ANSWER_FAILED in known,
        PriorityReason.COMPLAINT: conversation.kind is Kind.COMPLAINT,
        PriorityReason.IMPORTANT_CONTACT: message.contact.contact_id in brand.important_contacts
        or message.contact.address in brand.important_contacts,
        PriorityReason.WINDOW: closes is not None and closes > now and (promise is None or promise > closes),
        PriorityReason.THIRD_MESSAGE: conversation.waiting_count >= THIRD and urged,
        PriorityReason.LAPSED: conversation.lapsed,
        PriorityReason.LOOP: is_looping(conversation),
        PriorityReason.WITHDRAWN: PriorityReason.WITHDRAWN in known or withdraws(message, conversation),
        PriorityReason.BY_GIVEN: PriorityReason.BY_GIVEN in known or message.by_given,
        PriorityReason.UNPROVEN: PriorityReason.UNPROVEN in known or message.unproven,
    }
    return tuple(reason for reason in WEIGHTS if holds[reason])


def withdraws(message: Message, conversation: Conversation) -> bool:
    """Tell whether it takes back a complaint that everybody could read."""
    is_public = message.thread is not None
    return is_public and taken_back_by(message) is not None and conversation.kind is Kind.COMPLAINT


def score(reasons: Iterable[PriorityReason], state: UnitState, line: UnitState | None = None) -> int:
    """Add the weights up; higher is sooner, 0 is ordinary.

    Args:
        reasons: That hold.
        state: What the acknowledgement came to.
        line: What the line in public came to that went before it; ``None`` where none did.
    """
    untold = ONLY_LINED_WEIGHT if _stands(line) else UNTOLD_WEIGHT
    return sum(WEIGHTS[reason] for reason in reasons) + (untold if state in UNTOLD else 0)


def sentences(reasons: Iterable[PriorityReason], state: UnitState, line: UnitState | None = None) -> list[str]:
    """Say every reason in words, the heaviest first; of the arguments see :func:`score`."""
    said = [SENTENCES[reason] for reason in reasons]
    if state not in UNTOLD:
        return said
    if _stands(line):
        return [*said, ONLY_LINED[state]]
    return [*said, UNTOLD[UnitState.UNCERTAIN if line is UnitState.UNCERTAIN else state]]


def _stands(line: UnitState | None) -> bool:
    return line in {UnitState.SENT, UnitState.CONFIRMED}
