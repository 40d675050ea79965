"""The table as an operator uses it: what is kept in quarantine, and what was done with spilled deliveries."""

import gzip
from collections.abc import Callable, Mapping
from typing import Any

from nightbell.adapters import table_expressions as e
from nightbell.adapters.receipt_table import QUARANTINE_KEPT_FOR
from nightbell.adapters.table_client import TableClient
from nightbell.adapters.table_items import from_ms, item, values
from nightbell.domain.keys import kept_sk, quarantine_pk
from nightbell.services.kept import Around, Entry, Handled

DESCRIPTION = (
    *("sk", "of", "platform", "event", "reason", "received_at", "body_size"),
    *("replayed_by", "replayed_at", "discarded_by", "discarded_at", "discarded_why"),
)
"""All but the content: who may read only these may list."""


class QuarantineTable:
    """Implements :class:`nightbell.services.kept.KeptStore`."""

    def __init__(self, table: TableClient, partition: Callable[[str], str] = quarantine_pk) -> None:
        """Work on the partition that a month has."""
        self._table = table
        self._partition = partition

    def entries(self, month: str) -> list[Entry]:
        """List what is kept of a month, the oldest first."""
        names = {f"#{name}": name for name in DESCRIPTION}
        request: dict[str, Any] = {
            "TableName": self._table.table,
            "KeyConditionExpression": "pk = :pk",
            "ProjectionExpression": ", ".join(names),
            "ExpressionAttributeNames": names,
            "ExpressionAttributeValues": {":pk": {"S": self._partition(month)}},
            "ConsistentRead": True,
        }
        found: list[Entry] = []
        while True:
            answer = self._table.call(lambda: self._table.client.query(**request))
            found += [_entry(values(each), month) for each in answer["Items"] if each["sk"]["S"].endswith("#1")]
            if "LastEvaluatedKey" not in answer:
                return sorted(found, key=lambda entry: entry.received_at)
            request["ExclusiveStartKey"] = answer["LastEvaluatedKey"]

    def find(self, name: str, month: str) -> Entry | None:
        """Read one consistently."""
        found = self._table.get(self._partition(month), kept_sk(name, 1))
        return _entry(values(found), month) if found else None

    def read_body(self, entry: Entry) -> bytes | None:
        """Read the content; ``None`` where a part of it is not there."""
        pk = self._partition(entry.month)
        parts = [self._table.get(pk, kept_sk(entry.name, number)) for number in range(1, entry.parts + 1)]
        packed = [values(part)["body_gzip"] for part in parts if part and "body_gzip" in part]
        return gzip.decompress(b"".join(packed)) if len(packed) == entry.parts else None

    def note(self, entry: Entry) -> None:
        """Begin a record that has no content; one that is there stays."""
        stored = {
            "pk": self._partition(entry.month),
            "sk": kept_sk(entry.name, 1),
            "of": 1,
            "platform": entry.platform,
            "event": entry.kind,
            "reason": entry.reason,
            "received_at": entry.received_at,
            "body_size": entry.size,
            "expires_at": int((entry.received_at + QUARANTINE_KEPT_FOR).timestamp()),
        }
        self._table.put_new(item(stored))

    def mark_replayed(self, entry: Entry, handled: Handled) -> None:
        """Record that it was stored; the first time stands."""
        key = (self._partition(entry.month), kept_sk(entry.name, 1))
        self._table.update(*key, e.REPLAYED, e.IS_THERE, who=handled.who, at=handled.at)

    def discard(self, entry: Entry, handled: Handled) -> None:
        """Record why it is given up, then remove its content; the first time stands."""
        pk = self._partition(entry.month)
        named = {"who": handled.who, "at": handled.at, "why": handled.why}
        self._table.update(pk, kept_sk(entry.name, 1), e.DISCARDED, e.IS_THERE, **named)
        for number in range(2, entry.parts + 1):
            self._table.update(pk, kept_sk(entry.name, number), e.EMPTIED, e.IS_THERE)


def _entry(v: Mapping[str, Any], month: str) -> Entry:
    return Entry(
        name=v["sk"].rpartition("#")[0],
        month=month,
        received_at=from_ms(v["received_at"]),
        platform=v["platform"],
        kind=v["event"],
        reason=v["reason"],
        size=v.get("body_size"),
        parts=v["of"],
        replayed=_handled(v, "replayed"),
        discarded=_handled(v, "discarded"),
        around=Around(path=v.get("path", ""), query=v.get("query", {}), headers=v.get("headers", {})),
    )


def _handled(v: Mapping[str, Any], how: str) -> Handled | None:
    if f"{how}_at" not in v:
        return None
    return Handled(who=v[f"{how}_by"], at=from_ms(v[f"{how}_at"]), why=v.get(f"{how}_why", ""))
