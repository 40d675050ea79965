"""What a contact waited for, to the second: across breaks, nights, weekends, holidays and clock changes."""

from datetime import UTC, datetime, timedelta

import pytest

from nightbell.domain.answer_clock import AnswerClock, Answered, counted
from nightbell.domain.desk_state import DeskState
from tests.unit.test_opening_hours import MADRID, SHOP, Calendar, at, hours

OPEN = hours(SHOP, holidays=Calendar(d2026_12_08="Immaculate Conception"), exceptions={"2026-12-24": ["08:00-12:00"]})
NIGHTS = hours({day: ["22:00-24:00", "00:00-06:00"] for day in ("friday", "saturday", "sunday", "monday")})
ALWAYS = hours({day: ["00:00-24:00"] for day in SHOP | {"sunday": []}})
NEVER = hours({})
MINUTE, HOUR = 60, 3600


def answer(wrote: str, answered: str, *, episode: int = 1, promised: str | None = None, fold: int = 0) -> Answered:
    return Answered(
        at=at(answered, fold=fold),
        episode=episode,
        episode_at=at(wrote),
        promised_by=at(promised) if promised else None,
    )


@pytest.mark.parametrize(
    ("wrote", "answered", "wall", "opened"),
    [
        ("2026-11-23 09:00", "2026-11-23 09:00", 0, 0),
        ("2026-11-23 09:00", "2026-11-23 09:00:01", 1, 1),
        ("2026-11-23 09:00", "2026-11-23 09:40", 40 * MINUTE, 40 * MINUTE),
        ("2026-11-23 13:50", "2026-11-23 16:40", 170 * MINUTE, 20 * MINUTE),
        ("2026-11-23 14:00", "2026-11-23 16:30", 150 * MINUTE, 0),
        ("2026-11-23 13:59:59", "2026-11-23 16:30:01", 150 * MINUTE + 2, 2),
        ("2026-11-23 22:00", "2026-11-23 23:30", 90 * MINUTE, 0),
        ("2026-11-23 22:00", "2026-11-24 08:05", 605 * MINUTE, 5 * MINUTE),
        ("2026-11-27 19:50", "2026-11-30 08:10", 3620 * MINUTE, (10 + 330 + 10) * MINUTE),
        ("2026-11-28 14:30", "2026-11-30 08:00", 2490 * MINUTE, 0),
        ("2026-12-07 19:30", "2026-12-09 08:30", 37 * HOUR, HOUR),
        ("2026-12-24 11:00", "2026-12-24 18:00", 7 * HOUR, HOUR),
        ("2026-10-24 08:30", "2026-10-26 08:30", 49 * HOUR, 6 * HOUR),
        ("2027-03-27 08:30", "2027-03-29 08:30", 47 * HOUR, 6 * HOUR),
    ],
    ids=[
        *("at once", "a second", "while open", "across a break", "in the break", "around the break", "at night"),
        *("over night", "over a weekend", "over Sunday", "over a holiday", "on a short day"),
        *("while the clock goes back", "while the clock goes forward"),
    ],
)
def test_the_first_answer_is_counted_on_the_clock_and_in_opening_time(
    wrote: str, answered: str, wall: int, opened: int
) -> None:
    found = counted(None, answer(wrote, answered), OPEN)
    assert (found.first_wall_s, found.first_open_s) == (wall, opened)
    assert (found.first_at, found.last_at, found.answers) == (at(answered), at(answered), 1)
    assert (found.next_wall_s, found.next_open_s) == (0, 0)


@pytest.mark.parametrize(
    ("wrote", "answered", "fold", "opened"),
    [
        ("2026-10-24 23:00", "2026-10-25 02:30", 0, 210 * MINUTE),
        ("2026-10-24 23:00", "2026-10-25 02:30", 1, 270 * MINUTE),
        ("2026-10-24 23:00", "2026-10-25 08:00", 0, 8 * HOUR),
        ("2027-03-27 23:00", "2027-03-28 08:00", 0, 6 * HOUR),
    ],
    ids=["before the clock goes back", "after it", "the longest night", "the shortest night"],
)
def test_an_hour_that_comes_twice_counts_twice_and_one_that_is_left_out_not_at_all(
    wrote: str, answered: str, fold: int, opened: int
) -> None:
    assert counted(None, answer(wrote, answered, fold=fold), NIGHTS).first_open_s == opened


def test_who_is_always_open_counts_all_and_who_never_is_counts_nothing() -> None:
    across = answer("2026-10-24 23:00", "2026-10-26 00:00")
    assert counted(None, across, ALWAYS).first_open_s == counted(None, across, ALWAYS).first_wall_s == 26 * HOUR
    assert counted(None, across, NEVER).first_open_s == 0


@pytest.mark.parametrize(
    ("answered", "kept"),
    [("2026-11-23 09:59:59", True), ("2026-11-23 10:00", True), ("2026-11-23 10:00:01", False)],
)
def test_a_promise_is_kept_to_the_second_it_names(answered: str, *, kept: bool) -> None:
    found = counted(None, answer("2026-11-23 09:00", answered, promised="2026-11-23 10:00"), OPEN)
    assert (found.promise_kept, found.promised_by) == (kept, at("2026-11-23 10:00"))


def test_what_nobody_promised_is_neither_kept_nor_broken() -> None:
    assert counted(None, answer("2026-11-23 09:00", "2026-11-23 19:00"), OPEN).promise_kept is None


def test_next_answers_count_from_the_one_before_and_change_nothing_about_the_first() -> None:
    first = counted(None, answer("2026-11-23 09:00", "2026-11-23 09:10", promised="2026-11-23 10:00"), OPEN)
    second = counted(first, answer("2026-11-23 09:00", "2026-11-23 13:40"), OPEN)
    third = counted(second, answer("2026-11-23 09:00", "2026-11-23 17:00"), OPEN)
    assert third == AnswerClock(
        episode=1,
        first_at=at("2026-11-23 09:10"),
        first_wall_s=10 * MINUTE,
        first_open_s=10 * MINUTE,
        answers=3,
        last_at=at("2026-11-23 17:00"),
        next_wall_s=(270 + 200) * MINUTE,
        next_open_s=(270 + 20 + 30) * MINUTE,
        promised_by=at("2026-11-23 10:00"),
        promise_kept=True,
    )


def test_another_episode_begins_new_figures() -> None:
    first = counted(None, answer("2026-11-23 09:00", "2026-11-23 09:10"), OPEN)
    again = counted(first, answer("2026-11-23 11:00", "2026-11-23 11:30", episode=2), OPEN)
    assert (again.episode, again.answers, again.first_wall_s) == (2, 1, 30 * MINUTE)


def test_clocks_that_differ_make_no_time_below_zero() -> None:
    early = counted(None, answer("2026-11-23 09:00:05", "2026-11-23 09:00:03"), OPEN)
    assert (early.first_wall_s, early.first_open_s) == (0, 0)
    earlier = counted(early, answer("2026-11-23 09:00:05", "2026-11-23 09:00:01"), OPEN)
    assert (earlier.answers, earlier.next_wall_s, earlier.last_at) == (2, 0, at("2026-11-23 09:00:03"))


def test_years_between_are_counted_on_the_clock_and_in_opening_time_as_far_as_that_is_planned() -> None:
    found = counted(None, Answered(at=at("2029-01-01 00:00"), episode=1, episode_at=at("2026-01-01 00:00")), OPEN)
    assert found.first_wall_s == 1096 * 24 * HOUR
    assert timedelta(days=100) < timedelta(seconds=found.first_open_s) < timedelta(days=200)


NOON = datetime(2026, 11, 23, 11, 0, tzinfo=UTC)


def test_what_an_agent_promised_stands_over_what_was_said_automatically() -> None:
    state = DeskState().with_promise(at("2026-11-23 12:00"), "ana", 1)
    told = answer("2026-11-23 09:00", "2026-11-23 11:30", promised="2026-11-23 10:00")
    found = state.with_answer(told, OPEN).clock
    assert found is not None
    assert (found.promise_kept, found.promised_by) == (True, at("2026-11-23 12:00"))


def test_what_an_agent_promised_about_an_earlier_episode_binds_nobody_now() -> None:
    state = DeskState().with_promise(at("2026-11-23 12:00"), "ana", 1)
    told = answer("2026-11-23 09:00", "2026-11-23 11:30", episode=2, promised="2026-11-23 10:00")
    found = state.with_answer(told, OPEN).clock
    assert found is not None
    assert (found.promise_kept, state.promised_in(1), state.promised_in(2)) == (False, at("2026-11-23 12:00"), None)


@pytest.mark.parametrize(("left", "kept"), [("11:55", True), ("12:05", False)])
def test_what_an_agent_promised_is_what_counts_where_automation_put_it_off(left: str, *, kept: bool) -> None:
    state = DeskState().with_promise(at("2026-11-23 12:00"), "ana", 1)
    for later in ("13:00", "14:00"):
        state = state.with_promise(at(f"2026-11-23 {later}"), "", 1)
    told = answer("2026-11-23 09:00", f"2026-11-23 {left}", promised="2026-11-23 10:00")
    found = state.with_answer(told, OPEN).clock
    assert found is not None
    assert (found.promise_kept, found.promised_by) == (kept, at("2026-11-23 12:00"))
    assert state.promised_in(1) == at("2026-11-23 14:00")


def test_what_was_put_off_is_forgotten_with_a_new_promise_and_a_new_episode() -> None:
    state = DeskState().with_promise(at("2026-11-23 12:00"), "ana", 1).with_promise(at("2026-11-23 13:00"), "", 1)
    assert state.with_promise(at("2026-11-23 15:00"), "ben", 1).put_off is None
    assert state.with_promise(at("2026-11-23 15:00"), "", 2).put_off is None


def test_the_times_of_a_zone_are_those_of_the_instant() -> None:
    local = Answered(at=NOON.astimezone(MADRID), episode=1, episode_at=NOON - timedelta(hours=1))
    assert counted(None, local, OPEN) == counted(
        None, Answered(at=NOON, episode=1, episode_at=NOON - timedelta(hours=1)), OPEN
    )
