"""What every message does to its conversation, whatever is decided about it: number, episode, language, kind."""

from dataclasses import replace
from datetime import datetime

from nightbell.domain.business import Account, detect_language
from nightbell.domain.conversation import Conversation
from nightbell.domain.events import Message, MessageRole
from nightbell.domain.phrases import Kind, classify, most_pressing, plain_words
from nightbell.domain.public_line import is_one_of_ours
from nightbell.domain.taking_back import taken_back_by

PREVIEW_CHARACTERS = 80


def counted(before: Conversation, message: Message, now: datetime) -> Conversation:
    """Give the message its number, and open an episode if nothing waits or what waits has lapsed."""
    return _in_episode(before, _numbered(before, message), now)


def numbered_by_us(before: Conversation, now: datetime) -> Conversation:
    """Give a number to what no contact wrote and a person must see; it waits as a message does."""
    return _in_episode(before, replace(before, last_seq=before.last_seq + 1), now)


def _in_episode(before: Conversation, after: Conversation, now: datetime) -> Conversation:
    if before.is_waiting and not before.has_lapsed(now):
        return after
    return replace(
        after,
        episode=after.last_seq,
        episode_at=now,
        ack_seq=0,
        episode_acks=0,
        unit_stretch="",
        kind=Kind.QUESTION,
        reasons=(),
        follow_up=None,
        asked=None,
        # It was given for one matter, and that is over.
        consent=None,
        lapsed=before.has_lapsed(now),
    )


def set_aside(before: Conversation, message: Message) -> Conversation:
    """Give a number to what is stored and answers itself: it opens nothing, and closes nothing else."""
    after = replace(_numbered(before, message), asked=None if not before.is_waiting else before.asked)
    return after if before.is_waiting else replace(after, seen_seq=after.last_seq)


def _numbered(before: Conversation, message: Message) -> Conversation:
    said_at = None if message.role is MessageRole.CHANGE else message.sent_at
    return replace(
        before,
        last_seq=before.last_seq + 1,
        newest_at=max(before.newest_at or message.sent_at, message.sent_at),
        contact_at=max(before.contact_at or said_at, said_at) if said_at else before.contact_at,
        name=message.contact.name or before.name,
        address=message.contact.address or before.address,
    )


def starts_episode(conversation: Conversation) -> bool:
    """Tell whether the newest message opened the episode."""
    return conversation.episode == conversation.last_seq


def closes_itself(before: Conversation, message: Message, account: Account) -> bool:
    """Tell whether nobody needs to see it: something taken back after all of it was answered, or our own line."""
    is_withdrawn = taken_back_by(message) is not None and before.exists
    # Where an author is named, a person looks at it: somebody may have repeated our words.
    is_ours = message.unnamed and is_one_of_ours(message.text, account.brand, message.channel)
    return not before.is_waiting and (is_withdrawn or is_ours)


def read_message(after: Conversation, message: Message, account: Account, *, quiet: bool = False) -> Conversation:
    """Note what the message says about itself: language, kind and, where it is allowed, its first words.

    ``quiet`` allows none, because the message itself is blanked in time and they would outlive it.
    """
    if message.role is MessageRole.CHANGE:
        # Whether it showed what was taken back is not known any more.
        return replace(after, preview=None) if taken_back_by(message) else after
    brand = account.brand
    return replace(
        after,
        language=detect_language(message.text, brand, after.language),
        kind=_kind(after, message, account),
        preview=message.text[:PREVIEW_CHARACTERS] if brand.preview and not quiet else None,
    )


def _kind(after: Conversation, message: Message, account: Account) -> Kind:
    """Sort the message; within an episode the most pressing kind stays. A picture or a thumb says nothing new."""
    found = classify(message.text, account.brand.phrases.values())
    if starts_episode(after):
        return found
    if not plain_words(message.text).strip():
        return after.kind
    return most_pressing(found, after.kind)
