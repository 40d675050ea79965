"""LINE as a channel: how an official account writes to a contact."""

from datetime import datetime, timedelta

from nightbell.platforms.channel import (
    ApiAccess,
    Button,
    HttpOutcome,
    HttpRequest,
    OutboundText,
    ReadBack,
    RecoveryClass,
    TagPlace,
    TextForm,
    Verdict,
)
from nightbell.platforms.line import errors


class LineChats:
    """An official account's chats; see :class:`nightbell.platforms.channel.Channel`.

    Everything is pushed. A reply would be free, but its token lives about a minute, and that it was used cannot be
    told from that it ended; so a lost answer could never be settled.
    """

    name = "line"
    platform = "line"
    # Source: LINE "Retry failed API requests": under one X-Line-Retry-Key a push is executed once, for 24 hours.
    recovery = RecoveryClass.KEYED
    can_read_back = False
    tag_in = TagPlace.NONE
    settle = timedelta(seconds=90)
    send_timeout_s = 8.0
    is_public = False
    private_reply: str | None = None
    private_channel: str | None = None
    speaks = True
    automatic = True
    keeps_words: timedelta | None = None
    acks_within = timedelta(hours=1)
    # Not published; redelivery is an option of the console. A day is what others do.
    retry_window = timedelta(hours=24)
    reply_window: timedelta | None = None
    person_window: timedelta | None = None
    # Source: LINE "Messaging API reference" §Text message (5,000, in UTF-16 units), §Quick reply (13), §Action (20).
    form = TextForm(unit="utf16", max_text=5000, max_text_with_choices=5000, max_choices=13, max_title=20)

    def send_request(self, outbound: OutboundText, access: ApiAccess) -> HttpRequest:
        """Describe the push, under the key by which LINE knows it again."""
        message: dict[str, object] = {"type": "text", "text": outbound.text}
        if outbound.buttons:
            message["quickReply"] = {"items": [_quick_reply(button) for button in outbound.buttons]}
        return HttpRequest(
            method="POST",
            url=f"{access.base_url}/v2/bot/message/push",
            # The tag's last part is a UUID, as LINE wants a key to be, and the same each time this text is sent.
            headers={"Authorization": f"Bearer {access.token}", "X-Line-Retry-Key": outbound.tag.rpartition(".")[2]},
            json={"to": outbound.address, "messages": [message]},
            timeout_s=self.send_timeout_s,
        )

    def verdict(self, outcome: HttpOutcome) -> Verdict:
        """Judge a send."""
        return errors.judge(outcome)

    def read_back_request(self, address: str, account_id: str, access: ApiAccess) -> HttpRequest:
        """Refuse: LINE shows nobody what was said."""
        raise NotImplementedError

    def read_back(self, outcome: HttpOutcome, *, account_id: str, text: str, sent_from: datetime) -> ReadBack:  # noqa: ARG002 - the protocol's form
        """Prove nothing."""
        return ReadBack.UNREADABLE


def _quick_reply(button: Button) -> dict[str, object]:
    action = {"type": "postback", "label": button.title, "data": button.payload, "displayText": button.title}
    return {"type": "action", "action": action}
