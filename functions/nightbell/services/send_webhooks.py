"""Tell the business's own systems by signed webhooks, each at most as often as its schedule allows.

Source: Standard Webhooks 1.0.0 §Deliverability and reliability: 2xx alone is success, redirects are failures, 410
ends it, 429, 502 and 504 ask for fewer, and an endpoint that fails for the whole schedule is disabled.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from nightbell.domain.errors import MisconfiguredError, UnavailableError
from nightbell.domain.facts import Fact
from nightbell.domain.keys import outbox_pk
from nightbell.domain.webhooks import Webhook, next_try, webhook_id
from nightbell.platforms.channel import Answer, HttpOutcome, HttpRequest
from nightbell.platforms.standard.answers import wait_of
from nightbell.platforms.standard.signature import HEADERS, shared_key, sign
from nightbell.services.ports import Clock, PlatformApi, Secrets
from nightbell.services.write_outbox import Claimed, OutboxStore, Waiting

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
            fact, rests = self._turn(webhook, waiting, secrets, state.failures)
            facts += fact
            if rests:
                break
        return facts

    def _turn(
        self, webhook: Webhook, waiting: Waiting, secrets: Sequence[str], failures: int
    ) -> tuple[list[Fact], bool]:
        """Make one try, and tell whether the endpoint then rests.

        The try is written down first: whoever dies in it has used it up, and the id stays the same.
        """
        now = self._clock.now()
        claimed = self._store.claim(waiting, now + LAST_WAIT)
        if claimed is None:
            return [], False
        outcome = self._api.send(signed_request(webhook, claimed, now, secrets))
        if not is_taken(outcome):
            return self._failed(webhook, claimed, outcome, failures)
        self._store.close(claimed, self._clock.now())
        if failures:
            self._store.pause(claimed.pk, now, 0)
        return [Fact(name="webhooks_sent", fields={"webhook": webhook.name})], False

    def _failed(
        self, webhook: Webhook, claimed: Claimed, outcome: HttpOutcome, failures: int
    ) -> tuple[list[Fact], bool]:
        now = self._clock.now()
        status = outcome.status if isinstance(outcome, Answer) else 0
        failed = _failed(webhook, f"status {status}" if status else "no answer")
        after = next_try(claimed.pk, claimed.sk, claimed.tries, now)
        if status == _GONE or after is None:
            return [failed, self._disable(webhook, claimed, is_gone=status == _GONE)], True
        asked = wait_of(outcome, timedelta(0)) if isinstance(outcome, Answer) else timedelta(0)
        self._store.put_off(claimed, max(after, now + asked))
        if status and status not in _ASKS_FOR_FEWER:
            return [failed], False
        pause = max(asked, min(timedelta(minutes=failures + 1), LONGEST_PAUSE))
        self._store.pause(claimed.pk, now + pause, failures + 1)
        return [failed], True

    def _disable(self, webhook: Webhook, claimed: Claimed, *, is_gone: bool) -> Fact:
        """What failed for the whole schedule is given up, or it would disable the endpoint again at once."""
        now = self._clock.now()
        because = "it answered that it is gone" if is_gone else "every try of the schedule failed"
        self._store.disable(claimed.pk, because, now)
        if not is_gone:
            self._store.close(claimed, now)
        return Fact(name="webhooks_disabled", alarm=True, fields={"webhook": webhook.name, "because": because})


def is_taken(outcome: HttpOutcome) -> bool:
    """Tell whether the receiver has it."""
    return isinstance(outcome, Answer) and 200 <= outcome.status < 300  # noqa: PLR2004 - that is what 2xx means


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
