"""The table as those who read at the desk use it: lists by an index, everything else from the table itself."""

from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from typing import Any

from nightbell.adapters.desk_items import desk_state_from
from nightbell.adapters.table_client import TableClient
from nightbell.adapters.table_items import (
    Item,
    consent_from,
    conversation_from,
    from_ms,
    key,
    message_from,
    unit_from,
    values,
)
from nightbell.domain.errors import UnavailableError
from nightbell.domain.keys import BRANDS_PK, DESK, META, author_pk, unit_sk, waiting_shard
from nightbell.domain.unit import Unit
from nightbell.services.desk_reading import Act, Parts, Standing, told_seq

AT_ONCE = 100
"""Items in one call (Amazon DynamoDB API "BatchGetItem")."""
TRIES = 6

Key = tuple[str, str]


class DeskReadingTable:
    """Implements :class:`nightbell.services.desk_reading.DeskReading`."""

    def __init__(self, table: TableClient) -> None:
        """Work on this table."""
        self._table = table

    def brands(self) -> Sequence[str]:
        """List the brands by their own partition."""
        request = {"KeyConditionExpression": "pk = :pk", "ExpressionAttributeValues": {":pk": {"S": BRANDS_PK}}}
        return [found["sk"]["S"] for found in self._query(request)]

    def waiting(self, brand: str, most: int) -> Sequence[str]:
        """List by the index, which holds keys only."""
        request = {
            "IndexName": "waiting",
            "KeyConditionExpression": "waiting_pk = :shard",
            "ExpressionAttributeValues": {":shard": {"S": waiting_shard(brand)}},
        }
        return [found["pk"]["S"] for found in self._query(request, most)]

    def standings(self, pks: Sequence[str]) -> Sequence[Standing]:
        """Read each conversation, what people did about it, and the unit that tells what the contact was told."""
        found = self._get([(pk, sk) for pk in pks for sk in (META, DESK)])
        read = {pk: conversation_from(found[pk, META]) for pk in pks if (pk, META) in found}
        read = {pk: conversation for pk, conversation in read.items() if conversation.exists}
        units = self._get([(pk, unit_sk(seq)) for pk, conversation in read.items() if (seq := told_seq(conversation))])
        return [
            Standing(
                pk=pk,
                conversation=conversation,
                state=desk_state_from(found.get((pk, DESK))),
                told=_unit(units.get((pk, unit_sk(told_seq(conversation))))),
            )
            for pk, conversation in read.items()
        ]

    def parts(self, pk: str) -> Parts:
        """Read the conversation, then its whole partition, consistently and never from an index."""
        conversation = conversation_from(self._table.get(pk, META))
        found: dict[str, list[Item]] = {}
        for item in self._partition(pk):
            found.setdefault(item["sk"]["S"].partition("#")[0], []).append(item)
        # A mark of something that was taken back before it came has no number, and is no message.
        messages = [message_from(each) for each in found.get("M", ()) if "seq" in each]
        return Parts(
            pk=pk,
            conversation=conversation,
            state=desk_state_from(next(iter(found.get(DESK, ())), None)),
            messages=sorted(messages, key=lambda message: message.seq),
            units=[unit_from(each) for letter in "AD" for each in found.get(letter, ())],
            acts=[_act(each) for each in found.get("L", ())],
            consents=[consent_from(values(each)) for each in found.get("P", ()) if "address" in each],
        )

    def said_in_public(self, account_id: str, author_id: str, most: int) -> Sequence[str]:
        """List by the author's own partition."""
        request = {
            "KeyConditionExpression": "pk = :pk",
            "ExpressionAttributeValues": {":pk": {"S": author_pk(account_id, author_id)}},
        }
        return [found["sk"]["S"] for found in self._query(request, most)]

    def _partition(self, pk: str) -> Iterator[Item]:
        request = {
            "KeyConditionExpression": "pk = :pk",
            "ExpressionAttributeValues": {":pk": {"S": pk}},
            "ConsistentRead": True,
        }
        yield from self._query(request)

    def _query(self, request: dict[str, Any], most: int | None = None) -> Iterator[Item]:
        """Read page by page, up to so many items."""
        left, start = most, dict[str, Any]()
        while left is None or left > 0:
            limit = {} if left is None else {"Limit": left}
            asked = {"TableName": self._table.table, **request, **limit, **start}
            answer = self._table.call(partial(self._table.client.query, **asked))
            yield from answer["Items"]
            if "LastEvaluatedKey" not in answer:
                return
            left = None if left is None else left - len(answer["Items"])
            start = {"ExclusiveStartKey": answer["LastEvaluatedKey"]}

    def _get(self, keys: Iterable[Key]) -> dict[Key, Item]:
        """Read items by their keys, consistently."""
        every = list(keys)
        found = dict[Key, Item]()
        for start in range(0, len(every), AT_ONCE):
            found |= self._get_some(every[start : start + AT_ONCE])
        return found

    def _get_some(self, keys: Sequence[Key]) -> dict[Key, Item]:
        """Read what fits one call, and again what a busy table left out."""
        name, found = self._table.table, dict[Key, Item]()
        asked: Any = {name: {"Keys": [key(*each) for each in keys], "ConsistentRead": True}}
        for attempt in range(TRIES):
            answer = self._table.call(partial(self._table.client.batch_get_item, RequestItems=asked))
            found |= {(each["pk"]["S"], each["sk"]["S"]): each for each in answer["Responses"].get(name, ())}
            asked = answer.get("UnprocessedKeys")
            if not asked:
                return found
            self._table.wait(attempt)
        raise UnavailableError("UnprocessedKeys")


def _unit(stored: Item | None) -> Unit | None:
    return unit_from(stored) if stored else None


def _act(stored: Item) -> Act:
    found = values(stored)
    return Act(
        number=int(found["sk"].partition("#")[2]),
        at=from_ms(found["at"]),
        by=found.get("by", ""),
        did=found["did"],
        what=found.get("what", ""),
    )
