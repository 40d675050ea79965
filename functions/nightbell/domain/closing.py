"""What is closed once an answer has left: the messages it answers, and how long the contact waited for it."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from nightbell.domain.answer_clock import Answered
from nightbell.domain.conversation import Conversation
from nightbell.domain.desk_state import DeskState
from nightbell.domain.opening_hours import OpeningHours
from nightbell.domain.rating import ASKED, ASKS_SOON, asks_after
from nightbell.domain.unit import Unit, UnitKind

_PROMISING = frozenset({UnitKind.PERSON_PROMISE, UnitKind.HOLDING})
ON_ITS_WAY = timedelta(minutes=2)
"""How long whoever has done with it still holds it: so long at most an answer takes until it has closed the rest."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Closing:
    """One case, written as a whole.

    Attributes:
        unit: What has left; its due marker goes with the rest, and so it is closed once.
        read: The conversation as it was read.
        up_to: Up to which number it is answered now; 0 where nothing is answered that was not before.
        before, after: What people did about it, as it was read, and now.
        rating: By which the contact is asked how it was; ``None`` where they are not.
        is_asked: It has asked the contact how it was, and what comes next answers that.
        lets_go: Whoever said it was done with it, and still holds it only until it has left.
    """

    unit: Unit
    read: Conversation
    up_to: int
    before: DeskState
    after: DeskState
    rating: Unit | None = None
    is_asked: bool = False
    lets_go: bool = False

    @property
    def is_first(self) -> bool:
        """Whether the contact has had no answer of a person before, in this episode."""
        return self.after.clock is not None and self.after.clock.answers == 1 and self.after.clock != self.before.clock


def closing(
    unit: Unit, read: Conversation, desk: DeskState, *, hours: OpeningHours | None, promised_by: datetime | None
) -> Closing:
    """Work out what an answer or a promise that has left changes.

    Args:
        unit: That was sent.
        read: The conversation.
        desk: What people did about it.
        hours: Of the account; ``None`` where it is in no settings any more, and nothing can be counted.
        promised_by: By when the contact was told last, automatically, that somebody answers.
    """
    up_to = min(unit.closes, read.last_seq)
    after = desk.acting()
    # What opened a later episode was not there to be answered.
    is_present = read.episode <= unit.seq
    if unit.kind in _PROMISING and unit.promised_by and is_present and not _is_superseded(unit, read, desk):
        after = after.with_promise(unit.promised_by, unit.by, read.episode)
    if (
        unit.kind is UnitKind.PERSON_ANSWER
        and is_present
        and hours
        and read.episode_at
        and not _is_counted(unit, read, desk)
    ):
        left_at = unit.sent_from or unit.created_at
        answered = Answered(at=left_at, episode=read.episode, episode_at=read.episode_at, promised_by=promised_by)
        after = after.with_answer(answered, hours)
    up_to = up_to if up_to > read.seen_seq else 0
    after, rating = _rating(unit, read, after, is_all=up_to == read.last_seq)
    lets_go = bool(unit.by) and read.agent_id == unit.by and read.agent_until == unit.created_at + ON_ITS_WAY
    case = Closing(unit=unit, read=read, up_to=up_to, before=desk, after=after, rating=rating, lets_go=lets_go)
    return replace(case, is_asked=unit.kind is UnitKind.RATING and read.asked == ASKS_SOON)


def _is_superseded(unit: Unit, read: Conversation, desk: DeskState) -> bool:
    """Tell whether an agent has promised more time than automation did: after it, whichever closes first."""
    by_agent = desk.promised_in(read.episode) if desk.promise_by else None
    return not unit.by and by_agent is not None and unit.promised_by is not None and by_agent >= unit.promised_by


def _is_counted(unit: Unit, read: Conversation, desk: DeskState) -> bool:
    """Tell whether an answer left after this one was given: both were said with one click, or as good as that."""
    clock = desk.clock
    return clock is not None and clock.episode == read.episode and clock.last_at >= unit.created_at


def _rating(unit: Unit, read: Conversation, after: DeskState, *, is_all: bool) -> tuple[DeskState, Unit | None]:
    """Ask once, when nothing is left to be answered."""
    if not (unit.rates and is_all) or read.opted_out or read.asked in {ASKED, ASKS_SOON}:
        return after, None
    after = after.acting()
    return after, asks_after(unit, after.acts)
