"""ServeDesk: the desk's page and its API, at the HTTP API."""

from contextlib import nullcontext, suppress
from functools import cache
from typing import Any

from nightbell.adapters.table_client import Deadline
from nightbell.domain.facts import Fact
from nightbell.domain.trace_ids import trace_id
from nightbell.handlers.build_desk import build_desk
from nightbell.handlers.environment import read_environment
from nightbell.handlers.http_event import asked_from, given_to
from nightbell.handlers.report import about, report, report_crash
from nightbell.services.desk_api.asked import Given
from nightbell.services.desk_api.problems import problem
from nightbell.services.desk_api.serve import ServeDesk

NEEDS = (*("STAGE", "TABLE_NAME", "DUE_SHARDS", "ACK_QUEUE_URL", "DESK_POOL_ID", "DESK_CLIENT_ID", "CLOCK_FILE"),)
DEADLINE_S = 10.0
"""For all calls to the table but the last, which may take 8 s more with its tries; the function has 20."""


@cache
def _service() -> tuple[ServeDesk, Deadline]:
    return build_desk(read_environment(NEEDS))


def handler(event: dict[str, Any], context: object) -> dict[str, Any]:  # noqa: ARG001 - Lambda passes both
    """Answer one HTTP API event."""
    try:
        serve, deadline = _service()
        deadline.set(DEADLINE_S)
        given = serve(asked_from(event))
    except Exception as error:  # noqa: BLE001 - a 500 and a line without content, whatever it was
        report_crash(error)
        given = problem("unavailable", "Something went wrong here, and was noted.")
    _tell(event, given)
    return given_to(given)


def _tell(event: dict[str, Any], given: Given) -> None:
    """Write down what was done and what was refused, without who and without a word of it; looking is not a line."""
    method = event["requestContext"]["http"]["method"]
    with suppress(Exception), about(conversation=trace_id(given.pk)) if given.pk else nullcontext():
        if given.code:
            report([Fact(name="desk_refused", fields={"code": given.code, "method": method})])
        elif given.did and method != "GET":
            report([Fact(name="desk_acts", fields={"did": given.did}), *given.facts])
