"""Comments and posts on a Page as a channel: how we answer in public, and how we find out whether we did."""

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


class FacebookComments:
    """What is said in public on a Page; see :class:`nightbell.platforms.channel.Channel`."""

    name = "facebook_comments"
    platform = "meta"
    # A comment takes no tag and posting is not idempotent; ours comes back as a comment, and can be read.
    # Source: Meta "Graph API Reference: Object Comments" §Reading, §Publishing.
    recovery = RecoveryClass.ECHOED
    can_read_back = True
    settle = timedelta(seconds=90)
    send_timeout_s = graph_api.SEND_TIMEOUT_S
    is_public = True
    private_reply: str | None = "facebook_private_reply"
    private_channel: str | None = "messenger"
    # Source: Meta "Webhooks: Getting Started" §Event Notifications: repeated for 36 hours.
    retry_window = timedelta(hours=36)
    # A public answer has no limit of time.
    reply_window: timedelta | None = None
    # No document tells the longest comment; 8,000 characters are widely reported. Buttons do not exist.
    form = TextForm(unit="utf16", max_text=8000, max_text_with_choices=8000, max_choices=0, max_title=0)

    def send_request(self, outbound: OutboundText, access: ApiAccess) -> HttpRequest:
        """Describe the call that comments below what the contact said.

        A comment takes neither a tag nor buttons.
        Source: Meta "Pages API: Comments and @mentions" §Comments.
        """
        return graph_api.call(access, public_place(outbound.address), "comments", json={"message": outbound.text})

    def verdict(self, outcome: HttpOutcome) -> Verdict:
        """Judge a send."""
        return graph_api.judge(outcome, COMMENT_ERRORS, lambda body: body.get("id"))

    def read_back_request(self, address: str, account_id: str, access: ApiAccess) -> HttpRequest:  # noqa: ARG002 - the protocol's form
        """Describe the call that reads what stands below what the contact said."""
        return graph_api.call(access, public_place(address), "comments", query=comment_read_back.COMMENTS_QUERY)

    def read_back(self, outcome: HttpOutcome, *, account_id: str, text: str, sent_from: datetime) -> ReadBack:
        """Look for our line among it."""
        return comment_read_back.find(outcome, words=text, sent_from=sent_from, authors=frozenset({account_id}))
