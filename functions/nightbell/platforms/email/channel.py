"""Mail as a channel: how we answer somebody who wrote one."""

import base64
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
from nightbell.platforms.email import errors
from nightbell.platforms.email.answer import safe_address, write_answer
from nightbell.platforms.email.tags import CONTACT_NAME, CONVERSATION_NAME, TAG_NAME, write_id, write_tag

SEND_TIMEOUT_S = 8.0


class MailChannel:
    """An address's conversations; see :class:`nightbell.platforms.channel.Channel`."""

    name = "email"
    platform = "email"
    # SES takes no key. The configuration set's events bring our tags back, and nothing that was sent can be read.
    # Source: Amazon SES Developer Guide, "Contents of event data that Amazon SES publishes to Amazon SNS" §mail, tags.
    recovery = RecoveryClass.ECHOED
    can_read_back = False
    tag_in = TagPlace.BODY
    settle = timedelta(minutes=5)
    send_timeout_s = SEND_TIMEOUT_S
    is_public = False
    private_reply: str | None = None
    private_channel: str | None = None
    speaks = True
    automatic = True
    keeps_words: timedelta | None = None
    # RFC 3834 §2 wants days between two answers to one sender; three a day tell somebody who writes on what is new.
    acks_within = timedelta(hours=24)
    # Nothing is delivered again; what MailQueue holds is tried for so long.
    retry_window = timedelta(days=14)
    reply_window: timedelta | None = None
    person_window: timedelta | None = None
    form = TextForm(
        unit="characters",
        max_text=50_000,
        max_text_with_choices=50_000,
        max_choices=10,
        max_title=200,
        writes_choices=True,
        carries_code=True,
    )

    def send_request(self, outbound: OutboundText, access: ApiAccess) -> HttpRequest:
        """Describe the call of SES's SendEmail with a mail that is written out; it goes to one address."""
        tags = {TAG_NAME: write_tag(outbound.tag)}
        for name, told in ((CONTACT_NAME, "contact"), (CONVERSATION_NAME, "conversation")):
            spelled = write_id(outbound.about[told]) if told in outbound.about else None
            tags |= {name: spelled} if spelled else {}
        body: dict[str, object] = {
            "FromEmailAddress": safe_address(outbound.account_id),
            "Destination": {"ToAddresses": [safe_address(outbound.address)]},
            "Content": {"Raw": {"Data": base64.b64encode(write_answer(outbound, access.at)).decode()}},
            "EmailTags": [{"Name": name, "Value": value} for name, value in tags.items()],
        }
        if access.messaging_service:
            body["ConfigurationSetName"] = access.messaging_service
        return HttpRequest(
            method="POST",
            url=f"{access.base_url}/{access.version}/email/outbound-emails",
            json=body,
            aws="ses",
            timeout_s=SEND_TIMEOUT_S,
        )

    def verdict(self, outcome: HttpOutcome) -> Verdict:
        """Judge a send; sent means that SES has taken it, and its events tell later whether it arrived."""
        return errors.judge(outcome)

    def read_back_request(self, address: str, account_id: str, access: ApiAccess) -> HttpRequest:
        """Refuse: SES shows nothing of what it sent."""
        raise NotImplementedError

    def read_back(self, outcome: HttpOutcome, *, account_id: str, text: str, sent_from: datetime) -> ReadBack:  # noqa: ARG002 - the protocol's form
        """Prove nothing."""
        return ReadBack.UNREADABLE
