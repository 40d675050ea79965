"""The table as the desk uses it: H1 to H3, every act in one transaction, and the page-read rule."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from nightbell.adapters import hold_expressions as h
from nightbell.adapters import table_expressions as e
from nightbell.adapters.desk_items import desk_state_from, desk_state_write, log_item
from nightbell.adapters.desk_steps import on_conversation
from nightbell.adapters.table_client import Refused, TableClient
from nightbell.adapters.table_items import (
    Item,
    attribute,
    consent_from,
    conversation_from,
    message_from,
    plain,
    unit_from,
    unit_item,
    values,
)
from nightbell.adapters.table_transactions import transact, update_part
from nightbell.domain.conversation import Consent, Conversation
from nightbell.domain.desk_state import DeskState
from nightbell.domain.errors import UnavailableError
from nightbell.domain.holding import hold_from
from nightbell.domain.keys import DESK, META, desk_unit_sk, due_shard, unit_sk
from nightbell.domain.told import has_promised
from nightbell.domain.unit import Unit
from nightbell.services.desk_ports import Act
from nightbell.services.ports import Page

LOG_ENTRIES = 100
"""So many acts back the same click is known again."""


class DeskTable:
    """Implements :class:`nightbell.services.desk_ports.DeskStore`."""

    def __init__(self, table: TableClient, due_shards: int = 1) -> None:
        """Spread due markers over so many shards; over fewer than are swept does no harm to the few of an agent."""
        self._table = table
        self._shards = due_shards

    def read_conversation(self, pk: str) -> Conversation:
        """Read consistently."""
        return conversation_from(self._table.get(pk, META))

    def read_page(self, pk: str) -> Page:
        """Read the conversation, then all of its messages, consistently and never from an index."""
        conversation = self.read_conversation(pk)
        # A mark of something that was taken back before it came has no number, and is no message.
        stored = (message_from(found) for found in self._query(pk, "M#") if "seq" in found)
        messages = sorted(stored, key=lambda message: message.seq)
        return Page(conversation=conversation, messages=messages)

    def read_desk(self, pk: str) -> DeskState:
        """Read what people did about it, consistently."""
        return desk_state_from(self._table.get(pk, DESK))

    def consents(self, pk: str) -> Sequence[Consent]:
        """List the contact's permissions that still stand, the oldest first, consistently."""
        return [consent_from(values(found)) for found in self._query(pk, "P#") if "address" in found]

    def units(self, pk: str) -> Sequence[Unit]:
        """List all that was sent in it, or is to be, consistently."""
        return [unit_from(found) for letter in ("A#", "D#") for found in self._query(pk, letter)]

    def promised(self, pk: str, read: Conversation) -> datetime | None:
        """Tell by when the contact was told last that somebody answers; ``None`` where they were not."""
        found = self._table.get(pk, unit_sk(read.ack_seq)) if read.ack_seq else None
        unit = unit_from(found) if found else None
        return has_promised(unit) if unit else None

    def said_by(self, pk: str, request: str) -> Sequence[Unit] | None:
        """Find what was said by a click; ``None`` where nothing was, consistently.

        Raises:
            UnavailableError: It is not readable yet.
        """
        newest = self._query(pk, "L#", ScanIndexForward=False, Limit=LOG_ENTRIES)
        log = next((found for found in newest if found.get("req") == {"S": request}), None)
        if log is None:
            return None
        found = [self._table.get(pk, desk_unit_sk(number)) for number in plain(log["said"])]
        if None in found:
            raise UnavailableError("what was said is not readable yet")
        return [unit_from(each) for each in found if each]

    def _query(self, pk: str, letter: str, **more: object) -> Iterator[Item]:
        request: dict[str, Any] = {
            "TableName": self._table.table,
            "KeyConditionExpression": "pk = :pk AND begins_with(sk, :message)",
            "ExpressionAttributeValues": {":pk": {"S": pk}, ":message": {"S": letter}},
            "ConsistentRead": True,
            **more,
        }
        while True:
            answer = self._table.call(lambda: self._table.client.query(**request))
            yield from answer["Items"]
            if "LastEvaluatedKey" not in answer or "Limit" in more:
                return
            request["ExclusiveStartKey"] = answer["LastEvaluatedKey"]

    def act(self, act: Act) -> bool:
        """Write all of it, or nothing: false where the conversation or the desk is not as it was read."""
        return transact(self._table, self._items(act))

    def _items(self, act: Act) -> list[dict[str, Any]]:
        first = act.before.acts + 1
        logs = [log_item(act.pk, number, log) for number, log in enumerate(act.logs, first)]
        units = [unit_item(unit, due_shard(unit.pk + unit.sk, self._shards)) for unit in act.units]
        puts = [{"Put": {"TableName": self._table.table, "Item": each}} for each in (*logs, *units)]
        on_meta = on_conversation(act.step) if act.step else None
        steps = [update_part(self._table, act.pk, META, *on_meta)] if on_meta else []
        return [*steps, update_part(self._table, act.pk, DESK, *self._on_desk(act)), *puts]

    def _on_desk(self, act: Act) -> tuple[str, str, Item]:
        """Mark when what an agent promises is about to break, in the very write that promises it."""
        update, condition, used = desk_state_write(act.before, act.after)
        promised = [hold_from(unit.promised_by, unit.created_at) for unit in act.units if unit.promised_by]
        if not promised:
            return update, condition, used
        marked = {":due_pk": attribute(due_shard(act.pk, self._shards)), ":due_at": attribute(max(promised))}
        return update.replace("SET ", f"SET {h.MARKED}, ", 1), condition, used | marked

    def renew(self, pk: str, agent: str, until: datetime, now: datetime) -> bool:
        """H1 once more for whoever holds it already."""
        written = self._table.update(pk, META, e.TAKE, e.TAKE_IF, agent=agent, until=until, now=now, zero=0)
        return not isinstance(written, Refused)

    def note_shown(self, pk: str, agent: str, seq: int) -> bool:
        """Note up to where the holder was shown the messages."""
        return not isinstance(self._table.update(pk, META, e.SHOWN, e.HELD_BY, agent=agent, shown=seq), Refused)
