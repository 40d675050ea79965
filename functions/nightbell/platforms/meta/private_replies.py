"""The one private answer that a comment or a visitor's post may get, in Messenger or in Instagram.

Meta allows one for each comment, within seven days; a second is refused as already sent, which
makes it safe to try again. Its answer names the contact on the private channel.
Sources: Meta "Messenger Platform: Private Replies" §Limitations, §Send a Private Reply; Meta
"Instagram Messaging: Private Replies" §Limitations.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from nightbell.platforms.channel import (
    Answer,
    ApiAccess,
    HttpOutcome,
    HttpRequest,
    OutboundText,
    ReadBack,
    RecoveryClass,
    Sender,
    Verdict,
    VerdictKind,
)
from nightbell.platforms.meta import graph_api
from nightbell.platforms.meta.comment_errors import PRIVATE_REPLY_ERRORS
from nightbell.platforms.meta.graph_api import read_body
from nightbell.platforms.meta.public_address import is_of_a_post, said_there


class PrivateReply:
    """A private channel's own message, to whoever wrote a comment; see :class:`nightbell.platforms.channel.Sender`."""

    platform = "meta"
    recovery = RecoveryClass.ONE_SHOT
    can_read_back = False
    settle = timedelta(seconds=90)
    send_timeout_s = graph_api.SEND_TIMEOUT_S
    # Of a broadcast only while it lasts, which nobody tells us; Meta refuses it afterwards.
    reply_window: timedelta | None = timedelta(days=7)
    person_window: timedelta | None = timedelta(days=7)

    def __init__(self, name: str, private: Sender) -> None:
        """Take the message's form from the channel on which the contact reads it."""
        self.name = name
        self.form = private.form
        self.tag_in = private.tag_in
        self._private = private

    def send_request(self, outbound: OutboundText, access: ApiAccess) -> HttpRequest:
        """Describe the private channel's call, to a comment or a visitor's post in place of a contact."""
        # The seven days of a private reply are its own, and no person's.
        request = self._private.send_request(replace(outbound, outside_window=False), access)
        body = request.json if isinstance(request.json, dict) else {}
        said = said_there(outbound.address)
        kind = "post_id" if is_of_a_post(said, outbound.account_id) else "comment_id"
        return replace(request, json={**body, "recipient": {kind: said}})

    def verdict(self, outcome: HttpOutcome) -> Verdict:
        """Judge a send, and tell who the contact is on the private channel."""
        verdict = graph_api.judge(outcome, PRIVATE_REPLY_ERRORS, lambda body: body.get("message_id"))
        if verdict.kind is not VerdictKind.SENT or not isinstance(outcome, Answer):
            return verdict
        contact = read_body(outcome).get("recipient_id")
        return replace(verdict, recipient_id=contact if isinstance(contact, str) and contact else None)

    def read_back_request(self, address: str, account_id: str, access: ApiAccess) -> HttpRequest:
        """Refuse: trying again shows whether it was sent."""
        raise NotImplementedError

    def read_back(self, outcome: HttpOutcome, *, account_id: str, text: str, sent_from: datetime) -> ReadBack:  # noqa: ARG002 - the protocol's form
        """Prove nothing."""
        return ReadBack.UNREADABLE
