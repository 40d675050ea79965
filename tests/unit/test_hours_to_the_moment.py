"""How far opening hours look, to the moment, and that what they tell is always in UTC."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from nightbell.domain.day_plan import DatedHours, Period
from nightbell.domain.local_time import instant_of
from nightbell.domain.opening_hours import HORIZON, OpeningHours

MADRID = ZoneInfo("Europe/Madrid")
AUCKLAND = ZoneInfo("Pacific/Auckland")
MOMENT = timedelta(microseconds=1)
ONCE = datetime(2026, 6, 15, 8, tzinfo=MADRID).astimezone(UTC)
"""When those who open but once open; they close two hours later."""


def open_once() -> OpeningHours:
    dated = DatedHours(periods=(Period(start=8 * 60, end=10 * 60),))
    return OpeningHours(zone=MADRID, weekly=[()] * 7, exceptions={date(2026, 6, 15): dated})


def daily(start: int, end: int, zone: ZoneInfo = MADRID) -> OpeningHours:
    return OpeningHours(zone=zone, weekly=[(Period(start=start, end=end),)] * 7)


def test_the_horizon_is_four_hundred_days() -> None:
    assert timedelta(days=400) == HORIZON


def test_an_opening_at_the_horizon_is_in_sight_and_one_beyond_it_is_not() -> None:
    hours = open_once()
    assert hours.next_opening(ONCE - HORIZON) == ONCE
    assert hours.next_opening(ONCE - HORIZON - MOMENT) is None
    assert hours.stretch_at(ONCE - HORIZON).end == ONCE
    assert hours.stretch_at(ONCE - HORIZON - MOMENT).end is None


def test_a_closing_at_the_horizon_began_the_stretch_and_one_before_it_did_not() -> None:
    closed_since = ONCE + timedelta(hours=2)
    hours = open_once()
    assert hours.stretch_at(closed_since + HORIZON).start == closed_since
    assert hours.stretch_at(closed_since + HORIZON + MOMENT).start is None


def test_who_opens_once_promises_nothing_afterwards() -> None:
    hours = open_once()
    assert hours.add_open_time(ONCE - timedelta(days=30), timedelta(hours=2)) == ONCE + timedelta(hours=2)
    assert hours.add_open_time(ONCE - timedelta(days=30), timedelta(hours=2) + MOMENT) is None
    assert hours.add_open_time(ONCE + timedelta(hours=2), timedelta(0)) is None
    assert hours.next_opening(ONCE) == ONCE
    assert hours.next_opening(ONCE + MOMENT) is None


@pytest.mark.parametrize("zone", [MADRID, AUCKLAND, UTC])
def test_whatever_clock_is_asked_the_answer_is_in_utc(zone: ZoneInfo) -> None:
    hours = daily(9 * 60, 17 * 60)
    for hour in (3, 12, 22):
        asked = datetime(2026, 11, 23, hour, tzinfo=MADRID).astimezone(zone)
        stretch = hours.stretch_at(asked)
        told = [stretch.start, stretch.end, hours.next_opening(asked), hours.add_open_time(asked, timedelta(hours=1))]
        assert all(each is not None and each.tzinfo is UTC for each in told)
        assert hours.stretch_at(asked).is_open is (hour == 12)


def test_who_never_closes_counts_every_hour_and_tells_it_in_utc() -> None:
    told = daily(0, 24 * 60).add_open_time(datetime(2026, 11, 23, 3, tzinfo=MADRID), timedelta(hours=5))
    assert told == datetime(2026, 11, 23, 7, tzinfo=UTC)
    assert told is not None
    assert told.tzinfo is UTC
    assert OpeningHours(zone=MADRID, weekly=[()] * 7).add_open_time(ONCE, timedelta(0)) is None


def test_less_than_no_time_cannot_be_counted() -> None:
    with pytest.raises(ValueError, match="cannot count -1 day"):
        daily(0, 24 * 60).add_open_time(ONCE, -MOMENT)
    assert daily(0, 24 * 60).add_open_time(ONCE, timedelta(0)) == ONCE


def test_a_stretch_is_named_by_its_state_and_its_beginning() -> None:
    hours = daily(9 * 60, 17 * 60)
    at = datetime(2026, 11, 23, 12, tzinfo=UTC)
    assert hours.stretch_at(at).key == "open:2026-11-23T08:00:00Z"
    assert hours.stretch_at(at + timedelta(hours=6)).key == "closed:2026-11-23T16:00:00Z"
    assert daily(0, 24 * 60).stretch_at(at).key == "open:always"
    assert OpeningHours(zone=MADRID, weekly=[()] * 7).stretch_at(at).key == "closed:always"


@pytest.mark.parametrize(
    ("zone", "day", "minute", "expected"),
    [
        # Spring: the clocks jump from 2:00 to 3:00 (Madrid), from 2:00 to 2:30 (Lord Howe Island).
        ("Europe/Madrid", date(2026, 3, 29), 119, "2026-03-29T00:59:00"),
        ("Europe/Madrid", date(2026, 3, 29), 120, "2026-03-29T01:00:00"),
        ("Europe/Madrid", date(2026, 3, 29), 150, "2026-03-29T01:00:00"),
        ("Europe/Madrid", date(2026, 3, 29), 179, "2026-03-29T01:00:00"),
        ("Europe/Madrid", date(2026, 3, 29), 180, "2026-03-29T01:00:00"),
        ("Europe/Madrid", date(2026, 3, 29), 181, "2026-03-29T01:01:00"),
        ("Australia/Lord_Howe", date(2026, 10, 4), 119, "2026-10-03T15:29:00"),
        ("Australia/Lord_Howe", date(2026, 10, 4), 135, "2026-10-03T15:30:00"),
        ("Australia/Lord_Howe", date(2026, 10, 4), 150, "2026-10-03T15:30:00"),
        # Autumn: 2:30 comes twice, and the first time counts.
        ("Europe/Madrid", date(2026, 10, 25), 150, "2026-10-25T00:30:00"),
        ("Europe/Madrid", date(2026, 10, 25), 180, "2026-10-25T02:00:00"),
        # Beyond midnight it is the next day.
        ("Europe/Madrid", date(2026, 11, 23), 1440, "2026-11-23T23:00:00"),
        ("Europe/Madrid", date(2026, 11, 23), 1500, "2026-11-24T00:00:00"),
        # A day that was skipped whole (Samoa crossed the date line).
        ("Pacific/Apia", date(2011, 12, 30), 600, "2011-12-30T10:00:00"),
    ],
)
def test_a_time_on_the_clock_is_one_instant(zone: str, day: date, minute: int, expected: str) -> None:
    found = instant_of(day, minute, ZoneInfo(zone))
    assert found == datetime.fromisoformat(expected).replace(tzinfo=UTC)
    assert found.tzinfo is UTC


@pytest.mark.parametrize(
    ("zone", "day", "skipped", "jump"),
    [
        ("Europe/Madrid", date(2026, 3, 29), range(120, 180), "2026-03-29T01:00:00"),
        ("America/New_York", date(2026, 3, 8), range(120, 180), "2026-03-08T07:00:00"),
        ("Australia/Lord_Howe", date(2026, 10, 4), range(120, 150), "2026-10-03T15:30:00"),
    ],
)
def test_every_minute_that_the_clocks_skip_is_the_moment_of_the_jump(
    zone: str, day: date, skipped: range, jump: str
) -> None:
    found = {instant_of(day, minute, ZoneInfo(zone)) for minute in (*skipped, skipped.stop)}
    assert found == {datetime.fromisoformat(jump).replace(tzinfo=UTC)}


def test_a_day_without_a_reason_of_its_own_has_none() -> None:
    assert [open_once().reason_on(day) for day in (date(2026, 6, 15), date(2026, 6, 16))] == ["", ""]
    assert open_once().is_exception(date(2026, 6, 15))
    assert not open_once().is_exception(date(2026, 6, 16))
