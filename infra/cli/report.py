"""``nightbell report week``: the weekly report at any time, by the same code that the desk shows it with."""

import argparse
from collections.abc import Iterator, Mapping
from datetime import timedelta
from pathlib import Path

from infra.cli.aws_errors import aws_errors
from infra.cli.outcome import OK, CliError, UsageError
from infra.cli.printing import print_json, print_lines, say
from infra.cli.settings import load_settings
from infra.cli.stack import Deployment, find_deployment
from infra.cli.trace import log_groups
from infra.cli.visible import visible
from infra.local.progress import bold
from nightbell.adapters.clock import SystemClock
from nightbell.adapters.log_reader import READ_LOGS, LogReader
from nightbell.adapters.report_table import ReportTable
from nightbell.adapters.table_client import Deadline, TableClient
from nightbell.domain.business import Brand, BusinessSettings
from nightbell.domain.weekly_report.figures import Figures
from nightbell.domain.weekly_report.glance import glance
from nightbell.domain.weekly_report.more_words import language_of
from nightbell.domain.weekly_report.page import report_page
from nightbell.domain.weekly_report.week import Week, read_week
from nightbell.services.weekly_report import LogDays, WeeklyReport, last_week

WRITERS = frozenset(
    {
        *("ReceiveWebhook", "Acknowledge", "Sweep", "ReplayDelivery"),
        *("CheckAccounts", "ReceiveMail", "FinishCall", "ServeDesk"),
    }
)
"""The functions whose lines are counted."""


def week(arguments: argparse.Namespace) -> int:
    """Show a week of a brand, or write it as a page."""
    settings = load_settings()
    brand = _brand(settings, arguments.brand)
    deployment = find_deployment(arguments.stage)
    # Lines bear the time of the machine that wrote them, not the one that the local cloud can shift.
    asked = _week(arguments.week) if arguments.week else last_week(SystemClock(None).now(), brand)
    with aws_errors(f"count the week {asked.name} of stage {deployment.stage}"):
        now, before = open_report(deployment, settings)(brand, asked)
    language = language_of(arguments.language or brand.default_language)
    if arguments.output:
        _write(Path(arguments.output), report_page(brand, now, before, language))
    if arguments.json:
        print_json({"brand": brand.key, "week": asked.name, **_plain(now), "before": _plain(before)})
    elif not arguments.output:
        print_lines(_lines(brand, now, before, language))
    return OK


def open_report(deployment: Deployment, settings: BusinessSettings) -> WeeklyReport:
    """Read days that were kept, and count the others in the logs.

    Raises:
        CliError: The stage cannot be found or read.
    """
    clock, brands = SystemClock(None), list(settings.brands)
    table = TableClient(
        deployment.client("dynamodb"), deployment.outputs()["ConversationTableName"], Deadline(deployment.clock)
    )
    groups = [group for group, function in log_groups(deployment).items() if function in WRITERS]
    logs = LogReader(deployment.aws.make("logs", READ_LOGS), sorted(groups), clock)
    kept_for = timedelta(days=int(deployment.parameters()["LogRetentionDays"]))
    return WeeklyReport(ReportTable(table), LogDays(logs, clock, kept_for), brands[0] if len(brands) == 1 else "")


def _brand(settings: BusinessSettings, asked: str | None) -> Brand:
    brands = settings.brands
    if asked is None and len(brands) == 1:
        return next(iter(brands.values()))
    found = brands.get(asked or "")
    if found is None:
        names = ", ".join(visible(key) for key in brands)
        raise UsageError(f"Whose week? Name a brand of the settings with --brand: {names}.")
    return found


def _week(name: str) -> Week:
    found = read_week(name)
    if found is None:
        raise UsageError(f"{visible(name)} is no week. Write it as the calendar does: --week 2026-W47")
    return found


def _write(file: Path, page: str) -> None:
    try:
        file.write_text(page, encoding="utf-8")
    except OSError as error:
        raise CliError(f"Could not write {visible(str(file))}: {error.strerror}.") from error
    say(f"Written: {visible(str(file))}. It is one file; mail it, print it, or open it in a browser.")


def _lines(brand: Brand, now: Figures, before: Figures, language: str) -> Iterator[str]:
    yield bold(visible(f"{brand.name}  {now.week.name}"))
    yield from (f"  {visible(line)}" for line in glance(brand, now, before, language))
    if now.counted.missing:
        days = ", ".join(day.isoformat() for day in now.counted.missing)
        yield f"  not counted, because no log reaches there: {days}"
    yield "  The whole page: nightbell report week --output page.html"


def _plain(figures: Figures) -> Mapping[str, object]:
    kept, of = figures.promises()
    return {
        "messages": figures.messages,
        "answers": figures.answers,
        "promises": {"kept": kept, "of": of},
        "waiting": dict(figures.counted.waiting) if figures.counted.waiting is not None else None,
        "missing": [day.isoformat() for day in figures.counted.missing],
        "counts": [[*name, count] for name, count in sorted(figures.counted.tally.items())],
    }
