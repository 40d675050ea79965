"""One local cloud for the whole session: the deployed stack beside the simulated platform.

Each test has contacts of its own. The clock starts while the shop is open and only ever goes
forward, except where a test takes it somewhere and brings it back.
"""

import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest
from playwright.sync_api import Browser, sync_playwright

from infra.build.ensure_chromium import find_chromium
from infra.local.cloud import LocalCloud, Ports, local_cloud
from infra.local.human_queue import latest
from infra.local.platforms.courier import Attempt
from infra.local.platforms.meta.acts import Writing
from infra.local.platforms.meta.people import (
    MESSENGER,
    PRIVATE_CHANNELS,
    WHATSAPP,
    Bubble,
    Contact,
    user_id_for,
)
from infra.local.platforms.meta.simulator import Written
from infra.local.platforms.meta.wall import Comment
from infra.local.progress import Progress
from infra.local.shifted_clock import moments
from infra.local.team import Team
from infra.local.waiting import wait_for
from nightbell.adapters.desk_table import DeskTable
from nightbell.adapters.queues import AckQueue
from nightbell.adapters.table_client import Deadline, TableClient
from nightbell.domain.keys import conversation_pk
from nightbell.domain.unit import Unit
from nightbell.platforms.registry import CHANNELS, SENDERS
from nightbell.services.desk import Desk
from nightbell.services.desk_checks import Spoken
from nightbell.services.desk_say import Business, Saying

SOON_S = 20.0
QUIET_S = 1.5
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="session")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalCloud]:
    with local_cloud(Ports.free(), Progress(), tmp_path_factory.mktemp("cloud")) as running:
        yield running


@dataclass(slots=True)
class Shop:
    """What a test does and sees."""

    cloud: LocalCloud
    _numbers: "itertools.count[int]"

    def somebody(self, channel: str = MESSENGER, name: str = "Ada Rossi") -> Contact:
        """Make a contact whom nobody has seen before."""
        contact_id = str(34_600_000_000 + next(self._numbers))
        return Contact(
            channel=channel,
            account_id=self.cloud.meta.account(channel).account_id,
            contact_id=contact_id,
            name=name,
            user_id=user_id_for(contact_id) if channel == WHATSAPP else "",
        )

    def write(self, contact: Contact, text: str = "Is my cake ready?", *, about: str = "", **options: Any) -> Written:
        written = self.cloud.meta.write(contact, Writing(text=text, about=about), **options)
        assert written.attempts[0].status == 200
        return written

    def deliver(self, body: bytes, headers: dict[str, str] | None = None) -> Attempt:
        """Deliver bytes that the platform signed."""
        delivery = self.cloud.meta.sign("test", body)
        delivery.headers = {**delivery.headers, **(headers or {})}
        return self.cloud.meta.courier.deliver(delivery, retry=False)

    def answers(self, contact: Contact) -> list[Bubble]:
        return [bubble for bubble in self.cloud.meta.transcript(contact) if bubble.author == "business"]

    def answer(self, contact: Contact, place: int = 0, within_s: float = SOON_S) -> Bubble:
        answers = wait_for(lambda: self.answers(contact)[place:], within_s)
        assert answers, f"{contact.name} got no answer; the human queue says {self.hand_off(contact)}"
        return answers[0]

    def conversation(self, contact: Contact) -> str:
        person = contact.user_id or contact.contact_id
        if contact.channel in PRIVATE_CHANNELS:
            person = f"{self._post(contact)}/{person}"
        return conversation_pk(contact.channel, contact.account_id, person)

    def _post(self, contact: Contact) -> str:
        """Find the post below which somebody commented, or which they wrote."""
        wall = self.cloud.meta.world.wall
        said = [(each.author, each.post.post_id) for each in wall.comments.values()]
        posted = [(each.author, each.post_id) for each in wall.posts.values()]
        return next(post for author, post in (*said, *posted) if author is not None and author.key == contact.key)

    def lines(self, comment_id: str) -> list[Comment]:
        """List what the business said in public to a comment or a post."""
        comments = self.cloud.meta.world.wall.comments.values()
        return [said for said in comments if said.author is None and said.answers == comment_id and not said.app_id]

    def line(self, comment_id: str) -> Comment:
        """Wait for the line in public."""
        lines = wait_for(lambda: self.lines(comment_id), SOON_S)
        assert lines, f"nothing was said in public below {comment_id}"
        return lines[0]

    def hand_offs(self, contact: Contact) -> list[dict[str, Any]]:
        pk = self.conversation(contact)
        return [message for message in self.cloud.human_queue() if message["conversation_id"] == pk]

    def hand_off(self, contact: Contact) -> dict[str, Any]:
        return next(iter(latest(self.hand_offs(contact))), {})

    def told(self, contact: Contact, state: str, within_s: float = SOON_S) -> dict[str, Any]:
        """Wait until the human queue's latest word on a contact is this state of the acknowledgement."""
        found = wait_for(lambda: self._told(contact, state), within_s)
        assert found, f"the human queue says {self.hand_off(contact)}"
        return found

    def _told(self, contact: Contact, state: str) -> dict[str, Any] | None:
        message = self.hand_off(contact)
        return message if message and message["acknowledgement"]["state"] == state else None

    def items(self, pk: str, prefix: str = "") -> list[dict[str, Any]]:
        """Read items of the table, with their plain attribute values."""
        table = self.cloud.handles.client("dynamodb")
        pages = table.get_paginator("query").paginate(
            TableName=self.cloud.handles.table_name,
            KeyConditionExpression="pk = :pk AND begins_with(sk, :prefix)" if prefix else "pk = :pk",
            ExpressionAttributeValues={":pk": {"S": pk}} | ({":prefix": {"S": prefix}} if prefix else {}),
            ConsistentRead=True,
        )
        found = [item for page in pages for item in page["Items"]]
        return [{name: next(iter(value.values())) for name, value in item.items()} for item in found]

    def messages(self, contact: Contact) -> list[dict[str, Any]]:
        return self.items(self.conversation(contact), "M#")

    def unit_state(self, contact: Contact) -> str:
        return str(self.items(self.conversation(contact), "A#")[-1]["st"])

    def quiet(self) -> None:
        """Wait for what must not happen."""
        wait_for(lambda: None, QUIET_S)

    def later(self, **amount: float) -> None:
        """Move the shared clock on."""
        self.cloud.clock.set_to(self.cloud.clock.now() + timedelta(**amount))

    def sweep(self) -> None:
        """Run Sweep now rather than at the next full minute."""
        name = self.cloud.handles.outputs["SweepName"]
        answer = self.cloud.handles.client("lambda").invoke(FunctionName=name, Payload=b"{}")
        assert "FunctionError" not in answer, answer["Payload"].read()

    def team(self) -> Team:
        return Team(self.cloud.handles, self.cloud.clock)

    def desk(self) -> Desk:
        """Compose it as the command line does."""
        handles, clock = self.cloud.handles, self.cloud.clock
        table = TableClient(handles.client("dynamodb"), handles.table_name, Deadline(clock))
        hints = AckQueue(handles.client("sqs"), handles.outputs["AckQueueUrl"], clock)
        business = Business(accounts=self.cloud.business.accounts, channels=CHANNELS, senders=SENDERS)
        return Desk(DeskTable(table), clock, hints, business)

    def say(self, pk: str, text: str, via: str) -> Unit:
        """Take a conversation, and answer what is shown."""
        desk = self.desk()
        page = desk.take(pk, "marta")
        spoken = Spoken(via=via, text=text)
        (unit,) = desk.say(pk, "marta", Saying(request=text, texts=[spoken], up_to=page.conversation.last_seq)).units
        return unit

    def moment(self, kind: str) -> datetime:
        account = next(iter(self.cloud.business.accounts.values()))
        return moments(account.hours, self.cloud.clock.now(), account.brand.promise)[kind]

    @contextmanager
    def at(self, kind: str) -> Iterator[None]:
        """Make it another kind of time for a while."""
        before = self.cloud.clock.now()
        self.cloud.clock.set_to(self.moment(kind))
        yield
        self.cloud.clock.set_to(before)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    chromium = find_chromium()
    if chromium is None:
        pytest.skip("no Chrome or Chromium is installed; `make test` installs one where it can")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def whole_shop(cloud: LocalCloud) -> Shop:
    shop = Shop(cloud, itertools.count(1))
    cloud.clock.set_to(shop.moment("open"))
    return shop


@pytest.fixture
def shop(whole_shop: Shop) -> Iterator[Shop]:
    yield whole_shop
    whole_shop.cloud.meta.faults.clear()
