"""However many send side by side, an account sends no more than its platform takes, and what is urgent goes first."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nightbell.domain.pace import (
    AT_ONCE,
    LONGEST_PAUSE,
    SHARE,
    Limit,
    Pace,
    longer,
    may_leave,
    next_chance,
    pause_by_usage,
)
from nightbell.platforms.paces import LIMITS, OTHERS
from nightbell.platforms.registry import SENDERS

NOW = datetime(2026, 11, 23, 9, 10, tzinfo=UTC)
PACE = Pace(per_minute=6, burst=6)


def drained(pace: Pace, moments: list[datetime], *, urgent: bool = True) -> list[datetime]:
    """Send at each moment at which a token is left."""
    full_at, left = None, []
    for now in moments:
        if may_leave(full_at, pace, now, urgent=urgent):
            full_at = max(full_at or now, now) + pace.step
            left.append(now)
    return left


def test_after_a_rest_a_burst_leaves_at_once_and_then_one_a_step() -> None:
    at_once = drained(PACE, [NOW] * 100)
    assert len(at_once) == 6
    minute = drained(PACE, [NOW + timedelta(seconds=each) for each in range(61)])
    assert len(minute) == 6 + 6


def test_half_of_the_bucket_is_kept_for_what_is_urgent() -> None:
    assert len(drained(PACE, [NOW] * 100, urgent=False)) == 3


@given(
    limit=st.builds(Limit, sends=st.integers(1, 1000), within=st.integers(1, 3600).map(lambda s: timedelta(seconds=s))),
    gaps=st.lists(st.integers(0, 5000), max_size=200),
)
def test_the_bucket_and_all_shares_together_never_pass_the_limit(limit: Limit, gaps: list[int]) -> None:
    """In any time as long as the limit's, from any moment on."""
    moments = [NOW + timedelta(milliseconds=sum(gaps[:end])) for end in range(len(gaps) + 1)]
    alone = [drained(limit.pace.share, moments)] * SHARE
    for times in (drained(limit.pace, moments), *alone[:1]):
        for first in times:
            within = [each for each in times if first <= each < first + limit.within]
            share = 1 if times is not alone[0] else SHARE
            # A bucket holds one token at least, and a share four, whatever the limit is.
            assert len(within) <= max(limit.sends / 2 / share, AT_ONCE + limit.sends / 4 / share) + 1


@pytest.mark.parametrize("name", [name for name, limit in LIMITS.items() if limit.within > timedelta(minutes=1)])
def test_of_few_in_many_minutes_ten_environments_use_up_hardly_more_than_all(name: str) -> None:
    limit = LIMITS[name]
    every = [limit.pace, *[limit.pace.share] * SHARE]
    most = sum(each.burst + each.per_minute * (limit.within / timedelta(minutes=1)) for each in every)
    assert most <= limit.sends * 1.5


@given(ahead_s=st.integers(-600, 600), urgent=st.booleans())
def test_at_the_next_chance_there_is_a_token(*, ahead_s: int, urgent: bool) -> None:
    full_at = NOW + timedelta(seconds=ahead_s)
    chance = next_chance(full_at, PACE, NOW, urgent=urgent)
    assert chance > NOW
    assert may_leave(full_at, PACE, chance, urgent=urgent)


@given(st.integers(0, 3600))
def test_nothing_leaves_before_a_pause_is_over_and_then_soon(pause_s: int) -> None:
    until = NOW + timedelta(seconds=pause_s)
    full_at = PACE.paused_to(until)
    assert not may_leave(full_at, PACE, until - timedelta(milliseconds=1), urgent=True)
    assert may_leave(full_at, PACE, until, urgent=True)
    assert not may_leave(full_at, PACE, until, urgent=False)
    assert may_leave(full_at, PACE, until + PACE.step * PACE.burst, urgent=False)


def test_pauses_grow_and_are_never_shorter_than_the_platform_asks() -> None:
    minute, long = timedelta(minutes=1), timedelta(hours=4)
    assert [longer(minute, times) // minute for times in range(8)] == [1, 2, 4, 8, 16, 32, 60, 60]
    assert longer(long, 9) == long > LONGEST_PAUSE
    assert longer(minute, 10**6) == LONGEST_PAUSE


@pytest.mark.parametrize(("percent", "seconds"), [(0, None), (79, None), (80, 15), (90, 60), (95, 120), (100, 600)])
def test_an_account_slows_down_from_eighty_percent_on(percent: int, seconds: int | None) -> None:
    pause = pause_by_usage(percent)
    assert (pause and pause.total_seconds()) == seconds


def test_every_limit_is_one_of_a_sender_that_there_is() -> None:
    assert set(LIMITS) <= set(SENDERS)


def test_in_calm_an_environment_needs_no_token_of_the_others() -> None:
    """Two private replies in one minute, and a hundred messages of a channel without a documented limit."""
    assert len(drained(LIMITS["facebook_private_reply"].pace.share, [NOW] * 18)) == 18
    assert len(drained(OTHERS.pace.share, [NOW] * 100)) == 100
