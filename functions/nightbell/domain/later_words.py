"""What words change that come to be known only when their message is stored, as if it had said so at once."""

from dataclasses import replace

from nightbell.domain.business import Account, detect_language
from nightbell.domain.conversation import Conversation, PriorityReason
from nightbell.domain.phrases import Kind, classify, is_emergency, is_opt_out, most_pressing
from nightbell.domain.policy_episode import starts_episode
from nightbell.domain.priority import WEIGHTS


def heeding_words(
    conversation: Conversation, words: str, account: Account, *, is_complaint: bool = False
) -> Conversation:
    """Sort a conversation by what a message of its episode says; what others said before stays true.

    Args:
        conversation: As it stands.
        words: Looked up just now.
        account: Whose lists apply.
        is_complaint: Whatever they say, as with a review of one star.
    """
    brand, phrases = account.brand, tuple(account.brand.phrases.values())
    found = Kind.COMPLAINT if is_complaint else classify(words, phrases)
    kind = found if starts_episode(conversation) else most_pressing(found, conversation.kind)
    said = {
        PriorityReason.EMERGENCY: is_emergency(words, phrases),
        PriorityReason.COMPLAINT: kind is Kind.COMPLAINT,
    }
    return replace(
        conversation,
        language=detect_language(words, brand, conversation.language),
        kind=kind,
        reasons=tuple(reason for reason in WEIGHTS if reason in conversation.reasons or said.get(reason, False)),
        opted_out=conversation.opted_out or is_opt_out(words, phrases),
    )
