"""The simulated LinkedIn: what it delivers is understood, and what it answers is judged."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from infra.local.loopback_server import LoopbackServer, Reply, Request
from infra.local.platforms.courier import Delivery as Sent
from infra.local.platforms.faults import Fault, FaultBox, FaultKind
from infra.local.platforms.linkedin.simulator import SimulatedLinkedIn
from infra.local.platforms.vendor import Act, Contact, Surroundings
from nightbell.domain.business import Account
from nightbell.domain.events import Delivery, Event, Message, OutsideAnswer
from nightbell.platforms.channel import (
    Answer,
    ApiAccess,
    HttpRequest,
    OutboundText,
    ReadBack,
    Verdict,
    VerdictKind,
)
from nightbell.platforms.linkedin.channel import LinkedInComments
from nightbell.platforms.linkedin.platform import LinkedIn

PAGE = "3300771"
NOW = datetime(2026, 11, 18, 12, 30, tzinfo=UTC)
SECRETS = {
    "client_secret": "a-secret-of-16ch",  # pragma: allowlist secret
    f"oauth2/{PAGE}": '{"access":"token-of-the-page"}',
}
ACCESS = ApiAccess(base_url="https://api", version="202607", token=SECRETS[f"oauth2/{PAGE}"])
CHANNEL = LinkedInComments()
NOBODY: Any = None


@pytest.fixture
def faults() -> FaultBox:
    return FaultBox()


@pytest.fixture
def linkedin(faults: FaultBox) -> Iterator[SimulatedLinkedIn]:
    account = Account(channel="linkedin", account_id=PAGE, brand=NOBODY, hours=NOBODY)
    around = Surroundings(accounts=(account,), secrets=SECRETS, clock=lambda: NOW, faults=faults)
    simulated = SimulatedLinkedIn(around)
    yield simulated
    simulated.stop()


def ada(linkedin: SimulatedLinkedIn) -> Contact:
    return linkedin.contact({"channel": "linkedin", "name": "Ada Rossi"})


def parsed(sent: Sent) -> list[Event]:
    headers = {name.lower(): value for name, value in sent.headers.items()}
    delivery = Delivery(
        platform="linkedin", path="", method="POST", headers=headers, query={}, body=sent.body, received_at=NOW
    )
    LinkedIn().verify(delivery, {"client_secret": [SECRETS["client_secret"]]})
    return LinkedIn().parse(delivery)


def call(linkedin: SimulatedLinkedIn, request: HttpRequest) -> Answer:
    headers = {name.lower(): value for name, value in request.headers.items()}
    # A server reads the path decoded.
    path = request.url.removeprefix("https://api").replace("%3A", ":").replace("%28", "(").replace("%29", ")")
    asked = Request(
        method=request.method,
        path=path.replace("%2C", ","),
        query=dict(request.query),
        headers=headers,
        body=json.dumps(request.json).encode(),
    )
    reply = linkedin.answer(asked)
    return Answer(status=reply.status, headers=dict(reply.headers), body=reply.body[: reply.keep_bytes])


def send(
    linkedin: SimulatedLinkedIn, said: Message, access: ApiAccess = ACCESS, text: str = "We are on it."
) -> Verdict:
    outbound = OutboundText(account_id=PAGE, address=said.contact.address, text=text, tag="t")
    return CHANNEL.verdict(call(linkedin, CHANNEL.send_request(outbound, access)))


def read_back(linkedin: SimulatedLinkedIn, said: Message) -> ReadBack:
    outcome = call(linkedin, CHANNEL.read_back_request(said.contact.address, PAGE, ACCESS))
    return CHANNEL.read_back(outcome, account_id=PAGE, text="We are on it.", sent_from=NOW - timedelta(seconds=1))


def commented(linkedin: SimulatedLinkedIn, text: str = "Do you ship?") -> Message:
    linkedin.write(ada(linkedin), Act(text=text))
    (event,) = parsed(linkedin.log[-1])
    assert isinstance(event, Message)
    return event


@dataclass(slots=True)
class Receiver:
    """Answers the challenge as the functions do."""

    secret: str = SECRETS["client_secret"]
    platform: LinkedIn = field(default_factory=LinkedIn)

    def answer(self, request: Request) -> Reply:
        delivery = Delivery(
            platform="linkedin",
            path="",
            method=request.method,
            headers=request.headers,
            query=request.query,
            body=request.body,
            received_at=NOW,
        )
        reply = self.platform.handshake(delivery, {"client_secret": [self.secret]})
        return Reply(body=reply.body.encode(), content_type=reply.content_type) if reply else Reply(status=404)


def test_the_endpoint_is_checked_by_a_challenge(linkedin: SimulatedLinkedIn) -> None:
    receiver = Receiver()
    server = LoopbackServer(receiver.answer)
    linkedin.courier.url = server.url
    assert linkedin.greet() == ""
    receiver.secret = "another-secret-16"  # pragma: allowlist secret
    assert "did not answer" in linkedin.greet()
    server.close()


def test_a_members_comment_is_theirs_and_stands_on_the_wall(linkedin: SimulatedLinkedIn) -> None:
    said = commented(linkedin)
    assert (said.kind, said.text) == ("linkedin.comment", "Do you ship?")
    assert said.contact.author_id == "urn:li:person:li000000001"
    (post,) = linkedin.posts(ada(linkedin))
    assert [(one["by"], one["text"]) for one in post["comments"]] == [("me", "Do you ship?")]


def test_several_acts_travel_in_one_delivery(linkedin: SimulatedLinkedIn) -> None:
    written = linkedin.write(ada(linkedin), Act(text="one"), batch=3, copies=2)
    assert len(written.message_ids) == 3
    assert len(linkedin.log) == 1
    assert len(parsed(linkedin.log[0])) == 3


@pytest.mark.parametrize(
    ("kind", "event"),
    [("edit", "linkedin.comment_edit"), ("unsend", "linkedin.comment_delete"), ("reaction", "linkedin.like")],
)
def test_what_members_do_besides_is_understood(linkedin: SimulatedLinkedIn, kind: str, event: str) -> None:
    said = commented(linkedin)
    linkedin.write(ada(linkedin), Act(kind=kind, text="Do you ship to Linz?", about=said.message_id))
    assert [one.kind for one in parsed(linkedin.log[-1])] == [event]


def test_a_post_that_names_the_page_is_a_message(linkedin: SimulatedLinkedIn) -> None:
    linkedin.write(ada(linkedin), Act(kind="mention", text="Thanks to the bakery"))
    (event,) = parsed(linkedin.log[-1])
    assert isinstance(event, Message)
    assert event.kind == "linkedin.share_mention"
    assert send(linkedin, event).kind is VerdictKind.SENT
    assert [one["by"] for one in linkedin.posts(ada(linkedin)) if one["elsewhere"]] == ["me"]


def test_a_person_who_answers_answers_the_very_comment(linkedin: SimulatedLinkedIn) -> None:
    said = commented(linkedin)
    linkedin.others()["answer"](ada(linkedin), "Yes, we do", said.message_id)
    (event,) = parsed(linkedin.log[-1])
    assert isinstance(event, OutsideAnswer)
    assert (event.thread, event.text) == (said.thread, "Yes, we do")


def test_our_answer_is_found_again(linkedin: SimulatedLinkedIn) -> None:
    said = commented(linkedin)
    assert read_back(linkedin, said) is ReadBack.ABSENT
    verdict = send(linkedin, said)
    assert (verdict.kind, read_back(linkedin, said)) == (VerdictKind.SENT, ReadBack.FOUND)
    assert verdict.message_id in {one["id"] for post in linkedin.posts(ada(linkedin)) for one in post["comments"]}


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        (Fault(kind=FaultKind.ERROR, code=400), VerdictKind.REFUSED),
        (Fault(kind=FaultKind.ERROR, code=401), VerdictKind.TOKEN_DEAD),
        (Fault(kind=FaultKind.ERROR, code=403), VerdictKind.NOT_PERMITTED),
        (Fault(kind=FaultKind.ERROR, name="unpermitted"), VerdictKind.REFUSED),
        (Fault(kind=FaultKind.ERROR, code=404), VerdictKind.REFUSED),
        (Fault(kind=FaultKind.ERROR, code=429), VerdictKind.NOT_SENT),
        (Fault(kind=FaultKind.ERROR, code=500), VerdictKind.UNKNOWN),
        (Fault(kind=FaultKind.OUTAGE), VerdictKind.UNKNOWN),
    ],
    ids=lambda value: f"{value.kind}-{value.code}-{value.name}" if isinstance(value, Fault) else str(value),
)
def test_each_documented_error_has_its_verdict(
    linkedin: SimulatedLinkedIn, faults: FaultBox, fault: Fault, kind: VerdictKind
) -> None:
    said = commented(linkedin)
    faults.add(fault)
    assert send(linkedin, said).kind is kind
    assert read_back(linkedin, said) is ReadBack.ABSENT


def test_a_strangers_token_and_what_is_too_long_are_refused(linkedin: SimulatedLinkedIn) -> None:
    said = commented(linkedin)
    stranger = ApiAccess(base_url="https://api", version="202607", token="another")
    assert send(linkedin, said, stranger).kind is VerdictKind.TOKEN_DEAD
    assert send(linkedin, said, text="x" * 1251).kind is VerdictKind.REFUSED
    assert send(linkedin, said, text="x" * 1250).kind is VerdictKind.SENT


def test_an_unknown_act_is_refused_in_words(linkedin: SimulatedLinkedIn) -> None:
    with pytest.raises(ValueError, match="mention"):
        linkedin.write(ada(linkedin), Act(kind="fax"))
    with pytest.raises(ValueError, match="letters"):
        linkedin.contact({"channel": "linkedin", "contact": "a/b"})
