"""When far more people write in public than usual, what becomes of what they are told, and when it is over.

Counted are people, not comments: a single one who writes a thousand is no storm, and gets none started.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from math import ceil

from nightbell.domain.business import StormSettings
from nightbell.domain.conversation import Conversation, PriorityReason
from nightbell.domain.pace import Pace

HOUR = timedelta(hours=1)
WEEKS = 4
WINDOW = timedelta(minutes=1)
"""In which people are counted."""
ENDS_AFTER = timedelta(minutes=5)
"""A storm is over when for so long no minute had half of the people that make one; also if nobody looks any more."""
TELL_EVERY = HOUR
LATE = timedelta(minutes=10)
"""A line in public that so many others held up for longer helps nobody any more; the person who wrote waits all the
same for the team."""

_FIRST = frozenset(
    {
        PriorityReason.EMERGENCY,
        PriorityReason.ANSWER_FAILED,
        PriorityReason.COMPLAINT,
        PriorityReason.IMPORTANT_CONTACT,
    }
)
"""Whoever has one of these gets a line of their own in a storm, too, and before all others."""


class News(StrEnum):
    """What the team is told of a storm."""

    BEGAN = "storms_began"
    GOES_ON = "storms_go_on"
    OVER = "storms_over"


@dataclass(frozen=True, slots=True, kw_only=True)
class Storm:
    """One account's. All times aware, UTC.

    Attributes:
        until: It ends by itself then.
        people: Who wrote since it began.
        peak: People in its worst minute.
        threshold: How many in a minute made it one.
        told_at: When the team last heard of it.
    """

    since: datetime
    until: datetime
    people: int
    peak: int
    threshold: int
    told_at: datetime

    def is_on(self, now: datetime) -> bool:
        """Tell whether it still is."""
        return self.until > now


def usual_a_minute(heard: Callable[[datetime], int], now: datetime) -> float:
    """Tell how much comes in a minute at this time of the week: the second busiest of the four weeks before.

    What came twice in four weeks is usual, such as a weekly broadcast; one storm among them changes nothing. The hours
    around count too, because nobody writes by the clock. An account without a past has no usual.

    Args:
        heard: Tells how many messages came in the hour that begins then.
        now: Aware, UTC.
    """
    hour = now.replace(minute=0, second=0, microsecond=0)
    weeks = [
        max(heard(hour - timedelta(weeks=week) + HOUR * near) for near in (-1, 0, 1)) for week in range(1, WEEKS + 1)
    ]
    return sorted(weeks)[-2] / 60


def threshold_of(settings: StormSettings, usual: float) -> int:
    """Tell how many people in a minute are a storm."""
    return max(settings.people_a_minute, ceil(settings.times_usual * usual))


def watched(storm: Storm | None, people: int, threshold: int, now: datetime) -> tuple[Storm | None, News | None]:
    """Look at one more minute: what holds from now on, and what the team is told.

    Args:
        storm: As it was; one that has ended by itself is told to be over.
        people: Who wrote in this minute.
        threshold: What makes a storm now; one that is on stays with its own.
        now: Aware, UTC.
    """
    if storm is None or now - storm.until > ENDS_AFTER:
        # What nobody saw the end of is forgotten.
        return (_begun(people, threshold, now), News.BEGAN) if people >= threshold else (None, None)
    if not storm.is_on(now) and people < storm.threshold:
        return None, News.OVER
    goes_on = replace(storm, people=storm.people + people, peak=max(storm.peak, people))
    if people * 2 >= storm.threshold:
        goes_on = replace(goes_on, until=now + ENDS_AFTER)
    if now - storm.told_at >= TELL_EVERY:
        return replace(goes_on, told_at=now), News.BEGAN if storm.told_at < storm.since else News.GOES_ON
    return goes_on, None


def untold(storm: Storm, now: datetime) -> Storm:
    """Have the team told in the next minute, should it not be told now."""
    return replace(storm, told_at=now - TELL_EVERY)


def _begun(people: int, threshold: int, now: datetime) -> Storm:
    return Storm(since=now, until=now + ENDS_AFTER, people=people, peak=people, threshold=threshold, told_at=now)


def comes_first(conversation: Conversation) -> bool:
    """Tell whether a conversation goes before others where not all can be told something."""
    return not _FIRST.isdisjoint(conversation.reasons)


def pace_of_lines(settings: StormSettings, threshold: int | None, *, in_storm: bool) -> Pace:
    """Tell how many lines may appear in public on one account.

    Args:
        settings: The business's own.
        threshold: What makes a storm on this account, where that is more than the settings' least.
        in_storm: Whether there is one.
    """
    if in_storm:
        return Pace(per_minute=settings.lines_a_minute, burst=settings.lines_a_minute)
    most = max(threshold or 0, settings.people_a_minute)
    # Until a storm is noticed, about as many lines may stand as people make one.
    return Pace(per_minute=most / 2, burst=ceil(most / 2))
