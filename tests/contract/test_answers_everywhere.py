"""What an agent writes leaves by every registered channel, by every way offered there, and closes what it answers."""

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from nightbell.adapters.desk_table import DeskTable
from nightbell.adapters.receipt_table import ReceiptTable
from nightbell.adapters.table_client import Deadline, TableClient
from nightbell.adapters.unit_table import UnitTable
from nightbell.domain.business import Account
from nightbell.domain.conversation import Conversation
from nightbell.domain.events import Contact, GivenConsent, Message, MessageRole, Settlement
from nightbell.domain.keys import conversation_pk
from nightbell.domain.unit import Unit, UnitState
from nightbell.platforms.answering import Way
from nightbell.platforms.channel import Answer, HttpOutcome, HttpRequest
from nightbell.platforms.email.envelope import read_delivery
from nightbell.platforms.registry import CHANNELS, HOSTS, PLATFORMS, QUESTIONS, SENDERS, TOKEN_MINTS
from nightbell.services.acknowledge import Acknowledge
from nightbell.services.answer_ways import AnswerWays
from nightbell.services.case import Invocation
from nightbell.services.desk import Desk
from nightbell.services.desk_checks import Spoken
from nightbell.services.desk_errors import Code, DeskError
from nightbell.services.desk_say import Business, Saying
from nightbell.services.mint_token import MintToken
from nightbell.services.platform_access import PlatformAccess
from nightbell.services.settle import Settle
from nightbell.services.store_messages import StoreMessages
from nightbell.services.tell_human_queue import TellHumanQueue
from tests.contract.fake_clock import FakeClock
from tests.contract.world import SHARDS
from tests.fakes import FakeHints, FakeHumanQueue, FakeSecrets
from tests.platforms.fixtures import RECEIVED_AT, read_fixtures
from tests.platforms.sending import sample_of, written
from tests.unit.talk import bakery

OURS = "hello@corner.example"
AGENT, WORDS = "ana", "We have found it, and keep it for you until eight."
ADDRESSES = {**HOSTS, "meta": ("https://graph.example", "v26.0"), "standard": ("https://relay.example", "")}
WENT_WELL: Mapping[str, Any] = {
    "id": "1",
    "message_id": "m.1",
    "recipient_id": "psid",
    "access_token": "minted",
    "expires_in": 3600,
    "ok": True,
    "result": {"message_id": 5},
    "data": {"id": "1", "dm_event_id": "1"},
    "messages": [{"id": "w.1"}],
    "sid": "SM1",
    "MessageId": "ses-1",
}
"""What each platform answers to a send that went well, all in one."""


CALLED = Message(
    kind="voicemail.message",
    channel="voicemail",
    account_id="+34971555012",
    contact=Contact(contact_id="+34600111222", address="+34600111222"),
    message_id="CA1",
    sent_at=RECEIVED_AT,
    text="Please keep it for me.",
)
"""A call is put together of several reports."""


class TakesAll:
    """Every platform at once; keeps what would have left."""

    def __init__(self) -> None:
        self.left: list[HttpRequest] = []

    def send(self, request: HttpRequest) -> HttpOutcome:
        if WORDS in written(request):
            self.left.append(request)
        return Answer(status=200, headers={}, body=json.dumps(WENT_WELL).encode())


def first_message(channel: str) -> Message:
    """Find what somebody says first in the channel's fixtures."""
    found = (
        event
        for fixture in read_fixtures("valid", CHANNELS[channel].platform)
        for event in PLATFORMS[fixture.platform].parse(fixture.delivery())
        if isinstance(event, Message) and event.channel == channel and event.role is MessageRole.MESSAGE
    )
    return next((each for each in found if not each.is_mention and not each.is_live and not each.unnamed), CALLED)


class Shop:
    """One conversation on one real channel, and an agent who has taken it."""

    def __init__(self, dynamodb: Any, name: str, channel: str, *consents: GivenConsent) -> None:
        self.clock = FakeClock(RECEIVED_AT + timedelta(minutes=1))
        message = replace(first_message(channel), sent_at=RECEIVED_AT, consents=consents)
        account = replace(
            bakery(), channel=channel, account_id=message.account_id, business_account_id="12345", reply_url=None
        )
        accounts: dict[tuple[str, str], Account] = {
            (channel, message.account_id): account,
            ("email", OURS): replace(account, channel="email", account_id=OURS),
        }
        self.pk = conversation_pk(channel, message.account_id, message.contact.contact_id)
        self.api, self.hints = TakesAll(), FakeHints()
        table = TableClient(dynamodb, name, Deadline(self.clock))
        self.receipts, self.units = ReceiptTable(table, SHARDS), UnitTable(table, SHARDS)
        store = StoreMessages(self.receipts, accounts, CHANNELS, SENDERS)
        store(self.pk, [message], RECEIVED_AT)
        self.store, self.ways_of = DeskTable(table, SHARDS), AnswerWays(accounts, CHANNELS, SENDERS)
        business = Business(accounts=accounts, channels=CHANNELS, senders=SENDERS)
        self.desk = Desk(self.store, self.clock, self.hints, business)
        secrets = FakeSecrets(sample_of(CHANNELS[channel].platform).access.token)
        mint = MintToken(TOKEN_MINTS, self.api, self.clock)
        self.acknowledge = Acknowledge(
            store=self.units,
            platform_api=self.api,
            access=PlatformAccess(secrets, ADDRESSES, clock=self.clock, nonce=lambda: "0" * 32, mint=mint),
            tell=TellHumanQueue(FakeHumanQueue(), self.units, accounts, CHANNELS),
            accounts=accounts,
            channels=CHANNELS,
            clock=self.clock,
            senders=SENDERS,
            questions=QUESTIONS,
        )

    def take(self) -> tuple[Way, ...]:
        page = self.desk.take(self.pk, AGENT)
        return self.ways_of(self.pk, page.conversation, page.messages, self.store.units(self.pk), self.clock.now())

    def say(self, *vias: str) -> list[Unit]:
        """Say it, and do whatever follows."""
        texts = [Spoken(via=via, text=WORDS) for via in vias]
        said = self.desk.say(self.pk, AGENT, Saying(request="one click", texts=texts, up_to=1))
        for unit in said.units:
            self.work(unit)
        found = (self.units.read_unit_by_key(self.pk, unit.sk) for unit in said.units)
        return [unit for unit in found if unit is not None]

    def work(self, unit: Unit) -> None:
        run = Invocation(worker=unit.sk, deadline=self.clock.now() + timedelta(seconds=30))
        self.acknowledge(self.pk, unit.sk, run)

    def conversation(self) -> Conversation:
        return self.receipts.read_conversation(self.pk)


OpenShop = Callable[..., Shop]


@pytest.fixture
def open_shop(dynamodb: Any, table: str) -> OpenShop:
    return partial(Shop, dynamodb, table)


AGREED = GivenConsent(way="email", address="ana@mail.example", wording="May we mail you?", given_at=RECEIVED_AT)


@pytest.mark.parametrize("channel", ["messenger", "voicemail"])
def test_who_agreed_to_be_mailed_is_mailed_and_a_bounce_comes_back_to_the_conversation(
    open_shop: OpenShop, channel: str
) -> None:
    shop = open_shop(channel, AGREED)
    assert [way.via for way in shop.take()] == [*WAYS.get(channel, [channel]), "email"]
    (unit,) = shop.say("email")
    assert (unit.state, shop.conversation().is_waiting) == (UnitState.SENT, False)
    (request,) = shop.api.left
    tags = {each["Name"]: [each["Value"]] for each in request.json["EmailTags"]}  # type: ignore[index]
    mail = {"timestamp": "2026-11-18T12:00:00.000Z", "source": OURS, "destination": [AGREED.address], "tags": tags}
    bounced = {"bounceType": "Permanent", "bounceSubType": "General"}
    body = json.dumps({"eventType": "Bounce", "mail": mail, "bounce": bounced}).encode()
    (event,) = read_delivery(body, shop.clock.now())
    assert isinstance(event, Settlement)
    settled, _ = Settle(shop.receipts).settlement(event, shop.clock.now())
    assert settled is not None
    assert (settled.sk, settled.pk) == (unit.sk, shop.pk)
    shop.work(settled)
    assert shop.conversation().is_waiting


WAYS = {
    "facebook_comments": ["facebook_private_reply", "facebook_comments"],
    "instagram_comments": ["instagram_private_reply", "instagram_comments"],
    "voicemail": [],
}
"""Elsewhere there is the channel itself."""


@pytest.mark.parametrize("channel", CHANNELS)
def test_the_ways_out_of_a_conversation_are_what_its_channel_has(open_shop: OpenShop, channel: str) -> None:
    assert [way.via for way in open_shop(channel).take()] == WAYS.get(channel, [channel])


@pytest.mark.parametrize(
    ("channel", "via"), [(channel, via) for channel in CHANNELS for via in WAYS.get(channel, [channel])]
)
def test_an_answer_leaves_once_by_each_and_closes_what_it_answers(open_shop: OpenShop, channel: str, via: str) -> None:
    shop = open_shop(channel)
    shop.take()
    (unit,) = shop.say(via)
    assert (unit.state, unit.reason) == (UnitState.SENT, "")
    assert len(shop.api.left) == 1
    assert not shop.conversation().is_waiting


@pytest.mark.parametrize("channel", ["facebook_comments", "instagram_comments"])
def test_both_leave_where_there_are_both_and_the_private_one_only_once(open_shop: OpenShop, channel: str) -> None:
    shop = open_shop(channel)
    shop.take()
    assert [unit.state for unit in shop.say(*WAYS[channel])] == [UnitState.SENT, UnitState.SENT]
    assert len(shop.api.left) == 2
    units = shop.store.units(shop.pk)
    page = shop.store.read_page(shop.pk)
    left = shop.ways_of(shop.pk, page.conversation, page.messages, units, shop.clock.now())
    assert [way.via for way in left] == [channel]


def test_nothing_can_be_said_to_a_telephone(open_shop: OpenShop) -> None:
    shop = open_shop("voicemail")
    shop.take()
    with pytest.raises(DeskError):
        shop.say("voicemail")


@pytest.mark.parametrize("channel", ["messenger", "instagram_direct"])
def test_the_next_day_an_answer_leaves_as_a_persons(open_shop: OpenShop, channel: str) -> None:
    shop = open_shop(channel)
    shop.clock.advance(timedelta(hours=25).total_seconds())
    shop.take()
    (unit,) = shop.say(channel)
    assert unit.state is UnitState.SENT
    assert "HUMAN_AGENT" in written(shop.api.left[0])


@pytest.mark.parametrize(("channel", "days"), [("whatsapp", 1), ("twilio_whatsapp", 1), ("messenger", 7)])
def test_once_its_time_is_over_nothing_can_be_said(open_shop: OpenShop, channel: str, days: int) -> None:
    shop = open_shop(channel)
    shop.clock.advance(timedelta(days=days, hours=1).total_seconds())
    shop.take()
    with pytest.raises(DeskError) as refused:
        shop.say(channel)
    assert refused.value.code is Code.WINDOW_CLOSED
    assert shop.api.left == []
