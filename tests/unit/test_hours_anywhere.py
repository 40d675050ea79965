"""Opening hours are the same on every machine, and a stretch without a beginning in sight has none."""

import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from nightbell.domain.day_plan import DatedHours, Period
from nightbell.domain.local_time import instant_of
from nightbell.domain.opening_hours import HORIZON, OpeningHours

MADRID = ZoneInfo("Europe/Madrid")
SPRING, AUTUMN = date(2026, 3, 29), date(2026, 10, 25)


@pytest.fixture(params=["UTC", "Etc/GMT-1", "Etc/GMT-2", "Pacific/Auckland", "America/New_York", ":/etc/localtime"])
def machine(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Set the machine's own clock, as whoever runs it may; Lambda sets a path."""
    with monkeypatch.context() as patch:
        patch.setenv("TZ", request.param)
        time.tzset()
        yield request.param
    time.tzset()


@pytest.mark.usefixtures("machine")
def test_no_machine_has_a_clock_of_its_own() -> None:
    skipped = [instant_of(SPRING, minute, MADRID) for minute in (119, 120, 150, 179, 180)]
    assert skipped == [datetime(2026, 3, 29, hour, minute, tzinfo=UTC) for hour, minute in ((0, 59), *[(1, 0)] * 4)]
    doubled = [instant_of(AUTUMN, minute, MADRID) for minute in (119, 120, 150, 180)]
    shown = ((23, 59, 24), (0, 0, 25), (0, 30, 25), (2, 0, 25))
    assert doubled == [datetime(2026, 10, day, hour, minute, tzinfo=UTC) for hour, minute, day in shown]


@pytest.mark.usefixtures("machine")
def test_no_machine_opens_at_another_time() -> None:
    hours = OpeningHours(zone=MADRID, weekly=[(Period(start=9 * 60, end=18 * 60),)] * 7)
    stretch = hours.stretch_at(datetime(2026, 7, 1, 12, tzinfo=UTC))
    assert stretch.key == "open:2026-07-01T07:00:00Z"
    assert stretch.end == datetime(2026, 7, 1, 16, tzinfo=UTC)


@pytest.mark.usefixtures("machine")
@pytest.mark.parametrize("zone", ["Pacific/Auckland", "Pacific/Honolulu", "Europe/Madrid"])
def test_no_machine_forgets_when_the_lunch_break_began(zone: str) -> None:
    there = ZoneInfo(zone)
    day = (Period(start=9 * 60, end=12 * 60), Period(start=13 * 60, end=18 * 60))
    hours = OpeningHours(zone=there, weekly=[day] * 7)
    stretch = hours.stretch_at(datetime(2026, 11, 24, 12, 30, tzinfo=there))
    assert stretch.start == datetime(2026, 11, 24, 12, tzinfo=there)
    assert stretch.end == datetime(2026, 11, 24, 13, tzinfo=there)


@pytest.mark.parametrize("days", [399, 400])
def test_who_never_closed_within_sight_opened_when_they_did(days: int) -> None:
    opened = datetime(2026, 1, 2, tzinfo=UTC)
    stretch = closed_once().stretch_at(opened + timedelta(days=days))
    assert (stretch.is_open, stretch.start) == (True, opened)


@pytest.mark.parametrize("beyond", [timedelta(microseconds=1), timedelta(days=1), timedelta(days=2)])
def test_who_has_been_open_for_longer_than_we_look_has_always_been(beyond: timedelta) -> None:
    opened = datetime(2026, 1, 2, tzinfo=UTC)
    stretch = closed_once().stretch_at(opened + HORIZON + beyond)
    assert stretch.key == "open:always"


def closed_once() -> OpeningHours:
    """Keep open day and night, but for one day."""
    week = [(Period(start=0, end=24 * 60),)] * 7
    return OpeningHours(zone=ZoneInfo("UTC"), weekly=week, exceptions={date(2026, 1, 1): DatedHours(periods=())})
