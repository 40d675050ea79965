"""A surface in public, small enough to see whole: comments, the private reply to one, and where it is answered."""

import json
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from datetime import timedelta

from nightbell.platforms.channel import (
    Answer,
    ApiAccess,
    HttpOutcome,
    HttpRequest,
    OutboundText,
    RecoveryClass,
    Verdict,
    VerdictKind,
)
from tests.fakes import Behaviour, FakeChannel, FakePlatformApi, says

RECIPIENT = "psid.7"
"""The contact's id on the private channel, which the private reply's answer tells."""


@dataclass(kw_only=True)
class FakeReply(FakeChannel):
    """A private reply: one for each comment, and its answer names the contact."""

    def send_request(self, outbound: OutboundText, access: ApiAccess) -> HttpRequest:
        request = super().send_request(outbound, access)
        return replace(request, url=f"{access.base_url}/reply")

    def verdict(self, outcome: HttpOutcome) -> Verdict:
        verdict = super().verdict(outcome)
        if not isinstance(outcome, Answer):
            return verdict
        return replace(verdict, recipient_id=json.loads(outcome.body).get("recipient"))


PRIVATE = FakeChannel(name="private", recovery=RecoveryClass.ECHOED, can_read_back=True)
REPLY = FakeReply(name="reply", recovery=RecoveryClass.ONE_SHOT, reply_window=timedelta(days=7))
PUBLIC = FakeChannel(
    name="public",
    recovery=RecoveryClass.ECHOED,
    can_read_back=True,
    reply_window=None,
    is_public=True,
    private_reply=REPLY.name,
    private_channel=PRIVATE.name,
)


class MayAnswer:
    """Asks whether anything may be said to whoever wrote a comment; its API answers with the verdict itself."""

    timeout_s = 4.0
    stops_people = False

    def question_request(self, address: str, access: ApiAccess) -> HttpRequest:
        return HttpRequest(method="GET", url=f"{access.base_url}/ask/{address}", headers={"token": access.token})

    def objection(
        self, outcome: HttpOutcome, *, address: str, account_id: str, owner_ids: Collection[str] = ()
    ) -> Verdict | None:
        del owner_ids
        assert address
        assert account_id
        verdict = PUBLIC.verdict(outcome)
        return None if verdict.kind is VerdictKind.SENT else verdict


YES: HttpOutcome = says(VerdictKind.SENT)
REPLIED = Behaviour(executed=True, outcome=says(VerdictKind.SENT, id="reply-id", recipient=RECIPIENT))


class LadderApi(FakePlatformApi):
    """The platform's API: what stands below each comment, and what was replied in private.

    Attributes:
        replies: What was replied, by the comment's address; only ever one to each.
        next_replies: What the next private replies come to; afterwards all goes well.
        asked: About which comments it was asked.
        next_answers: What the next questions come to; afterwards everything may be answered.
        on_asked: Called before the answer.
    """

    def __init__(self) -> None:
        super().__init__()
        self.replies: dict[str, tuple[str, str]] = {}
        self.next_replies: list[Behaviour] = []
        self.asked_to_reply = 0
        self.asked: list[str] = []
        self.next_answers: list[HttpOutcome] = []
        self.on_asked: Callable[[], object] = lambda: None

    def send(self, request: HttpRequest) -> HttpOutcome:
        if "/ask/" in request.url:
            self.asked.append(request.url.rpartition("/")[2])
            self.on_asked()
            return self.next_answers.pop(0) if self.next_answers else YES
        if not request.url.endswith("/reply"):
            return super().send(request)
        self.asked_to_reply += 1
        assert isinstance(request.json, dict)
        to = request.json["to"]
        behaviour = self.next_replies.pop(0) if self.next_replies else REPLIED
        if to in self.replies:
            return says(VerdictKind.SENT)
        if behaviour.executed:
            self.replies[to] = (request.json["text"], request.json["tag"])
        return behaviour.outcome
