"""A relay as a channel: our answers go to it as signed events, and it brings them to the contact."""

import json
from datetime import UTC, datetime, timedelta

from nightbell.platforms.channel import (
    ApiAccess,
    HttpOutcome,
    HttpRequest,
    OutboundText,
    ReadBack,
    RecoveryClass,
    TagPlace,
    TextForm,
    Verdict,
)
from nightbell.platforms.standard.answers import judge
from nightbell.platforms.standard.signature import sign_request

EVENT = "reply.wanted"


class Relay:
    """What the business's own systems bring and fetch; see :class:`nightbell.platforms.channel.Channel`."""

    name = "standard"
    platform = "standard"
    # The id of a webhook is its idempotency key and stays the same when it is sent again.
    # Source: Standard Webhooks 1.0.0 §Webhook headers, §Idempotency.
    recovery = RecoveryClass.KEYED
    can_read_back = False
    settle = timedelta(seconds=90)
    send_timeout_s = 8.0
    tag_in = TagPlace.BODY
    speaks = True
    automatic = True
    is_public = False
    private_reply: str | None = None
    private_channel: str | None = None
    keeps_words: timedelta | None = None
    acks_within = timedelta(minutes=10)
    # The specification's schedule of tries ends after 75 hours.
    # Source: Standard Webhooks 1.0.0 §Deliverability and reliability.
    retry_window = timedelta(hours=76)
    reply_window: timedelta | None = None
    person_window: timedelta | None = None
    # The relay decides how it looks; these keep an answer about as long as a short letter.
    form = TextForm(unit="characters", max_text=4000, max_text_with_choices=4000, max_choices=10, max_title=40)

    def send_request(self, outbound: OutboundText, access: ApiAccess) -> HttpRequest:
        """Describe the signed event; the address is the account's ``reply_url``."""
        at = access.at or datetime.fromtimestamp(0, UTC)
        content = json.dumps(_event(outbound, at), ensure_ascii=True, separators=(",", ":")).encode()
        # The tag without what stands before its last dot: the specification wants ids without dots.
        webhook_id = outbound.tag.rpartition(".")[2]
        return HttpRequest(
            method="POST",
            url=access.base_url,
            headers=sign_request(webhook_id, at, content, access.token),
            content=content,
            content_type="application/json",
            # Whoever writes the settings writes the address; only a local stage has one that is not secured.
            public_only=access.base_url.startswith("https:"),
            timeout_s=self.send_timeout_s,
        )

    def verdict(self, outcome: HttpOutcome) -> Verdict:
        """Judge a send; sent means that the relay took it."""
        return judge(outcome)

    def read_back_request(self, address: str, account_id: str, access: ApiAccess) -> HttpRequest:
        """Refuse: a relay has no history to read."""
        raise NotImplementedError

    def read_back(self, outcome: HttpOutcome, *, account_id: str, text: str, sent_from: datetime) -> ReadBack:  # noqa: ARG002 - the protocol's form
        """Prove nothing."""
        return ReadBack.UNREADABLE


def _event(outbound: OutboundText, at: datetime) -> dict[str, object]:
    about = outbound.about
    data = {
        "source": outbound.account_id,
        "contact": {"id": outbound.address},
        "text": outbound.text,
        "choices": [{"title": button.title, "payload": button.payload} for button in outbound.buttons],
        "by_person": outbound.by_person or None,
        "asks_for": outbound.ask,
        "in_reply_to": about.get("message"),
        "conversation": about.get("conversation"),
        "tag": outbound.tag,
    }
    return {
        "type": EVENT,
        "timestamp": at.isoformat().replace("+00:00", "Z"),
        "data": {name: value for name, value in data.items() if value not in (None, [])},
    }
