"""One table in memory, quick however much it holds."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from infra.replay.dynamodb import OPERATIONS, Failure, Key, key_of, perform
from nightbell.adapters.table_items import Item

FILED = ("pk", "due_pk", "waiting_pk")
"""What the table and its indexes file items under."""


class Table:
    """A client, changed in place; a query looks at its own partition, and not at all there is."""

    def __init__(self, items: Iterable[Item] = ()) -> None:
        """Begin with these items."""
        self.items: dict[Key, Item] = {}
        self._filed: dict[tuple[str, str], dict[Key, Item]] = defaultdict(dict)
        for item in items:
            self._file(key_of(item), item)

    def __getattr__(self, operation: str) -> Callable[..., Mapping[str, Any]]:
        """Find an operation by boto3's name for it."""
        if operation not in OPERATIONS:
            raise AttributeError(operation)

        def call(**request: Any) -> Mapping[str, Any]:  # noqa: ANN401 - as boto3 takes them
            done = perform(operation, request, self._below(request) if operation == "query" else self.items)
            if isinstance(done.answer, Failure):
                raise done.answer.error(operation)
            for name, item in done.written.items():
                self._file(name, item)
            return done.answer

        return call

    def in_index(self, attribute: str) -> list[Item]:
        """List what is in an index, by the attribute that it is filed under."""
        return [item for (name, _), items in self._filed.items() if name == attribute for item in items.values()]

    def _below(self, request: Mapping[str, Any]) -> dict[Key, Item]:
        attribute, _, rest = request["KeyConditionExpression"].partition(" = ")
        value = request["ExpressionAttributeValues"][rest.split()[0]]["S"]
        return self._filed[attribute, value]

    def _file(self, name: Key, item: Item) -> None:
        before = self.items.get(name, {})
        for attribute in FILED:
            old, new = before.get(attribute), item.get(attribute)
            if old is not None and old != new:
                del self._filed[attribute, old["S"]][name]
            if new is not None:
                self._filed[attribute, new["S"]][name] = item
        self.items[name] = item
