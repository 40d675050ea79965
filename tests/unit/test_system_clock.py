"""The clock follows its file, and time goes on whatever the file holds."""

import datetime as dt
import time
from pathlib import Path

import pytest

from nightbell.adapters.clock import SystemClock

HOUR_S = 3600


@pytest.fixture
def shift_file(tmp_path: Path) -> Path:
    return tmp_path / "clock.json"


def shift_of(clock: SystemClock) -> float:
    return round((clock.now() - dt.datetime.now(dt.UTC)).total_seconds())


def test_time_is_aware_and_in_utc() -> None:
    assert SystemClock().now().tzinfo is dt.UTC
    assert shift_of(SystemClock()) == 0


def test_file_moves_the_time_but_not_durations(shift_file: Path) -> None:
    shift_file.write_text('{"shift_s": -3600.0}')
    clock = SystemClock(shift_file)
    assert shift_of(clock) == -HOUR_S
    assert abs(clock.monotonic() - time.monotonic()) < 1


def test_file_may_come_change_and_go(shift_file: Path) -> None:
    clock = SystemClock(shift_file)
    seen = [shift_of(clock)]
    for content in ('{"shift_s": 3600}', '{"shift_s": 7200}'):
        shift_file.write_text(content)
        clock.sleep(0.25)
        seen.append(shift_of(clock))
    shift_file.unlink()
    clock.sleep(0.25)
    assert [*seen, shift_of(clock)] == [0, HOUR_S, 2 * HOUR_S, 0]


def test_file_is_not_read_for_every_look_at_the_clock(shift_file: Path) -> None:
    shift_file.write_text('{"shift_s": 3600}')
    clock = SystemClock(shift_file)
    clock.now()
    shift_file.write_text('{"shift_s": 7200}')
    assert shift_of(clock) == HOUR_S


@pytest.mark.parametrize(
    "content", ["", "{", "[]", "{}", '{"shift_s": null}', '{"shift_s": "x"}', '{"shift_s": 1e999}', "\xff"]
)
def test_file_that_is_just_being_written_leaves_the_time_as_it_was(shift_file: Path, content: str) -> None:
    shift_file.write_text('{"shift_s": 3600}')
    clock = SystemClock(shift_file)
    clock.now()
    shift_file.write_text(content, encoding="latin-1")
    clock.sleep(0.25)
    assert shift_of(clock) == HOUR_S
