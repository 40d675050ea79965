"""The simulated Meta platform: customers who write, a Graph API that answers, webhooks in between."""

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from infra.local.platforms.courier import Attempt, Courier, Delivery
from infra.local.platforms.faults import FaultBox
from infra.local.platforms.meta.acts import Writing
from infra.local.platforms.meta.bodies import Event
from infra.local.platforms.meta.callbacks import callback
from infra.local.platforms.meta.calls import Backend
from infra.local.platforms.meta.graph_api import GraphApi
from infra.local.platforms.meta.outsiders import Outsiders
from infra.local.platforms.meta.people import PRIVATE_CHANNELS, Account, App, Bubble, Contact
from infra.local.platforms.meta.postman import Postman
from infra.local.platforms.meta.public_acts import Acting, act_in_public
from infra.local.platforms.meta.reporter import Reporter
from infra.local.platforms.meta.screen import show
from infra.local.platforms.meta.world import Limits, World
from infra.local.platforms.meta.writing import event_for

ECHO_AFTER_S = 0.15


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """What came of one or several writings that went in one POST.

    Attributes:
        attempts: Of this delivery, duplicates included, in the order they were answered.
    """

    message_ids: tuple[str, ...]
    delivery: Delivery
    attempts: tuple[Attempt, ...] = field(default=())


class SimulatedMeta:
    """Everything of Meta that Nightbell meets.

    Attributes:
        outsiders: Others who act for the business.
        challenge: What a handshake wants to be answered with.
    """

    challenge = "1158201444"

    def __init__(  # noqa: PLR0913 - the parts of a world, all by name
        self,
        *,
        app: App,
        accounts: Iterable[Account],
        clock: Callable[[], datetime],
        limits: Limits | None = None,
        courier: Courier | None = None,
        echo_after_s: float = ECHO_AFTER_S,
    ) -> None:
        """Take the business's app and accounts.

        The functions' clock should run with ``clock``, the platform's; echoes and statuses take ``echo_after_s``.
        """
        self.app = app
        self.world = World(app=app, accounts=accounts, clock=clock, limits=limits)
        self.faults = FaultBox()
        self.courier = courier or Courier()
        self.courier.is_heard = self.world.care.hears
        self._postman = Postman(self.world, self.courier)
        self.outsiders = Outsiders(self.world, self._postman.tell)
        self.graph_api = GraphApi(self._backend(Reporter(self.world, self.faults, self._postman, echo_after_s)))

    def account(self, channel: str) -> Account:
        """Find the first account of a channel.

        Raises:
            LookupError: There is none.
        """
        for account in self.world.accounts.values():
            if account.channel == channel:
                return account
        message = f"The business settings name no account on {channel}."
        raise LookupError(message)

    def write(self, contact: Contact, *writings: Writing, copies: int = 1, retry: bool = True) -> Written:
        """Let a contact write, and wait for the webhook's answer.

        All writings go in one POST, which is made ``copies`` times at once, and with ``retry`` again until it is
        answered with 200.

        Raises:
            UnknownKindError: The channel has no such act.
            NothingThereError: What a public act is about is not there.
        """
        return self.write_together([(contact, writing) for writing in writings], copies=copies, retry=retry)

    def write_together(
        self, acts: Sequence[tuple[Contact, Writing]], *, copies: int = 1, retry: bool = True
    ) -> Written:
        """Let several contacts write, all in one POST, whichever accounts of one kind they write to."""
        now = self.world.clock()
        done = [(contact, *self._act(contact, writing, now)) for contact, writing in acts]
        what = ", ".join(f"{contact.name}: {writing.text or writing.kind}" for contact, writing in acts[:3])
        body = self._postman.body([(contact, event) for contact, _, event in done], now)
        delivery = self.sign(what, body, acts[0][0])
        ids = tuple(message_id for _, message_id, _ in done)
        attempts = self._postman.post(delivery, copies, retry=retry)
        return Written(message_ids=ids, delivery=delivery, attempts=attempts)

    def sign(
        self, what: str, body: Event | bytes, whom: Contact | Account | None = None, *, secret: str | None = None
    ) -> Delivery:
        """Make a delivery of a body, signed as for ``whom``: by the app's secret, Instagram's, or another's."""
        return self._postman.sign(what, body, whom, secret=secret)

    def repeat(self, written: Written) -> Attempt:
        """Deliver the very same bytes again, as Meta does when it is not sure."""
        return self.courier.deliver(written.delivery, retry=False)

    def handshake(self, verify_token: str, challenge: str = challenge) -> Attempt:
        """Ask the receiver to prove itself, as saving the callback URL in the dashboard does."""
        query = {"hub.mode": "subscribe", "hub.challenge": challenge, "hub.verify_token": verify_token}
        return self.courier.ask(query)

    def call_back(self, what: str, path: str, user_id: str, *, login: str = "facebook") -> Attempt:
        """Ask for a person's data to be deleted, or tell that they removed the app; ``path`` is below the webhook."""
        asked = callback(what, path, user_id, self.app.secret_for(login), self.world.clock())
        return self.courier.deliver(asked, retry=False)

    def block(self, contact: Contact, *, blocked: bool = True) -> None:
        """Let a contact block the business, or lift it."""
        self.world.thread(contact).blocked = blocked

    def transcript(self, contact: Contact) -> list[Bubble]:
        """List what is on a contact's screen."""
        with self.world.lock:
            return list(self.world.thread(contact).bubbles)

    def stop(self) -> None:
        """End the background threads."""
        self.courier.stop()

    def _backend(self, reporter: Reporter) -> Backend:
        return Backend(
            world=self.world,
            faults=self.faults,
            delivered=reporter.delivered,
            published=reporter.published,
            seconds_now=time.monotonic,
        )

    def _act(self, contact: Contact, writing: Writing, now: datetime) -> tuple[str, Event]:
        account = self.world.account_of(contact)
        if contact.channel in PRIVATE_CHANNELS:
            with self.world.lock:
                wall = self.world.wall
                return act_in_public(Acting(wall=wall, account=account, contact=contact, writing=writing, at=now))
        ready = writing.with_id(contact.channel)
        event = event_for(account, contact, ready, now)
        self._show(contact, [ready], now)
        return ready.message_id, event

    def _show(self, contact: Contact, writings: Sequence[Writing], now: datetime) -> None:
        show(self.world, contact, writings, now)
