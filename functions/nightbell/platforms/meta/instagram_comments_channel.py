"""Instagram's comments as a channel: how we answer in public, and how we find out whether we did."""

from datetime import datetime, timedelta

from nightbell.platforms.channel import (
    ApiAccess,
    HttpOutcome,
    HttpRequest,
    OutboundText,
    ReadBack,
    RecoveryClass,
    TextForm,
    Verdict,
)
from nightbell.platforms.meta import comment_read_back, graph_api
from nightbell.platforms.meta.comment_errors import COMMENT_ERRORS
from nightbell.platforms.meta.public_address import public_place


class InstagramComments:
    """What is said below an account's posts; see :class:`nightbell.platforms.channel.Channel`."""

    name = "instagram_comments"
    platform = "meta"
    # As on a Page: no tag, not idempotent, and to be read.
    # Source: Meta "IG Comment Replies" §Creating, §Reading.
    recovery = RecoveryClass.ECHOED
    can_read_back = True
    settle = timedelta(seconds=90)
    send_timeout_s = graph_api.SEND_TIMEOUT_S
    is_public = True
    private_reply: str | None = "instagram_private_reply"
    private_channel: str | None = "instagram_direct"
    # Source: Meta "Webhooks: Getting Started" §Event Notifications: repeated for 36 hours.
    retry_window = timedelta(hours=36)
    # A public answer has no limit of time.
    reply_window: timedelta | None = None
    # No current document tells the longest comment; it takes what a caption takes. Buttons do not exist.
    form = TextForm(unit="utf16", max_text=2200, max_text_with_choices=2200, max_choices=0, max_title=0)

    def send_request(self, outbound: OutboundText, access: ApiAccess) -> HttpRequest:
        """Describe the call that answers a comment; it takes neither a tag nor buttons.

        Meta refuses it for hidden comments and for those on a broadcast.
        Source: Meta "IG Comment Replies" §Creating, Limitations.
        """
        return graph_api.call(access, public_place(outbound.address), "replies", json={"message": outbound.text})

    def verdict(self, outcome: HttpOutcome) -> Verdict:
        """Judge a send."""
        return graph_api.judge(outcome, COMMENT_ERRORS, lambda body: body.get("id"))

    def read_back_request(self, address: str, account_id: str, access: ApiAccess) -> HttpRequest:  # noqa: ARG002 - the protocol's form
        """Describe the call that reads the answers to a comment."""
        return graph_api.call(access, public_place(address), "replies", query=comment_read_back.REPLIES_QUERY)

    def read_back(self, outcome: HttpOutcome, *, account_id: str, text: str, sent_from: datetime) -> ReadBack:  # noqa: ARG002 - the protocol's form
        """Look for our line among them, by its words: the account writes under either of two ids."""
        return comment_read_back.find(outcome, words=text, sent_from=sent_from, authors=None)
