"""A storm begins where people are far more than usual, ends by itself, and is told of seldom."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nightbell.domain.business import StormSettings
from nightbell.domain.conversation import Conversation, PriorityReason
from nightbell.domain.storm import (
    ENDS_AFTER,
    News,
    Storm,
    comes_first,
    pace_of_lines,
    threshold_of,
    usual_a_minute,
    watched,
)

NOW = datetime(2026, 11, 23, 9, 10, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
SETTINGS = StormSettings()


def minutes_of(people: list[int], threshold: int = 30) -> list[tuple[Storm | None, News | None]]:
    found, storm = [], None
    for minute, each in enumerate(people):
        storm, news = watched(storm, each, threshold, NOW + MINUTE * minute)
        found.append((storm, news))
    return found


def news_of(people: list[int], threshold: int = 30) -> list[tuple[int, News]]:
    return [(minute, news) for minute, (_, news) in enumerate(minutes_of(people, threshold)) if news]


def test_one_busy_minute_begins_it_and_five_calm_ones_end_it() -> None:
    assert news_of([3, 29, 30, 0, 0, 0, 0, 0, 0]) == [(2, News.BEGAN), (7, News.OVER)]


def test_half_of_it_keeps_it_going_so_that_it_does_not_flicker() -> None:
    assert news_of([30, *[15] * 30]) == [(0, News.BEGAN)]
    assert news_of([30, *[14] * 30]) == [(0, News.BEGAN), (5, News.OVER)]


def test_the_team_hears_of_a_long_one_once_an_hour() -> None:
    told = news_of([100] * 190 + [0] * 10)
    assert told == [(0, News.BEGAN), (60, News.GOES_ON), (120, News.GOES_ON), (180, News.GOES_ON), (194, News.OVER)]


def test_it_counts_all_people_and_the_worst_minute() -> None:
    storm, _ = minutes_of([40, 500, 20])[-1]
    assert storm is not None
    assert (storm.people, storm.peak, storm.threshold) == (560, 500, 30)


def test_it_ends_for_all_who_send_even_if_nobody_looks_any_more() -> None:
    storm, _ = minutes_of([40])[-1]
    assert storm is not None
    assert storm.is_on(NOW + ENDS_AFTER - MINUTE)
    assert not storm.is_on(NOW + ENDS_AFTER)


def test_one_that_nobody_saw_the_end_of_is_forgotten() -> None:
    old, _ = minutes_of([400])[-1]
    assert watched(old, 0, 30, NOW + timedelta(days=1)) == (None, None)
    new, news = watched(old, 30, 30, NOW + timedelta(days=1))
    assert news is News.BEGAN
    assert new is not None
    assert (new.since, new.people) == (NOW + timedelta(days=1), 30)


@given(st.lists(st.integers(0, 2000), max_size=300), st.integers(5, 500))
def test_every_storm_that_begins_is_over_once_it_is_calm(people: list[int], threshold: int) -> None:
    told = [news for _, news in news_of([*people, *[0] * 10], threshold)]
    assert told.count(News.BEGAN) == told.count(News.OVER)
    assert [news for news in told if news is not News.GOES_ON] == [News.BEGAN, News.OVER] * told.count(News.BEGAN)
    assert (News.BEGAN in told) == any(each >= threshold for each in people)


def weekly(*hours: int) -> Callable[[datetime], int]:
    """Tell so many messages for this hour of the weeks before, the last one first."""
    known = {NOW.replace(minute=0) - timedelta(weeks=week): count for week, count in enumerate(hours, 1)}
    return lambda hour: known.get(hour, 0)


@pytest.mark.parametrize(
    ("hours", "usual"),
    [
        ((), 0),
        ((600, 0, 0, 0), 0),  # one storm in four weeks
        ((600, 0, 1200, 0), 10),  # what came twice
        ((60, 60, 60, 6000), 1),
    ],
)
def test_usual_is_what_came_twice_in_four_weeks(hours: tuple[int, ...], usual: float) -> None:
    assert usual_a_minute(weekly(*hours), NOW) == usual


def test_an_hour_earlier_or_later_is_usual_too() -> None:
    def heard(at: datetime) -> int:
        return 1200 if at.hour == 10 else 0

    assert usual_a_minute(heard, NOW) == 20
    assert usual_a_minute(heard, NOW + timedelta(hours=3)) == 0


@pytest.mark.parametrize(("usual", "people"), [(0, 30), (2.9, 30), (3.01, 31), (100, 1000)])
def test_a_storm_is_so_many_times_the_usual_and_never_fewer_than_the_settings_say(usual: float, people: int) -> None:
    assert threshold_of(SETTINGS, usual) == people


@pytest.mark.parametrize("reason", PriorityReason)
def test_complaints_emergencies_and_contacts_who_matter_come_first(reason: PriorityReason) -> None:
    first = {"emergency", "answer_failed", "complaint", "important_contact"}
    assert comes_first(replace(Conversation(), reasons=(reason,))) == (reason.value in first)


def test_in_a_storm_few_lines_appear_and_before_it_no_more_than_people_make_one() -> None:
    assert pace_of_lines(SETTINGS, None, in_storm=True).per_minute == SETTINGS.lines_a_minute
    assert pace_of_lines(SETTINGS, None, in_storm=False).per_minute == SETTINGS.people_a_minute / 2
    assert pace_of_lines(SETTINGS, 1000, in_storm=False).per_minute == 500
