"""The simulated Meta platform: customers who write, a Graph API that answers, webhooks in between."""

import random
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from infra.local.platforms.meta.acts import Writing
from infra.local.platforms.meta.bodies import (
    Event,
    delivery_body,
)
from infra.local.platforms.meta.courier import Attempt, Courier, Delivery
from infra.local.platforms.meta.faults import FaultBox, FaultKind
from infra.local.platforms.meta.graph_api import GraphApi
from infra.local.platforms.meta.people import Account, App, Bubble, Contact, Thread
from infra.local.platforms.meta.reports import reports
from infra.local.platforms.meta.wire import signature_headers, wire_form
from infra.local.platforms.meta.world import Limits, World
from infra.local.platforms.meta.writing import event_for

ECHO_AFTER_S = 0.15
CHANGES_NOTHING = ("read", "edit", "unsend")
SILENT = ("read", "reaction")


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
    """Everything of Meta that Nightbell meets."""

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
        self.graph_api = GraphApi(self.world, self.faults, self._delivered, time.monotonic)
        self._echo_after_s = echo_after_s

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
        """
        return self.write_together([(contact, writing) for writing in writings], copies=copies, retry=retry)

    def write_together(
        self, acts: Sequence[tuple[Contact, Writing]], *, copies: int = 1, retry: bool = True
    ) -> Written:
        """Let several contacts of one account write, all in one POST."""
        account = self.world.accounts[acts[0][0].account_id]
        now = self.world.clock()
        ready = [(contact, writing.with_id(contact.channel)) for contact, writing in acts]
        for contact, writing in ready:
            self._show(contact, [writing], now)
        events = [event_for(account, contact, writing, now) for contact, writing in ready]
        what = ", ".join(f"{contact.name}: {writing.text or writing.kind}" for contact, writing in ready[:3])
        delivery = self.sign(what, delivery_body(account, events, now))
        ids = tuple(writing.message_id for _, writing in ready)
        return Written(message_ids=ids, delivery=delivery, attempts=self._post(delivery, copies, retry=retry))

    def write_in_any_order(self, contact: Contact, writings: Sequence[Writing], seed: int = 0) -> list[Written]:
        """Deliver several writings one by one, shuffled; their ids and times stay in order."""
        account = self.world.accounts[contact.account_id]
        now = self.world.clock()
        ready = [writing.with_id(contact.channel) for writing in writings]
        self._show(contact, ready, now)
        bodies = [delivery_body(account, [event_for(account, contact, writing, now)], now) for writing in ready]
        posts = [
            (writing.message_id, self.sign(writing.text, body)) for writing, body in zip(ready, bodies, strict=True)
        ]
        random.Random(seed).shuffle(posts)  # noqa: S311 - no secret, and repeatable
        return [
            Written(message_ids=(one,), delivery=delivery, attempts=self._post(delivery, 1, retry=True))
            for one, delivery in posts
        ]

    def sign(self, what: str, body: Event | bytes, secret: str | None = None) -> Delivery:
        """Make a delivery of a body, with the app's signature or another's."""
        raw = body if isinstance(body, bytes) else wire_form(body)
        return Delivery(what=what, body=raw, headers=signature_headers(raw, secret or self.app.app_secret))

    def repeat(self, written: Written) -> Attempt:
        """Deliver the very same bytes again, as Meta does when it is not sure."""
        return self.courier.deliver(written.delivery, retry=False)

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

    def _post(self, delivery: Delivery, copies: int, *, retry: bool) -> tuple[Attempt, ...]:
        attempts: list[Attempt] = []
        threads = [
            threading.Thread(target=lambda: attempts.append(self.courier.deliver(delivery, retry=False)))
            for _ in range(copies - 1)
        ]
        for thread in threads:
            thread.start()
        attempts.append(self.courier.deliver(delivery, retry=retry))
        for thread in threads:
            thread.join()
        return tuple(attempts)

    def _show(self, contact: Contact, writings: Sequence[Writing], now: datetime) -> None:
        with self.world.lock:
            thread = self.world.thread(contact)
            if any(writing.kind not in CHANGES_NOTHING for writing in writings):
                thread.last_act_at, thread.wrote_at = now, time.monotonic()
            for writing in writings:
                if writing.kind in SILENT:
                    continue
                plain = writing.text and writing.kind not in CHANGES_NOTHING
                text = writing.text if plain else f"[{writing.kind}] {writing.text}".strip()
                thread.bubbles.append(Bubble(author="contact", text=text, message_id=writing.message_id, at=now))

    def _delivered(self, account: Account, thread: Thread, bubble: Bubble) -> None:
        fault = self.faults.take("send", account.channel, thread.contact.contact_id, afterwards=True)
        kind = fault.kind if fault else None
        if kind is FaultKind.NO_ECHO:
            return
        wait = fault.seconds if fault and kind is FaultKind.LATE_ECHO else self._echo_after_s
        for _ in range(2 if kind is FaultKind.DOUBLE_ECHO else 1):
            for step, (what, event) in enumerate(reports(self.world, thread.contact, bubble, fault)):
                extra = fault.seconds if fault and kind is FaultKind.FAILED_STATUS and what == "failed" else step * wait
                body = delivery_body(account, [event], self.world.clock())
                self.courier.deliver_later(self.sign(what, body), wait + extra)
