"""When the contact gets no automatic text, and why: the reason is stored, and the human told."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from nightbell.domain.business import TextId
from nightbell.domain.conversation import Conversation
from nightbell.domain.events import Message, Silent

MOST_ACKS = 3
"""In one episode: whoever was put off three times and got no answer is not helped by a fourth automatic text."""
LOOP_ACKS = 3
LOOP_MESSAGES_A_MINUTE = 20
PERSON_ACTIVE_FOR = timedelta(minutes=10)
OTHER_APP_ACTIVE_FOR = timedelta(minutes=10)
WINDOW_MARGIN = timedelta(minutes=5)
"""Kept free before a reply window closes, because a send takes time (Meta contract §6.7)."""

EDITED = "the contact changed an earlier message"
TAKEN_BACK = "the contact took an earlier message back"
NOT_A_MESSAGE = "only a person can tell what the contact sent"
STANDBY = "another app has this conversation"
UNNAMED = "the platform does not say who wrote it"
MENTIONED = "it names us below something of somebody else"
OWN_ACCOUNT = "another account of ours wrote it"
OWN_WORDS = "it says what we say in public, word for word, so it may be our own"
OTHER_APP = "another app is active in this conversation"
OWNED_ELSEWHERE = "another app, or a person in the platform's own inbox, has this conversation"
INBOX = "a person is answering from the platform's own inbox"
ANSWERED = "a person answered first"
HELD = "an agent has taken the conversation"
OPTED_OUT = "the contact asked for no automatic messages"
STALE = "the message arrived after the platform's reply window had closed"
WINDOW_CLOSED = "the platform's reply window has closed"
LOOP = "too many messages too fast: possibly another automatic sender; held until a person acts"
TOLD_ENOUGH = "the contact was acknowledged three times already, and no person has answered"
TOLD_BEFORE = "the choice was answered before"
TOLD_ALREADY = "the contact was acknowledged already in this stretch of opening time"
OPTED_IN_AGAIN = "the contact has asked for automatic messages again"
REPLACED = "a newer acknowledgement tells the contact what is true now"
STORM = "far more people than usual write here at once, and one line below the post speaks to all of them"
HELD_TOO_LONG = "it had to wait until a line in public made no sense any more"
OFF = "automatic answers are switched off for this account"
ANSWERED_BY_PLATFORM = "the platform itself answers such a word"

SILENT = {
    Silent.ENCRYPTED: "it is encrypted, and only a person can read it, in the platform's own app",
    Silent.BARE_REPLY: "it replies below one of our posts and does not address us",
    Silent.GROUP: "it was written to a group",
    Silent.BOT: "a program wrote it",
    Silent.AUTOMATIC_MAIL: "a program wrote this mail by itself",
    Silent.LIST_MAIL: "the mail went to a list",
    Silent.BOUNCE: "a mail server returned it",
    Silent.NOT_TO_US: "none of our addresses stands among those it was sent to",
    Silent.SUSPECT: "it may not be from whom it says",
    Silent.OWN_MAIL: "one of our own addresses wrote it",
    Silent.OFF: "nothing is sent automatically here",
}
"""What a person reads where a message may not be answered automatically, whatever the policy would do."""

_CHANGES = {"edit_of": EDITED, "unsend_of": TAKEN_BACK}
"""By the attachment with which a parser names the message that was changed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """What the checks look at: one message, and the conversation as it stands with it.

    Attributes:
        own_ids: Of our own accounts, one of which may have written in public.
        automatic: Whether anything may be sent on the account without a person.
    """

    message: Message
    conversation: Conversation
    reply_window: timedelta | None
    now: datetime
    own_ids: Collection[str] = ()
    automatic: bool = True


def window_closes(contact_at: datetime | None, reply_window: timedelta | None) -> datetime | None:
    """Tell until when we may write; ``None`` where the platform sets no end."""
    if contact_at is None or reply_window is None:
        return None
    return contact_at + reply_window - WINDOW_MARGIN


def reason_for_change(message: Message) -> str:
    """Say what a contact did that is no message."""
    return next((_CHANGES[each.kind] for each in message.attachments if each.kind in _CHANGES), NOT_A_MESSAGE)


def reason_to_hold_back(situation: Situation, text_id: TextId | None) -> str | None:
    """Name the first reason why a text may not be sent about a message; ``None`` when it may."""
    s = situation
    about_author = _reason_of_author(s)
    if about_author is not None:
        return about_author
    closes = window_closes(s.message.sent_at, s.reply_window)
    # An echo can overtake the very message it answers.
    overtaken = s.conversation.human_at is not None and s.message.sent_at <= s.conversation.human_at
    overtaken = overtaken or s.message.answered
    checks = (
        (is_looping(s.conversation), LOOP),
        (closes is not None and closes <= s.now, STALE),
        (overtaken, INBOX),
    )
    return reason_of_conversation(s.conversation, text_id, s.now) or first_reason(checks)


def _reason_of_author(s: Situation) -> str | None:
    if s.message.silent is not None:
        return SILENT[s.message.silent]
    return first_reason(
        (
            (s.message.standby, STANDBY),
            (s.message.is_mention, MENTIONED),
            (s.message.unnamed, UNNAMED),
            (s.message.contact.author_id in s.own_ids, OWN_ACCOUNT),
            (s.message.answered_by_platform, ANSWERED_BY_PLATFORM),
            (not s.automatic, OFF),
        )
    )


def reason_of_conversation(conversation: Conversation, text_id: TextId | None, now: datetime) -> str | None:
    """Name the reason why nothing may be sent into a conversation now, whatever it is about."""
    other, person, owner = conversation.other_app_until, conversation.human_at, conversation.owner_until
    return first_reason(
        (
            (conversation.opted_out and text_id is not TextId.OPTED_OUT, OPTED_OUT),
            (conversation.is_held(now), HELD),
            (person is not None and now - person < PERSON_ACTIVE_FOR, INBOX),
            (other is not None and other > now, OTHER_APP),
            (owner is not None and owner > now, OWNED_ELSEWHERE),
        )
    )


def first_reason(checks: Iterable[tuple[bool, str]]) -> str | None:
    """Pick the first reason that holds."""
    return next((reason for holds, reason in checks if holds), None)


def is_looping(conversation: Conversation) -> bool:
    """Tell whether the breaker has tripped, and no person has acted since."""
    return conversation.loop_seen_seq == conversation.seen_seq


def count_message(conversation: Conversation, now: datetime) -> Conversation:
    """Count a message towards the loop breaker, which trips at 20 in one minute of the clock."""
    minute = now.replace(second=0, microsecond=0)
    count = conversation.minute_count + 1 if conversation.minute_at == minute else 1
    looping = count >= LOOP_MESSAGES_A_MINUTE
    return replace(
        conversation,
        minute_at=minute,
        minute_count=count,
        loop_seen_seq=conversation.seen_seq if looping else conversation.loop_seen_seq,
    )


def count_ack(conversation: Conversation, now: datetime, within: timedelta) -> tuple[Conversation, bool]:
    """Count an acknowledgement; the second value is false when it would be one too many.

    Three are allowed in that time; the next trips the breaker until a person acts.
    """
    recent = tuple(at for at in conversation.acks_at if now - at < within)
    if len(recent) >= LOOP_ACKS:
        return replace(conversation, loop_seen_seq=conversation.seen_seq), False
    return replace(conversation, acks_at=(*recent, now)), True
