"""Reviews as a channel: read, and answered by people; Nightbell can write an answer, and does so only where asked to.

Sources: Business Profile APIs "Method: accounts.locations.reviews.updateReply"; "Work with review data" §Reply.
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
from nightbell.platforms.google.answers import judge
from nightbell.platforms.google.reviews import TIMEOUT_S, address_of, authorization, get, read_review


class GoogleReviews:
    """A location's reviews; see :class:`nightbell.platforms.channel.Channel`."""

    name = "google_reviews"
    platform = "google"
    # Writing an answer again would be harmless if nobody else wrote: it replaces whatever stands there.
    recovery = RecoveryClass.ECHOED
    can_read_back = True
    settle = timedelta(seconds=90)
    send_timeout_s = TIMEOUT_S
    tag_in = TagPlace.NONE
    # Answers that are all alike are discouraged, and a review has no private side to go on in: people answer.
    speaks = False
    automatic = False
    is_public = True
    private_reply: str | None = None
    private_channel: str | None = None
    keeps_words: timedelta | None = None
    acks_within = timedelta(minutes=10)
    # A subscription keeps what was not taken for seven days unless told otherwise.
    # Source: Google Cloud "Subscription properties" §Message retention duration.
    retry_window = timedelta(days=7)
    reply_window: timedelta | None = None
    person_window: timedelta | None = None
    form = TextForm(unit="utf8_bytes", max_text=4096, max_text_with_choices=4096, max_choices=0, max_title=0)

    def send_request(self, outbound: OutboundText, access: ApiAccess) -> HttpRequest:
        """Describe the call that writes the one answer a review can have."""
        return HttpRequest(
            method="PUT",
            url=f"{address_of(outbound.address, access)}/reply",
            headers=authorization(access),
            json={"comment": outbound.text},
            timeout_s=self.send_timeout_s,
        )

    def verdict(self, outcome: HttpOutcome) -> Verdict:
        """Judge a send; sent means that Google will look at it before it shows it."""
        return judge(outcome)

    def read_back_request(self, address: str, account_id: str, access: ApiAccess) -> HttpRequest:  # noqa: ARG002 - the protocol's form
        """Describe the call that reads the review with its answer."""
        return get(address, access)

    def read_back(self, outcome: HttpOutcome, *, account_id: str, text: str, sent_from: datetime) -> ReadBack:  # noqa: ARG002 - the protocol's form
        """Look for our answer; another one is a person's, and no reason to write ours over it."""
        review = read_review(outcome)
        if not isinstance(review.get("name"), str):
            return ReadBack.UNREADABLE
        reply = review.get("reviewReply")
        if reply is None:
            return ReadBack.ABSENT
        said = reply.get("comment") if isinstance(reply, dict) else None
        return ReadBack.FOUND if said == text else ReadBack.UNREADABLE
