"""The holidays that the build works out are those of the library."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from infra.build.public_holidays import write_public_holidays
from nightbell.adapters.business_file import read_business
from nightbell.adapters.public_holidays import BuiltCalendars, LibraryCalendars, built_calendars
from nightbell.domain.day_plan import PublicHolidays

BUSINESS = Path(__file__).parents[2] / "functions" / "business.toml"


class NoLibrary(LibraryCalendars):
    """Fails when it is asked for a day."""

    def calendar(self, country: str, region: str | None) -> PublicHolidays:
        del country, region
        return self

    def on(self, day: date) -> str | None:
        raise AssertionError(f"the library was asked for {day}")


@pytest.mark.parametrize(("country", "region"), [("ES", "AN"), ("DE", None)])
def test_every_built_day_is_named_as_the_library_names_it(tmp_path: Path, country: str, region: str | None) -> None:
    file = tmp_path / "holidays.json"
    file.write_bytes(built_calendars([(country, region)], range(2026, 2028)))
    library = LibraryCalendars().calendar(country, region)
    built = BuiltCalendars(file, NoLibrary()).calendar(country, region)
    days = [date(2026, 1, 1) + timedelta(days=n) for n in range(730)]
    assert [built.on(day) for day in days] == [library.on(day) for day in days]


def test_a_year_that_was_not_built_is_asked_of_the_library(tmp_path: Path) -> None:
    file = tmp_path / "holidays.json"
    file.write_bytes(built_calendars([("ES", None)], range(2026, 2027)))
    assert BuiltCalendars(file, LibraryCalendars()).calendar("ES", None).on(date(2031, 1, 1))


def test_a_calendar_that_was_not_built_is_asked_of_the_library(tmp_path: Path) -> None:
    assert BuiltCalendars(tmp_path / "none.json", LibraryCalendars()).calendar("FR", None).on(date(2026, 7, 14))


def test_the_artefact_needs_no_library_for_the_days_ahead(tmp_path: Path) -> None:
    (tmp_path / "business.toml").write_bytes(BUSINESS.read_bytes())
    write_public_holidays(tmp_path)
    built = BuiltCalendars(tmp_path / "holidays.json", NoLibrary())
    account = next(iter(read_business(tmp_path / "business.toml", built).accounts.values()))
    assert account.hours.next_opening(datetime.now(UTC)) is not None
