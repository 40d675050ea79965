"""ShowHours: the public page of opening hours; of the table it reads what was opened or closed by hand."""

from contextlib import suppress
from functools import cache
from typing import Any

from nightbell.adapters.aws_clients import RECEIVE_ONCE, AwsClients
from nightbell.adapters.clock import SystemClock
from nightbell.adapters.table_client import Deadline, TableClient
from nightbell.domain.facts import Fact
from nightbell.handlers.environment import read_environment
from nightbell.handlers.live_settings import live
from nightbell.handlers.report import report, report_crash
from nightbell.services.show_hours import ShowHours

NEEDS = ("TABLE_NAME", "CLOCK_FILE")


@cache
def _service() -> ShowHours:
    env = read_environment(NEEDS)
    clock = SystemClock(env.clock_file)
    table = TableClient(AwsClients().make("dynamodb", RECEIVE_ONCE), env.table_name, Deadline(clock))
    return ShowHours(live(table).brands, clock)


def handler(event: dict[str, Any], context: object) -> dict[str, Any]:  # noqa: ARG001 - Lambda passes both
    """Answer one HTTP API event with a page."""
    try:
        key = (event.get("pathParameters") or {}).get("brand", "")
        accepts = {name.lower(): value for name, value in (event.get("headers") or {}).items()}
        shown = _service()(key, accepts.get("accept-language", ""))
    except Exception as error:  # noqa: BLE001 - a 500 and a line without content, whatever it was
        report_crash(error)
        return {"statusCode": 500, "headers": {"content-type": "text/plain"}, "body": ""}
    with suppress(Exception):
        # Nobody who looks for our hours cares whether we counted them.
        report(shown.facts or [Fact(name="hours_not_found")])
    return {"statusCode": shown.status, "headers": dict(shown.headers), "body": shown.body}
