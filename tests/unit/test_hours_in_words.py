"""Opening hours in words: right to the minute in every language, and never longer than what takes them."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nightbell.adapters.business_file import read_business
from nightbell.domain.business import Brand
from nightbell.domain.date_words import DATE_WORDS
from nightbell.domain.day_plan import ALL_DAY, DatedHours, Period
from nightbell.domain.hours_words import HOURS_WORDS, hours_words
from nightbell.domain.opening_hours import OpeningHours
from nightbell.domain.texts import measure
from nightbell.domain.week import Days, changes, days_of
from nightbell.domain.week_words import (
    change_in_words,
    days_in_words,
    hours_in_words,
    periods_in_words,
    week_in_words,
)
from tests.unit.calendars import FakeCalendar, FakeCalendars

EXAMPLE = Path(__file__).with_name("business_example.toml")
BRAND: Brand = read_business(EXAMPLE, FakeCalendars()).brands["corner"]
ZONE = BRAND.zone
NINE_TO_FIVE = (Period(start=540, end=1020),)


def hours(weekly: Sequence[Sequence[Period]], **more: Any) -> OpeningHours:
    return OpeningHours(zone=ZONE, weekly=weekly, **more)


def test_every_language_of_dates_has_words_for_hours() -> None:
    assert set(HOURS_WORDS) == set(DATE_WORDS)


@pytest.mark.parametrize("language", HOURS_WORDS)
def test_what_a_customer_may_tap_fits_every_platform(language: str) -> None:
    """Up to four of 80 characters, without emoji."""
    asks = HOURS_WORDS[language].ask
    assert 1 <= len(asks) <= 4
    assert all(len(ask) <= 80 and ask.isprintable() and max(ask) < "\u2000" for ask in asks)
    assert len(HOURS_WORDS[language].short) == 7


def test_an_unknown_language_is_spoken_as_english() -> None:
    assert hours_words("xx") == HOURS_WORDS["en"]
    assert hours_words("de-AT") == HOURS_WORDS["de"]


def test_a_week_is_said_in_one_line() -> None:
    assert week_in_words(BRAND.hours, "en") == (
        "Mon 09:00\u201314:00, 16:00\u201320:00; Tue 09:00\u201314:00; Wed closed; Thu 09:00\u201314:00; "
        "Fri 18:00\u201302:00; Sat 10:00\u201324:00; Sun closed"
    )


def test_days_with_the_same_hours_are_put_together() -> None:
    weekly = [NINE_TO_FIVE] * 5 + [()] * 2
    assert days_of(weekly) == [Days(first=0, last=4, periods=NINE_TO_FIVE), Days(first=5, last=6, periods=())]
    assert week_in_words(hours(weekly), "es") == "lun\u2013vie 09:00\u201317:00; s\u00e1b\u2013dom cerrado"
    assert days_in_words(days_of(weekly)[0], "de") == "Montag\u2013Freitag"


def test_the_same_hours_on_days_apart_are_said_apart() -> None:
    weekly = [NINE_TO_FIVE, (), NINE_TO_FIVE, (), (), (), ()]
    assert week_in_words(hours(weekly), "en").count("09:00") == 2


def test_always_open_and_never_open_are_said_so() -> None:
    assert week_in_words(hours([(ALL_DAY,)] * 7), "en") == "Mon\u2013Sun open 24 hours"
    assert week_in_words(hours([()] * 7), "en") == "Mon\u2013Sun closed"


@pytest.mark.parametrize(
    ("period", "expected"),
    [
        (Period(start=0, end=60), "12:00 am\u20131:00 am"),
        (Period(start=720, end=1440), "12:00 pm\u201312:00 am"),
        (Period(start=1080, end=1560), "6:00 pm\u20132:00 am"),
    ],
)
def test_american_clocks_have_two_halves(period: Period, expected: str) -> None:
    assert periods_in_words([period], "en-US") == expected


def test_changes_are_what_differs_from_the_week_and_nothing_else() -> None:
    found = changes(BRAND.hours, date(2026, 12, 20))
    assert [(change.first.day, change.last.day, change.reason, change.is_holiday) for change in found] == [
        (24, 24, "Christmas Eve", False),
        (25, 25, "", True),
    ]
    assert change_in_words(found[0], date(2026, 12, 20), "en") == (
        "Thursday 24 December: 09:00\u201312:00 (Christmas Eve)"
    )


def test_a_public_holiday_is_called_one_in_the_readers_language() -> None:
    """The calendar's names are English."""
    [_, christmas] = changes(BRAND.hours, date(2026, 12, 20))
    assert change_in_words(christmas, date(2026, 12, 20), "es") == "viernes 25 de diciembre: cerrado (festivo)"


def test_a_holiday_on_a_day_that_is_closed_anyway_is_no_change() -> None:
    closed_fridays = [NINE_TO_FIVE] * 4 + [(), NINE_TO_FIVE, NINE_TO_FIVE]
    assert changes(hours(closed_fridays, holidays=FakeCalendar("ES", None)), date(2026, 12, 20)) == []


def test_days_in_a_row_with_the_same_change_are_one() -> None:
    away = {date(2026, 8, day): DatedHours(periods=(), reason="Holidays") for day in range(3, 8)}
    [change] = changes(hours([NINE_TO_FIVE] * 7, exceptions=away), date(2026, 8, 1))
    assert (change.first, change.last) == (date(2026, 8, 3), date(2026, 8, 7))


def test_as_much_is_said_as_fits() -> None:
    def said(limit: int) -> str:
        return hours_in_words(BRAND.hours, date(2026, 12, 20), "en", name="Corner", limit=limit, unit="utf16")

    assert "Christmas Eve" in said(512)
    assert "public holiday" in said(512)
    assert said(200).startswith("Corner: Mon")
    assert "Christmas" not in said(155)
    assert said(150).startswith("Corner: Mon")
    assert said(60).endswith(" \u2026")
    assert said(60).startswith("Mon 09:00\u201314:00")


@given(
    st.lists(
        st.lists(st.tuples(st.integers(0, 1439), st.integers(1, 600)), max_size=4),
        min_size=7,
        max_size=7,
    ),
    st.integers(0, 600),
    st.sampled_from(sorted(HOURS_WORDS)),
)
def test_whatever_the_week_the_words_fit(week: list[list[tuple[int, int]]], limit: int, language: str) -> None:
    weekly = [tuple(Period(start=start, end=start + length) for start, length in day) for day in week]
    said = hours_in_words(
        hours(weekly), date(2026, 1, 1), language, name="Ünïcödé \U0001f950 Shop", limit=limit, unit="utf16"
    )
    assert measure(said, "utf16") <= limit


def test_a_cut_never_shows_half_a_time() -> None:
    for limit in range(150):
        said = hours_in_words(BRAND.hours, date(2026, 6, 1), "en", name="", limit=limit, unit="utf16")
        for word in said.removesuffix(" \u2026").rstrip(".").replace(";", "").replace(",", "").split():
            assert word in week_in_words(BRAND.hours, "en").replace(";", "").replace(",", "").split()


def test_what_is_said_is_what_the_functions_go_by() -> None:
    """Each day's words, read back, are open and closed as the plan is at every minute."""
    start = datetime(2026, 11, 23, tzinfo=ZONE)
    for number in range(7):
        day = start.date() + timedelta(days=number)
        for period in BRAND.hours.periods_on(day):
            opens = datetime.combine(day, datetime.min.time(), tzinfo=ZONE) + timedelta(minutes=period.start)
            assert BRAND.hours.stretch_at(opens.astimezone(UTC)).is_open
            assert not BRAND.hours.stretch_at(opens.astimezone(UTC) - timedelta(minutes=1)).is_open
