"""One case on its lane: a customer or two, and what is done to and by them."""

import itertools
import json
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any, Protocol

from infra.local.platforms.courier import Delivery
from infra.local.platforms.faults import Fault, FaultKind
from infra.local.platforms.meta.acts import Writing
from infra.local.platforms.meta.bodies import delivery_body, messenger_echo, messenger_event
from infra.local.platforms.meta.callbacks import callback
from infra.local.platforms.meta.people import (
    MESSENGER,
    PRIVATE_CHANNELS,
    WHATSAPP,
    Bubble,
    Contact,
    new_message_id,
    user_id_for,
)
from infra.local.platforms.meta.wall import Comment
from nightbell.adapters.aws_clients import WORK, AwsClients
from nightbell.adapters.clock import SystemClock
from nightbell.adapters.desk_table import DeskTable
from nightbell.adapters.table_client import Deadline, TableClient
from nightbell.domain.errors import UnavailableError
from nightbell.domain.keys import conversation_pk, message_sk
from nightbell.domain.requests import request_pk
from nightbell.platforms.meta.callbacks import _code, _only_field, _split
from nightbell.platforms.registry import CHANNELS, SENDERS
from nightbell.services.desk import Desk
from nightbell.services.desk_errors import DeskError
from nightbell.services.desk_say import Business
from tests.chaos.wire.brisk import SEND_TIMEOUT_S
from tests.chaos.wire.faults import WIRE
from tests.chaos.wire.lane import Lane
from tests.contract.conversation_table import partition

ROUNDS = 40
TRIES = 4
SUFFIXES = {"edit": ":edit:1", "unsend": ":unsend"}
"""Meta gives a change the id of what is changed; each is kept under its own."""
_numbers = itertools.count(1)


class Line(Protocol):
    """Something that the business said in public."""

    @property
    def text(self) -> str: ...


def new_number() -> str:
    """Make the number of somebody whom nobody has seen before."""
    return f"{34_600_000_000 + next(_numbers)}"


class Play:
    """A case while it is played.

    Attributes:
        contacts: Whom the case is about.
        mids: What each wrote in private, by the platform's ids.
        kept: Keys of items that must be there from now on.
        watched: Partitions beside the conversations in which something may be due.
        promises: What else must be true at rest: each tells what is not.
        broken: Promises that were broken on the way, in sentences.
        mute: Echoes and statuses never come.
        hours: So often are the accounts looked after before all rests.
        looks_after: The only platform whose accounts are; empty for all.
    """

    def __init__(self, lane: Lane, channel: str = MESSENGER) -> None:
        self.lane = lane
        self.channel = channel
        self.contacts: list[Contact] = []
        self.mids: dict[str, list[str]] = {}
        self.kept: list[tuple[str, str]] = []
        self.watched: list[str] = []
        self.promises: list[Callable[[], list[str]]] = []
        self.broken: list[str] = []
        self.mute = False
        self.hours = 0
        self.looks_after = ""
        self.somebody()
        lane.on_accepted = self._accepted

    # Who and what

    def somebody(self, *, is_page: bool = False) -> Contact:
        """Bring in a customer whom nobody has seen before; the case is about them from now on."""
        contact_id = new_number()
        contact = Contact(
            channel=self.channel,
            account_id=self.lane.meta.account(self.channel).account_id,
            contact_id=contact_id,
            user_id=user_id_for(contact_id) if self.channel == WHATSAPP else "",
            is_page=is_page,
        )
        self.contacts.append(contact)
        self.mids[contact_id] = []
        return contact

    @property
    def contact(self) -> Contact:
        return self.contacts[-1]

    def said_in_public(self, contact: Contact | None = None) -> list[Comment]:
        """List what somebody has written below posts."""
        key = (contact or self.contact).key
        return [each for each in self.lane.meta.world.wall.comments.values() if each.author and each.author.key == key]

    def wrote(self, contact: Contact) -> list[str]:
        """List all that somebody wrote, by the platform's ids."""
        return [*(comment.comment_id for comment in self.said_in_public(contact)), *self.mids[contact.contact_id]]

    def pk(self, contact: Contact | None = None) -> str:
        contact = contact or self.contact
        name = contact.user_id or contact.contact_id
        if contact.channel in PRIVATE_CHANNELS:
            first = self.said_in_public(contact)[0]
            # A mention tells where it is and not by whom.
            name = f"{first.post.post_id}/{first.comment_id if first.post.elsewhere else contact.contact_id}"
        return conversation_pk(contact.channel, contact.account_id, name)

    def stored(self, contact: Contact | None = None) -> list[dict[str, Any]]:
        return partition(self.lane.dynamodb, self.lane.table, self.pk(contact))

    def answers(self, contact: Contact) -> list[Bubble]:
        """List what somebody was sent in private, whatever it answers."""
        private = contact.in_private if contact.channel in PRIVATE_CHANNELS else contact
        return [bubble for bubble in self.lane.meta.transcript(private) if bubble.author == "business"]

    def lines(self, contact: Contact) -> Sequence[Line]:
        """List what the business said in public to somebody."""
        own = {comment.comment_id for comment in self.said_in_public(contact)}
        said = self.lane.meta.world.wall.comments.values()
        return [each for each in said if each.author is None and not each.app_id and each.answers in own]

    # What the customer and Meta do

    def write(self, text: str = "Do you have rye bread today?") -> None:
        self.do(Writing(text=text))

    def do(self, writing: Writing, contact: Contact | None = None) -> None:
        """Let the customer do something, there or as whom they are elsewhere."""
        contact = contact or self.contact
        if contact.channel not in PRIVATE_CHANNELS:
            writing = writing.with_id(contact.channel)
            suffix = SUFFIXES.get(writing.kind, "")
            self.mids[self.contact.contact_id].append(writing.message_id + suffix)
        self.lane.meta.write(contact, writing)

    def write_much(self) -> None:
        """Write a message in a delivery that is spilled in several parts, for it hardly compresses."""
        mid = new_message_id(self.channel)
        self.mids[self.contact.contact_id].append(mid)
        now = self.lane.clock.now()
        self.lane.meta.world.thread(self.contact).last_act_at = now
        message = messenger_event(self.contact, now, message={"mid": mid, "text": "See attached"})
        self.post([message, messenger_event(self.contact, now, read={"watermark": 1, "padding": PADDING})])

    def ask(self, path: str, sk: str) -> None:
        """Let Meta ask for something in the customer's name, again if it is not heard, and expect it to be kept."""
        now = self.lane.clock.now()
        asked = callback("case", path, self.contact.contact_id, self.lane.meta.app.app_secret, now)
        code = code_of(asked)
        self.kept.append((request_pk(code), sk))
        self.watched.append(request_pk(code))
        self.lane.postbag.deliver(asked)

    def post(self, events: list[dict[str, Any]]) -> None:
        """Let Meta deliver events of the account, and again if they are not taken."""
        account = self.lane.meta.account(self.channel)
        self.post_raw(json.dumps(delivery_body(account, events, self.lane.clock.now())).encode())

    def post_raw(self, body: bytes) -> None:
        self.lane.postbag.deliver(self.lane.meta.sign("case", body))

    def echo_by(self, at: datetime, **message: object) -> None:
        """Tell of a message to the contact that Nightbell did not send."""
        content = {"mid": new_message_id(MESSENGER), "text": "Here I am", **message}
        self.post([messenger_echo(self.contact, at, content)])

    def goes_wrong(self, kind: FaultKind, **more: Any) -> None:
        self.lane.meta.faults.add(Fault(kind=kind, **more))

    def answer_lost(self) -> None:
        """Let the next send arrive, and its answer come when nobody waits any more."""
        self.goes_wrong(FaultKind.SLOW, seconds=1.3 * SEND_TIMEOUT_S)

    def request_lost(self) -> None:
        """Break the connection of the next send before it arrives."""
        self.lane.graph_proxy.set([{"service": "*", **WIRE["reset"], "times": 1}])

    def echoes(self) -> None:
        """Let everything come that Meta held back."""
        held, self.lane.postbag.held = self.lane.postbag.held, []
        for delivery in held:
            if delivery.attempts or not self.mute:
                self.lane.postbag.deliver(delivery)
            if delivery.given_up:
                self.broken.append(f"the platform gave up on {delivery.what}")

    # What the team does

    def desk(self, act: Callable[[Desk], object]) -> None:
        """Let a person at the desk do something, and again when it did not work."""
        client = AwsClients().make("dynamodb", WORK)
        clock = SystemClock(None)
        clock._shift = self.lane.clock.shift
        business = Business(accounts=self.lane.business.accounts, channels=CHANNELS, senders=SENDERS)
        desk = Desk(DeskTable(TableClient(client, self.lane.table, Deadline(clock))), clock, None, business)
        for _ in range(TRIES):
            with suppress(UnavailableError, DeskError):
                act(desk)
                return

    # Rest

    def rest(self) -> None:
        """Let time pass, sweep and work, until nothing is due or on its way any more."""
        self.lane.take()
        for _ in range(self.hours):
            self.lane.later(3600)
            self.lane.check(self.looks_after)
        for _ in range(ROUNDS):
            self.lane.work()
            self.lane.replay()
            self.echoes()
            self.lane.work()
            due = self.due()
            # Nothing may have come that nobody looked for.
            if not self.lane.take() and not due and not self.lane.spilled and not self.lane.postbag.held:
                return
            ahead = due[0] / 1000 - self.lane.clock.now().timestamp() if due else 1.0
            self.lane.later(max(ahead, 0) + 0.5)
            if due:
                self.lane.sweep()
        self.broken.append(f"not at rest after {ROUNDS} rounds: due {self.due()}")

    def due(self) -> list[int]:
        return sorted(item["due_at"] for item in self.items() if "due_at" in item)

    def items(self) -> list[dict[str, Any]]:
        """Read every item that the case is about."""
        pks = [*(self.pk(each) for each in self.contacts if self.wrote(each)), *self.watched]
        return [item for pk in pks for item in partition(self.lane.dynamodb, self.lane.table, pk)]

    def _accepted(self, delivery: Delivery) -> None:
        """Check custody in the moment of the promise."""
        if self.lane.spilled:
            return
        for contact in self.contacts:
            sent = [mid for mid in self.wrote(contact) if mid.encode() in delivery.body]
            names = {item["sk"] for item in self.stored(contact)} if sent else set()
            lost = [mid for mid in sent if message_sk(mid) not in names]
            self.broken += [f"200 and neither stored nor spilled: {mid}" for mid in lost]
        if delivery.what.startswith("case"):
            self.broken += self.not_kept()

    def not_kept(self) -> list[str]:
        """Name what should be kept beside the conversations and is not."""
        found = [(pk, sk, partition(self.lane.dynamodb, self.lane.table, pk)) for pk, sk in self.kept]
        return [f"{pk} holds no {sk}" for pk, sk, items in found if not any(i["sk"].startswith(sk) for i in items)]


def code_of(asked: Delivery) -> str:
    """Tell by which code a request in the name of a person is kept."""
    mac, payload = _split(_only_field(asked.body))
    return _code(payload, mac)


PADDING = "".join(f"{(n * 2_654_435_761) % 4_294_967_296:08x}" for n in range(100_000))
"""About 800 kB that compress to a little more than half."""
