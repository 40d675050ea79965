"""Compose what ReceiveWebhook and ReplayDelivery share: the table, and the service that stores deliveries."""

from typing import Any

from nightbell.adapters.queues import AckQueue, CallQueue
from nightbell.adapters.receipt_table import ReceiptTable
from nightbell.adapters.table_client import Deadline, TableClient
from nightbell.adapters.unit_table import UnitTable
from nightbell.domain.business import BusinessSettings
from nightbell.handlers.environment import Environment
from nightbell.handlers.lazy_calls import LazyCalls, Unhinted
from nightbell.handlers.live_settings import live
from nightbell.platforms.registry import CHANNELS, PLATFORMS, SENDERS
from nightbell.services.account_news import ApplyAccountNews
from nightbell.services.calls import CallHints
from nightbell.services.ports import Clock
from nightbell.services.store_delivery import NotePost, StoreDelivery
from nightbell.services.store_messages import StoreMessages


class Storing:
    """The service, and what its handlers need beside it."""

    def __init__(self, env: Environment, clock: Clock, *, dynamodb: Any, sqs: Any, call_hints: bool = False) -> None:  # noqa: ANN401 - botocore makes its clients at run time
        """Compose it once for an execution environment; ``call_hints`` where parts of calls come one by one."""
        self.deadline = Deadline(clock)
        self.client = TableClient(dynamodb, env.table_name, self.deadline)
        self.table = ReceiptTable(self.client, env.due_shards)
        settings = live(self.client)
        known = settings.accounts
        self.store_messages = StoreMessages(self.table, known, CHANNELS, SENDERS)
        hints: CallHints = CallQueue(sqs, env.call_queue_url, clock) if call_hints else Unhinted()
        self.answer_call = LazyCalls(self.client, env.due_shards, hints)
        self.service = StoreDelivery(
            platforms=PLATFORMS,
            store=self.table,
            store_messages=self.store_messages,
            hints=AckQueue(sqs, env.ack_queue_url, clock),
            own_apps=env.meta_app_id.split(","),
            calls=self.answer_call,
            note_post=_note_post(self.client, settings, clock),
            account_news=ApplyAccountNews(UnitTable(self.client, env.due_shards), known, CHANNELS),
        )


def _note_post(table: TableClient, settings: BusinessSettings, clock: Clock) -> NotePost | None:
    """Note posts of the brand's own where a team may be told that customers wait."""
    if not settings.team:
        return None
    from nightbell.adapters.outbox_table import OutboxTable  # noqa: PLC0415 - a cold start without it pays nothing
    from nightbell.services.note_posts import NotePosts  # noqa: PLC0415 - as above

    return NotePosts(OutboxTable(table), settings.accounts, clock)
