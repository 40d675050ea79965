"""Log and count what services report: ids, codes and numbers, never content."""

import traceback
from collections.abc import Iterable, Mapping

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit

from nightbell.domain.facts import Fact

logger = Logger()
_metrics = Metrics()


def report(facts: Iterable[Fact]) -> None:
    """Write one line for each fact, an error where an operator must hear of it, and count all of them."""
    counted = False
    for fact in facts:
        write = logger.error if fact.alarm else logger.info
        write(fact.name, extra={"count": fact.count, **fact.fields})
        _metrics.add_metric(name=fact.name, unit=MetricUnit.Count, value=fact.count)
        counted = True
    if counted:
        _metrics.flush_metrics()


def report_stale(secrets: Mapping[str, str]) -> None:
    """Report parameters whose last refresh failed, with the reason; their cached values serve on."""
    report(Fact(name="secrets_stale", alarm=True, fields={"parameter": p, "because": r}) for p, r in secrets.items())


def report_crash(error: BaseException) -> None:
    """Log where it broke, without the error's own words: they may hold what a customer wrote."""
    frames = traceback.extract_tb(error.__traceback__)
    where = f"{frames[-1].filename.rpartition('/')[2]}:{frames[-1].lineno}" if frames else "?"
    report([Fact(name="crashes", alarm=True, fields={"error": type(error).__name__, "where": where})])
