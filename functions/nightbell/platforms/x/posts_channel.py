"""What is said in public on X as a channel: how we answer a post, and how we find out whether we did.

A post takes no tag and posting one is not idempotent, but our answers to one post can be asked for.
Sources: X "Create or Edit Post"; X "Search operators" §Post reference operators; X "Developer guidelines" §Automation.
"""

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
from nightbell.platforms.x import api, read_back_posts
from nightbell.platforms.x.errors import judge


class Posts:
    """Answers below posts; see :class:`nightbell.platforms.channel.Channel`."""

    name = "x_posts"
    platform = "x"
    recovery = RecoveryClass.ECHOED
    can_read_back = True
    settle = timedelta(seconds=90)
    send_timeout_s = api.SEND_TIMEOUT_S
    tag_in = TagPlace.NONE
    is_public = True
    # Whoever has not written privately may not be written to.
    private_reply: str | None = None
    private_channel: str | None = "x_direct"
    speaks = True
    automatic = True
    # X tells nobody that a contact deleted a post, and wants it gone all the same.
    keeps_words: timedelta | None = timedelta(days=30)
    acks_within = timedelta(minutes=10)
    # X documents no schedule; what was missed can be asked for again for 24 hours ("Create replay job").
    retry_window = timedelta(hours=24)
    reply_window: timedelta | None = None
    person_window: timedelta | None = None
    # Source: X "Counting characters" §Length.
    form = TextForm(unit="x_weighted", max_text=280, max_text_with_choices=280, max_choices=0, max_title=0)

    def send_request(self, outbound: OutboundText, access: ApiAccess) -> HttpRequest:
        """Describe the call that answers a post."""
        body = {"text": outbound.text, "reply": {"in_reply_to_tweet_id": outbound.address}}
        return api.call(access, "tweets", json=body)

    def verdict(self, outcome: HttpOutcome) -> Verdict:
        """Judge a send."""
        return judge(outcome, "id")

    def read_back_request(self, address: str, account_id: str, access: ApiAccess) -> HttpRequest:
        """Describe the call that looks for the account's answers to the post."""
        return api.call(access, read_back_posts.PATH, query=read_back_posts.query(address, account_id))

    def read_back(self, outcome: HttpOutcome, *, account_id: str, text: str, sent_from: datetime) -> ReadBack:
        """Look for our line among them."""
        return read_back_posts.find(outcome, account_id=account_id, text=text, sent_from=sent_from)
