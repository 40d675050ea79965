"""Opening or closing by hand: every question about the hours is answered alike, minute by minute."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nightbell.domain.day_plan import ALL_DAY, Period
from nightbell.domain.hours_override import KEPT_FOR, Override, Scope, ended, overridden, running, with_word
from nightbell.domain.opening_hours import OpeningHours
from nightbell.domain.overridden_hours import Forced, OverriddenHours

MADRID = ZoneInfo("Europe/Madrid")
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
DAY = [Period(start=9 * 60, end=17 * 60)]
SHOP = OpeningHours(zone=MADRID, weekly=[DAY] * 5 + [[], []])
MONDAY = datetime(2026, 11, 23, tzinfo=MADRID)
ALL, HARBOUR, PAGE = Scope(), Scope(brand="harbour"), Scope(brand="harbour", channel="messenger", account_id="1")


def at(hour: float) -> datetime:
    """Tell a time of Monday at the shop."""
    return (MONDAY + hour * HOUR).astimezone(UTC)


def word(since: float, until: float, *, is_open: bool = False, scope: Scope = ALL) -> Override:
    return Override(scope=scope, is_open=is_open, since=at(since), until=at(until), by="ana")


def shop(*said: Override, scope: Scope = PAGE, hours: OpeningHours = SHOP) -> OpeningHours:
    return overridden(hours, said, scope)


def test_a_shop_that_closes_for_a_storm_says_when_it_opens_again() -> None:
    closed = shop(word(11, 15))
    now = closed.stretch_at(at(12))
    assert (now.is_open, now.start, now.end) == (False, at(11), at(15))
    assert closed.next_opening(at(12)) == at(15)
    assert closed.add_open_time(at(12), HOUR) == at(16)
    assert closed.open_time_between(at(9), at(17)) == 4 * HOUR


def test_a_promise_from_before_counts_round_the_closing() -> None:
    assert shop(word(11, 15)).add_open_time(at(10.5), HOUR) == at(15.5)


def test_closing_into_the_night_reopens_with_the_next_day() -> None:
    closed = shop(word(11, 20))
    assert closed.stretch_at(at(12)).end == closed.next_opening(at(12)) == at(24 + 9)


def test_a_shop_that_opens_late_is_open_without_a_break_where_both_meet() -> None:
    longer = shop(word(16, 20, is_open=True))
    assert longer.stretch_at(at(18)) == replace(SHOP.stretch_at(at(12)), end=at(20))
    assert longer.stretch_at(at(18)).key == SHOP.stretch_at(at(12)).key


def test_what_came_before_is_judged_by_the_hours_of_then() -> None:
    closed = shop(word(11, 15))
    assert closed.stretch_at(at(10)).key == SHOP.stretch_at(at(10)).key
    assert {closed.stretch_at(at(hour)).key for hour in (11, 12, 14.99)} == {"closed:2026-11-23T10:00:00Z"}


@pytest.mark.parametrize(("weekly", "is_open"), [([ALL_DAY], True), ([], False)])
def test_hours_that_never_change_can_be_overridden(weekly: list[Period], *, is_open: bool) -> None:
    always = shop(word(11, 15, is_open=not is_open), hours=OpeningHours(zone=MADRID, weekly=[weekly] * 7))
    stretch = always.stretch_at(at(12))
    assert (stretch.is_open, stretch.start, stretch.end) == (not is_open, at(11), at(15))
    assert always.next_opening(at(10)) == (at(15) if is_open else at(11))
    assert always.stretch_at(at(16)).end is None
    assert always.open_time_between(at(10), at(20)) == (6 * HOUR if is_open else 4 * HOUR)
    assert always.add_open_time(at(12), 5 * HOUR) == (at(20) if is_open else None)


@pytest.mark.parametrize(
    ("day", "real"), [(datetime(2027, 3, 28, tzinfo=MADRID), 4), (datetime(2027, 10, 31, tzinfo=MADRID), 6)]
)
def test_an_override_across_a_clock_change_lasts_as_long_as_it_really_does(day: datetime, real: int) -> None:
    since, until = day.astimezone(UTC), day.replace(hour=5).astimezone(UTC)
    night = Override(scope=ALL, is_open=True, since=since, until=until, by="ana")
    hours = shop(night)
    assert hours.open_time_between(since - HOUR, until + HOUR) == real * HOUR
    assert hours.add_open_time(since, real * HOUR) == until


def test_the_last_word_for_the_same_counts_to_its_own_end_and_no_longer() -> None:
    said = with_word(with_word((), word(11, 18)), word(12, 15))
    assert [(each.since, each.until) for each in said] == [(at(11), at(12)), (at(12), at(15))]
    assert shop(*said).next_opening(at(13)) == at(15)


def test_a_word_for_one_account_lies_over_that_for_all_while_it_lasts() -> None:
    said = with_word(with_word((), word(11, 16)), word(12, 14, is_open=True, scope=PAGE))
    page, other = shop(*said), shop(*said, scope=replace(PAGE, account_id="2"))
    assert [page.stretch_at(at(hour)).is_open for hour in (10, 11, 12, 13.9, 14, 16)] == [
        True,
        False,
        True,
        True,
        False,
        True,
    ]
    assert (page.next_opening(at(11)), other.next_opening(at(11))) == (at(12), at(16))


def test_a_word_for_all_ends_what_was_said_for_one() -> None:
    said = with_word(with_word((), word(11, 16, is_open=True, scope=PAGE)), word(12, 14))
    assert shop(*said).stretch_at(at(13)).is_open is False
    assert shop(*said).stretch_at(at(15)).is_open is True, "the plan, and not what was said for one"
    assert running(said, PAGE, at(15)) is None


def test_resuming_ends_a_scope_and_its_parts_and_nothing_else() -> None:
    said = (word(11, 16), word(11, 17, scope=HARBOUR), word(11, 18, scope=PAGE))
    assert [each.until for each in ended(said, HARBOUR, at(12))] == [at(16), at(12), at(12)]
    assert running(ended(said, HARBOUR, at(12)), PAGE, at(12)) == said[0]
    assert ended((word(12, 16),), ALL, at(12)) == ()


def test_what_ended_is_remembered_for_a_while() -> None:
    said = (word(11, 15),)
    assert ended(said, PAGE, at(15) + KEPT_FOR - MINUTE) == said
    assert ended(said, PAGE, at(15) + KEPT_FOR) == ()


def test_other_brands_keep_their_hours() -> None:
    assert shop(word(11, 15, scope=HARBOUR), scope=Scope(brand="other")) is SHOP


MINUTES = st.integers(0, 5 * 24 * 60)
FORCED = st.lists(st.tuples(MINUTES, st.integers(1, 36 * 60), st.booleans()), max_size=4)
WEEKS = st.sampled_from([DAY, [], [ALL_DAY], [Period(start=22 * 60, end=28 * 60)]])
STARTS = st.sampled_from([MONDAY, datetime(2027, 3, 26, tzinfo=MADRID), datetime(2027, 10, 29, tzinfo=MADRID)])


@given(start=STARTS, weekly=WEEKS, forced=FORCED, asked=MINUTES, amount=st.integers(0, 1200))
def test_all_answers_agree_with_the_minutes(
    start: datetime, weekly: list[Period], forced: list[tuple[int, int, bool]], asked: int, amount: int
) -> None:
    begin = start.astimezone(UTC)
    planned = OpeningHours(zone=MADRID, weekly=[weekly] * 7)
    said = [
        Forced(is_open=is_open, since=begin + since * MINUTE, until=begin + (since + lasts) * MINUTE)
        for since, lasts, is_open in forced
    ]
    hours = OverriddenHours(planned, said)
    last = {each.since: each for each in said}
    laid = sorted(said, key=lambda each: each.since)

    def is_open(minute: int) -> bool:
        now = begin + minute * MINUTE
        holding = [each for each in laid if each.since <= now < each.until]
        return holding[-1].is_open if holding else planned.stretch_at(now).is_open

    if len(last) < len(said):
        return
    truth = [is_open(minute) for minute in range(asked, asked + 1500)]
    now = begin + asked * MINUTE
    stretch = hours.stretch_at(now)
    assert stretch.is_open == truth[0]
    turns = next((number for number, each in enumerate(truth) if each != truth[0]), None)
    assert (turns is None) or stretch.end == now + turns * MINUTE
    if stretch.start and stretch.start > begin:
        assert hours.stretch_at(stretch.start - MINUTE).is_open != stretch.is_open
        assert hours.stretch_at(stretch.start) == stretch
    assert hours.open_time_between(now, now + 1500 * MINUTE) == sum(truth) * MINUTE
    opens = hours.next_opening(now)
    if opens and opens < now + 1500 * MINUTE:
        assert hours.stretch_at(opens).start == opens
    if sum(truth) > amount:
        reached = hours.add_open_time(now, amount * MINUTE)
        assert reached is not None
        assert hours.open_time_between(now, reached) == amount * MINUTE
