"""CountDays: every hour, counts the days that are over, and tells teams of the week that is."""

from collections.abc import Callable
from datetime import timedelta
from functools import cache
from itertools import chain
from typing import Any

from nightbell.adapters.aws_clients import WORK, AwsClients
from nightbell.adapters.clock import SystemClock
from nightbell.adapters.hold_table import HoldTable
from nightbell.adapters.log_reader import READ_LOGS, LogReader
from nightbell.adapters.outbox_table import OutboxTable
from nightbell.adapters.report_table import ReportTable
from nightbell.adapters.table_client import Deadline, TableClient
from nightbell.handlers.build_acknowledge import LambdaContext
from nightbell.handlers.environment import read_environment
from nightbell.handlers.report import report
from nightbell.handlers.settings import settings
from nightbell.services.announce_week import AnnounceWeek
from nightbell.services.count_days import CountDays
from nightbell.services.tell_team import TellTeam
from nightbell.services.weekly_report import LogDays, WeeklyReport

NEEDS = ("TABLE_NAME", "DUE_SHARDS", "LOG_GROUPS", "LOG_RETENTION_DAYS", "REPORT_URL", "CLOCK_FILE")
A_DAY_MS = 300_000
"""What counting one day may take; with less than that left, it is not begun."""


@cache
def _counting() -> tuple[CountDays, AnnounceWeek]:
    env = read_environment(NEEDS)
    # Lines bear the time of the machine that wrote them, not the one that the local cloud can shift.
    aws, clock, known = AwsClients(), SystemClock(None), settings()
    table = TableClient(aws.make("dynamodb", WORK), env.table_name, Deadline(clock))
    # Where a function is left out, the template names another's group in its place.
    logs = LogReader(aws.make("logs", READ_LOGS), list(dict.fromkeys(env.log_groups.split(","))), clock)
    store = ReportTable(table)
    count = CountDays(
        store=store,
        count=LogDays(logs, clock, timedelta(days=int(env.log_retention_days))),
        waiting=HoldTable(table, env.due_shards),
        brands=known.brands,
        clock=clock,
    )
    tell = TellTeam(OutboxTable(table), known.team, clock)
    read = WeeklyReport(store)
    return count, AnnounceWeek(tell=tell, read=read, brands=known.brands, clock=clock, url=env.report_url)


def handler(event: dict[str, Any], context: LambdaContext) -> None:  # noqa: ARG001 - the schedule says nothing
    """Count once.

    Raises:
        UnavailableError: Table or logs do not answer; the next hour counts what is left.
    """
    has_time: Callable[[], bool] = lambda: context.get_remaining_time_in_millis() > A_DAY_MS  # noqa: E731 - one thought
    count, announce = _counting()
    for fact in chain(count(has_time), announce()):
        report([fact])
