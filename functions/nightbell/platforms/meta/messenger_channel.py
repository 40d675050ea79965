"""Messenger as a channel: how we write to a contact, and how an unknown outcome is settled."""

from datetime import datetime, timedelta

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
from nightbell.platforms.meta import graph_api, human_agent, read_back
from nightbell.platforms.meta.graph_errors import MESSENGER_ERRORS

_ASKS = {"email": "user_email", "phone": "user_phone_number"}
_MAX_QUICK_REPLIES = 13


class Messenger:
    """A Page's conversations; see :class:`nightbell.platforms.channel.Channel`."""

    name = "messenger"
    platform = "meta"
    # Source: Meta "Messenger Platform: message_echoes": an echo returns the metadata that was sent.
    recovery = RecoveryClass.ECHOED
    can_read_back = True
    settle = timedelta(seconds=90)
    send_timeout_s = graph_api.SEND_TIMEOUT_S
    is_public = False
    tag_in = TagPlace.BODY
    private_reply: str | None = None
    private_channel: str | None = None
    speaks = True
    automatic = True
    keeps_words: timedelta | None = None
    acks_within = timedelta(minutes=10)
    # Source: Meta "Webhooks for Messenger Platform" §Webhook Performance Requirements: after an hour
    # of failures the Page is unsubscribed.
    retry_window = timedelta(hours=1)
    # Source: Meta "Messenger Platform Policy" §Standard Messaging Window.
    reply_window: timedelta | None = timedelta(hours=24)
    person_window: timedelta | None = human_agent.WINDOW
    # Source: Meta "Send API" §Message Object: text is "less than 2000 characters" and quick replies
    # are 13 at most, with a title of 20. What counts as one character is not documented; UTF-16 units
    # are never fewer than characters, so a text that fits by them fits in any case.
    form = TextForm(unit="utf16", max_text=1999, max_text_with_choices=1999, max_choices=13, max_title=20)

    def send_request(self, outbound: OutboundText, access: ApiAccess) -> HttpRequest:
        """Describe the call of the Send API.

        A button that hands over an address is shown only to contacts whose profile has one, so
        the text must offer another way.
        """
        message: dict[str, object] = {"text": outbound.text, "metadata": outbound.tag}
        if quick_replies := _quick_replies(outbound):
            message["quick_replies"] = quick_replies
        kind = human_agent.mark(outbound) or {"messaging_type": "RESPONSE"}
        body = {"recipient": {"id": outbound.address}, **kind, "message": message}
        return graph_api.call(access, outbound.account_id, "messages", json=body)

    def verdict(self, outcome: HttpOutcome) -> Verdict:
        """Judge a send."""
        return graph_api.judge(outcome, MESSENGER_ERRORS, lambda body: body.get("message_id"))

    def read_back_request(self, address: str, account_id: str, access: ApiAccess) -> HttpRequest:
        """Describe the call that reads the newest messages of the conversation."""
        return graph_api.call(access, account_id, "conversations", query=read_back.query(address))

    def read_back(self, outcome: HttpOutcome, *, account_id: str, text: str, sent_from: datetime) -> ReadBack:
        """Look for our text among the newest messages."""
        return read_back.find(outcome, account_id=account_id, text=text, sent_from=sent_from)


def _quick_replies(outbound: OutboundText) -> list[dict[str, str]]:
    replies = [
        {"content_type": "text", "title": button.title, "payload": button.payload} for button in outbound.buttons
    ]
    asked = [{"content_type": _ASKS[outbound.ask]}] if outbound.ask in _ASKS else []
    return [*replies, *asked][:_MAX_QUICK_REPLIES]
