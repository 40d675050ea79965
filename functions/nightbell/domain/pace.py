"""How fast an account may send: a bucket of tokens, kept as the one moment at which it will be full again.

Whoever sends moves that moment on by one step. A bucket that is full again lies in the past; one that is empty lies a
whole burst ahead of now. One number, and one conditional write, hold however many execution environments send.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil

MINUTE = timedelta(minutes=1)
LONGEST_PAUSE = timedelta(hours=1)
MOST_DOUBLINGS = 12
SHARE = 10
"""How many execution environments send side by side by default (template parameter AckMaximumConcurrency). Each may
send its share of the pace by itself, so that in calm no send costs a write; what is beyond it is drawn from the bucket
that all of them share. Together they send twice the pace, which is what a :class:`Limit` leaves
room for, and one or a few each at least."""
SLOW = timedelta(seconds=30)
"""Where a token takes so long, the limit is one of few in many minutes, and four of each environment were all of it."""
AT_ONCE = 4
"""A customer's few messages in a row are no reason to write, whatever the share would be: an environment sends one
after the other, and hardly four in a second."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """So many a minute, and so many at once after a rest."""

    per_minute: float
    burst: int

    @property
    def step(self) -> timedelta:
        """By how much one send moves the bucket's moment on."""
        return MINUTE / self.per_minute

    def latest(self, now: datetime, *, urgent: bool) -> datetime:
        """Tell up to when its moment may lie for a send to leave now: half of the bucket is kept for what is urgent."""
        usable = self.burst if urgent else ceil(self.burst / 2)
        return now + self.step * (usable - 1)

    def paused_to(self, until: datetime) -> datetime:
        """Tell to when its moment is moved so that nothing leaves before ``until``, and first then what is urgent."""
        return until + self.step * (self.burst - 1)

    @property
    def share(self) -> "Pace":
        """What one execution environment sends without asking the others."""
        least = AT_ONCE if self.step < SLOW else 1
        return Pace(per_minute=self.per_minute / SHARE, burst=max(self.burst // SHARE, least))


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """What a platform takes: so many sends in any time of that length, from one account."""

    sends: int
    within: timedelta

    @property
    def pace(self) -> Pace:
        """Keep to it: a quarter as the burst and a quarter over the time, once shared and once by environment."""
        quarter = self.sends / 4
        return Pace(per_minute=quarter / (self.within / MINUTE), burst=max(int(quarter), 1))


def slower(one: Pace, other: Pace) -> Pace:
    """Keep to both."""
    return Pace(per_minute=min(one.per_minute, other.per_minute), burst=min(one.burst, other.burst))


def may_leave(full_at: datetime | None, pace: Pace, now: datetime, *, urgent: bool) -> bool:
    """Tell whether the bucket holds a token."""
    return full_at is None or full_at <= pace.latest(now, urgent=urgent)


def next_chance(full_at: datetime | None, pace: Pace, now: datetime, *, urgent: bool) -> datetime:
    """Tell when there is a token again."""
    return now + max((full_at or now) - pace.latest(now, urgent=urgent), pace.step)


def longer(asked: timedelta, times: int) -> timedelta:
    """Tell how long to pause for what a platform asks, where it has asked so often before in vain."""
    doubled: timedelta = asked * 2 ** min(times, MOST_DOUBLINGS)
    return max(asked, min(doubled, LONGEST_PAUSE))


def pause_by_usage(percent: int) -> timedelta | None:
    """Tell how long to pause once a platform says how much of its allowance is used up; it asks to slow down at 80 %.

    Source: Meta "Graph API: Rate Limits" §Best Practices, Headers.
    """
    steps = ((100, timedelta(minutes=10)), (95, timedelta(minutes=2)), (90, MINUTE), (80, MINUTE / 4))
    return next((pause for least, pause in steps if percent >= least), None)
