"""When what the desk made must not leave any more, and why.

A person's words are dropped for nothing but the platform's own window: whoever wrote them knew who holds the
conversation, what was answered before, and what the contact asked of automatic messages.
"""

from datetime import datetime, timedelta

from nightbell.domain.business import Account
from nightbell.domain.conversation import Conversation
from nightbell.domain.suppression import (
    ANSWERED,
    INBOX,
    OFF,
    OPTED_OUT,
    OTHER_APP,
    OWNED_ELSEWHERE,
    PERSON_ACTIVE_FOR,
    WINDOW_CLOSED,
    first_reason,
    window_closes,
)
from nightbell.domain.unit import Unit, UnitKind

PERSON_WINDOW_CLOSED = "the platform lets nobody write to the contact any more, not even a person"
AGENT_WROTE = "an agent has written to the contact since"
CLOSED_NOW = "we are closed, and nobody can keep a new promise"
WROTE_ANEW = "the contact has written since"


def reason_to_drop_person(
    unit: Unit, conversation: Conversation, *, person_window: timedelta | None, now: datetime
) -> str | None:
    """Name the reason why what a person wrote must not leave any more."""
    return PERSON_WINDOW_CLOSED if _is_over(unit, conversation, person_window, now) else None


def reason_to_drop_made(  # noqa: PLR0913 - a pure function takes everything it depends on
    unit: Unit,
    conversation: Conversation,
    account: Account,
    *,
    reply_window: timedelta | None,
    agent_wrote: bool,
    now: datetime,
) -> str | None:
    """Name the reason why what the desk says by itself must not leave any more.

    Whoever holds the conversation does not stop it: they have not answered yet.

    Args:
        unit: That is to leave.
        conversation: As it stands now.
        account: Whose hours apply.
        reply_window: Of whoever sends it.
        agent_wrote: An agent said something after the unit was made.
        now: Aware, UTC.
    """
    holds = unit.kind is UnitKind.HOLDING
    person, other, owner = conversation.human_at, conversation.other_app_until, conversation.owner_until
    checks = (
        # What the desk says by itself is automation, too.
        (account.automatic is False, OFF),
        (holds and conversation.seen_seq >= unit.seq, ANSWERED),
        (holds and agent_wrote, AGENT_WROTE),
        (not holds and conversation.last_seq > unit.seq, WROTE_ANEW),
        (conversation.opted_out, OPTED_OUT),
        (_is_over(unit, conversation, reply_window, now), WINDOW_CLOSED),
        (holds and not account.hours.stretch_at(now).is_open, CLOSED_NOW),
        (person is not None and now - person < PERSON_ACTIVE_FOR, INBOX),
        (other is not None and other > now, OTHER_APP),
        (owner is not None and owner > now, OWNED_ELSEWHERE),
    )
    return first_reason(checks)


def _is_over(unit: Unit, conversation: Conversation, window: timedelta | None, now: datetime) -> bool:
    closes = window_closes(unit.said_at or conversation.contact_at, window)
    return closes is not None and closes <= now
