"""How long a contact waited for a person, counted the same for everybody: on the clock, and in opening time.

Only what a person says is counted, and only once it has left. Nothing that leaves by itself is, nor the promise of an
agent: whoever says "by three" has not answered yet.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from nightbell.domain.opening_hours import OpeningHours


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerClock:
    """The figures of one episode. All times aware, UTC.

    Attributes:
        episode: Number of the message that opened it.
        first_at: When a person's first answer left.
        first_wall_s, first_open_s: How long the contact waited for it, in seconds: in all, and of our opening time.
        answers: How many answers people gave.
        last_at: When the latest of them left.
        next_wall_s, next_open_s: From each answer to the one after it, added up.
        promised_by: By when the contact was told to expect an answer; ``None`` where nobody told them.
        promise_kept: Whether the first answer came by then; ``None`` without a promise.
    """

    episode: int
    first_at: datetime
    first_wall_s: int
    first_open_s: int
    answers: int = 1
    last_at: datetime
    next_wall_s: int = 0
    next_open_s: int = 0
    promised_by: datetime | None = None
    promise_kept: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """One answer of a person.

    Attributes:
        at: When it left, aware.
        episode, episode_at: Of the conversation as it stood when the answer was given.
        promised_by: What the contact was told last, by us or by an agent.
    """

    at: datetime
    episode: int
    episode_at: datetime
    promised_by: datetime | None = None


def counted(before: AnswerClock | None, answered: Answered, hours: OpeningHours) -> AnswerClock:
    """Count an answer; one that belongs to another episode than the figures begins new ones.

    Platforms' clocks and ours differ: what would be a time below zero is none.
    """
    if before is None or before.episode != answered.episode:
        return _first(answered, hours)
    if answered.at <= before.last_at:
        return replace(before, answers=before.answers + 1)
    return replace(
        before,
        answers=before.answers + 1,
        last_at=answered.at,
        next_wall_s=before.next_wall_s + _seconds(answered.at - before.last_at),
        next_open_s=before.next_open_s + _seconds(hours.open_time_between(before.last_at, answered.at)),
    )


def _first(answered: Answered, hours: OpeningHours) -> AnswerClock:
    by = answered.promised_by
    return AnswerClock(
        episode=answered.episode,
        first_at=answered.at,
        first_wall_s=max(_seconds(answered.at - answered.episode_at), 0),
        first_open_s=_seconds(hours.open_time_between(answered.episode_at, answered.at)),
        last_at=answered.at,
        promised_by=by,
        promise_kept=None if by is None else answered.at <= by,
    )


def _seconds(duration: timedelta) -> int:
    return int(duration.total_seconds())
