"""The holidays that the build works out are those of the library."""

from datetime import MAXYEAR, UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from infra.build.public_holidays import write_public_holidays
from nightbell.adapters.business_file import read_business
from nightbell.adapters.public_holidays import BuiltCalendars, LibraryCalendars, built_calendars
from nightbell.domain.facts import Fact
from nightbell.handlers import settings

BUSINESS = Path(__file__).parents[2] / "functions" / "business.toml"


@pytest.mark.parametrize(("country", "region"), [("ES", "AN"), ("DE", None)])
def test_every_built_day_is_named_as_the_library_names_it(tmp_path: Path, country: str, region: str | None) -> None:
    file = tmp_path / "holidays.json"
    file.write_bytes(built_calendars([(country, region)], range(2026, 2028)))
    library = LibraryCalendars().calendar(country, region)
    built = BuiltCalendars(file).calendar(country, region)
    days = [date(2026, 1, 1) + timedelta(days=n) for n in range(730)]
    assert [built.on(day) for day in days] == [library.on(day) for day in days]


def test_after_the_last_built_year_no_day_is_a_holiday(tmp_path: Path) -> None:
    file = tmp_path / "holidays.json"
    file.write_bytes(built_calendars([("ES", None)], range(2026, 2028)))
    built = BuiltCalendars(file)
    assert built.last_year == 2027
    assert built.calendar("ES", None).on(date(2028, 1, 1)) is None


def test_a_build_whose_settings_name_no_country_has_no_last_year(tmp_path: Path) -> None:
    file = tmp_path / "holidays.json"
    file.write_bytes(built_calendars([], range(2026, 2028)))
    assert BuiltCalendars(file).last_year == MAXYEAR


def test_the_artefact_knows_the_holidays_of_the_next_ten_years(tmp_path: Path) -> None:
    (tmp_path / "business.toml").write_bytes(BUSINESS.read_bytes())
    write_public_holidays(tmp_path)
    built = BuiltCalendars(tmp_path / "holidays.json")
    assert built.last_year >= datetime.now(UTC).year + 10
    account = next(iter(read_business(tmp_path / "business.toml", built).accounts.values()))
    assert account.hours.next_opening(datetime.now(UTC)) is not None


@pytest.mark.parametrize(("ago", "told"), [(10, ["public_holidays_end"]), (9, [])])
def test_an_operator_hears_in_the_last_year_that_holidays_are_known(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ago: int, told: list[str]
) -> None:
    built_in = datetime.now(UTC).year - ago
    file = tmp_path / "holidays.json"
    file.write_bytes(built_calendars([("ES", None)], range(built_in - 1, built_in + 11)))
    reported: list[Fact] = []
    monkeypatch.setattr(settings, "HOLIDAYS", file)
    monkeypatch.setattr(settings, "report", reported.extend)
    settings.calendars()
    assert [fact.name for fact in reported if fact.alarm] == told
