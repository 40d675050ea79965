"""Moments of each kind, found in the business's own calendar."""

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from infra.local.human_queue import latest
from infra.local.shifted_clock import ShiftedClock, moments
from nightbell.domain.day_plan import DatedHours, Period
from nightbell.domain.opening_hours import OpeningHours

MADRID = ZoneInfo("Europe/Madrid")
SIESTA = (Period(start=8 * 60, end=14 * 60), Period(start=16 * 60 + 30, end=20 * 60))
CHRISTMAS = date(2026, 12, 25)
HOURS = OpeningHours(
    zone=MADRID,
    weekly=[SIESTA] * 5 + [(), ()],
    exceptions={CHRISTMAS: DatedHours(periods=(), reason="Christmas")},
)
PROMISE = timedelta(hours=1)


@pytest.mark.parametrize(
    ("now", "opens", "evening"),
    [
        ("2026-11-23T09:00", "2026-11-23T09:00", "2026-11-23T22:00"),  # open
        ("2026-11-23T13:30", "2026-11-23T16:40", "2026-11-23T22:00"),  # too late for the promise before the break
        ("2026-11-23T15:00", "2026-11-23T16:40", "2026-11-23T22:00"),  # the break is no evening
        ("2026-11-21T12:00", "2026-11-23T08:10", "2026-11-23T22:00"),  # a Saturday
    ],
)
def test_a_moment_of_each_kind_lies_ahead(now: str, opens: str, evening: str) -> None:
    found = moments(HOURS, datetime.fromisoformat(now).replace(tzinfo=MADRID), PROMISE)
    local = {name: f"{at.astimezone(MADRID):%Y-%m-%dT%H:%M}" for name, at in found.items()}
    assert local == {"open": opens, "evening": evening, "holiday": "2026-12-25T12:00"}


def test_a_business_that_never_closes_has_no_evening() -> None:
    always = OpeningHours(zone=MADRID, weekly=[(Period(start=0, end=1440),)] * 7)
    assert set(moments(always, datetime(2026, 11, 23, tzinfo=UTC), PROMISE)) == {"open"}


def test_the_file_holds_the_shift_that_the_functions_read(tmp_path: Path) -> None:
    file = tmp_path / "clock.json"
    clock = ShiftedClock(file)
    assert json.loads(file.read_text()) == {"shift_s": 0.0}
    clock.set_to(datetime.now(UTC) + timedelta(hours=3))
    assert json.loads(file.read_text())["shift_s"] == pytest.approx(3 * 3600, abs=1)
    assert clock.now() - datetime.now(UTC) > timedelta(hours=2, minutes=59)
    clock.set_to(None)
    assert json.loads(file.read_text()) == {"shift_s": 0.0}


def test_only_a_clock_that_is_turned_back_is_heard_of(tmp_path: Path) -> None:
    clock, turned = ShiftedClock(tmp_path / "clock.json"), list[timedelta]()
    clock.when_turned_back = lambda: turned.append(clock.shift)
    clock.set_to(clock.now() + timedelta(hours=3))
    assert turned == []
    clock.set_to(None)
    assert turned == [timedelta()]


def test_of_each_conversation_the_highest_revision_counts() -> None:
    queue = [{"conversation_id": one, "revision": revision} for one, revision in (("a", 3), ("b", 1), ("a", 2))]
    assert latest(queue) == [{"conversation_id": "a", "revision": 3}, {"conversation_id": "b", "revision": 1}]
