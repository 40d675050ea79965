"""The real service, from the signature to the table, with the network taken away."""

from collections.abc import Callable, Mapping
from concurrent.futures import Future
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any, Self
from unittest.mock import patch

from nightbell.adapters.business_file import read_business
from nightbell.adapters.deletion_table import DeletionTable
from nightbell.adapters.receipt_table import ReceiptTable
from nightbell.adapters.table_client import Deadline, TableClient
from nightbell.adapters.unit_table import UnitTable
from nightbell.domain.business import Account
from nightbell.domain.events import Delivery
from nightbell.domain.facts import Fact
from nightbell.domain.spill import join
from nightbell.platforms.registry import CALLBACKS, CHANNELS, PLATFORMS, SENDERS
from nightbell.services.account_news import ApplyAccountNews
from nightbell.services.answer_callback import AnswerCallback
from nightbell.services.receive_delivery import ReceiveDelivery
from nightbell.services.store_delivery import StoreDelivery
from nightbell.services.store_messages import StoreMessages
from tests.chaos.accounts import ACCOUNTS, OWNERS, PAGE, accounts_of
from tests.chaos.hostile.strict_table import StrictTable
from tests.chaos.schemes import SCHEMES
from tests.chaos.sent import RECEIVED_AT
from tests.chaos.staged import KEYS
from tests.contract.fake_clock import FakeClock
from tests.fakes import FakeHints, FakeSpillQueue
from tests.unit.calendars import FakeCalendars

_EXAMPLE = Path(__file__).parents[2] / "unit" / "business_example.toml"


class Keys:
    """Secrets that are always there."""

    def get(self, platform: str, name: str) -> tuple[str, ...]:
        del name
        return tuple(map(SCHEMES[platform].spelled, KEYS))


class Receiver:
    """One stage, with a table that begins empty."""

    def __init__(self) -> None:
        self.table = StrictTable()
        self.spill = FakeSpillQueue()
        self.clock = FakeClock(RECEIVED_AT)
        client = TableClient(self.table, "table", Deadline(self.clock))
        store, known = ReceiptTable(client, due_shards=2), known_accounts()
        self.storing = StoreDelivery(
            platforms=PLATFORMS,
            store=store,
            store_messages=StoreMessages(store, known, CHANNELS, SENDERS),
            hints=FakeHints(),
            account_news=ApplyAccountNews(UnitTable(client, due_shards=2), known, CHANNELS),
        )
        self.receive = ReceiveDelivery(
            platforms=PLATFORMS,
            secrets=Keys(),
            store_delivery=self.storing,
            spill=self.spill,
            accounts={name: accounts_of(name) for name in PLATFORMS},
        )

        self.answer = AnswerCallback(
            readers=CALLBACKS,
            secrets=Keys(),
            store=DeletionTable(client, due_shards=2),
            breakers=UnitTable(client, due_shards=2),
            accounts=known,
            channels=CHANNELS,
        )

    def __call__(self, delivery: Delivery) -> list[Fact]:
        """Take a delivery and, where it was spilled, replay it; returns all that would be logged.

        Raises:
            NightbellError: as the service does; whatever else it raises is a finding.
        """
        facts = [*self.receive(delivery).facts]
        if self.spill.parts:
            parts, self.spill.parts = self.spill.parts, []
            facts += self.storing(join(parts), platform_waits=False)
        return facts

    def has(self, pk: str, sk: str) -> bool:
        return (pk, sk) in self.table.items

    def texts(self, beginning: str) -> list[str]:
        """List the texts stored under a message's id, whichever content came with it and whoever's it was."""
        return [item.get("txt", {}).get("S", "") for item in self._under(beginning)]

    def kinds(self, beginning: str) -> set[str]:
        """Name the kinds of events stored under a message's id."""
        return {item["event"]["S"] for item in self._under(beginning) if "event" in item}

    def _under(self, beginning: str) -> list[dict[str, dict[str, Any]]]:
        return [item for (_, sk), item in self.table.items.items() if sk.partition("!")[0] == beginning]


class InTurn:
    """Stands in for threads: does at once what it is given, so that a seed gives the same run again."""

    def __init__(self, max_workers: int) -> None:
        del max_workers

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def submit(self, task: Callable[[], Any]) -> "Future[Any]":
        done: Future[Any] = Future()
        try:
            done.set_result(task())
        except Exception as error:  # noqa: BLE001 - a thread would keep it, too
            done.set_exception(error)
        return done


def in_turn() -> Any:
    """Replace the threads while it lasts."""
    return patch("nightbell.services.store_delivery.ThreadPoolExecutor", InTurn)


@cache
def known_accounts() -> Mapping[tuple[str, str], Account]:
    """Know the accounts of the fixtures, one of every channel; a channel without one raises ``KeyError``."""
    known = read_business(_EXAMPLE, FakeCalendars()).accounts["messenger", "100"]
    ours = [(channel, ACCOUNTS[channel]) for channel in CHANNELS]
    return {
        (channel, name): replace(
            known,
            channel=channel,
            account_id=name,
            page_id=PAGE if channel.startswith("instagram") else None,
            business_account_id=OWNERS.get(channel),
        )
        for channel, name in ours
    }
