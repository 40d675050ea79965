"""Put back what is missing in a table, from a copy of an earlier time.

Only what is missing: an item that is there is newer than the copy, or was blanked since.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from typing import Any

from botocore.exceptions import ClientError

from infra.cli.aws_errors import code_of
from infra.cli.items_of_then import as_put_back, hushed, is_meta, is_moving, kind_of
from infra.cli.withdrawn import WORKS, without_withdrawn
from nightbell.adapters import table_expressions as e
from nightbell.adapters.table_items import Item, attribute, key, plain
from nightbell.domain.keys import DESK, META, unit_seq, waiting_shard
from nightbell.domain.requests import FORGOTTEN_PREFIX

AT_ONCE = 100
"""Items in one call (Amazon DynamoDB API "BatchGetItem")."""


@dataclass(slots=True)
class Compared:
    """What came of it, by kind of item.

    Attributes:
        began_anew: Conversations that had begun again from number one: nothing of theirs is put back.
        forgotten: Conversations whose contact was forgotten since: nothing of theirs is put back.
    """

    same: Counter[str] = field(default_factory=Counter)
    changed: Counter[str] = field(default_factory=Counter)
    missing: Counter[str] = field(default_factory=Counter)
    put_back: Counter[str] = field(default_factory=Counter)
    left: Counter[str] = field(default_factory=Counter)
    began_anew: list[str] = field(default_factory=list)
    forgotten: list[str] = field(default_factory=list)


class PutBack:
    """Compares a copy with the table, and puts back what is missing if asked to."""

    def __init__(self, client: Any, table: str, *, shards: int, now: datetime, writes: bool) -> None:  # noqa: ANN401 - botocore makes its clients at run time
        """Work on this table; ``writes`` false only compares."""
        self._client, self._table = client, table
        self._shards, self._now, self._writes = shards, now, writes
        self.found = Compared()

    def __call__(self, copied: Iterable[Item]) -> Iterator[int]:
        """Go through the copy, partition by partition, as a scan gives it; tells how many items it has gone through."""
        count = 0
        for pk, items in groupby(copied, key=lambda item: str(plain(item["pk"]))):
            partition = list(items)
            self._partition(pk, partition)
            count += len(partition)
            yield count

    def _partition(self, pk: str, copied: Sequence[Item]) -> None:
        there = self._there(copied)
        missing = []
        for item in copied:
            standing = there.get(str(plain(item["sk"])))
            counted = self.found.missing if standing is None else self._standing(item, standing)
            counted[kind_of(item)] += 1
            missing += [item] if standing is None else []
        if missing and self._may_come_back(pk, copied, there):
            works = [work for kind in WORKS for work in self._query(pk, kind)]
            kept = without_withdrawn(missing, works)
            self.found.left.update(Counter(map(kind_of, missing)) - Counter(map(kind_of, kept)))
            self._bring_back(pk, hushed(list(map(self._counted_on, kept)), there))

    def _bring_back(self, pk: str, missing: Sequence[Item]) -> None:
        for item in sorted(missing, key=_turn):
            if not self._put(item) and is_meta(item):
                # They wrote at this very moment.
                self.found.began_anew.append(pk)
                return

    def _standing(self, item: Item, standing: Item) -> Counter[str]:
        return self.found.same if item == standing else self.found.changed

    def _may_come_back(self, pk: str, copied: Sequence[Item], there: Mapping[str, Item]) -> bool:
        before = next((plain(item["last_seq"]) for item in copied if is_meta(item) and "last_seq" in item), 0)
        after = plain(there[META].get("last_seq", {"N": "0"})) if META in there else before
        if after < before or self._numbers_meet(pk, copied, there):
            self.found.began_anew.append(pk)
            return False
        if self._names(pk, FORGOTTEN_PREFIX) - {str(plain(item["sk"])) for item in copied}:
            self.found.forgotten.append(pk)
            return False
        return True

    def _numbers_meet(self, pk: str, copied: Sequence[Item], there: Mapping[str, Item]) -> bool:
        """Tell whether a number of a message that is missing was given out once more."""
        lost = {plain(item["seq"]) for item in copied if _is_numbered(item) and plain(item["sk"]) not in there}
        return bool(lost) and not lost.isdisjoint(self._numbers(pk))

    def _put(self, item: Item) -> bool:
        """Put it; false where one has come meanwhile."""
        whole = as_put_back(item, self._now, self._shards)
        if whole is None:
            self.found.left[kind_of(item)] += 1
            return True
        if self._writes and not self._written(whole):
            return False
        self.found.put_back[kind_of(item)] += 1
        return True

    def _counted_on(self, item: Item) -> Item:
        """Let no number be given out twice, where a conversation's own item is gone and what came later is not."""
        pk, sk = str(plain(item["pk"])), plain(item["sk"])
        if sk == DESK and "acts" in item:
            numbers = [int(name[2:]) for letter in ("L#", "D#") for name in self._names(pk, letter)]
            return item | {"acts": attribute(max([plain(item["acts"]), *numbers]))}
        if not is_meta(item) or "last_seq" not in item:
            return item
        units = [unit_seq(name) for name in self._names(pk, "A#")]
        last = max([plain(item["last_seq"]), *self._numbers(pk), *units])
        if last == plain(item["last_seq"]):
            return item
        listed = {
            "waiting_pk": attribute(waiting_shard(plain(item.get("brand", {"S": ""})))),
            "waiting_at": item.get("waiting_at") or item.get("episode_at") or attribute(self._now),
        }
        return item | {"last_seq": attribute(last)} | listed

    def _written(self, item: Item) -> bool:
        try:
            self._client.put_item(TableName=self._table, Item=item, ConditionExpression=e.ABSENT)
        except ClientError as error:
            if code_of(error) == "ConditionalCheckFailedException":
                return False
            raise
        return True

    def _there(self, copied: Sequence[Item]) -> dict[str, Item]:
        """Read the same items of the table, consistently."""
        found: dict[str, Item] = {}
        for start in range(0, len(copied), AT_ONCE):
            keys = [key(plain(item["pk"]), plain(item["sk"])) for item in copied[start : start + AT_ONCE]]
            asked: Any = {self._table: {"Keys": keys, "ConsistentRead": True}}
            while asked:
                answer = self._client.batch_get_item(RequestItems=asked)
                found |= {str(plain(item["sk"])): item for item in answer["Responses"].get(self._table, ())}
                asked = answer.get("UnprocessedKeys")
        return found

    def _names(self, pk: str, prefix: str) -> set[str]:
        return {str(plain(item["sk"])) for item in self._query(pk, prefix)}

    def _numbers(self, pk: str) -> list[int]:
        return [plain(item["seq"]) for item in self._query(pk, "M#") if "seq" in item]

    def _query(self, pk: str, prefix: str) -> Iterator[Item]:
        pages = self._client.get_paginator("query").paginate(
            TableName=self._table,
            KeyConditionExpression="pk = :pk AND begins_with(sk, :prefix)",
            ExpressionAttributeValues={":pk": {"S": pk}, ":prefix": {"S": prefix}},
            ConsistentRead=True,
        )
        for page in pages:
            yield from page["Items"]


def _is_numbered(item: Item) -> bool:
    return bool(plain(item["sk"]).startswith("M#")) and "seq" in item


def _turn(item: Item) -> tuple[bool, bool]:
    """Order items so that what is due comes last: it is looked at while the others are still put."""
    return "due_pk" in item or is_moving(item), not is_meta(item)
