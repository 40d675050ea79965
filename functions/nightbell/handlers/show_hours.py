"""ShowHours: the public page of opening hours; it has no table, no queue and no secret."""

from contextlib import suppress
from functools import cache
from typing import Any

from nightbell.adapters.clock import SystemClock
from nightbell.domain.facts import Fact
from nightbell.handlers.environment import read_environment
from nightbell.handlers.report import report, report_crash
from nightbell.handlers.settings import brands
from nightbell.services.show_hours import ShowHours

NEEDS = ("CLOCK_FILE",)


@cache
def _service() -> ShowHours:
    return ShowHours(brands(), SystemClock(read_environment(NEEDS).clock_file))


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
