"""One case on its lane: a customer or two, and what is done to and by them."""

import itertools
import json
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from typing import Any

from infra.local.platforms.meta.acts import Writing
from infra.local.platforms.meta.bodies import delivery_body, messenger_echo, messenger_event
from infra.local.platforms.meta.courier import Delivery
from infra.local.platforms.meta.faults import Fault, FaultKind
from infra.local.platforms.meta.people import MESSENGER, WHATSAPP, Bubble, Contact, new_message_id, user_id_for
from nightbell.adapters.aws_clients import WORK, AwsClients
from nightbell.adapters.clock import SystemClock
from nightbell.adapters.desk_table import DeskTable
from nightbell.adapters.table_client import Deadline, TableClient
from nightbell.domain.errors import UnavailableError
from nightbell.domain.keys import conversation_pk, message_sk
from nightbell.services.desk import Desk, DeskError
from tests.chaos.wire.brisk import SEND_TIMEOUT_S
from tests.chaos.wire.faults import WIRE
from tests.chaos.wire.lane import Lane
from tests.contract.conversation_table import partition

ROUNDS = 40
TRIES = 4
_numbers = itertools.count(1)


class Play:
    """A case while it is played.

    Attributes:
        contacts: Whom the case is about.
        mids: What each wrote, by the platform's ids.
        broken: Promises that were broken on the way, in sentences.
        mute: Echoes and statuses never come.
    """

    def __init__(self, lane: Lane, channel: str = MESSENGER) -> None:
        self.lane = lane
        self.channel = channel
        self.contacts: list[Contact] = []
        self.mids: dict[str, list[str]] = {}
        self.kept: list[tuple[str, str]] = []
        self.broken: list[str] = []
        self.mute = False
        self.somebody()
        lane.on_accepted = self._accepted

    # Who and what

    def somebody(self) -> Contact:
        """Bring in a customer whom nobody has seen before; the case is about them from now on."""
        contact_id = f"{34_600_000_000 + next(_numbers)}"
        contact = Contact(
            channel=self.channel,
            account_id=self.lane.meta.account(self.channel).account_id,
            contact_id=contact_id,
            user_id=user_id_for(contact_id) if self.channel == WHATSAPP else "",
        )
        self.contacts.append(contact)
        self.mids[contact_id] = []
        return contact

    @property
    def contact(self) -> Contact:
        return self.contacts[-1]

    def pk(self, contact: Contact | None = None) -> str:
        contact = contact or self.contact
        return conversation_pk(contact.channel, contact.account_id, contact.user_id or contact.contact_id)

    def stored(self, contact: Contact | None = None) -> list[dict[str, Any]]:
        return partition(self.lane.dynamodb, self.lane.table, self.pk(contact))

    def answers(self, contact: Contact) -> list[Bubble]:
        return [bubble for bubble in self.lane.meta.transcript(contact) if bubble.author == "business"]

    # What the customer and Meta do

    def write(self, text: str = "Do you have rye bread today?") -> None:
        writing = Writing(text=text, message_id=new_message_id(self.channel))
        self.mids[self.contact.contact_id].append(writing.message_id)
        self.lane.meta.write(self.contact, writing)

    def write_much(self) -> None:
        """Write a message in a delivery that is spilled in several parts, for it hardly compresses."""
        mid = new_message_id(self.channel)
        self.mids[self.contact.contact_id].append(mid)
        now = self.lane.clock.now()
        self.lane.meta.world.thread(self.contact).last_act_at = now
        message = messenger_event(self.contact, now, message={"mid": mid, "text": "See attached"})
        self.post([message, messenger_event(self.contact, now, read={"watermark": 1, "padding": PADDING})])

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
        desk = Desk(DeskTable(TableClient(client, self.lane.table, Deadline(clock))), clock)
        for _ in range(TRIES):
            with suppress(UnavailableError, DeskError):
                act(desk)
                return

    # Rest

    def rest(self) -> None:
        """Let time pass, sweep and work, until nothing is due or on its way any more."""
        self.lane.take()
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
        return sorted(item["due_at"] for each in self.contacts for item in self.stored(each) if "due_at" in item)

    def _accepted(self, delivery: Delivery) -> None:
        """Check custody in the moment of the promise."""
        if self.lane.spilled:
            return
        for contact in self.contacts:
            sent = [mid for mid in self.mids[contact.contact_id] if mid.encode() in delivery.body]
            names = {item["sk"] for item in self.stored(contact)} if sent else set()
            lost = [mid for mid in sent if message_sk(mid) not in names]
            self.broken += [f"200 and neither stored nor spilled: {mid}" for mid in lost]
        self.broken += self.not_kept()

    def not_kept(self) -> list[str]:
        """Name what should be kept beside the conversations and is not."""
        found = [(pk, sk, partition(self.lane.dynamodb, self.lane.table, pk)) for pk, sk in self.kept]
        return [f"{pk} holds no {sk}" for pk, sk, items in found if not any(i["sk"].startswith(sk) for i in items)]


PADDING = "".join(f"{(n * 2_654_435_761) % 4_294_967_296:08x}" for n in range(100_000))
"""About 800 kB that compress to a little more than half."""
