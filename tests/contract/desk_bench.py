"""The desk's lists and stories on the real table, with contacts who write past the webhook."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from infra.cli.settings import load_settings
from nightbell.adapters.desk_items import desk_state_write, log_item
from nightbell.adapters.desk_reading import DeskReadingTable
from nightbell.adapters.receipt_table import ReceiptTable
from nightbell.adapters.table_client import Deadline, TableClient
from nightbell.adapters.table_items import attribute, consent_items, item, key, unit_item
from nightbell.adapters.unit_table import UnitTable
from nightbell.domain.business import BusinessSettings
from nightbell.domain.conversation import Consent
from nightbell.domain.desk_state import DeskState
from nightbell.domain.events import Attachment, Contact, Message
from nightbell.domain.keys import DESK, META, conversation_pk
from nightbell.domain.unit import Unit, UnitState
from nightbell.platforms.registry import CHANNELS, SENDERS
from nightbell.services.desk_list import Listed, WaitingList
from nightbell.services.desk_ports import Did, Log
from nightbell.services.desk_rows import DeskRows
from nightbell.services.desk_story import Story
from nightbell.services.ports import Attempt, Sending
from nightbell.services.store_messages import StoreMessages
from tests.contract.fake_clock import FakeClock

OPEN = datetime(2026, 11, 23, 9, 10, tzinfo=UTC)
"""Monday, 10:10 at the shop."""
SHARDS = 2


@cache
def _settings() -> BusinessSettings:
    return load_settings()


class DeskBench:
    """One shop's table."""

    def __init__(self, dynamodb: Any, table: str) -> None:
        self.dynamodb, self.name = dynamodb, table
        self.clock = FakeClock(OPEN)
        self.settings = _settings()
        self.client = TableClient(dynamodb, table, Deadline(self.clock))
        self.receipts, self.units = ReceiptTable(self.client, SHARDS), UnitTable(self.client, SHARDS)
        self.reading = DeskReadingTable(self.client)
        rows = DeskRows(self.settings, CHANNELS, SENDERS)
        self.waiting, self.story = WaitingList(self.reading, rows, self.clock), Story(self.reading, rows, self.clock)
        self._store = StoreMessages(self.receipts, self.settings.accounts, CHANNELS, SENDERS)
        self._written = 0

    def pk(self, contact: str, channel: str = "messenger") -> str:
        return conversation_pk(channel, self.account_id(channel), contact)

    def account_id(self, channel: str) -> str:
        return next(account for name, account in self.settings.accounts if name == channel)

    def write(self, contact: str, text: str = "Hello", *attachments: Attachment, channel: str = "messenger") -> str:
        """Write a message now; returns the conversation's id."""
        self._written += 1
        message = Message(
            kind=f"{channel}.message",
            channel=channel,
            account_id=self.account_id(channel),
            contact=Contact(contact_id=contact, address=f"to.{contact}", name=f"Name of {contact}"),
            message_id=f"m{self._written}",
            sent_at=self.clock.now(),
            text=text,
            thread=f"t{self._written}" if CHANNELS[channel].is_public else None,
            attachments=attachments,
        )
        pk = self.pk(contact, channel)
        self._store(pk, [message], self.clock.now())
        return pk

    def tell(self, pk: str, state: UnitState = UnitState.SENT, *, promised: timedelta = timedelta(hours=1)) -> None:
        """Have the newest acknowledgement come to a state."""
        seq = self.units.read_conversation(pk).ack_seq
        unit = self.units.read_unit(pk, seq)
        assert unit is not None
        assert unit.text_id is not None
        now = self.clock.now()
        attempt = Attempt(worker="w", now=now, lease=now + timedelta(seconds=40))
        started = self.units.start(
            unit, attempt, Sending(text_id=unit.text_id.value, text="Marta answers.", promised_by=now + promised)
        )
        assert started is not None
        assert self.units.finish(started, state, reason="error 10" if state is UnitState.REFUSED else "")

    def put(self, pk: str, **values: object) -> None:
        """Change a conversation's item."""
        self.dynamodb.update_item(
            TableName=self.name,
            Key=key(pk, META),
            UpdateExpression="SET " + ", ".join(f"#{name} = :{name}" for name in values),
            ExpressionAttributeNames={f"#{name}": name for name in values},
            ExpressionAttributeValues={f":{name}": attribute(value) for name, value in values.items()},
        )

    def at_the_desk(self, pk: str, change: Callable[[DeskState], DeskState]) -> None:
        """Write what people did about it."""
        before = DeskState()
        update, condition, used = desk_state_write(before, change(before.acting()))
        self.dynamodb.update_item(
            TableName=self.name,
            Key=key(pk, DESK),
            UpdateExpression=update,
            ConditionExpression=condition,
            ExpressionAttributeValues=used,
        )

    def log(self, pk: str, number: int, did: Did, by: str, what: str = "") -> None:
        log = Log(did=did, by=by, at=self.clock.now(), what=what)
        self.dynamodb.put_item(TableName=self.name, Item=log_item(pk, number, log))

    def put_consent(self, pk: str, consent: Consent) -> None:
        (stored,) = consent_items(pk, [consent], "harbour")
        self.dynamodb.put_item(TableName=self.name, Item=stored)

    def put_unit(self, unit: Unit, **more: object) -> None:
        """Put a unit; what its steps have left behind is given by the names in the table."""
        self.dynamodb.put_item(TableName=self.name, Item=unit_item(unit, "DUE#0") | item(more))

    def listed(self, **asked: Any) -> Listed:
        return self.waiting(**asked)

    def names(self, **asked: Any) -> list[str]:
        """List the contacts that wait, in the order of the list."""
        return [str(row["conversation_id"]).rpartition(".")[2] for row in self.listed(**asked).rows]

    def tell_story(self, pk: str) -> dict[str, Any]:
        story = self.story(pk)
        assert story is not None
        return story
