"""What DynamoDB charges for one request, worked out from the sizes of the items that it touches.

Sources: Amazon DynamoDB Developer Guide, "DynamoDB item sizes and formats"; "DynamoDB read and write operations" (a
write unit for each KB of the larger of the item before and after, also where a condition failed; a read unit for each
4 KB read consistently, half of one otherwise); "Using Global Secondary Indexes", §Provisioned throughput considerations
(an entry costs one write to appear, one to go, two to move); "Managing complex workflows with transactions", §Capacity
management (twice for each item). An index is written behind the transaction and is not doubled: the guide names items.
"""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

Item = Mapping[str, Mapping[str, Any]]

KILOBYTE = 1024
READ_BYTES = 4 * KILOBYTE
OVERHEAD_BYTES = 100
"""Of an item, and of an entry of an index, for storage alone ("Item sizes and formats")."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Index:
    """A sparse index that holds keys only."""

    keys: tuple[str, ...]

    def entry(self, item: Item) -> dict[str, Mapping[str, Any]]:
        """Give what an item leaves in it; empty where it has none."""
        if any(name not in item for name in self.keys):
            return {}
        return {name: item[name] for name in ("pk", "sk", *self.keys)}


DUE = Index(keys=("due_pk", "due_at"))
WAITING = Index(keys=("waiting_pk", "waiting_at"))
INDEXES = (DUE, WAITING)


def item_bytes(item: Item) -> int:
    """Weigh names and values; a number by its digits, two to a byte, and a byte more (one more again below zero)."""
    return sum(len(name.encode()) + _value_bytes(value) for name, value in item.items())


def _value_bytes(value: Mapping[str, Any]) -> int:
    ((kind, content),) = value.items()
    if kind == "S":
        return len(content.encode())
    if kind == "N":
        return _number_bytes(content)
    if kind == "M":
        return 3 + sum(1 + len(name.encode()) + _value_bytes(each) for name, each in content.items())
    if kind == "L":
        return 3 + sum(1 + _value_bytes(each) for each in content)
    if kind in {"SS", "NS", "BS"}:
        return sum(_value_bytes({kind[0]: each}) for each in content)
    return len(content) if kind == "B" else 1


def _number_bytes(text: str) -> int:
    digits = text.lstrip("-").replace(".", "").strip("0") or "0"
    return math.ceil(len(digits) / 2) + 1 + text.startswith("-")


def write_units(before: Item, after: Item, *, in_transaction: bool) -> int:
    """Price one item's write; ``before`` and ``after`` are empty where there was or is nothing."""
    larger = max(item_bytes(before), item_bytes(after))
    units = max(math.ceil(larger / KILOBYTE), 1) * (2 if in_transaction else 1)
    return units + sum(_index_units(index.entry(before), index.entry(after)) for index in INDEXES)


def _index_units(before: Item, after: Item) -> int:
    if before == after:
        return 0
    # Its key has moved, so that it is deleted and put: nothing but keys is in it.
    return sum(math.ceil(item_bytes(entry) / KILOBYTE) for entry in (before, after) if entry)


def read_units(items: Iterable[Item], *, consistent: bool, together: bool) -> float:
    """Price a read; ``together`` adds the items' sizes up before they are rounded, as a query does."""
    sizes = [item_bytes(item) for item in items]
    steps = [sum(sizes)] if together or not sizes else sizes
    whole = sum(max(math.ceil(size / READ_BYTES), 1) for size in steps)
    return whole if consistent else whole / 2


def stored_bytes(item: Item) -> int:
    """Weigh what an item takes up, with its entries in the indexes."""
    entries = (index.entry(item) for index in INDEXES)
    return sum(item_bytes(each) + OVERHEAD_BYTES for each in (item, *entries) if each)
