"""The table as holding promises uses it. Nothing is put: Sweep may only read and update."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import partial
from typing import Any

from botocore.exceptions import ClientError

from nightbell.adapters import hold_expressions as e
from nightbell.adapters.desk_items import desk_state_write
from nightbell.adapters.desk_reading import DeskReadingTable
from nightbell.adapters.table_client import TableClient
from nightbell.adapters.table_items import Item, attribute, from_ms, key, plain, unit_item
from nightbell.domain.desk_state import DeskState
from nightbell.domain.errors import UnavailableError
from nightbell.domain.keys import BRANDS_PK, DESK, due_shard, waiting_shard
from nightbell.domain.unit import Unit
from nightbell.services.desk_reading import Parts, Standing
from nightbell.services.hold_ports import Waiting

TRIES = 6


class HoldTable:
    """Implements :class:`nightbell.services.hold_ports.HoldStore`."""

    def __init__(self, table: TableClient, due_shards: int) -> None:
        """Spread due markers over so many shards."""
        self._table, self._shards = table, due_shards
        self._reading = DeskReadingTable(table)

    def waiting_between(self, brand: str, oldest: datetime, newest: datetime) -> Iterator[Waiting]:
        """List by the index, which holds keys only: ten thousand fit one page."""
        used = {":shard": waiting_shard(brand), ":oldest": oldest, ":newest": newest}
        request: dict[str, Any] = {
            "TableName": self._table.table,
            "IndexName": "waiting",
            "KeyConditionExpression": e.WAITING_BETWEEN,
            "ExpressionAttributeValues": {name: attribute(value) for name, value in used.items()},
        }
        while True:
            answer = self._table.call(partial(self._table.client.query, **request))
            for found in answer["Items"]:
                yield Waiting(pk=plain(found["pk"]), since=from_ms(plain(found["waiting_at"])))
            if "LastEvaluatedKey" not in answer:
                return
            request["ExclusiveStartKey"] = answer["LastEvaluatedKey"]

    def know_brand(self, brand: str) -> None:
        """Keep that the settings have had this brand."""
        self._table.update(BRANDS_PK, brand, e.BRAND_KNOWN, known=True)

    def standings(self, pks: Sequence[str]) -> Sequence[Standing]:
        """Read how conversations stand, consistently; those that do not exist are left out."""
        return self._reading.standings(pks)

    def parts(self, pk: str) -> Parts:
        """Read all of one conversation, consistently."""
        return self._reading.parts(pk)

    def hold(self, unit: Unit, before: DeskState, after: DeskState) -> bool:
        """H9: have it said, and note that; both, or neither. False where somebody has acted since it was read."""
        items = [self._noted(unit.pk, before, after), self._born(unit)]
        for attempt in range(TRIES):
            try:
                self._table.call(partial(self._table.client.transact_write_items, TransactItems=items))
            except ClientError as error:
                reasons = error.response.get("CancellationReasons", [])
                if "ConditionalCheckFailed" in [reason.get("Code") for reason in reasons]:
                    return False
                self._table.wait(attempt)
            else:
                return True
        raise UnavailableError("TransactionConflict")

    def _noted(self, pk: str, before: DeskState, after: DeskState) -> dict[str, Any]:
        update, condition, used = desk_state_write(before, after)
        joined = ", " if " REMOVE " in update else " REMOVE "
        return self._update(pk, DESK, f"{update}{joined}{e.UNMARKED}", condition, used)

    def _born(self, unit: Unit) -> dict[str, Any]:
        stored = unit_item(unit, due_shard(unit.pk + unit.sk, self._shards))
        written = [(name, value) for name, value in stored.items() if name not in {"pk", "sk"}]
        # Some of the names are reserved in expressions.
        update = "SET " + ", ".join(f"#{number} = :{number}" for number, _ in enumerate(written))
        used = {f":{number}": value for number, (_, value) in enumerate(written)}
        names = {f"#{number}": name for number, (name, _) in enumerate(written)}
        return self._update(unit.pk, unit.sk, update, e.BORN_IF, used, names)

    def _update(  # noqa: PLR0913, PLR0917 - the parts of a request
        self, pk: str, sk: str, update: str, condition: str, used: Item, names: dict[str, str] | None = None
    ) -> dict[str, Any]:
        request: dict[str, Any] = {
            "TableName": self._table.table,
            "Key": key(pk, sk),
            "UpdateExpression": update,
            "ConditionExpression": condition,
            "ExpressionAttributeValues": used,
        }
        return {"Update": request | ({"ExpressionAttributeNames": names} if names else {})}

    def mark_again(self, pk: str, read: DeskState, until: datetime | None) -> None:
        """Have the desk's own marker come again at a time, or never more; not where somebody has acted since."""
        if until is None:
            self._table.update(pk, DESK, e.UNMARK, e.IS_MARKED_IF, read_acts=read.acts)
        else:
            self._table.update(pk, DESK, e.MARK_AGAIN, e.IS_MARKED_IF, read_acts=read.acts, until=until)
