"""What is said in public as a channel, on a Page and on Instagram: how we answer, and how we find out whether we did.

A comment takes no tag, posting one is not idempotent, and buttons do not exist; ours comes back as a comment, and can
be read.
Sources: Meta "Pages API: Comments and @mentions" §Comments; "Graph API Reference: Object Comments" §Reading,
§Publishing; "IG Comment Replies" §Creating, §Reading.
"""

from collections.abc import Mapping
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
from nightbell.platforms.meta import comment_read_back, graph_api
from nightbell.platforms.meta.comment_errors import COMMENT_ERRORS
from nightbell.platforms.meta.public_address import MENTIONED_IN, public_place, said_there


class CommentsChannel:
    """One of the two surfaces; see :class:`nightbell.platforms.channel.Channel`."""

    platform = "meta"
    recovery = RecoveryClass.ECHOED
    can_read_back = True
    settle = timedelta(seconds=90)
    send_timeout_s = graph_api.SEND_TIMEOUT_S
    is_public = True
    tag_in = TagPlace.NONE
    speaks = True
    automatic = True
    keeps_words: timedelta | None = None
    acks_within = timedelta(minutes=10)
    # Source: Meta "Webhooks: Getting Started" §Event Notifications: repeated for 36 hours.
    retry_window = timedelta(hours=36)
    # A public answer has no limit of time.
    reply_window: timedelta | None = None
    person_window: timedelta | None = None

    def __init__(  # noqa: PLR0913 - what the two surfaces differ in
        self,
        name: str,
        *,
        edge: str,
        query: Mapping[str, str],
        longest: int,
        has_two_ids: bool,
        private_reply: str,
        private_channel: str,
    ) -> None:
        """Answer below a comment's ``edge``, and read there what stands.

        Args:
            name: Key of the registry.
            edge: Of a comment; of a visitor's post, too.
            query: With which it is read.
            longest: In UTF-16 units.
            has_two_ids: The account writes under either of two ids, so the words must do.
            private_reply: Key of the sender of the private answer.
            private_channel: Key of the channel where the contact answers that.
        """
        self.name = name
        self.private_reply: str | None = private_reply
        self.private_channel: str | None = private_channel
        self.form = TextForm(unit="utf16", max_text=longest, max_text_with_choices=longest, max_choices=0, max_title=0)
        self._edge, self._query, self._has_two_ids = edge, query, has_two_ids

    def send_request(self, outbound: OutboundText, access: ApiAccess) -> HttpRequest:
        """Describe the call that comments below what the contact said.

        On Instagram Meta refuses it for hidden comments and for those on a broadcast. Where somebody named the account
        on a post of their own, the answer goes by the account itself.
        Sources: Meta "IG Comment Replies" §Creating, Limitations; Meta "IG User Mentions" §Creating.
        """
        if (media := outbound.about.get(MENTIONED_IN)) is not None:
            return graph_api.call(access, access.owner_id, "mentions", json=_below_mention(outbound, media))
        return graph_api.call(access, public_place(outbound.address), self._edge, json={"message": outbound.text})

    def verdict(self, outcome: HttpOutcome) -> Verdict:
        """Judge a send."""
        return graph_api.judge(outcome, COMMENT_ERRORS, lambda body: body.get("id"))

    def read_back_request(self, address: str, account_id: str, access: ApiAccess) -> HttpRequest:  # noqa: ARG002 - the protocol's form
        """Describe the call that reads what stands below what the contact said."""
        return graph_api.call(access, public_place(address), self._edge, query=self._query)

    def read_back(self, outcome: HttpOutcome, *, account_id: str, text: str, sent_from: datetime) -> ReadBack:
        """Look for our line among it."""
        authors = None if self._has_two_ids else frozenset({account_id})
        return comment_read_back.find(outcome, words=text, sent_from=sent_from, authors=authors)


def _below_mention(outbound: OutboundText, media: str) -> dict[str, str]:
    """Name the post, and the comment where it was that which named the account."""
    said = said_there(outbound.address)
    comment = {} if said == media else {"comment_id": said}
    return {"media_id": media, **comment, "message": outbound.text}


FACEBOOK_COMMENTS = CommentsChannel(
    "facebook_comments",
    edge="comments",
    query=comment_read_back.COMMENTS_QUERY,
    # No document tells the longest comment; 8,000 characters are widely reported.
    longest=8000,
    has_two_ids=False,
    private_reply="facebook_private_reply",
    private_channel="messenger",
)
INSTAGRAM_COMMENTS = CommentsChannel(
    "instagram_comments",
    edge="replies",
    query=comment_read_back.REPLIES_QUERY,
    # No current document tells the longest comment; it takes what a caption takes.
    longest=2200,
    has_two_ids=True,
    private_reply="instagram_private_reply",
    private_channel="instagram_direct",
)
