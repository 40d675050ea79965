"""Who was promised an answer by a time: the promise turned around, against looking at every arrival."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nightbell.domain.arrivals import ONE_TICK, latest_arrival
from nightbell.domain.day_plan import DatedHours, Period
from nightbell.domain.opening_hours import OpeningHours
from tests.unit.test_opening_hours_against_the_clock import instants, plans

MADRID = ZoneInfo("Europe/Madrid")
WEEK = timedelta(days=7)


def plan(*days: str) -> list[list[Period]]:
    """Write seven days as hours: ``"9-14 16-20"``; the last is repeated."""
    every = [*days, *[days[-1]] * (7 - len(days))]
    return [
        [Period(start=int(a) * 60, end=int(b) * 60) for a, b in (p.split("-") for p in day.split())] for day in every
    ]


BROKEN = OpeningHours(zone=MADRID, weekly=plan("9-14 16-20", "9-14 16-20", "9-14 16-20", "9-14 16-20", "9-14", "", ""))
NIGHTS = OpeningHours(zone=MADRID, weekly=plan("18-26"))
ALWAYS = OpeningHours(zone=MADRID, weekly=plan("0-24"))
NEVER = OpeningHours(zone=MADRID, weekly=plan(""))
HOLIDAYS = OpeningHours(
    zone=MADRID,
    weekly=plan("9-14 16-20"),
    exceptions={
        date(2026, 10, 26): DatedHours(periods=()),
        date(2026, 10, 27): DatedHours(periods=(Period(start=600, end=605),)),
    },
)
EVERY = {"broken": BROKEN, "nights": NIGHTS, "always": ALWAYS, "holidays": HOLIDAYS}
SPRING, AUTUMN = datetime(2026, 3, 29, tzinfo=UTC), datetime(2026, 10, 25, tzinfo=UTC)


def brute(hours: OpeningHours, promise: timedelta, by: datetime, since: datetime, step: timedelta) -> datetime | None:
    at, found = since, None
    while at < by:
        promised = hours.add_open_time(at, promise)
        if promised is None or promised > by:
            break
        at, found = at + step, at
    return found


@pytest.mark.parametrize("change", [SPRING, AUTUMN], ids=["spring", "autumn"])
@pytest.mark.parametrize("hours", EVERY.values(), ids=EVERY)
@pytest.mark.parametrize("minutes", [5, 60, 90, 600])
def test_it_is_the_last_arrival_of_all_at_every_quarter_of_an_hour_around_a_clock_change(
    hours: OpeningHours, minutes: int, change: datetime
) -> None:
    promise, since, step = timedelta(minutes=minutes), change - timedelta(days=3), timedelta(minutes=5)
    for quarter in range(0, 4 * 24 * 5, 7):
        by = change - timedelta(days=2) + quarter * timedelta(minutes=15)
        found = latest_arrival(hours, promise, by, since)
        wanted = brute(hours, promise, by, max(since, by - timedelta(days=1, hours=20)), step)
        if wanted is not None:
            assert found is not None
            assert wanted <= found < wanted + step, by


@settings(max_examples=150, deadline=None)
@given(known=plans(), minutes=st.integers(1, 3000), by=instants())
def test_one_tick_later_is_promised_later_and_everything_before_is_not(
    known: tuple[OpeningHours, object], minutes: int, by: datetime
) -> None:
    hours, _ = known
    promise, since = timedelta(minutes=minutes), by - WEEK
    found = latest_arrival(hours, promise, by, since)
    first = hours.add_open_time(since, promise)
    if found is None:
        assert first is None or first > by
        return
    kept, later = hours.add_open_time(found, promise), hours.add_open_time(found + ONE_TICK, promise)
    assert kept is not None
    assert kept <= by
    assert later is None or later > by


def test_all_who_write_over_the_weekend_are_promised_the_same_minute() -> None:
    monday = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
    found = latest_arrival(BROKEN, timedelta(hours=1), monday + timedelta(hours=1), monday - WEEK)
    assert found == monday


def test_who_is_never_open_promises_nothing() -> None:
    by = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
    assert latest_arrival(NEVER, timedelta(hours=1), by, by - WEEK) is None
    assert latest_arrival(ALWAYS, timedelta(hours=1), by, by - timedelta(minutes=59)) is None
    assert latest_arrival(ALWAYS, timedelta(hours=1), by, by - WEEK) == by - timedelta(hours=1)
