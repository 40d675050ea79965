"""Acknowledge: moves the unit that a hint names."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from nightbell.adapters.heard_table import HeardTable
from nightbell.domain.facts import Fact
from nightbell.domain.trace_ids import trace_id
from nightbell.handlers import build_acknowledge
from nightbell.handlers.batch import each_record
from nightbell.handlers.build_acknowledge import Acknowledging, LambdaContext
from nightbell.handlers.environment import read_environment
from nightbell.handlers.report import report_stale
from nightbell.services.count_heard import CountHeard

NEEDS = build_acknowledge.NEEDS


@cache
def _acknowledging() -> tuple[Acknowledging, CountHeard]:
    acknowledging = Acknowledging(read_environment(NEEDS))
    return acknowledging, CountHeard(HeardTable(acknowledging.table), acknowledging.clock)


def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Move the unit of each hint in a batch from AckQueue."""
    acknowledging, count_heard = _acknowledging()
    run = acknowledging.run(context)

    def act(hint: Any) -> list[Fact]:  # noqa: ANN401 - as JSON is read
        facts = acknowledging.service(hint["pk"], hint["sk"], run)
        count_heard(hint["pk"], hint["sk"])
        return facts

    answer = each_record(event, act, names=_names)
    report_stale(acknowledging.secrets.stale)
    return answer


def _names(hint: Any) -> Mapping[str, str]:  # noqa: ANN401 - as JSON is read
    return {"conversation": trace_id(hint["pk"]), "unit": str(hint["sk"])}
