"""Instagram's direct messages as a channel: how we write to a contact, and how an unknown outcome is settled."""

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
from nightbell.platforms.meta.graph_errors import INSTAGRAM_ERRORS

_MAX_QUICK_REPLIES = 13


class InstagramDirect:
    """An Instagram account's conversations; see :class:`nightbell.platforms.channel.Channel`.

    Both logins make the same calls: Facebook's to the Page that the account is linked to, Instagram's own to the
    account itself, on another host and without a proof. Which one it is stands in the account id and the access that
    a call is described with.
    """

    name = "instagram_direct"
    platform = "meta"
    # Our own message comes back without anything that we sent along, so its id and its words must do; a send whose
    # answer was lost has no id, and then only the conversation itself can prove that it is there, or is not.
    # Source: Meta "Conversations API for Messenger Platform" §Get a list of conversations (platform).
    recovery = RecoveryClass.ECHOED
    can_read_back = True
    settle = timedelta(seconds=90)
    send_timeout_s = graph_api.SEND_TIMEOUT_S
    is_public = False
    tag_in = TagPlace.NONE
    private_reply: str | None = None
    private_channel: str | None = None
    speaks = True
    automatic = True
    keeps_words: timedelta | None = None
    acks_within = timedelta(minutes=10)
    # Source: Meta "Webhooks for Messenger Platform" §Webhook Performance Requirements; Instagram's messages share them.
    retry_window = timedelta(hours=1)
    # Source: Meta "Instagram Messaging: Send a Message" §Requirements: within 24 hours of the contact's message.
    reply_window: timedelta | None = timedelta(hours=24)
    person_window: timedelta | None = human_agent.WINDOW
    # Source: Meta "Instagram Messaging: Send a Message" §Send a text message: UTF-8, 1,000 bytes or less;
    # "Instagram Messaging: Quick Replies": 13 at most, with a title of 20 characters.
    form = TextForm(unit="utf8_bytes", max_text=1000, max_text_with_choices=1000, max_choices=13, max_title=20)

    def send_request(self, outbound: OutboundText, access: ApiAccess) -> HttpRequest:
        """Describe the call that sends a text.

        Nothing is sent along to be known by: Meta documents ``metadata`` for Messenger alone. A button to hand over
        an address exists with one of the two logins only, so the text must ask.
        """
        message: dict[str, object] = {"text": outbound.text}
        if outbound.buttons:
            message["quick_replies"] = [
                {"content_type": "text", "title": button.title, "payload": button.payload}
                for button in outbound.buttons[:_MAX_QUICK_REPLIES]
            ]
        body = {"recipient": {"id": outbound.address}, "message": message, **human_agent.mark(outbound)}
        return graph_api.call(access, outbound.account_id, "messages", json=body)

    def verdict(self, outcome: HttpOutcome) -> Verdict:
        """Judge a send."""
        return graph_api.judge(outcome, INSTAGRAM_ERRORS, lambda body: body.get("message_id"))

    def read_back_request(self, address: str, account_id: str, access: ApiAccess) -> HttpRequest:
        """Describe the call that reads the newest messages of the conversation."""
        query = read_back.query(address, platform="instagram", also="to")
        return graph_api.call(access, account_id, "conversations", query=query)

    def read_back(self, outcome: HttpOutcome, *, account_id: str, text: str, sent_from: datetime) -> ReadBack:
        """Look for our text among the newest messages."""
        return read_back.find(outcome, account_id=account_id, text=text, sent_from=sent_from, has_two_ids=True)
