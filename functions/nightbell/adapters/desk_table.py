"""The table as the desk uses it: H1 to H3 and the page-read rule."""

from datetime import datetime
from typing import Any

from nightbell.adapters import table_expressions as e
from nightbell.adapters.table_client import Refused, TableClient
from nightbell.adapters.table_items import Item, conversation_from, message_from
from nightbell.domain.conversation import Conversation
from nightbell.domain.keys import META
from nightbell.services.ports import Page


class DeskTable:
    """Implements :class:`nightbell.services.ports.DeskStore`."""

    def __init__(self, table: TableClient) -> None:
        """Work on this table."""
        self._table = table

    def read_conversation(self, pk: str) -> Conversation:
        """Read consistently."""
        return conversation_from(self._table.get(pk, META))

    def read_page(self, pk: str) -> Page:
        """Read the conversation, then all of its messages, consistently and never from an index."""
        conversation = self.read_conversation(pk)
        # A mark of something that was taken back before it came has no number, and is no message.
        stored = (message_from(found) for found in self._messages(pk) if "seq" in found)
        messages = sorted(stored, key=lambda message: message.seq)
        return Page(conversation=conversation, messages=messages)

    def _messages(self, pk: str) -> list[Item]:
        found: list[Item] = []
        request: dict[str, Any] = {
            "TableName": self._table.table,
            "KeyConditionExpression": "pk = :pk AND begins_with(sk, :message)",
            "ExpressionAttributeValues": {":pk": {"S": pk}, ":message": {"S": "M#"}},
            "ConsistentRead": True,
        }
        while True:
            answer = self._table.call(lambda: self._table.client.query(**request))
            found += answer["Items"]
            if "LastEvaluatedKey" not in answer:
                return found
            request["ExclusiveStartKey"] = answer["LastEvaluatedKey"]

    def take(self, pk: str, agent: str, until: datetime, now: datetime) -> bool:
        """H1: hold it, if it waits and nobody else does."""
        written = self._table.update(pk, META, e.TAKE, e.TAKE_IF, agent=agent, until=until, now=now, zero=0)
        return not isinstance(written, Refused)

    def note_shown(self, pk: str, agent: str, seq: int) -> bool:
        """Note up to where the holder was shown the messages."""
        return not isinstance(self._table.update(pk, META, e.SHOWN, e.HELD_BY, agent=agent, shown=seq), Refused)

    def close(self, pk: str, agent: str, read: Conversation, up_to: int) -> bool:
        """H2: close up to a number that was shown; the list entry goes when nothing is left."""
        update, condition = (e.CLOSE_ALL, e.CLOSE_ALL_IF) if up_to == read.last_seq else (e.CLOSE, e.CLOSE_IF)
        return not isinstance(self._table.update(pk, META, update, condition, agent=agent, up_to=up_to), Refused)

    def let_go(self, pk: str, agent: str) -> bool:
        """H3: release. False when this agent does not hold it."""
        return not isinstance(self._table.update(pk, META, e.LET_GO, e.HELD_BY, agent=agent), Refused)
