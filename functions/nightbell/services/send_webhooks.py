"""Tell the business's own systems by signed webhooks, each at most as often as its schedule allows.

Source: Standard Webhooks 1.0.0 §Deliverability and reliability: 2xx alone is success, redirects are failures, 410
ends it, 429, 502 and 504 ask for fewer, and an endpoint that fails for the whole schedule is disabled.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from nightbell.domain.errors import MisconfiguredError, UnavailableError
from nightbell.domain.facts import Fact
from nightbell.domain.keys import outbox_pk, outbox_sk
from nightbell.domain.webhooks import KEPT_FOR, Webhook, event_type, next_try, payload, webhook_id
from nightbell.platforms.channel import Answer, HttpRequest
from nightbell.platforms.standard.answers import wait_of
from nightbell.platforms.standard.signature import HEADERS, shared_key, sign
from nightbell.services.ports import Clock, HumanQueue, PlatformApi, Secrets

PAGE = 100
TIMEOUT_S = 15.0
"""The least that the specification gives a receiver."""
ROOM = timedelta(seconds=TIMEOUT_S + 3)
"""What one try may take, with the writes around it."""
LAST_WAIT = timedelta(hours=1)
"""After which a last try whose outcome was never noted is made again."""
LONGEST_PAUSE = timedelta(hours=1)
_GONE = 410
_ASKS_FOR_FEWER = frozenset({429, 502, 504})


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


class SendWebhooks:
    """Sends what is due; an endpoint that is slow, gone or in disorder takes nothing from the others."""

    def __init__(
        self,
        *,
        store: OutboxStore,
        api: PlatformApi,
        secrets: Secrets,
        webhooks: Sequence[Webhook],
        clock: Clock,
    ) -> None:
        """Serve these endpoints."""
        self._store = store
        self._api = api
        self._secrets = secrets
        self._webhooks = webhooks
        self._clock = clock

    def __call__(self, ends: datetime) -> list[Fact]:
        """Give each endpoint its share of the time."""
        facts: list[Fact] = []
        for done, webhook in enumerate(self._webhooks):
            now = self._clock.now()
            share = (ends - now) / (len(self._webhooks) - done)
            try:
                facts += self._serve(webhook, now + share)
            except UnavailableError as error:
                facts.append(_failed(webhook, str(error)[:80]))
        return facts

    def _serve(self, webhook: Webhook, ends: datetime) -> list[Fact]:
        pk, now = outbox_pk(webhook.name), self._clock.now()
        state = self._store.state(pk)
        if state.disabled_at or (state.paused_until and now < state.paused_until):
            return []
        found = self._store.due(pk, now, PAGE)
        secrets = keys_of(self._secrets, webhook) if found else ()
        if found and not secrets:
            return [Fact(name="webhooks_unsigned", alarm=True, fields={"webhook": webhook.name})]
        facts: list[Fact] = []
        for waiting in found:
            if ends - self._clock.now() < ROOM:
                break
            fact, goes_on = self._turn(webhook, waiting, secrets, state)
            facts += fact
            if not goes_on:
                break
            state = EndpointState() if state.failures and fact else state
        return facts

    def _turn(
        self, webhook: Webhook, waiting: Waiting, secrets: Sequence[str], state: EndpointState
    ) -> tuple[list[Fact], bool]:
        """Make one try, and tell whether the endpoint takes another now.

        The next try is written down first: whoever dies in this one has used it up, and the id stays the same.
        """
        now = self._clock.now()
        claimed = self._store.claim(waiting, now + LAST_WAIT)
        if claimed is None:
            return [], True
        after = next_try(claimed.pk, claimed.sk, claimed.tries, now)
        outcome = self._api.send(signed_request(webhook, claimed, now, secrets))
        status = outcome.status if isinstance(outcome, Answer) else 0
        if 200 <= status < 300:  # noqa: PLR2004 - that is what 2xx means
            self._store.close(claimed, self._clock.now())
            if state.failures:
                self._store.pause(claimed.pk, now, 0)
            return [Fact(name="webhooks_sent", fields={"webhook": webhook.name})], True
        failed = _failed(webhook, f"status {status}" if status else "no answer")
        if status == _GONE or after is None:
            return [failed, self._disable(webhook, claimed, is_gone=status == _GONE)], False
        asked = wait_of(outcome, timedelta(0)) if isinstance(outcome, Answer) else timedelta(0)
        self._store.put_off(claimed, max(after, now + asked))
        if status and status not in _ASKS_FOR_FEWER:
            return [failed], True
        failures = state.failures + 1
        pause = max(asked, min(timedelta(minutes=failures), LONGEST_PAUSE))
        self._store.pause(claimed.pk, now + pause, failures)
        return [failed], False

    def _disable(self, webhook: Webhook, claimed: Claimed, *, is_gone: bool) -> Fact:
        """What failed for the whole schedule is given up, or it would disable the endpoint again at once."""
        now = self._clock.now()
        because = "it answered that it is gone" if is_gone else "every try of the schedule failed"
        self._store.disable(claimed.pk, because, now)
        if not is_gone:
            self._store.close(claimed, now)
        return Fact(name="webhooks_disabled", alarm=True, fields={"webhook": webhook.name, "because": because})


def keys_of(secrets: Secrets, webhook: Webhook) -> Sequence[str]:
    """Read every secret that an endpoint accepts now; none where none is a key.

    Raises:
        UnavailableError: They cannot be read now.
    """
    try:
        found = secrets.get("standard", f"out/{webhook.name}")
    except MisconfiguredError:
        return ()
    return [each for each in found if shared_key(each)]


def signed_request(webhook: Webhook, claimed: Claimed, at: datetime, secrets: Sequence[str]) -> HttpRequest:
    """Describe one try, signed now by every secret that counts."""
    name, timestamp, content = webhook_id(claimed.pk, claimed.sk), str(int(at.timestamp())), claimed.body.encode()
    signature = sign(name, timestamp, content, secrets)
    return HttpRequest(
        method="POST",
        url=webhook.url,
        headers=dict(zip(HEADERS, (name, timestamp, signature), strict=True)),
        content=content,
        content_type="application/json",
        public_only=True,
        max_answer=1000,
        timeout_s=TIMEOUT_S,
    )


def _failed(webhook: Webhook, because: str) -> Fact:
    return Fact(name="webhooks_failed", fields={"webhook": webhook.name, "because": because})
