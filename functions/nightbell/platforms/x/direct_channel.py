"""X's direct messages as a channel: how we write to a contact, and how an unknown outcome is settled.

Sources: X "Create DM message by participant ID"; X "Direct Messages lookup: Integration Guide".
"""

from datetime import datetime, timedelta
from urllib.parse import quote

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
from nightbell.platforms.x import api, read_back_direct
from nightbell.platforms.x.errors import judge


class Direct:
    """Conversations that X can read; see :class:`nightbell.platforms.channel.Channel`."""

    name = "x_direct"
    platform = "x"
    # Our own message comes back without anything that we sent along, so its id and its words must do.
    recovery = RecoveryClass.ECHOED
    can_read_back = True
    settle = timedelta(seconds=90)
    send_timeout_s = api.SEND_TIMEOUT_S
    tag_in = TagPlace.NONE
    is_public = False
    private_reply: str | None = None
    private_channel: str | None = None
    speaks = True
    automatic = True
    keeps_words: timedelta | None = None
    acks_within = timedelta(minutes=10)
    retry_window = timedelta(hours=24)
    # A contact who wrote may be answered at any time.
    reply_window: timedelta | None = None
    person_window: timedelta | None = None
    # Source: X "Direct Messages" (2023); today's API reference names no limit.
    form = TextForm(
        unit="characters",
        max_text=10_000,
        max_text_with_choices=10_000,
        max_choices=9,
        max_title=40,
        writes_choices=True,
    )

    def send_request(self, outbound: OutboundText, access: ApiAccess) -> HttpRequest:
        """Describe the call that sends a text."""
        return api.call(access, f"{_conversation(outbound.address)}/messages", json={"text": outbound.text})

    def verdict(self, outcome: HttpOutcome) -> Verdict:
        """Judge a send."""
        return judge(outcome, "dm_event_id")

    def read_back_request(self, address: str, account_id: str, access: ApiAccess) -> HttpRequest:  # noqa: ARG002 - the protocol's form
        """Describe the call that reads the newest messages of the conversation."""
        return api.call(access, f"{_conversation(address)}/dm_events", query=read_back_direct.QUERY)

    def read_back(self, outcome: HttpOutcome, *, account_id: str, text: str, sent_from: datetime) -> ReadBack:
        """Look for our text among them."""
        return read_back_direct.find(outcome, account_id=account_id, text=text, sent_from=sent_from)


def _conversation(contact_id: str) -> str:
    return f"dm_conversations/with/{quote(contact_id, safe='')}"
