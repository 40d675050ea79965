"""The table as it keeps the days that the weekly report is made of: an item a day and brand."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from typing import Any

from nightbell.adapters import report_expressions as e
from nightbell.adapters.table_client import TableClient
from nightbell.adapters.table_items import attribute, from_ms, item, values
from nightbell.domain.weekly_report.kept_day import KeptDay, day_sk, packed, report_pk, unpacked

KEPT_FOR = timedelta(days=400)
"""So that a week can be compared with the same one of the year before, by whoever wants to."""


class ReportTable:
    """Implements :class:`nightbell.services.weekly_report.ReportStore`."""

    def __init__(self, table: TableClient) -> None:
        """Work on this table."""
        self._table = table

    def days(self, brand: str, first: date, last: date) -> Mapping[date, KeptDay]:
        """Read what is kept of the days from one to another."""
        used = {":pk": report_pk(brand), ":first": day_sk(first), ":last": day_sk(last)}
        request: dict[str, Any] = {
            "TableName": self._table.table,
            "KeyConditionExpression": e.DAYS_BETWEEN,
            "ExpressionAttributeValues": {name: attribute(value) for name, value in used.items()},
        }
        found: dict[date, KeptDay] = {}
        while True:
            answer = self._table.call(partial(self._table.client.query, **request))
            for stored in answer["Items"]:
                read = values(stored)
                found[date.fromisoformat(read["sk"].removeprefix("D#"))] = _day(read)
            if "LastEvaluatedKey" not in answer:
                return found
            request["ExclusiveStartKey"] = answer["LastEvaluatedKey"]

    def keep(self, brand: str, day: date, counted: KeptDay) -> bool:
        """Keep a day; the first count stands, and false is told to the second."""
        ends = datetime.combine(day, time.min, UTC)
        stored = item({"pk": report_pk(brand), "sk": day_sk(day), "waiting_at": counted.waiting_at})
        stored |= {"tally": attribute(packed(counted.tally))}
        stored |= {"expires_at": attribute(int((ends + KEPT_FOR).timestamp()))}
        if counted.waiting is not None:
            stored["by_channel"] = attribute([[channel, count] for channel, count in sorted(counted.waiting.items())])
        return self._table.put_new(stored)


def _day(read: Mapping[str, Any]) -> KeptDay:
    waiting = dict(read["by_channel"]) if "by_channel" in read else None
    waiting_at = from_ms(read["waiting_at"]) if "waiting_at" in read else None
    return KeptDay(tally=unpacked(read["tally"]), waiting=waiting, waiting_at=waiting_at)
