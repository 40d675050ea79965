"""When the contact gets no automatic text, and why: the reason is stored, and the human told."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from nightbell.domain.conversation import Conversation
from nightbell.domain.events import Message, MessageRole

LOOP_ACKS = 3
LOOP_ACKS_WITHIN = timedelta(minutes=10)
LOOP_MESSAGES_A_MINUTE = 20
PERSON_ACTIVE_FOR = timedelta(minutes=10)
OTHER_APP_ACTIVE_FOR = timedelta(minutes=10)
WINDOW_MARGIN = timedelta(minutes=5)
"""Kept free before a reply window closes, because a send takes time (Meta contract §6.7)."""

EDITED = "the contact changed an earlier message"
STANDBY = "another app has this conversation"
OTHER_APP = "another app is active in this conversation"
INBOX = "a person is answering from the platform's own inbox"
ANSWERED = "a person answered first"
HELD = "an agent has taken the conversation"
OPTED_OUT = "the contact asked for no automatic messages"
STALE = "the message arrived after the platform's reply window had closed"
WINDOW_CLOSED = "the platform's reply window has closed"
LOOP = "too many messages too fast: possibly another automatic sender; held until a person acts"
TOLD_BEFORE = "the choice was answered before"
TOLD_ALREADY = "the contact was acknowledged already in this stretch of opening time"


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """What the checks look at: one message, and the conversation as it stands with it."""

    message: Message
    conversation: Conversation
    reply_window: timedelta | None
    now: datetime


def window_closes(contact_at: datetime | None, reply_window: timedelta | None) -> datetime | None:
    """Tell until when we may write; ``None`` where the platform sets no end."""
    if contact_at is None or reply_window is None:
        return None
    return contact_at + reply_window - WINDOW_MARGIN


def _is_change(s: Situation) -> str | None:
    return EDITED if s.message.role is MessageRole.CHANGE else None


def _standby(s: Situation) -> str | None:
    return STANDBY if s.message.standby else None


def _other_app(s: Situation) -> str | None:
    until = s.conversation.other_app_until
    return OTHER_APP if until and until > s.now else None


def _inbox(s: Situation) -> str | None:
    at = s.conversation.human_at
    if at is None:
        return None
    # An echo can overtake the very message it answers.
    return INBOX if s.message.sent_at <= at or s.now - at < PERSON_ACTIVE_FOR else None


def _held(s: Situation) -> str | None:
    return HELD if s.conversation.is_held(s.now) else None


def _stale(s: Situation) -> str | None:
    closes = window_closes(s.message.sent_at, s.reply_window)
    return STALE if closes and closes <= s.now else None


def _loop(s: Situation) -> str | None:
    return LOOP if s.conversation.loop_seen_seq == s.conversation.seen_seq else None


CHECKS: tuple[Callable[[Situation], str | None], ...] = (_is_change, _standby, _other_app, _inbox, _held, _stale, _loop)


def reason_to_hold_back(situation: Situation) -> str | None:
    """Name the first reason why nothing automatic may be sent; ``None`` when it may."""
    return next((reason for check in CHECKS if (reason := check(situation))), None)


def count_message(conversation: Conversation, now: datetime) -> Conversation:
    """Count a message towards the loop breaker, which trips at 20 a minute."""
    minute = now.replace(second=0, microsecond=0)
    count = conversation.minute_count + 1 if conversation.minute_at == minute else 1
    looping = count >= LOOP_MESSAGES_A_MINUTE
    return replace(
        conversation,
        minute_at=minute,
        minute_count=count,
        loop_seen_seq=conversation.seen_seq if looping else conversation.loop_seen_seq,
    )


def count_ack(conversation: Conversation, now: datetime) -> tuple[Conversation, bool]:
    """Count an acknowledgement; the second value is false when it would be one too many.

    Three in ten minutes are allowed; the next trips the breaker until a person acts.
    """
    recent = tuple(at for at in conversation.acks_at if now - at < LOOP_ACKS_WITHIN)
    if len(recent) >= LOOP_ACKS:
        return replace(conversation, loop_seen_seq=conversation.seen_seq), False
    return replace(conversation, acks_at=(*recent, now)), True
