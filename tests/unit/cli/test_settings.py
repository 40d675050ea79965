"""``nightbell settings`` names every fault, and shows what a file without one means."""

import json
import os
import subprocess
import sys
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from infra.build.template import ROOT
from infra.cli.__main__ import main
from infra.cli.settings_meaning import DAYS, days, describe
from nightbell.domain.build_settings import build_settings
from nightbell.domain.business import BusinessSettings
from nightbell.domain.day_plan import ALL_DAY, Period
from nightbell.domain.opening_hours import OpeningHours
from nightbell.domain.settings_file import parse_settings
from tests.unit.calendars import FakeCalendars

EXAMPLE = Path(__file__).parents[1] / "business_example.toml"
MADRID = ZoneInfo("Europe/Madrid")


@pytest.fixture(scope="module")
def settings() -> BusinessSettings:
    return build_settings(parse_settings(EXAMPLE.read_bytes()), FakeCalendars())


def test_a_fault_is_told_with_place_and_remedy(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "business.toml"
    file.write_text(EXAMPLE.read_text().replace("promise_minutes = 90", "promise_minuts = 90"))
    assert main(["settings", "check", str(file)]) == 1
    said = capsys.readouterr()
    assert said.out == (
        'brands.corner.promise_minuts: "promise_minuts" is no setting\n  → did you mean "promise_minutes"?\n'
    )
    assert "1 fault. It would not be put into service." in said.err


def test_problems_are_data_for_programs_too(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "business.toml"
    file.write_text("nonsense")
    assert main(["settings", "check", "--json", str(file)]) == 1
    problems = json.loads(capsys.readouterr().out)["problems"]
    assert [set(problem) for problem in problems] == [{"place", "message", "remedy"}]


def test_the_file_that_ships_has_no_fault(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["settings", "check"]) == 0
    assert capsys.readouterr().out == ""


def test_a_file_that_is_not_there_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["settings", "check", "nowhere.toml"]) == 1
    assert "nowhere.toml cannot be read (No such file or directory)." in capsys.readouterr().err


def test_a_time_that_is_none_is_a_wrong_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["settings", "show", "--at", "noon", str(EXAMPLE)]) == 2
    assert '--at "noon" is no time' in capsys.readouterr().err


def test_faulty_settings_are_not_shown(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "business.toml"
    file.write_text("nonsense")
    assert main(["settings", "show", str(file)]) == 1
    assert f"nightbell settings check {file}" in capsys.readouterr().err


def test_a_reader_that_stops_early_sees_no_complaint() -> None:
    reader, writer = os.pipe()
    os.close(reader)
    command = [sys.executable, "-m", "infra.cli", "settings", "show"]
    done = subprocess.run(command, cwd=ROOT, check=False, stdout=writer, stderr=subprocess.PIPE, text=True)
    os.close(writer)
    assert (done.returncode, done.stderr) == (0, "")


def test_the_days_tell_exceptions_holidays_and_nights(settings: BusinessSettings) -> None:
    hours = settings.brands["corner"].hours
    found = {day["date"]: day for day in days(hours, datetime(2026, 12, 18, 12, tzinfo=MADRID))}
    assert len(found) == DAYS
    assert found["2026-12-18"] == {
        "date": "2026-12-18",
        "weekday": "Friday",
        "periods": ["18:00-02:00"],
        "reason": None,
    }
    assert found["2026-12-19"]["periods"] == ["10:00-24:00"]
    assert found["2026-12-21"]["periods"] == ["09:00-14:00", "16:00-20:00"]
    assert found["2026-12-24"]["periods"] == ["09:00-12:00"]
    assert found["2026-12-24"]["reason"] == "Christmas Eve"
    assert (found["2026-12-25"]["periods"], found["2026-12-25"]["reason"]) == ([], "Christmas Day")


@pytest.mark.parametrize(
    ("week", "periods"),
    [
        ([[ALL_DAY]] * 7, [["00:00-24:00"]] * DAYS),
        ([[]] * 7, [[]] * DAYS),
        # From Monday 22:00 without a pause to Wednesday 03:00.
        (
            [[Period(start=1320, end=1440)], [ALL_DAY], [Period(start=0, end=180)], [], [], [], []],
            [["22:00-24:00"], ["00:00-24:00"], ["00:00-03:00"], [], [], [], []] * 2,
        ),
    ],
)
def test_long_and_endless_openings_are_told_by_the_day(week: list[list[Period]], periods: list[list[str]]) -> None:
    hours = OpeningHours(zone=MADRID, weekly=week)
    assert [day["periods"] for day in days(hours, datetime(2026, 10, 19, 12, tzinfo=MADRID))] == periods


def test_a_time_without_a_zone_is_on_the_brands_clock(settings: BusinessSettings) -> None:
    naive = datetime.fromisoformat("2026-12-24T18:00")
    meaning = describe(settings.brands["corner"], settings, naive)
    assert meaning["at"] == "2026-12-24T18:00+01:00"
    assert (meaning["open"], meaning["next_opening"]) == (False, "2026-12-26T10:00+01:00")
    assert meaning["promised_by"] == "2026-12-26T11:30+01:00"


def test_texts_are_shown_as_they_would_be_read(settings: BusinessSettings) -> None:
    meaning = describe(settings.brands["corner"], settings, datetime(2026, 12, 24, 18, tzinfo=MADRID))
    written = [text for texts in meaning["texts"].values() for text in texts.values()]
    assert written
    assert not [text for text in written if "{" in text]


def test_the_page_for_people_says_it_all(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["settings", "show", "--at", "2026-12-24T18:00", str(EXAMPLE)]) == 0
    out = capsys.readouterr().out
    for line in (
        "closed, until Saturday 26 December 2026, 10:00",
        "Thu 2026-12-24  09:00-12:00  Christmas Eve",
        "Texts in es",
    ):
        assert line in out
    assert "\x1b" not in out
