"""WhatsApp as a channel: how we write to a contact, and what comes back."""

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
from nightbell.platforms.meta import graph_api
from nightbell.platforms.meta.graph_errors import WHATSAPP_ERRORS
from nightbell.platforms.reading.fields import Fields

_MAX_BUTTONS = 3


class WhatsApp:
    """A number's conversations; see :class:`nightbell.platforms.channel.Channel`."""

    name = "whatsapp"
    platform = "meta"
    # Statuses return our tag, and there is no history to read: absence cannot be proved.
    # Source: Meta "WhatsApp Cloud API: status messages webhook" §biz_opaque_callback_data.
    recovery = RecoveryClass.ECHOED
    can_read_back = False
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
    # Source: Meta "WhatsApp Cloud API: Create a webhook endpoint" §Webhook delivery failure.
    retry_window = timedelta(days=7)
    # Source: Meta "WhatsApp Cloud API: Send messages" §Customer service windows.
    reply_window: timedelta | None = timedelta(hours=24)
    # Templates alone may leave later, whoever writes.
    person_window: timedelta | None = timedelta(hours=24)
    # Source: Meta "WhatsApp Cloud API": "Text messages" 4096, "Interactive reply buttons" body 1024,
    # 3 buttons of 20, "Interactive lists" 10 rows. Counted in UTF-16 units, as for Messenger.
    form = TextForm(unit="utf16", max_text=4096, max_text_with_choices=1024, max_choices=10, max_title=20)

    def send_request(self, outbound: OutboundText, access: ApiAccess) -> HttpRequest:
        """Describe the call of the messages edge.

        :attr:`OutboundText.ask` has no button here; the text must ask.
        """
        body: dict[str, object] = {
            "messaging_product": "whatsapp",
            "recipient_type": "individual",
            # A number goes into one field and a business-scoped user id into another.
            ("to" if outbound.address.startswith("+") else "recipient"): outbound.address,
            "biz_opaque_callback_data": outbound.tag,
            **_content(outbound),
        }
        return graph_api.call(access, outbound.account_id, "messages", json=body)

    def verdict(self, outcome: HttpOutcome) -> Verdict:
        """Judge a send; sent means accepted, and a status tells later whether it arrived."""
        return graph_api.judge(outcome, WHATSAPP_ERRORS, _message_id)

    def read_back_request(self, address: str, account_id: str, access: ApiAccess) -> HttpRequest:
        """Refuse: the platform has no history to read."""
        raise NotImplementedError

    def read_back(self, outcome: HttpOutcome, *, account_id: str, text: str, sent_from: datetime) -> ReadBack:  # noqa: ARG002 - the protocol's form
        """Prove nothing."""
        return ReadBack.UNREADABLE


def _message_id(body: Fields) -> object:
    messages = body.get("messages")
    first = messages[0] if isinstance(messages, list) and messages else None
    return first.get("id") if isinstance(first, dict) else None


def _content(outbound: OutboundText) -> dict[str, object]:
    if not outbound.buttons:
        return {"type": "text", "text": {"body": outbound.text, "preview_url": False}}
    is_short = len(outbound.buttons) <= _MAX_BUTTONS
    kind, action = ("button", _buttons(outbound)) if is_short else ("list", _list(outbound))
    return {"type": "interactive", "interactive": {"type": kind, "body": {"text": outbound.text}, "action": action}}


def _buttons(outbound: OutboundText) -> dict[str, object]:
    replies = [{"id": button.payload, "title": button.title} for button in outbound.buttons]
    return {"buttons": [{"type": "reply", "reply": reply} for reply in replies]}


def _list(outbound: OutboundText) -> dict[str, object]:
    rows = [{"id": button.payload, "title": button.title} for button in outbound.buttons]
    return {"button": outbound.menu_title, "sections": [{"rows": rows}]}
