"""Accounts at the simulated Meta, and the services that look after them, on the real table."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from infra.local.loopback_server import Request
from infra.local.platforms.courier import Attempt, Courier, Delivery
from infra.local.platforms.meta.acts import Writing
from infra.local.platforms.meta.people import Account as MetaAccount
from infra.local.platforms.meta.people import App, Bubble, Contact
from infra.local.platforms.meta.simulator import SimulatedMeta, Written
from infra.local.platforms.meta.world import Limits
from nightbell.adapters.account_table import AccountTable
from nightbell.adapters.business_file import read_business
from nightbell.adapters.receipt_table import ReceiptTable
from nightbell.adapters.table_client import Deadline, TableClient
from nightbell.adapters.unit_table import UnitTable
from nightbell.domain.business import Account
from nightbell.domain.errors import MisconfiguredError
from nightbell.domain.events import Delivery as Received
from nightbell.domain.facts import Fact
from nightbell.domain.keys import conversation_pk
from nightbell.platforms.channel import Answer, HttpOutcome, HttpRequest, NoAnswer
from nightbell.platforms.registry import CHANNELS, PLATFORMS
from nightbell.services.check_accounts import CheckAccounts
from nightbell.services.look_at_accounts import LookAtAccounts
from nightbell.services.platform_access import PlatformAccess
from nightbell.services.read_back_missed import ReadBackMissed
from nightbell.services.renew_token import RenewToken, StoredSecret
from nightbell.services.store_delivery import StoreDelivery
from nightbell.services.store_messages import StoreMessages
from tests.contract.conversation_table import partition
from tests.contract.fake_clock import FakeClock
from tests.contract.world import EXAMPLE, OPEN, SHARDS
from tests.fakes import FakeHints
from tests.unit.calendars import FakeCalendars

APP = App(app_secret="a-secret-of-at-least-24-bytes", verify_token="a-verify-token")
PAGE_ID, GRAM_ID, OWN_GRAM_ID, NUMBER_ID, OWNER_ID = "1001", "17841400000000001", "17841400000000002", "9001", "777"
AT_META = (
    MetaAccount(channel="messenger", account_id=PAGE_ID, token="page-token", name="Shop"),
    MetaAccount(channel="facebook_comments", account_id=PAGE_ID, token="page-token", name="Shop"),
    MetaAccount(channel="instagram_direct", account_id=OWN_GRAM_ID, token="gram-token", login="instagram"),
    MetaAccount(channel="whatsapp", account_id=NUMBER_ID, token="number-token", parent_id=OWNER_ID),
)
UNLIMITED = Limits(read_backs_per_second=1000)
"""The simulated platform counts real seconds, and ours stand still."""
URL, INSTAGRAM_URL = "https://graph.facebook.com", "https://graph.instagram.com/graph.instagram.com"


class Api:
    """Calls the simulated Meta, without a network between.

    Attributes:
        change: Done to each request on its way.
        spoil: Done to the body of each answer.
    """

    def __init__(self, meta: SimulatedMeta) -> None:
        self._meta = meta
        self.calls: list[tuple[str, str]] = []
        self.raises: Callable[[HttpRequest], bool] = lambda _: False
        self.is_down = False
        self.change: Callable[[HttpRequest], HttpRequest] = lambda request: request
        self.spoil: Callable[[bytes], bytes] = lambda body: body

    def send(self, request: HttpRequest) -> HttpOutcome:
        request = self.change(request)
        path = urlsplit(request.url).path
        self.calls.append((request.method, path))
        if self.raises(request):
            raise ZeroDivisionError
        if self.is_down:
            return NoAnswer(error="reset")
        body = b"" if request.json is None else json.dumps(request.json).encode()
        headers = {name.lower(): value for name, value in request.headers.items()}
        asked = Request(method=request.method, path=path, query=dict(request.query), headers=headers, body=body)
        reply = self._meta.graph_api.answer(asked)
        return Answer(status=reply.status, headers=dict(reply.headers), body=self.spoil(reply.body))


class Secrets:
    """The account's tokens, as both ports read them."""

    def __init__(self, tokens: dict[str, str], clock: FakeClock) -> None:
        self._clock = clock
        self.stored = {
            f"access_token/{name}": StoredSecret(values=(token,), changed_at=clock.now())
            for name, token in tokens.items()
        }

    def get(self, platform: str, name: str) -> tuple[str, ...]:
        if name == "app_secret":
            return (APP.app_secret,)
        if name not in self.stored:
            raise MisconfiguredError(f"{platform}/{name} was never set")
        return tuple(self.stored[name].values)

    def read(self, platform: str, name: str) -> StoredSecret | None:
        del platform
        return self.stored.get(name)

    def write(self, platform: str, name: str, values: Any) -> None:
        del platform
        self.stored[name] = StoredSecret(values=tuple(values), changed_at=self._clock.now())


class IntoTheShop(Courier):
    """Hands each delivery to the service that stores it."""

    def __init__(self, store: Callable[[bytes], object]) -> None:
        super().__init__()
        self.store = store

    def _post(self, delivery: Delivery) -> Attempt:
        self.store(delivery.body)
        return Attempt(status=200, ms=0)

    def deliver_later(self, delivery: Delivery, after_s: float = 0.0) -> None:
        """Echoes are none of these tests' business."""


class CareWorld:
    """Some accounts of a shop, in order at first."""

    def __init__(self, dynamodb: Any, table: str, *, now: datetime = OPEN) -> None:
        self.clock = FakeClock(now)
        self.dynamodb, self.table = dynamodb, table
        self.courier = IntoTheShop(self._deliver)
        self.meta = SimulatedMeta(
            app=APP, accounts=AT_META, clock=self.clock.now, courier=self.courier, limits=UNLIMITED
        )
        self.api = Api(self.meta)
        self.secrets = Secrets({each.account_id: each.token for each in AT_META}, self.clock)
        self.accounts = {each.key: _known(each) for each in AT_META}
        self.hints = FakeHints()
        self.facts: list[Fact] = []
        client = TableClient(dynamodb, table, Deadline(self.clock))
        self.receipts, self.units = ReceiptTable(client, SHARDS), UnitTable(client, SHARDS)
        self.care = AccountTable(client)
        self.store_messages = StoreMessages(self.receipts, self.accounts, CHANNELS)
        self.storing = StoreDelivery(
            platforms=PLATFORMS, store=self.receipts, store_messages=self.store_messages, hints=self.hints
        )

    @property
    def access(self) -> PlatformAccess:
        return PlatformAccess(self.secrets, {"meta": (URL, "v26.0"), "meta.instagram": (INSTAGRAM_URL, "v26.0")})

    def reading(self, deadline: datetime | None = None) -> ReadBackMissed:
        return ReadBackMissed(
            api=self.api,
            access=self.access,
            store=self.receipts,
            store_messages=self.store_messages,
            hints=self.hints,
            clock=self.clock,
            deadline=lambda: deadline,
        )

    def checking(self) -> CheckAccounts:
        """Compose an hour's check."""
        return CheckAccounts(
            look=LookAtAccounts(self.api, self.access),
            renew=RenewToken(self.api, self.access, self.secrets),
            read_back=self.reading(),
            store=self.care,
            accounts=self.accounts,
            channels=CHANNELS,
            clock=self.clock,
        )

    def check(self, *, lasts: timedelta = timedelta(minutes=5)) -> dict[str, list[Fact]]:
        """Run one hour's check; returns its facts by name."""
        found: dict[str, list[Fact]] = {}
        for fact in self.checking()(self.clock.now() + lasts):
            found.setdefault(fact.name, []).append(fact)
        return found

    def read_back(self, key: tuple[str, str], *, since: timedelta = timedelta(hours=2)) -> dict[str, int]:
        """Read one account back; returns counts by name."""
        now = self.clock.now()
        counts: dict[str, int] = {}
        for fact in self.reading()(self.accounts[key], now - since, now):
            counts[fact.name] = counts.get(fact.name, 0) + fact.count
        return counts

    def write(self, contact: Contact, text: str = "Do you have size 42?", **more: Any) -> Written:
        return self.meta.write(contact, Writing(text=text, **more), retry=False)

    def say(self, contact: Contact, text: str, message_id: str = "m_by_a_person") -> None:
        """Let somebody of the business write, unheard."""
        bubbles = self.meta.world.thread(contact).bubbles
        bubbles.append(Bubble(author="business", text=text, message_id=message_id, at=self.clock.now()))

    def drop(self, owner: str) -> None:
        """Let Meta unsubscribe us."""
        self.meta.world.care.drop(owner)

    def stored(self, contact: Contact) -> list[dict[str, Any]]:
        """Read a contact's messages as they are stored, the oldest first."""
        pk = conversation_pk(contact.channel, contact.account_id, contact.contact_id)
        found = partition(self.dynamodb, self.table, pk)
        return sorted((each for each in found if each["sk"].startswith("M#")), key=lambda each: each["seq"])

    def close(self) -> None:
        self.courier.stop()

    def _deliver(self, body: bytes) -> None:
        delivery = Received(
            platform="meta", path="", method="POST", headers={}, query={}, body=body, received_at=self.clock.now()
        )
        self.facts += self.storing(delivery, platform_waits=False)


def somebody(account_id: str = PAGE_ID, channel: str = "messenger", number: int = 1) -> Contact:
    return Contact(
        channel=channel, account_id=account_id, contact_id=f"50000000000000{number:02}", name=f"Ada {number}"
    )


def _known(each: MetaAccount) -> Account:
    known = read_business(EXAMPLE, FakeCalendars()).accounts["messenger", "100"]
    owner = OWNER_ID if each.channel == "whatsapp" else None
    return replace(known, channel=each.channel, account_id=each.account_id, login=each.login, business_account_id=owner)
