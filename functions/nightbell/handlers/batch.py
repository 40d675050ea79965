"""The answer to a queue's batch, built in one place: a malformed one would repeat or lose all of it."""

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from nightbell.domain.facts import Fact
from nightbell.handlers.report import about, report, report_crash

Names = Callable[[Any], Mapping[str, str]]
"""What every line about a record names."""


def _nothing(_: object) -> Mapping[str, str]:
    return {}


def each_record(
    event: dict[str, Any],
    act: Callable[[Any], Iterable[Fact]],
    read: Callable[[str], object] = json.loads,
    names: Names = _nothing,
) -> dict[str, Any]:
    """Do each record on its own, as ``read`` reads it, and name those that must come again.

    Source: AWS Lambda, "Handling errors for an SQS event source", ReportBatchItemFailures.
    """
    failed = [record["messageId"] for record in event["Records"] if not _did(record, act, read, names)]
    return {"batchItemFailures": [{"itemIdentifier": message_id} for message_id in failed]}


def _did(
    record: dict[str, Any], act: Callable[[Any], Iterable[Fact]], read: Callable[[str], object], names: Names
) -> bool:
    try:
        found = read(record["body"])
        with about(**names(found)):
            return _acted(found, act)
    except Exception as error:  # noqa: BLE001 - one record's failure must spoil no other
        report_crash(error)
        return False


def _acted(found: object, act: Callable[[Any], Iterable[Fact]]) -> bool:
    try:
        report(act(found))
    except Exception as error:  # noqa: BLE001 - as above
        report_crash(error)
        return False
    return True
