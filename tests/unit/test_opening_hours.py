"""Opening hours by example: every kind of plan, and both clock changes."""

from datetime import UTC, date, datetime, timedelta
from time import perf_counter
from zoneinfo import ZoneInfo

import pytest

from nightbell.domain.day_plan import DatedHours
from nightbell.domain.opening_hours import OpeningHours, Stretch
from nightbell.domain.weekly_plan import WEEKDAYS, read_periods, read_week

MADRID = ZoneInfo("Europe/Madrid")
SHOP = {day: ["08:00-14:00", "16:30-20:00"] for day in WEEKDAYS[:5]} | {"saturday": ["08:30-14:00"]}
"""Breaks on weekdays, a short Saturday, closed on Sundays."""


class Calendar:
    """Public holidays from a table, which also remembers what it was asked."""

    def __init__(self, **days: str) -> None:
        self._names = {date.fromisoformat(day.removeprefix("d").replace("_", "-")): name for day, name in days.items()}
        self.asked: list[date] = []

    def on(self, day: date) -> str | None:
        self.asked.append(day)
        return self._names.get(day)


def hours(
    week: dict[str, list[str]],
    zone: ZoneInfo = MADRID,
    exceptions: dict[str, list[str]] | None = None,
    holidays: Calendar | None = None,
) -> OpeningHours:
    dated = {
        date.fromisoformat(day): DatedHours(periods=read_periods(periods, day), reason="stock-taking")
        for day, periods in (exceptions or {}).items()
    }
    weekly = read_week({day: week.get(day, []) for day in WEEKDAYS}, "hours")
    return OpeningHours(zone=zone, weekly=weekly, exceptions=dated, holidays=holidays)


def at(wall: str, zone: ZoneInfo = MADRID, fold: int = 0) -> datetime:
    return datetime.fromisoformat(wall).replace(tzinfo=zone, fold=fold).astimezone(UTC)


def stretch(state: str, start: str, end: str, zone: ZoneInfo = MADRID) -> Stretch:
    return Stretch(is_open=state == "open", start=at(start, zone), end=at(end, zone))


@pytest.mark.parametrize(
    ("wall", "expected"),
    [
        ("2026-11-23 08:00", stretch("open", "2026-11-23 08:00", "2026-11-23 14:00")),
        ("2026-11-23 13:59:59.999999", stretch("open", "2026-11-23 08:00", "2026-11-23 14:00")),
        ("2026-11-23 14:00", stretch("closed", "2026-11-23 14:00", "2026-11-23 16:30")),
        ("2026-11-23 23:59", stretch("closed", "2026-11-23 20:00", "2026-11-24 08:00")),
        ("2026-11-24 00:00", stretch("closed", "2026-11-23 20:00", "2026-11-24 08:00")),
        ("2026-11-28 14:00", stretch("closed", "2026-11-28 14:00", "2026-11-30 08:00")),
        ("2026-12-31 21:00", stretch("closed", "2026-12-31 20:00", "2027-01-01 08:00")),
    ],
)
def test_a_stretch_reaches_from_one_change_to_the_next(wall: str, expected: Stretch) -> None:
    assert hours(SHOP).stretch_at(at(wall)) == expected


def test_results_are_in_utc_whatever_the_zone_of_the_question() -> None:
    asked = datetime(2026, 11, 23, 9, 0, tzinfo=ZoneInfo("Asia/Tokyo"))
    found = hours(SHOP).stretch_at(asked)
    assert found == hours(SHOP).stretch_at(asked.astimezone(UTC))
    assert found.start is not None
    assert found.start.tzinfo is UTC


def test_the_key_names_state_and_start() -> None:
    assert hours(SHOP).stretch_at(at("2026-11-23 09:00")).key == "open:2026-11-23T07:00:00Z"
    assert hours(SHOP).stretch_at(at("2026-11-23 21:00")).key == "closed:2026-11-23T19:00:00Z"


def test_a_night_belongs_to_the_day_it_begins_on() -> None:
    bar = hours({"friday": ["18:00-02:00"]})
    assert bar.stretch_at(at("2026-11-28 01:59")) == stretch("open", "2026-11-27 18:00", "2026-11-28 02:00")
    assert not bar.stretch_at(at("2026-11-27 01:00")).is_open


def test_an_exception_does_not_cut_the_night_before() -> None:
    bar = hours({"friday": ["18:00-02:00"], "saturday": ["18:00-02:00"]}, exceptions={"2026-11-28": []})
    assert bar.stretch_at(at("2026-11-28 01:00")).is_open
    assert not bar.stretch_at(at("2026-11-28 19:00")).is_open


def test_a_night_that_outlasts_the_next_mornings_period_ends_the_stretch() -> None:
    exceptions = {"2026-03-03": ["00:00-00:15"]}
    closed = hours({"monday": ["22:00-10:00"]}, zone=ZoneInfo("UTC"), exceptions=exceptions).stretch_at(
        datetime(2026, 3, 8, 7, tzinfo=UTC)
    )
    assert closed.start == datetime(2026, 3, 3, 10, tzinfo=UTC)


def test_periods_that_meet_at_midnight_are_one_stretch() -> None:
    week = {"friday": ["20:00-24:00"], "saturday": ["00:00-03:00"]}
    assert hours(week).stretch_at(at("2026-11-28 00:00")) == stretch("open", "2026-11-27 20:00", "2026-11-28 03:00")


def test_a_weekend_without_a_break_is_one_stretch() -> None:
    week = {"friday": ["09:00-24:00"], "saturday": ["00:00-24:00"], "sunday": ["00:00-17:00"]}
    assert hours(week).stretch_at(at("2026-11-29 12:00")) == stretch("open", "2026-11-27 09:00", "2026-11-29 17:00")


def test_always_open_is_one_stretch_for_ever() -> None:
    always = hours({day: ["00:00-24:00"] for day in WEEKDAYS})
    assert always.stretch_at(at("2026-11-23 03:00")).key == "open:always"
    assert always.next_opening(at("2026-11-23 03:00")) is None
    assert always.add_open_time(at("2026-11-23 03:00"), timedelta(days=500)) == at("2026-11-23 03:00") + timedelta(500)


def test_never_open_is_one_stretch_for_ever() -> None:
    never = hours({})
    assert never.stretch_at(at("2026-11-23 12:00")).key == "closed:always"
    assert never.next_opening(at("2026-11-23 12:00")) is None
    assert never.add_open_time(at("2026-11-23 12:00"), timedelta(minutes=1)) is None


def test_open_day_and_night_but_for_one_day_has_a_long_past() -> None:
    week = {day: ["00:00-24:00"] for day in WEEKDAYS}
    found = hours(week, exceptions={"2026-01-01": []}).stretch_at(at("2026-11-23 12:00"))
    assert found == Stretch(is_open=True, start=at("2026-01-02 00:00"), end=None)


def test_what_changed_beyond_the_horizon_counts_as_always() -> None:
    week = {day: ["00:00-24:00"] for day in WEEKDAYS}
    found = hours(week, exceptions={"2025-01-01": []}).stretch_at(at("2026-11-23 12:00"))
    assert found.key == "open:always"


def test_a_season_that_is_a_year_away_is_found() -> None:
    kiosk = hours({}, exceptions={"2026-06-01": ["10:00-18:00"], "2027-06-01": ["10:00-18:00"]})
    assert kiosk.next_opening(at("2026-06-01 18:00")) == at("2027-06-01 10:00")
    assert kiosk.next_opening(at("2027-06-01 18:00")) is None


def test_an_opening_just_beyond_the_horizon_is_not_in_sight() -> None:
    kiosk = hours({}, exceptions={"2027-12-28": ["10:00-18:00"]})
    assert kiosk.next_opening(at("2026-11-23 10:00")) == at("2027-12-28 10:00")
    assert kiosk.next_opening(at("2026-11-23 09:59")) is None


def test_a_public_holiday_is_closed() -> None:
    shop = hours(SHOP, holidays=Calendar(d2026_12_08="Inmaculada"))
    assert shop.next_opening(at("2026-12-07 20:00")) == at("2026-12-09 08:00")
    assert shop.reason_on(date(2026, 12, 8)) == "Inmaculada"


def test_an_exception_overrides_a_public_holiday() -> None:
    shop = hours(SHOP, exceptions={"2026-12-08": ["10:00-12:00"]}, holidays=Calendar(d2026_12_08="Inmaculada"))
    assert shop.next_opening(at("2026-12-07 20:00")) == at("2026-12-08 10:00")
    assert shop.reason_on(date(2026, 12, 8)) == "stock-taking"
    assert shop.reason_on(date(2026, 12, 9)) == ""


def test_holidays_are_not_asked_about_days_that_are_closed_anyway() -> None:
    calendar = Calendar()
    hours(SHOP, holidays=calendar).stretch_at(at("2026-11-29 12:00"))
    assert date(2026, 11, 29) not in calendar.asked


def test_a_day_is_worked_out_once() -> None:
    calendar = Calendar()
    shop = hours(SHOP, holidays=calendar)
    for minute in range(60):
        shop.stretch_at(at("2026-11-23 12:00") + timedelta(minutes=minute))
    assert len(calendar.asked) == len(set(calendar.asked))


def test_closed_over_the_turn_of_the_year() -> None:
    shop = hours(SHOP, exceptions={f"2026-12-{day}": [] for day in range(24, 32)}, holidays=Calendar(d2027_01_01="x"))
    found = shop.stretch_at(at("2026-12-30 12:00"))
    assert found == stretch("closed", "2026-12-23 20:00", "2027-01-02 08:30")


@pytest.mark.parametrize(
    ("start", "minutes", "expected"),
    [
        ("2026-11-23 12:00", 60, "2026-11-23 13:00"),
        ("2026-11-23 13:00", 60, "2026-11-23 14:00"),  # Used up at the very end.
        ("2026-11-23 13:30", 60, "2026-11-23 17:00"),  # Across the break.
        ("2026-11-23 19:50", 60, "2026-11-24 08:50"),  # Across the night.
        ("2026-11-28 13:50", 60, "2026-11-30 08:50"),  # Across the weekend.
        ("2026-11-29 03:00", 60, "2026-11-30 09:00"),  # Written while closed.
        ("2026-11-23 07:00", 10 * 60, "2026-11-24 08:30"),  # More than a whole day.
        ("2026-11-23 07:00", 0, "2026-11-23 08:00"),
        ("2026-11-23 09:00", 0, "2026-11-23 09:00"),
    ],
)
def test_a_promise_is_counted_in_opening_time(start: str, minutes: int, expected: str) -> None:
    assert hours(SHOP).add_open_time(at(start), timedelta(minutes=minutes)) == at(expected)


def test_a_negative_promise_is_refused() -> None:
    with pytest.raises(ValueError, match="opening time"):
        hours(SHOP).add_open_time(at("2026-11-23 12:00"), timedelta(seconds=-1))


def test_opening_at_this_very_instant_is_the_next_opening() -> None:
    assert hours(SHOP).next_opening(at("2026-11-23 08:00")) == at("2026-11-23 08:00")
    assert hours(SHOP).next_opening(at("2026-11-23 08:00:01")) == at("2026-11-23 16:30")


# On 29 March 2026 Madrid's clocks jump from 02:00 to 03:00; on 25 October they go from 03:00 back to 02:00.


def test_the_skipped_hour_is_not_counted() -> None:
    night = hours({"saturday": ["22:00-06:00"]})
    assert night.add_open_time(at("2026-03-29 01:30"), timedelta(minutes=60)) == at("2026-03-29 03:30")


def test_the_doubled_hour_is_counted_twice() -> None:
    night = hours({"saturday": ["22:00-06:00"]})
    assert night.add_open_time(at("2026-10-25 01:30"), timedelta(minutes=60)) == at("2026-10-25 02:30")
    assert night.add_open_time(at("2026-10-25 01:30"), timedelta(minutes=120)) == at("2026-10-25 02:30", fold=1)
    assert night.stretch_at(at("2026-10-25 02:30", fold=1)).is_open


def test_opening_in_the_skipped_hour_is_opening_at_the_jump() -> None:
    early = hours({"sunday": ["02:30-10:00"]})
    assert early.next_opening(at("2026-03-29 00:00")) == at("2026-03-29 03:00")


def test_a_period_wholly_in_the_skipped_hour_never_comes() -> None:
    early = hours({"sunday": ["02:10-02:50"]})
    assert early.next_opening(at("2026-03-29 00:00")) == at("2026-04-05 02:10")


def test_a_time_that_comes_twice_means_the_first() -> None:
    bar = hours({"saturday": ["18:00-02:30"], "sunday": ["02:45-08:00"]})
    assert bar.stretch_at(at("2026-10-25 02:29")).end == at("2026-10-25 02:30", fold=0)
    assert bar.next_opening(at("2026-10-25 02:30")) == at("2026-10-25 02:45", fold=0)
    assert bar.stretch_at(at("2026-10-25 02:10", fold=1)).is_open


def test_the_morning_after_a_clock_change_opens_by_the_new_clock() -> None:
    assert hours(SHOP).next_opening(at("2026-03-28 14:00")) == datetime(2026, 3, 30, 6, 0, tzinfo=UTC)
    assert hours(SHOP).next_opening(at("2026-10-24 14:00")) == datetime(2026, 10, 26, 7, 0, tzinfo=UTC)


def test_a_midnight_that_does_not_exist_does_no_harm() -> None:
    cairo = ZoneInfo("Africa/Cairo")  # On 24 April 2026 its clocks jump from 00:00 to 01:00.
    found = hours({"friday": ["00:00-12:00"]}, zone=cairo).next_opening(at("2026-04-23 12:00", cairo))
    assert found == at("2026-04-24 01:00", cairo)


def test_a_day_that_a_country_skipped_never_opened() -> None:
    apia = ZoneInfo("Pacific/Apia")  # There was no 30 December 2011.
    shop = hours({"thursday": ["09:00-17:00"], "friday": ["09:00-17:00"], "saturday": ["09:00-17:00"]}, zone=apia)
    assert shop.next_opening(at("2011-12-29 17:00", apia)) == at("2011-12-31 09:00", apia)


def test_a_message_costs_far_less_than_a_millisecond() -> None:
    shop = hours(SHOP, holidays=Calendar())
    asked = at("2026-11-28 19:00")
    shop.stretch_at(asked)
    began = perf_counter()
    for _ in range(100):
        shop.stretch_at(asked)
        shop.next_opening(asked)
        shop.add_open_time(asked, timedelta(hours=1))
    assert (perf_counter() - began) / 100 < 0.001
