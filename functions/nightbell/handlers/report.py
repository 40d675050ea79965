"""Log and count what services report: ids, codes and numbers, never content."""

import traceback
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager

from aws_lambda_powertools import Logger, Metrics

from nightbell.domain.facts import Fact
from nightbell.domain.measures import measures

# Every line is written here, so where it was written says nothing; and nothing is traced by X-Ray, whose id Lambda
# hands out all the same: 57 bytes of every line, which are paid for.
logger = Logger(location=None, xray_trace_id=None)
_metrics = Metrics()


@contextmanager
def about(**ids: str) -> Iterator[None]:
    """Name in every line within what it is about, such as ``conversation`` by its ``trace_id``."""
    with logger.append_context_keys(**ids):
        yield


def report(facts: Iterable[Fact]) -> None:
    """Write one line for each fact, an error where an operator must hear of it, and count what is a metric."""
    counted = False
    for fact in facts:
        write = logger.error if fact.alarm else logger.info
        write(fact.name, extra={"count": fact.count, **fact.fields})
        for measure in measures(fact):
            _metrics.add_metric(name=measure.name, unit=measure.unit, value=measure.value)
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
