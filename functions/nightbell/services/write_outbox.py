"""What endpoints are to be told, written down beside what the team is told."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from nightbell.domain.keys import outbox_pk, outbox_sk
from nightbell.domain.webhooks import KEPT_FOR, Webhook, event_type, payload
from nightbell.services.ports import Clock, HumanQueue


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """One webhook that is due.

    Attributes:
        due_at: As it was found; whoever moves it first makes the try.
    """

    pk: str
    sk: str
    due_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Claimed:
    """One webhook that nobody else tries now; ``tries`` counts this one."""

    pk: str
    sk: str
    body: str
    tries: int


@dataclass(frozen=True, slots=True, kw_only=True)
class EndpointState:
    """How an endpoint stands; aware times.

    Attributes:
        failures: Tries in a row that it was too slow for, or asked for fewer.
    """

    disabled_at: datetime | None = None
    because: str = ""
    paused_until: datetime | None = None
    failures: int = 0


class OutboxStore(Protocol):
    """What waits to be told, by endpoint."""

    def add(self, pk: str, sk: str, body: str, now: datetime, until: datetime) -> None:
        """Add a webhook that is due; one that is there, or was sent, stays as it is."""

    def state(self, pk: str) -> EndpointState:
        """Read how an endpoint stands, consistently."""

    def due(self, pk: str, now: datetime, limit: int) -> Sequence[Waiting]:
        """List what is due, the longest due first; may lag."""

    def claim(self, waiting: Waiting, until: datetime) -> Claimed | None:
        """Put it off and count a try; ``None`` when somebody else did."""

    def put_off(self, claimed: Claimed, until: datetime) -> None:
        """Put it off for longer."""

    def close(self, claimed: Claimed, now: datetime) -> None:
        """Forget what it said, and try no more."""

    def pause(self, pk: str, until: datetime, failures: int) -> None:
        """Let an endpoint rest; without failures it is in order."""

    def disable(self, pk: str, because: str, now: datetime) -> None:
        """Send it nothing more until a person enables it."""


class WriteOutbox:
    """The human queue, and what is written down beside it for whoever else is to be told."""

    def __init__(self, queue: HumanQueue, store: OutboxStore, webhooks: Sequence[Webhook], clock: Clock) -> None:
        """Tell the queue, and these."""
        self._queue = queue
        self._store = store
        self._webhooks = webhooks
        self._clock = clock

    def send(self, message: Mapping[str, Any]) -> None:
        """Tell the team first, and then write it down for each endpoint that wants it.

        Raises:
            UnavailableError: Some may have it and others not; the same one again does no harm.
        """
        self._queue.send(message)
        now = self._clock.now()
        for webhook in self._webhooks:
            if webhook.wants(message):
                sk = outbox_sk(message["conversation_id"], message["revision"])
                body = payload(event_type(message), message, now)
                self._store.add(outbox_pk(webhook.name), sk, body, now, now + KEPT_FOR)
