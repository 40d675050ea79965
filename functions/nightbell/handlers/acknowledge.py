"""Acknowledge: moves the unit that a hint names."""

from functools import cache
from typing import Any

from nightbell.handlers import build_acknowledge
from nightbell.handlers.batch import each_record
from nightbell.handlers.build_acknowledge import Acknowledging, LambdaContext
from nightbell.handlers.environment import read_environment
from nightbell.handlers.report import report_stale

NEEDS = build_acknowledge.NEEDS


@cache
def _acknowledging() -> Acknowledging:
    return Acknowledging(read_environment(NEEDS))


def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Move the unit of each hint in a batch from AckQueue."""
    acknowledging = _acknowledging()
    run = acknowledging.run(context)
    answer = each_record(event, lambda hint: acknowledging.service(hint["pk"], hint["sk"], run))
    report_stale(acknowledging.secrets.stale)
    return answer
