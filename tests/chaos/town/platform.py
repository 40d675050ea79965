"""The simulated platform in this process: its API by a call, its deliveries by an agenda."""

import json
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from infra.local.loopback_server import Request
from infra.local.platforms.meta.acts import Writing
from infra.local.platforms.meta.bodies import delivery_body
from infra.local.platforms.meta.courier import Attempt, Courier, Delivery
from infra.local.platforms.meta.people import MESSENGER, WHATSAPP, Account, App, Bubble, Contact, user_id_for
from infra.local.platforms.meta.simulator import SimulatedMeta
from infra.local.platforms.meta.world import Limits
from infra.local.platforms.meta.writing import event_for
from nightbell.domain.keys import conversation_pk
from nightbell.platforms.channel import Answer, HttpOutcome, HttpRequest, NoAnswer, NotSent
from tests.chaos.town.agenda import Agenda
from tests.chaos.town.faults import Died

APP = App(app_secret="chaos-app-secret-0123456789abcdef", verify_token="chaos-verify-token")  # pragma: allowlist secret
ACCOUNTS = {
    MESSENGER: Account(channel=MESSENGER, account_id="100000000000001", token="chaos-token-messenger"),
    WHATSAPP: Account(channel=WHATSAPP, account_id="200000000000002", token="chaos-token-whatsapp"),
}
SECRETS = {"app_secret": APP.app_secret, "verify_token": APP.verify_token} | {
    f"access_token/{account.account_id}": account.token for account in ACCOUNTS.values()
}
UNLIMITED = Limits(
    messenger_per_second=10**6,
    whatsapp_per_second=10**6,
    pair_burst=10**6,
    pair_per_second=10**6,
    read_backs_per_second=10**6,
)
WITHIN_AN_HOUR = (10, 20, 30, 60, 120, 240, 480, 900, 1740)
LATE_S = (2.0, 60.0)
"""A request that lands after we gave up; the settle time of 90 s is longer."""
OK = 200


@dataclass(slots=True, kw_only=True)
class Posted:
    """One delivery and how it fared.

    Attributes:
        statuses: Of every attempt; ``None`` for none.
        gave_up: The platform will not try again.
    """

    delivery: Delivery
    statuses: list[int | None] = field(default_factory=list)
    gave_up: bool = False

    @property
    def acknowledged(self) -> bool:
        return OK in self.statuses


class Post(Courier):
    """Delivers at the agenda's times; repeats, puts off and loses what the seed says.

    Attributes:
        repeat: How likely a delivery comes a second time.
        reorder_s: How much later than its time a delivery may come.
        lose_reports: How likely an echo or status never comes.
    """

    def __init__(self, agenda: Agenda, receive: Callable[[dict[str, Any]], Any], rng: random.Random) -> None:
        super().__init__()
        self.agenda = agenda
        self.posted: list[Posted] = []
        self.retry_after_s: Sequence[float] = WITHIN_AN_HOUR
        self.repeat = 0.0
        self.reorder_s = 0.0
        self.lose_reports = 0.0
        self.under_way = 0
        self._receive = receive
        self._rng = rng

    def deliver_later(self, delivery: Delivery, after_s: float = 0.0) -> None:
        """Take an echo or a status."""
        if self._rng.random() >= self.lose_reports:
            self.post(delivery, after_s)

    def deliver(self, delivery: Delivery, *, retry: bool = True) -> Attempt:
        del retry
        self.post(delivery)
        return Attempt(status=None, ms=0)

    def post(self, delivery: Delivery, after_s: float = 0.0) -> Posted:
        posted = Posted(delivery=delivery)
        self.posted.append(posted)
        for _ in range(2 if self._rng.random() < self.repeat else 1):
            self._later(posted, after_s + self._rng.uniform(0, self.reorder_s), self.retry_after_s)
        return posted

    def _later(self, posted: Posted, after_s: float, left: Sequence[float]) -> None:
        self.under_way += 1
        self.agenda.after(after_s, lambda: self._attempt(posted, left))

    def _attempt(self, posted: Posted, left: Sequence[float]) -> None:
        self.under_way -= 1
        posted.statuses.append(self._status(posted.delivery))
        if posted.statuses[-1] == OK:
            return
        if left:
            self._later(posted, left[0], left[1:])
        elif not posted.acknowledged:
            posted.gave_up = True

    def _status(self, delivery: Delivery) -> int | None:
        try:
            status: int = self._receive(http_event(delivery.body, delivery.headers))["statusCode"]
        except Died:
            return None
        return status


def http_event(body: bytes, headers: Any) -> dict[str, Any]:
    return {
        "pathParameters": {"platform": "meta"},
        "requestContext": {"http": {"method": "POST"}},
        "headers": {name.lower(): value for name, value in headers.items()},
        "body": body.decode(),
    }


class Api:
    """The platform's API in the weather of the way there.

    Attributes:
        rate: Of calls that go wrong on the way.
        doomed: Makes a call, or dies over it.
    """

    def __init__(self, town: "MetaTown", rng: random.Random) -> None:
        self._town = town
        self._rng = rng
        self.rate = 0.0
        self.sends = 0
        self.doomed: Callable[[str, Callable[[], Any]], Any] = lambda _, act: act()
        self.fired: dict[str, int] = {}

    def send(self, request: HttpRequest) -> HttpOutcome:
        self.sends += request.method == "POST"
        if self._rng.random() >= self.rate:
            outcome: HttpOutcome = self.doomed(request.method, lambda: self._call(request))
            return outcome
        fate = self._rng.choice(("refused", "lost unsent", "lost sent", "late", "slow", "server error", "death"))
        self.fired[fate] = self.fired.get(fate, 0) + 1
        return self._meet(fate, request)

    def _meet(self, fate: str, request: HttpRequest) -> HttpOutcome:
        match fate:
            case "refused":
                return NotSent(error="refused")
            case "late" if request.method == "POST":
                self._town.agenda.after(self._rng.uniform(*LATE_S), lambda: self._call(request))
                self._town.agenda.clock.advance(8)
                return NoAnswer(error="timeout")
            case "lost unsent" | "late":
                return NoAnswer(error="reset")
            case "slow":
                self._town.agenda.clock.advance(self._rng.uniform(1, 7))
                return self._call(request)
            case "server error":
                if self._rng.random() < 0.5:
                    self._call(request)
                return Answer(status=502, headers={}, body=b"<html>Sorry</html>")
        self._call(request)
        if fate == "death":
            raise Died
        return NoAnswer(error="reset")

    def _call(self, request: HttpRequest) -> HttpOutcome:
        reply = self._town.meta.graph_api.answer(
            Request(
                method=request.method,
                path=urlsplit(request.url).path,
                query=dict(request.query),
                headers={name.lower(): value for name, value in request.headers.items()},
                body=b"" if request.json is None else json.dumps(request.json).encode(),
            )
        )
        return Answer(status=reply.status, headers=dict(reply.headers), body=reply.body)


class MetaTown:
    """Contacts who write, and what they see."""

    def __init__(self, agenda: Agenda, receive: Callable[[dict[str, Any]], Any], seed: int) -> None:
        self.agenda = agenda
        self.rng = random.Random(f"{seed} town")
        self.post = Post(agenda, receive, random.Random(f"{seed} post"))
        self.meta = SimulatedMeta(
            app=APP, accounts=ACCOUNTS.values(), clock=agenda.clock.now, limits=UNLIMITED, courier=self.post
        )
        self.api = Api(self, random.Random(f"{seed} api"))
        self.written: dict[str, Posted] = {}
        """By message id: what carries it."""

    def write(self, *acts: tuple[Contact, Writing], after_s: float = 0.0) -> Posted:
        """Let contacts of one account write, all in one delivery, which may come later."""
        account = ACCOUNTS[acts[0][0].channel]
        now = self.agenda.clock.now() + timedelta(seconds=after_s)
        for contact, writing in acts:
            self.meta._show(contact, [writing], now)
        events = [event_for(account, contact, writing, now) for contact, writing in acts]
        posted = self.post.post(self.meta.sign("written", delivery_body(account, events, now)), after_s)
        self.written.update((writing.message_id, posted) for _, writing in acts)
        return posted

    def sees(self) -> list[tuple[str, Bubble]]:
        """List what we sent, with the conversation's partition that it belongs to."""
        return [
            (pk_of(thread.contact), bubble)
            for thread in self.meta.world.threads.values()
            for bubble in thread.bubbles
            if bubble.author == "business"
        ]


def somebody(number: int, channel: str = MESSENGER) -> Contact:
    contact_id = str(34_600_000_000 + number)
    return Contact(
        channel=channel,
        account_id=ACCOUNTS[channel].account_id,
        contact_id=contact_id,
        name=f"Customer {number}",
        user_id=user_id_for(contact_id) if channel == WHATSAPP else "",
    )


def pk_of(contact: Contact) -> str:
    return conversation_pk(contact.channel, contact.account_id, contact.user_id or contact.contact_id)
