import re
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nightbell.platforms.reading.fields import label, moment

NOW = datetime(2026, 11, 18, 12, 30, tzinfo=UTC)
THEN = datetime(2026, 11, 18, 11, 6, 40, tzinfo=UTC)


@pytest.mark.parametrize("written", [1795000000, "1795000000", 1795000000000, "1795000000000"])
def test_seconds_and_milliseconds_are_told_apart(written: object) -> None:
    assert moment(written, NOW) == THEN


def test_milliseconds_are_kept() -> None:
    assert moment(1795000000123, NOW) == THEN + timedelta(milliseconds=123)


@pytest.mark.parametrize(
    "absurd",
    [None, 0, -1, True, 12, 1.795e9, "", "soon", "\uff11\uff12\uff13\uff14", [], {}, 10**17, 10**30, 1796000000],
)
def test_an_absurd_time_becomes_the_time_of_receipt(absurd: object) -> None:
    assert moment(absurd, NOW) == NOW


def test_a_clock_slightly_ahead_is_believed() -> None:
    assert moment(int(NOW.timestamp()) + 3600, NOW) == NOW + timedelta(hours=1)


@pytest.mark.parametrize("word", ["urn:li:person:7700000000000999", "+34655501234", "12345678", "a1234567890z"])
def test_a_label_holds_nobodys_id(word: str) -> None:
    assert not re.search("[0-9]{8}", label(word))
    assert label("131000") == "131000"


@given(st.text())
def test_a_label_is_short_and_plain(word: str) -> None:
    assert 0 < len(label(word)) <= 40
    assert all(character.isascii() and (character.isalnum() or character in "_.-") for character in label(word))
