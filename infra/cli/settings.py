"""``nightbell settings``: check the settings file, and show what it means."""

import argparse
from dataclasses import asdict
from datetime import UTC, date, datetime
from pathlib import Path

from infra.cli.outcome import OK, REFUSED, CliError, UsageError
from infra.cli.printing import print_json, print_lines, say
from infra.cli.settings_calendar import calendar_of, months_after, plans
from infra.cli.settings_calendar_page import calendar_page
from infra.cli.settings_meaning import describe
from infra.cli.settings_page import page
from infra.local.progress import bold, faint
from nightbell.adapters.business_file import read_business
from nightbell.adapters.public_holidays import LibraryCalendars
from nightbell.domain.business import BusinessSettings
from nightbell.domain.settings_problem import Problem
from nightbell.platforms.registry import CHANNELS, SENDERS
from nightbell.services.check_settings import check_settings

BUSINESS = Path(__file__).parents[2] / "functions" / "business.toml"
MOST_MONTHS = 36


def check(arguments: argparse.Namespace) -> int:
    """Print every problem with its place and its remedy."""
    file = Path(arguments.file or BUSINESS)
    problems = find_problems(file)
    if arguments.json:
        print_json({"file": str(file), "problems": [asdict(problem) for problem in problems]})
    else:
        print_lines(line for problem in problems for line in problem_lines(problem))
    say(_verdict(file, problems))
    return REFUSED if problems else OK


def show(arguments: argparse.Namespace) -> int:
    """Print what the settings come to at a time."""
    settings = load_settings(Path(arguments.file or BUSINESS))
    at = read_time(arguments.at) if arguments.at else datetime.now(UTC)
    meaning = [describe(brand, settings, at) for brand in settings.brands.values()]
    if arguments.json:
        print_json({"brands": meaning})
    else:
        print_lines(line for brand in meaning for line in page(brand))
    return OK


def calendar(arguments: argparse.Namespace) -> int:
    """Print the hours of the coming months, date by date where they differ from the week."""
    if not 1 <= arguments.months <= MOST_MONTHS:
        raise UsageError(f"--months {arguments.months} is not from 1 to {MOST_MONTHS}.")
    settings = load_settings(Path(arguments.file or BUSINESS))
    first = _date(arguments.start) if arguments.start else None
    found = []
    for names, hours in plans(settings, arguments.account):
        start = first or datetime.now(hours.zone).date()
        found.append({**names, **calendar_of(hours, start, months_after(start, arguments.months))})
    if arguments.json:
        print_json({"calendars": found})
    else:
        print_lines(line for plan in found for line in calendar_page(plan))
    return OK


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise UsageError(f'--from "{text}" is no date. Write it like 2026-12-24.') from None


def find_problems(file: Path) -> list[Problem]:
    """Check a settings file.

    Raises:
        CliError: It cannot be read.
    """
    try:
        raw = file.read_bytes()
    except OSError as error:
        raise CliError(
            f"{file} cannot be read ({error.strerror}). Name the settings file, or run this in the project."
        ) from None
    limits = {name: channel.form for name, channel in CHANNELS.items()}
    public = {name: channel.private_reply for name, channel in CHANNELS.items() if channel.is_public}
    replies = {name: SENDERS[reply].form if reply else None for name, reply in public.items()}
    return check_settings(raw, limits, LibraryCalendars(), replies)


def load_settings(file: Path = BUSINESS) -> BusinessSettings:
    """Read settings that are without a fault.

    Raises:
        CliError: They are not.
    """
    problems = find_problems(file)
    if problems:
        raise CliError(f"{_verdict(file, problems)} To see them: nightbell settings check {file}")
    return read_business(file, LibraryCalendars())


def read_time(text: str) -> datetime:
    """Read a time as a person types it; without a zone it is on the clock of each brand.

    Raises:
        UsageError: It is no time.
    """
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        raise UsageError(f'--at "{text}" is no time. Write it like 2026-12-24T18:00.') from None


def problem_lines(problem: Problem) -> list[str]:
    """Write one problem for people: place and fault, then the remedy."""
    return [f"{bold(problem.place)}: {problem.message}", f"  {faint('→')} {problem.remedy}"]


def _verdict(file: Path, problems: list[Problem]) -> str:
    if not problems:
        return f"{file}: no fault found."
    return f"{file}: {len(problems)} {'fault' if len(problems) == 1 else 'faults'}. It would not be put into service."
