"""Telegram as a channel: how a bot writes to a contact."""

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
from nightbell.platforms.telegram import api, errors


class Telegram:
    """A bot's private chats; see :class:`nightbell.platforms.channel.Channel`."""

    name = "telegram"
    platform = "telegram"
    # A bot's own messages never come back to it, it cannot read a chat's history, and no call takes a key.
    recovery = RecoveryClass.NONE
    can_read_back = False
    tag_in = TagPlace.NONE
    settle = timedelta(0)
    send_timeout_s = api.SEND_TIMEOUT_S
    is_public = False
    private_reply: str | None = None
    private_channel: str | None = None
    speaks = True
    automatic = True
    keeps_words: timedelta | None = None
    acks_within = timedelta(hours=1)
    # Source: Telegram's server, `WebhookActor`: an update is dropped after about a day.
    retry_window = timedelta(hours=24)
    # A chat of a business account closes after 24 h (`can_reply`); of the bot's own none does. One window for both
    # would silence the bot, so the platform's refusal tells.
    reply_window: timedelta | None = None
    person_window: timedelta | None = None
    # Source: Telegram "Bot API" §sendMessage: 1-4096 characters; entities are counted in UTF-16 units, which are never
    # fewer. No number of buttons or length of a title is documented; these are what a small screen shows.
    form = TextForm(unit="utf16", max_text=4096, max_text_with_choices=4096, max_choices=10, max_title=40)

    def send_request(self, outbound: OutboundText, access: ApiAccess) -> HttpRequest:
        """Describe the call; nothing in the text is taken for markup, and no link is shown with a preview."""
        body: dict[str, object] = {
            **api.chat_of(outbound.address),
            "text": outbound.text,
            "link_preview_options": {"is_disabled": True},
        }
        if outbound.buttons:
            rows = [[{"text": button.title, "callback_data": button.payload}] for button in outbound.buttons]
            body["reply_markup"] = {"inline_keyboard": rows}
        return api.call(access, "sendMessage", body)

    def verdict(self, outcome: HttpOutcome) -> Verdict:
        """Judge a send."""
        return errors.judge(outcome)

    def read_back_request(self, address: str, account_id: str, access: ApiAccess) -> HttpRequest:
        """Refuse: a bot has no history to read."""
        raise NotImplementedError

    def read_back(self, outcome: HttpOutcome, *, account_id: str, text: str, sent_from: datetime) -> ReadBack:  # noqa: ARG002 - the protocol's form
        """Prove nothing."""
        return ReadBack.UNREADABLE
