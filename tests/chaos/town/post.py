"""The way from the simulated platform to ReceiveWebhook: repeated, put off, lost, and tried again."""

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from infra.local.platforms.courier import Attempt, Courier, Delivery
from tests.chaos.town.agenda import Agenda
from tests.chaos.town.faults import Died

WITHIN_AN_HOUR = (10, 20, 30, 60, 120, 240, 480, 900, 1740)
OK = 200


@dataclass(slots=True, kw_only=True)
class Posted:
    """One delivery and how it fared.

    Attributes:
        statuses: Of every attempt; ``None`` for none.
        heard_at: When it was first answered with 200.
        answer: The body of that answer.
        is_spilled: It may have been stored later than it was answered.
        gave_up: The platform will not try again.
    """

    delivery: Delivery
    statuses: list[int | None] = field(default_factory=list)
    heard_at: datetime | None = None
    answer: str = ""
    is_spilled: bool = False
    gave_up: bool = False

    @property
    def acknowledged(self) -> bool:
        return self.heard_at is not None


class Post(Courier):
    """Delivers at the agenda's times; repeats, puts off and loses what the seed says.

    Attributes:
        repeat: How likely a delivery comes a second time.
        reorder_s: How much later than its time a delivery may come.
        lose_reports: How likely an echo or status never comes.
        spilled: Counts what was spilled so far.
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
        self.spilled: Callable[[], int] = lambda: 0
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
        before = self.spilled()
        status, body = self._call(posted.delivery)
        posted.statuses.append(status)
        posted.is_spilled |= self.spilled() > before
        if status == OK:
            posted.heard_at, posted.answer = posted.heard_at or self.agenda.clock.now(), body
        elif left:
            self._later(posted, left[0], left[1:])
        elif not posted.acknowledged:
            posted.gave_up = True

    def _call(self, delivery: Delivery) -> tuple[int | None, str]:
        try:
            answer = self._receive(http_event(delivery.body, delivery.headers, delivery.path))
        except Died:
            return None, ""
        return answer["statusCode"], answer["body"]


def http_event(body: bytes, headers: Mapping[str, str], path: str = "") -> dict[str, Any]:
    """Give what the gateway hands over."""
    return {
        "pathParameters": {"platform": "meta"} | ({"proxy": path} if path else {}),
        "rawPath": "/webhooks/meta" + (f"/{path}" if path else ""),
        "requestContext": {"domainName": "hooks.bakery.example", "http": {"method": "POST"}},
        "headers": {name.lower(): value for name, value in headers.items()},
        "body": body.decode(),
    }
