"""The voicemail as a channel: callers speak to it, and nothing is ever sent by it; people call back."""

from datetime import datetime, timedelta

from nightbell.domain.voicemail import CHANNEL
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
from nightbell.platforms.twilio import api


class Voicemail:
    """What callers leave; see :class:`nightbell.platforms.channel.Channel`."""

    name = CHANNEL
    platform = "twilio"
    recovery = RecoveryClass.NONE
    can_read_back = False
    settle = timedelta(0)
    send_timeout_s = 10.0
    tag_in = TagPlace.NONE
    # What a caller is told, they are told by the greeting, or by nobody: nothing can be sent.
    speaks = False
    automatic = False
    is_public = False
    private_reply: str | None = None
    private_channel: str | None = None
    keeps_words: timedelta | None = None
    acks_within = timedelta(hours=1)
    # A call is asked for once, and what is told of it comes once.
    retry_window = timedelta(0)
    reply_window: timedelta | None = None
    # There is nobody to write to.
    person_window: timedelta | None = timedelta(0)
    # Source: Twilio "TwiML Voice: <Say>" §Limits.
    form = TextForm(unit="characters", max_text=4096, max_text_with_choices=4096, max_choices=0, max_title=0)

    def send_request(self, outbound: OutboundText, access: ApiAccess) -> HttpRequest:
        """Describe nothing.

        Raises:
            NotImplementedError: Nobody can write to a telephone.
        """
        raise NotImplementedError("nothing is sent to a caller")

    def verdict(self, outcome: HttpOutcome) -> Verdict:
        """Judge as all calls to Twilio are."""
        return api.judge(outcome)

    def read_back_request(self, address: str, account_id: str, access: ApiAccess) -> HttpRequest:
        """Describe nothing.

        Raises:
            NotImplementedError: As above.
        """
        raise NotImplementedError("nothing is sent to a caller")

    def read_back(self, outcome: HttpOutcome, *, account_id: str, text: str, sent_from: datetime) -> ReadBack:  # noqa: ARG002 - the protocol's form
        """Find nothing."""
        return ReadBack.UNREADABLE
