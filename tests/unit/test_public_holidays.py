"""Public holidays come from the library, and the library only when it is needed."""

import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from nightbell.adapters.public_holidays import LibraryCalendars

FUNCTIONS = Path(__file__).parents[2] / "functions"


def test_a_region_has_days_that_its_country_has_not() -> None:
    spain = LibraryCalendars().calendar("ES", None)
    madrid = LibraryCalendars().calendar("ES", "MD")
    assert spain.on(date(2026, 12, 25))
    assert madrid.on(date(2026, 12, 25))
    assert madrid.on(date(2024, 5, 2))
    assert spain.on(date(2024, 5, 2)) is None
    assert spain.on(date(2026, 11, 24)) is None


@pytest.mark.parametrize("year", [2024, 2026, 2027, 2035])
def test_any_year_is_known(year: int) -> None:
    assert LibraryCalendars().calendar("ES", None).on(date(year, 12, 25))


def test_countries_and_regions_can_be_listed() -> None:
    calendars = LibraryCalendars()
    assert {"ES", "GB", "US"} <= set(calendars.countries())
    assert calendars.regions("ES")["MD"] == "Madrid"
    assert calendars.regions("AD") == {} or all(calendars.regions("AD"))


def test_reading_the_settings_does_not_load_the_library() -> None:
    """Its import would cost every cold start more than all our own."""
    script = (
        "import sys; from pathlib import Path;"
        "from nightbell.adapters.business_file import read_business;"
        "from nightbell.adapters.public_holidays import LibraryCalendars;"
        "read_business(Path('business.toml'), LibraryCalendars());"
        "sys.exit(bool({'holidays', 'jsonschema'} & sys.modules.keys()))"
    )
    assert subprocess.run([sys.executable, "-c", script], cwd=FUNCTIONS, check=False).returncode == 0
