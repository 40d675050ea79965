"""``nightbell settings calendar`` tells on which dates the coming months differ from the week."""

import json
from datetime import date
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from infra.cli.__main__ import main
from infra.cli.settings_calendar import calendar_of, clock_change, months_after
from nightbell.adapters.public_holidays import LibraryCalendars
from nightbell.domain.day_plan import DatedHours, Period
from nightbell.domain.opening_hours import OpeningHours

EXAMPLE = Path(__file__).parents[1] / "business_example.toml"
MADRID = ZoneInfo("Europe/Madrid")
DAY, NIGHT = Period(start=9 * 60, end=17 * 60), Period(start=22 * 60, end=28 * 60)


def year(number: int, hours: OpeningHours) -> dict[str, dict[str, Any]]:
    found = calendar_of(hours, date(number, 1, 1), date(number + 1, 1, 1))
    return {f"{each['date']} {each['kind']}": each for month in found["months"] for each in month["dates"]}


def working(**more: Any) -> OpeningHours:
    return OpeningHours(zone=MADRID, weekly=[[DAY]] * 5 + [[], []], **more)


@pytest.mark.parametrize(
    ("number", "holidays"),
    [
        # Good Friday moves: 2026-04-03 and 2027-03-26.
        (2026, {"2026-01-01", "2026-01-06", "2026-04-03", "2026-05-01", "2026-08-15", "2026-10-12", "2026-12-08"}),
        (2027, {"2027-01-01", "2027-01-06", "2027-03-26", "2027-05-01", "2027-10-12", "2027-11-01", "2027-12-06"}),
    ],
)
def test_the_holidays_of_a_known_year_are_named(number: int, holidays: set[str]) -> None:
    found = year(number, working(holidays=LibraryCalendars().calendar("ES", None)))
    named = {each["date"]: each for each in found.values() if each["kind"] == "holiday"}
    assert holidays <= named.keys()
    assert named[f"{number}-12-25"] == {
        "date": f"{number}-12-25",
        "weekday": "Friday" if number == 2026 else "Saturday",
        "kind": "holiday",
        "periods": [],
        "reason": "Christmas Day",
    }


@pytest.mark.parametrize(
    ("day", "times", "lasts"),
    [
        ("2027-03-28", ("02:00", "03:00", "2027-03-28T01:00Z"), 300),
        ("2027-10-31", ("03:00", "02:00", "2027-10-31T01:00Z"), 420),
    ],
)
def test_a_clock_change_tells_which_night_it_makes_longer_or_shorter(
    day: str, times: tuple[str, str, str], lasts: int
) -> None:
    found = year(2027, OpeningHours(zone=MADRID, weekly=[[]] * 5 + [[NIGHT], []]))
    assert [key for key in found if key.endswith("clock_change")] == [
        "2027-03-28 clock_change",
        "2027-10-31 clock_change",
    ]
    change = found[f"{day} clock_change"]
    assert (change["from"], change["to"], change["at"]) == times
    (night,) = change["periods_changed"]
    assert (night["period"], night["minutes"], night["minutes_on_the_clock"]) == ("22:00-04:00", lasts, 360)
    assert date.fromisoformat(night["date"]).weekday() == 5


def test_hours_that_a_clock_change_does_not_touch_are_not_named() -> None:
    assert year(2027, working())["2027-03-28 clock_change"]["periods_changed"] == []


@pytest.mark.parametrize(
    ("zone", "day", "found"),
    [
        # Beirut goes on at midnight, Havana back from one to midnight; Lord Howe moves by half an hour.
        ("Asia/Beirut", date(2027, 3, 28), ("00:00", "01:00")),
        ("Asia/Beirut", date(2027, 3, 27), None),
        ("America/Havana", date(2026, 11, 1), ("01:00", "00:00")),
        ("Australia/Lord_Howe", date(2026, 10, 4), ("02:00", "02:30")),
        ("Asia/Tokyo", date(2026, 10, 4), None),
    ],
)
def test_clocks_are_found_wherever_they_are_changed(zone: str, day: date, found: tuple[str, str] | None) -> None:
    change = clock_change(ZoneInfo(zone), day)
    assert (change and tuple(f"{each:%H:%M}" for each in change)) == found


def test_an_exception_stands_before_the_holiday_and_counts() -> None:
    reyes = DatedHours(periods=(Period(start=540, end=600),), reason="Reyes")
    hours = working(exceptions={date(2027, 1, 6): reyes}, holidays=LibraryCalendars().calendar("ES", None))
    found = calendar_of(hours, date(2027, 1, 1), date(2027, 2, 1))
    (january,) = found["months"]
    assert [(each["date"], each["kind"], each["reason"]) for each in january["dates"]] == [
        ("2027-01-01", "holiday", "New Year's Day"),
        ("2027-01-06", "exception", "Reyes"),
    ]
    # 21 weekdays: one a holiday, one of an hour, and 19 of eight.
    assert (january["open_days"], january["open_minutes"]) == (20, 19 * 480 + 60)


@pytest.mark.parametrize(
    ("first", "months", "last"),
    [
        (date(2026, 11, 22), 12, date(2027, 11, 22)),
        (date(2026, 12, 1), 1, date(2027, 1, 1)),
        (date(2027, 1, 31), 1, date(2027, 3, 1)),
    ],
)
def test_months_end_before_the_same_day(first: date, months: int, last: date) -> None:
    assert months_after(first, months) == last


def test_every_brand_and_every_account_with_its_own_hours_has_a_calendar(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["settings", "calendar", "--from", "2026-12-01", "--months", "1", "--json", str(EXAMPLE)]) == 0
    found = json.loads(capsys.readouterr().out)["calendars"]
    assert [(each["brand"], each["account_id"]) for each in found] == [("corner", None), ("corner", "200")]
    assert [each["week"]["monday"] for each in found] == [["09:00-14:00", "16:00-20:00"], ["10:00-11:00"]]


def test_one_account_is_shown_with_the_hours_that_it_has(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["settings", "calendar", "--account", "100", "--json", str(EXAMPLE)]) == 0
    (found,) = json.loads(capsys.readouterr().out)["calendars"]
    assert (found["channel"], found["account_id"], found["week"]["friday"]) == ("messenger", "100", ["18:00-02:00"])
    assert len(found["months"]) in {12, 13}


def test_the_calendar_reads_on_a_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["settings", "calendar", "--from", "2026-12-01", "--months", "6", str(EXAMPLE)]) == 0
    out = capsys.readouterr().out
    for line in (
        "    Fri       18:00-02:00 (Sat)",
        "  December 2026  open on ",
        "    Thu 24    09:00-12:00                Christmas Eve",
        "    Fri 25    closed                     Christmas Day",
        "    Sun 28    clocks change              from 02:00 to 03:00",
    ):
        assert line in out
    assert "\x1b" not in out


@pytest.mark.parametrize(
    ("given", "code", "said"),
    [
        (["--months", "0"], 2, "--months 0 is not from 1 to 36."),
        (["--from", "Christmas"], 2, '--from "Christmas" is no date.'),
        (["--account", "999"], 1, "No account 999 is in the settings."),
    ],
)
def test_what_cannot_be_shown_is_said(
    given: list[str], code: int, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["settings", "calendar", *given, str(EXAMPLE)]) == code
    assert said in capsys.readouterr().err
