"""Text messages and WhatsApp through Twilio as channels: the same calls, with other limits."""

from datetime import datetime, timedelta
from urllib.parse import urlencode

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
from nightbell.platforms.twilio import api, read_back
from nightbell.platforms.twilio.addresses import SMS, WHATSAPP, Address
from nightbell.platforms.twilio.statuses import callback_query

_CALL_BACK_AGAIN = "#rc=3&rp=all"
"""Three further attempts, whatever went wrong; the part behind the sign is never sent, nor signed.

Source: Twilio "Webhooks (HTTP callbacks): Connection Overrides".
"""


class TwilioMessages:
    """A number's conversations; see :class:`nightbell.platforms.channel.Channel`."""

    platform = "twilio"
    # A status calls the address that holds our tag, and what was sent can be listed.
    recovery = RecoveryClass.ECHOED
    can_read_back = True
    settle = timedelta(seconds=90)
    send_timeout_s = api.TIMEOUT_S
    tag_in = TagPlace.ADDRESS
    is_public = False
    private_reply: str | None = None
    private_channel: str | None = None
    speaks = True
    automatic = True
    keeps_words: timedelta | None = None
    # Two machines that answer each other cost money with every word.
    acks_within = timedelta(hours=1)
    # Source: Twilio "Webhooks (HTTP callbacks): Connection Overrides": at most 5 attempts within 15 s each.
    retry_window = timedelta(minutes=15)

    def __init__(self, name: str, form: TextForm, reply_window: timedelta | None) -> None:
        """Take what differs."""
        self.name = name
        self.form = form
        self.reply_window = reply_window
        # For people there is no longer one: after it WhatsApp takes templates alone, whoever writes.
        self.person_window = reply_window

    def send_request(self, outbound: OutboundText, access: ApiAccess) -> HttpRequest:
        """Describe the call that creates a message; where our own address is unknown, no status is asked for."""
        account = Address(channel=self.name, number=outbound.account_id)
        service = access.messaging_service
        form = [
            ("To", outbound.address),
            ("MessagingServiceSid", service) if service else ("From", account.written),
            ("Body", outbound.text),
        ]
        if access.hook_url:
            query = urlencode(callback_query(outbound.tag, account, outbound.address))
            form.append(("StatusCallback", f"{access.hook_url}/status?{query}{_CALL_BACK_AGAIN}"))
        return api.call(access, "Messages.json", form=form)

    def verdict(self, outcome: HttpOutcome) -> Verdict:
        """Judge a send; sent means accepted, and a status tells later whether it arrived."""
        return api.judge(outcome)

    def read_back_request(self, address: str, account_id: str, access: ApiAccess) -> HttpRequest:  # noqa: ARG002 - the protocol's form
        """Describe the call that lists what was sent to a contact."""
        return api.call(access, "Messages.json", query=read_back.query(address))

    def read_back(self, outcome: HttpOutcome, *, account_id: str, text: str, sent_from: datetime) -> ReadBack:  # noqa: ARG002 - the protocol's form
        """Look for our own text among it."""
        return read_back.find(outcome, text=text, sent_from=sent_from)


# Source: Twilio "Messages resource" §Body: 1,600 characters; four segments are fewer, and cost four times one. Numbered
# choices take about a hundred characters more.
TEXT_MESSAGES = TwilioMessages(
    SMS,
    TextForm(
        unit="sms_segments", max_text=4, max_text_with_choices=5, max_choices=9, max_title=40, writes_choices=True
    ),
    reply_window=None,
)

# Source: Twilio "WhatsApp" §Session messages: 24 hours, 1,600 characters. Buttons would need an approved template.
WHATSAPP_MESSAGES = TwilioMessages(
    WHATSAPP,
    TextForm(unit="utf16", max_text=1600, max_text_with_choices=1600, max_choices=9, max_title=40, writes_choices=True),
    reply_window=timedelta(hours=24),
)
