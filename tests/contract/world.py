"""The real services on the real table, with a platform, queues and a clock that a test holds in its hand."""

from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from nightbell.adapters.business_file import read_business
from nightbell.adapters.desk_table import DeskTable
from nightbell.adapters.forgetting_table import ForgettingTable
from nightbell.adapters.hold_table import HoldTable
from nightbell.adapters.quarantine_table import QuarantineTable
from nightbell.adapters.receipt_table import ReceiptTable
from nightbell.adapters.table_client import Deadline, TableClient
from nightbell.adapters.unit_table import UnitTable
from nightbell.domain.business import Account, BusinessSettings
from nightbell.domain.conversation import Conversation
from nightbell.domain.errors import UnavailableError
from nightbell.domain.events import Contact, Event, Message, Outcome, Settlement
from nightbell.domain.facts import Fact
from nightbell.domain.keys import DESK, account_pk, conversation_pk
from nightbell.domain.requests import LENT, TAKEN_BACK
from nightbell.domain.told import STATE_WORDS as WORDS
from nightbell.domain.unit import Unit, UnitState
from nightbell.platforms.channel import LookUp, Question
from nightbell.services.account_news import ApplyAccountNews
from nightbell.services.acknowledge import Acknowledge
from nightbell.services.answer_ways import AnswerWays
from nightbell.services.blank_in_time import BlankInTime
from nightbell.services.blank_taken_back import BlankTakenBack
from nightbell.services.case import Invocation
from nightbell.services.desk import Desk
from nightbell.services.desk_say import Business
from nightbell.services.discard_beside import DiscardBeside
from nightbell.services.discard_whole import DiscardWhole
from nightbell.services.hold_promises import HoldPromises
from nightbell.services.look_at_promise import LookAtPromise
from nightbell.services.platform_access import PlatformAccess
from nightbell.services.ports import Hints, SpillQueue
from nightbell.services.receive_delivery import Received, ReceiveDelivery
from nightbell.services.replay_delivery import ReplayDelivery
from nightbell.services.say_holding import SayHolding
from nightbell.services.store_delivery import StoreDelivery
from nightbell.services.store_messages import StoreMessages
from nightbell.services.sweep import Sweep
from nightbell.services.tell_human_queue import TellHumanQueue
from tests.contract.conversation_table import partition
from tests.contract.fake_clock import FakeClock
from tests.contract.faults import Crash, Faults, FaultyApi, FaultyDynamo, FaultyHints, FaultyHumanQueue
from tests.fakes import (
    FakeChannel,
    FakeHints,
    FakeHumanQueue,
    FakePlatform,
    FakePlatformApi,
    FakeSecrets,
    NoSpillQueue,
)
from tests.unit.calendars import FakeCalendars

OPEN = datetime(2026, 11, 23, 9, 10, tzinfo=UTC)
"""Monday, 10:10 at the shop, which is open until 14:00."""
CLOSED = datetime(2026, 11, 23, 22, 0, tzinfo=UTC)
EXAMPLE = Path(__file__).parents[1] / "unit" / "business_example.toml"
SHARDS = 2
LIFE = timedelta(seconds=30)
"""Of one run of Acknowledge."""
SWEEP_LIFE = timedelta(seconds=55)
CONTACT = "7"
OWN_APPS = ("our-app",)


class World:
    """One account and its contacts.

    Attributes:
        faults: Set it anew to place a fault; every call of the services passes through it.
        holds: Whether a sweep also looks for promises that are about to break.
    """

    holds = False

    def __init__(self, dynamodb: Any, table: str, channel: FakeChannel, now: datetime = OPEN) -> None:
        self.clock = FakeClock(now)
        self.channel = channel
        self.dynamodb = dynamodb
        self.table = table
        self.account = _account(channel.name)
        self.accounts: dict[tuple[str, str], Account] = {(channel.name, self.account.account_id): self.account}
        self.channels: dict[str, FakeChannel] = {channel.name: channel}
        self.senders: dict[str, FakeChannel] = {}
        self.look_ups: dict[str, LookUp] = {}
        self.questions: dict[str, Question] = {}
        self.platform = FakePlatform()
        self.api = FakePlatformApi(keyed=channel.recovery.value == "K")
        self.secrets = FakeSecrets()
        self.hints = FakeHints()
        self.human_queue = FakeHumanQueue()
        self.runs = 0
        self.facts: list[Fact] = []
        self.sent = 0
        self.contacts: set[str] = set()
        self.truth = ReceiptTable(TableClient(dynamodb, table, Deadline(self.clock)), SHARDS)
        self.build(Faults())

    def build(self, faults: Faults, spill: SpillQueue | None = None, dynamodb: Any = None) -> None:
        """Compose the services, as the handlers do."""
        self.faults = faults
        client = FaultyDynamo(self.dynamodb if dynamodb is None else dynamodb, faults)
        self.deadline = Deadline(self.clock)
        table = TableClient(client, self.table, self.deadline)
        self.receipts = ReceiptTable(table, SHARDS)
        self.units = UnitTable(table, SHARDS)
        channels, senders = self.channels, {**self.channels, **self.senders}
        self.store_messages = StoreMessages(self.receipts, self.accounts, channels, senders)
        hints = FaultyHints(self.hints, faults)
        platforms = {"fake": self.platform}
        storing = StoreDelivery(
            platforms=platforms,
            store=self.receipts,
            store_messages=self.store_messages,
            hints=hints,
            own_apps=OWN_APPS,
            account_news=ApplyAccountNews(self.units, self.accounts, channels),
        )
        self.receive = ReceiveDelivery(
            platforms=platforms,
            secrets=self.secrets,
            store_delivery=storing,
            spill=spill or NoSpillQueue(),
            accounts={"fake": tuple(self.accounts.values())},
        )
        self.replay = ReplayDelivery(store=self.receipts, store_delivery=storing, clock=self.clock)
        queue = FaultyHumanQueue(self.human_queue, faults)
        self.acknowledge = Acknowledge(
            store=self.units,
            platform_api=FaultyApi(self.api, faults),
            access=PlatformAccess(self.secrets, {"fake": ("https://api.example", "v1")}),
            tell=TellHumanQueue(queue, self.units, self.accounts, channels),
            accounts=self.accounts,
            channels=channels,
            senders=senders,
            look_ups=self.look_ups,
            questions=self.questions,
            clock=self.clock,
        )
        whole = DiscardWhole(QuarantineTable(table), self.clock)
        discard = DiscardBeside(whole, {})
        taken_back = BlankTakenBack(store=ForgettingTable(table), discard=discard, clock=self.clock)
        self.hold = self._holding(table, hints)
        lent = BlankInTime(store=ForgettingTable(table), whole=whole, discard=discard, clock=self.clock)
        self.sweeper = Sweep(
            store=self.units,
            hints=hints,
            acknowledge=self.acknowledge,
            clock=self.clock,
            due_shards=SHARDS,
            jobs={TAKEN_BACK: taken_back, LENT: lent, DESK: self.hold.at_mark},
            every_minute=self.hold if self.holds else None,
        )
        business = Business(accounts=self.accounts, channels=channels, senders=senders)
        self.desk = Desk(DeskTable(table, SHARDS), self.clock, hints, business)

    def _holding(self, table: TableClient, hints: Hints) -> HoldPromises:
        store, senders = HoldTable(table, SHARDS), {**self.channels, **self.senders}
        look = LookAtPromise(self.accounts, self.channels)
        say = SayHolding(store, look, AnswerWays(self.accounts, self.channels, senders), senders)
        brands = {account.brand.key: account.brand for account in self.accounts.values()}
        known = BusinessSettings(brands=brands, accounts=self.accounts)
        return HoldPromises(store=store, look=look, say=say, hints=hints, settings=known, clock=self.clock)

    # What happens to it

    def message(self, text: str = "Do you have size 42?", *, by: str = CONTACT, mid: str = "", **more: Any) -> Message:
        """Write a message of a contact; each gets an id of its own unless one is given."""
        self.sent += 1
        self.contacts.add(by)
        return Message(
            kind="fake.message",
            channel=self.channel.name,
            account_id=self.account.account_id,
            contact=Contact(contact_id=by, address=by),
            message_id=mid or f"mid.{self.sent}",
            text=text,
            **{"sent_at": self.clock.now(), **more},
        )

    def settlement(self, tag: str, outcome: Outcome = Outcome.SEEN, by: str = CONTACT) -> Settlement:
        return Settlement(
            kind="fake.echo",
            channel=self.channel.name,
            account_id=self.account.account_id,
            contact_ids=(by,),
            tag=tag,
            outcome=outcome,
            detail="" if outcome is Outcome.SEEN else "the phone is gone",
        )

    def deliver(self, *events: Event) -> Received:
        """Deliver once, and again for as long as it is not answered with 200, as platforms do."""
        delivery = self.platform.holding(events, self.clock.now())
        for _ in range(5):
            with suppress(Crash, UnavailableError):
                received = self.receive(delivery)
                self.facts += received.facts
                return received
            self.clock.advance(5)
        raise AssertionError("never answered with 200")

    def write(self, text: str = "Do you have size 42?", **more: Any) -> Received:
        """Deliver one message."""
        return self.deliver(self.message(text, **more))

    def run(self, life: timedelta = LIFE) -> Invocation:
        self.runs += 1
        return Invocation(worker=f"worker {self.runs}", deadline=self.clock.now() + life)

    def work(self) -> None:
        """Run Acknowledge for every hint once; one whose run fails is lost."""
        while self.hints.waiting:
            pk, sk = self.hints.waiting.pop(0)
            with suppress(Crash, UnavailableError):
                self.facts += self.acknowledge(pk, sk, self.run())

    def sweep(self) -> None:
        with suppress(Crash, UnavailableError):
            self.facts += self.sweeper(self.run(SWEEP_LIFE)).facts

    def pass_by(self, **time: float) -> None:
        self.clock.advance(timedelta(**time).total_seconds())

    def rest(self, rounds: int = 40) -> None:
        """Let time pass, sweep and work, until nothing is due any more."""
        self.work()
        for _ in range(rounds):
            due = self.due()
            if not due:
                return
            next_ms = due[0] - int(self.clock.now().timestamp() * 1000)
            self.clock.advance(max(next_ms / 1000, 0) + 0.5)
            self.sweep()
            self.work()
        raise AssertionError(f"still due after {rounds} sweeps: {self.due()}")

    # What it has come to

    def stored(self, by: str = CONTACT) -> list[dict[str, Any]]:
        """Read every item of a contact's conversation."""
        return partition(self.dynamodb, self.table, self.pk(by))

    def meta(self, by: str = CONTACT) -> dict[str, Any]:
        """Read a conversation's own item, as it is stored."""
        return next(found for found in self.stored(by) if found["sk"] == "META")

    def breaker(self) -> dict[str, Any]:
        """Read the account's breaker, as it is stored."""
        pk = account_pk(self.channel.name, self.account.account_id)
        return next(iter(partition(self.dynamodb, self.table, pk)), {})

    def due(self) -> list[int]:
        """List when something is due, in milliseconds; of the breaker it is only an alarm."""
        return sorted(item["due_at"] for by in self.contacts for item in self.stored(by) if "due_at" in item)

    def pk(self, by: str = CONTACT) -> str:
        return conversation_pk(self.channel.name, self.account.account_id, by)

    def conversation(self, by: str = CONTACT) -> Conversation:
        return self.truth.read_conversation(self.pk(by))

    def unit(self, seq: int, by: str = CONTACT) -> Unit:
        found = self.truth.read_unit(self.pk(by), seq)
        assert found is not None
        return found

    def units_of(self, by: str = CONTACT) -> list[Unit]:
        """List a contact's units, the oldest first."""
        found = [item["sk"] for item in self.stored(by) if item["sk"].startswith("A#")]
        return [self.unit(int(sk[2:]), by) for sk in sorted(found)]

    def desk_units_of(self, by: str = CONTACT) -> list[Unit]:
        """List what the desk has made for a contact, the oldest first."""
        found = [item["sk"] for item in self.stored(by) if item["sk"].startswith("D#")]
        units = (self.truth.read_unit_by_key(self.pk(by), sk) for sk in sorted(found))
        return [unit for unit in units if unit is not None]

    def numbers(self, by: str = CONTACT) -> list[int]:
        return sorted(item["seq"] for item in self.stored(by) if item["sk"].startswith("M#"))

    def visible(self, by: str = CONTACT) -> list[str]:
        return [tag for to, _, tag in self.api.seen if to == by]

    def last_word(self, by: str = CONTACT) -> str:
        message = self.human_queue.last_word(self.pk(by))
        assert message is not None
        acknowledgement = message["acknowledgement"]
        assert isinstance(acknowledgement, dict)
        return str(acknowledgement["state"])

    def counted(self, name: str) -> int:
        return sum(fact.count for fact in self.facts if fact.name == name)

    def faults_at_rest(self, by: str = CONTACT) -> list[str]:
        """Name every promise that is broken; none may be."""
        items = self.stored(by)
        units = self.units_of(by)
        meta = next((found for found in items if found["sk"] == "META"), {})
        visible = self.visible(by)
        sends = [unit for unit in [*units, *self.desk_units_of(by)] if unit.kind.sends]
        checks: dict[str, Callable[[], object]] = {
            "a number is missing or double": lambda: self.numbers(by) != list(range(1, meta["last_seq"] + 1)),
            "a due marker is left": lambda: [found["sk"] for found in items if "due_pk" in found or "due_at" in found],
            "listed although nothing waits, or the reverse": lambda: (
                ("waiting_pk" in meta) != (meta["last_seq"] > meta["seen_seq"])
                or ("waiting_pk" in meta) != ("waiting_at" in meta)
            ),
            "sent twice": lambda: len(visible) != len(set(visible)),
            "sent without a unit": lambda: set(visible) - {unit.tag for unit in sends},
            "a unit is not final": lambda: [unit.state for unit in [*units, *sends] if not unit.state.is_final],
            "said to be sent and is not": lambda: [
                unit.seq
                for unit in sends
                if unit.state in {UnitState.SENT, UnitState.CONFIRMED} and unit.tag not in visible
            ],
            "said not to be sent and is": lambda: [
                unit.seq
                for unit in sends
                if unit.state in {UnitState.REFUSED, UnitState.SUPPRESSED} and unit.tag in visible
            ],
            "the human queue was never told": lambda: units and self.human_queue.last_word(self.pk(by)) is None,
            "the last word is not true": lambda: units and self.last_word(by) != WORDS[_told_about(units).state],
        }
        return [name for name, is_broken in checks.items() if is_broken()]


def _told_about(units: Iterable[Unit]) -> Unit:
    """Find the unit that the newest hand-off speaks of: what the contact was sent last."""
    ordered = sorted(units, key=lambda unit: unit.seq)
    return next((unit for unit in reversed(ordered) if unit.kind.sends), ordered[-1])


def _account(channel: str) -> Account:
    global _accounts_made  # noqa: PLW0603 - worlds share a table and must not meet
    _accounts_made += 1
    return replace(_KNOWN, channel=channel, account_id=f"{_accounts_made}")


_KNOWN = read_business(EXAMPLE, FakeCalendars()).accounts["messenger", "100"]
_accounts_made = 0
