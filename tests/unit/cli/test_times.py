"""Times that people type mean what they mean, on the brand's clock."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from infra.cli.outcome import UsageError
from infra.cli.times import read_time

MADRID = ZoneInfo("Europe/Madrid")
NOW = datetime(2026, 11, 23, 13, 10, tzinfo=UTC)
"""10 past two in Madrid."""


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        ("15:00", "2026-11-23T14:00"),
        ("15.30", "2026-11-23T14:30"),
        ("9:05", "2026-11-24T08:05"),
        ("14:10", "2026-11-24T13:10"),
        ("2026-12-01T10:00", "2026-12-01T09:00"),
        ("2026-12-01 10:00", "2026-12-01T09:00"),
        ("2026-12-01T10:00Z", "2026-12-01T10:00"),
        ("45m", "2026-11-23T13:55"),
        ("2 h", "2026-11-23T15:10"),
        ("1d", "2026-11-24T13:10"),
    ],
)
def test_a_time_is_read_on_the_brands_clock(given: str, meant: str) -> None:
    assert read_time(given, NOW, MADRID) == datetime.fromisoformat(meant).replace(tzinfo=UTC)


def test_the_clock_of_the_night_when_the_clocks_change_is_the_one_on_the_wall() -> None:
    eve = datetime(2026, 10, 24, 20, tzinfo=UTC)
    assert read_time("9:00", eve, MADRID) == datetime(2026, 10, 25, 8, tzinfo=UTC)


@pytest.mark.parametrize("given", ["", "soon", "25:00", "12:60", "99999h", "2026-13-01", "-5m"])
def test_what_is_no_time_is_refused(given: str) -> None:
    with pytest.raises(UsageError, match="is no time"):
        read_time(given, NOW, MADRID)


@pytest.mark.parametrize("given", ["2026-11-23T14:10", "2026-11-01T10:00", "0m"])
def test_a_time_that_is_over_is_refused(given: str) -> None:
    with pytest.raises(UsageError, match="is over"):
        read_time(given, NOW, MADRID)
