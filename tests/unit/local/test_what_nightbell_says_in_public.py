"""Our own channels against the simulated platform: what one writes, the other reads."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from infra.local.loopback_server import Request
from infra.local.platforms.faults import Fault, FaultKind
from infra.local.platforms.meta.acts import Writing
from infra.local.platforms.meta.people import Account, Contact
from infra.local.platforms.meta.simulator import SimulatedMeta
from nightbell.domain.events import Message, MessageRole, OutsideAnswer
from nightbell.platforms.channel import (
    Answer,
    ApiAccess,
    HttpOutcome,
    HttpRequest,
    NoAnswer,
    OutboundText,
    ReadBack,
    VerdictKind,
)
from nightbell.platforms.meta.envelope import read_delivery
from nightbell.platforms.meta.may_reply_privately import MayReplyPrivately
from nightbell.platforms.registry import CHANNELS, LOOK_UPS, SENDERS
from tests.unit.local.conftest import (
    ADA,
    ADA_IN_PUBLIC,
    CARLA,
    DORA,
    DORA_IN_PUBLIC,
    FEED,
    GRAM,
    PAGE,
    Clock,
    WrittenDown,
)

LINE = "Thank you, we answer you in private!"
SURFACES = [(FEED, ADA_IN_PUBLIC, ADA), (GRAM, DORA_IN_PUBLIC, DORA)]
every_surface = pytest.mark.parametrize(("account", "contact", "in_private"), SURFACES, ids=["facebook", "instagram"])

Call = Callable[[HttpRequest], HttpOutcome]


@pytest.fixture
def call(meta: SimulatedMeta) -> Call:
    def call(request: HttpRequest) -> HttpOutcome:
        reply = meta.graph_api.answer(
            Request(
                method=request.method,
                path=request.url.removeprefix("https://graph.example"),
                query=dict(request.query),
                headers={name.lower(): value for name, value in request.headers.items()},
                body=b"" if request.json is None else json.dumps(request.json).encode(),
            )
        )
        return NoAnswer(error="reset") if reply.hang_up else Answer(status=reply.status, headers={}, body=reply.body)

    return call


def access(account: Account) -> ApiAccess:
    return ApiAccess(base_url="https://graph.example", version="v26.0", token=account.token)


def heard(meta: SimulatedMeta, contact: Contact, writing: Writing, clock: Clock) -> Message:
    (message,) = read_delivery(meta.write(contact, writing).delivery.body, clock())
    assert isinstance(message, Message)
    return message


def to(message: Message, account: Account) -> OutboundText:
    api_id = account.page_id or account.account_id
    return OutboundText(account_id=api_id, address=message.contact.address, text=LINE, tag="nightbell.1.1.k")


def came_back(courier: WrittenDown, clock: Clock) -> Any:
    (event,) = read_delivery(json.dumps(courier.later[-1][1]).encode(), clock())
    return event


@every_surface
def test_a_line_is_posted_and_comes_back_as_ours(  # noqa: PLR0913, PLR0917 - what the fixtures bring
    account: Account,
    contact: Contact,
    in_private: Contact,
    meta: SimulatedMeta,
    call: Call,
    courier: WrittenDown,
    clock: Clock,
) -> None:
    del in_private
    asked = heard(meta, contact, Writing(text="Are you open?"), clock)
    assert not asked.unnamed
    channel = CHANNELS[account.channel]
    verdict = channel.verdict(call(channel.send_request(to(asked, account), access(account))))
    assert verdict.kind is VerdictKind.SENT
    ours = came_back(courier, clock)
    assert isinstance(ours, OutsideAnswer)
    assert (ours.thread, ours.said_id, ours.text) == (asked.thread, verdict.message_id, LINE)


@every_surface
def test_a_line_whose_answer_was_lost_is_found_below_the_comment(  # noqa: PLR0913, PLR0917 - what the fixtures bring
    account: Account, contact: Contact, in_private: Contact, meta: SimulatedMeta, call: Call, clock: Clock
) -> None:
    del in_private
    asked = heard(meta, contact, Writing(text="Are you open?"), clock)
    answers_to_it = heard(meta, contact, Writing(text="And on Monday?", about=asked.message_id), clock)
    channel = CHANNELS[account.channel]

    def look() -> ReadBack:
        request = channel.read_back_request(answers_to_it.contact.address, account.account_id, access(account))
        return channel.read_back(call(request), account_id=account.account_id, text=LINE, sent_from=clock())

    assert look() is ReadBack.ABSENT
    meta.faults.add(Fault(kind=FaultKind.LOST_ANSWER, channel=account.channel, contact_id=contact.contact_id))
    lost = channel.verdict(call(channel.send_request(to(answers_to_it, account), access(account))))
    assert lost.kind is VerdictKind.UNKNOWN
    assert look() is ReadBack.FOUND


@every_surface
def test_a_private_reply_finds_the_commenter_and_is_sent_once(  # noqa: PLR0913, PLR0917 - what the fixtures bring
    account: Account, contact: Contact, in_private: Contact, meta: SimulatedMeta, call: Call, clock: Clock
) -> None:
    asked = heard(meta, contact, Writing(text="Are you open?"), clock)
    sender = SENDERS[CHANNELS[account.channel].private_reply or ""]
    request = sender.send_request(to(asked, account), access(account))
    verdict, again = sender.verdict(call(request)), sender.verdict(call(request))
    assert (verdict.kind, verdict.recipient_id) == (VerdictKind.SENT, in_private.contact_id)
    assert (again.kind, again.code) == (VerdictKind.SENT, "10900")
    assert [bubble.text for bubble in meta.transcript(in_private) if bubble.author == "business"] == [LINE]


def test_a_visitors_post_is_answered_below_it_and_in_private(meta: SimulatedMeta, call: Call, clock: Clock) -> None:
    posted = heard(meta, CARLA, Writing(kind="post", text="Your bread was hard."), clock)
    assert posted.kind == "facebook_comments.post"
    sent = [
        SENDERS[name].verdict(call(SENDERS[name].send_request(to(posted, FEED), access(FEED))))
        for name in ("facebook_comments", "facebook_private_reply")
    ]
    assert [verdict.kind for verdict in sent] == [VerdictKind.SENT, VerdictKind.SENT]
    assert sent[1].recipient_id == "5003"


def test_a_comment_that_is_gone_is_refused_on_every_step(meta: SimulatedMeta, call: Call, clock: Clock) -> None:
    asked = heard(meta, ADA_IN_PUBLIC, Writing(text="Are you open?"), clock)
    removed = heard(meta, ADA_IN_PUBLIC, Writing(kind="unsend", about=asked.message_id), clock)
    assert (removed.role, removed.thread) == (MessageRole.CHANGE, asked.thread)
    assert removed.contact.contact_id == asked.contact.contact_id
    for name in ("facebook_comments", "facebook_private_reply"):
        verdict = SENDERS[name].verdict(call(SENDERS[name].send_request(to(asked, FEED), access(FEED))))
        assert (verdict.kind, verdict.code) == (VerdictKind.REFUSED, "100/33")


@pytest.mark.parametrize(
    ("forbidden", "stopped"),
    [("pages_manage_engagement", "facebook_comments"), ("pages_messaging", "facebook_private_reply")],
)
def test_a_permission_that_is_missing_stops_its_own_step_alone(
    forbidden: str, stopped: str, meta: SimulatedMeta, call: Call, clock: Clock
) -> None:
    asked = heard(meta, ADA_IN_PUBLIC, Writing(text="Are you open?"), clock)
    meta.world.care.not_granted = {forbidden}
    said = {
        name: SENDERS[name].verdict(call(SENDERS[name].send_request(to(asked, FEED), access(FEED)))).kind
        for name in ("facebook_comments", "facebook_private_reply")
    }
    assert {name: kind for name, kind in said.items() if kind is not VerdictKind.SENT} == {
        stopped: VerdictKind.NOT_PERMITTED
    }


def test_a_token_that_is_not_the_pages_is_dead(meta: SimulatedMeta, call: Call, clock: Clock) -> None:
    asked = heard(meta, ADA_IN_PUBLIC, Writing(text="Are you open?"), clock)
    wrong = replace(access(FEED), token="another")
    verdict = SENDERS["facebook_comments"].verdict(
        call(SENDERS["facebook_comments"].send_request(to(asked, FEED), wrong))
    )
    assert verdict.kind is VerdictKind.TOKEN_DEAD


@pytest.mark.parametrize("kind", ["mention", "mention_in_post"])
def test_an_instagram_mention_is_answered_where_it_stands(
    kind: str, meta: SimulatedMeta, call: Call, clock: Clock
) -> None:
    mention = heard(meta, DORA_IN_PUBLIC, Writing(kind=kind, text="ask the.business"), clock)
    by_person = replace(to(mention, GRAM), about=mention.about, by_person=True)
    request = SENDERS["instagram_comments"].send_request(by_person, replace(access(GRAM), owner_id=GRAM.account_id))
    verdict = SENDERS["instagram_comments"].verdict(call(request))
    assert verdict.kind is VerdictKind.SENT
    assert verdict.message_id is not None
    made = meta.world.wall.comments[verdict.message_id]
    assert (made.text, made.answers) == (LINE, mention.message_id)


@pytest.mark.parametrize("kind", ["mention", "mention_in_post"])
def test_an_instagram_mention_is_looked_up(kind: str, meta: SimulatedMeta, call: Call, clock: Clock) -> None:
    mention = heard(meta, DORA_IN_PUBLIC, Writing(kind=kind, text="ask the.business"), clock)
    assert (mention.text, mention.unnamed) == ("", True)
    told = {each.kind: each.reference for each in mention.attachments if each.reference}
    look_up = LOOK_UPS[mention.channel]
    request = look_up.look_up_request(told, mention.account_id, access(GRAM))
    assert request is not None
    found = look_up.read_look_up(call(request))
    assert found is not None
    assert (found.text, found.author) == ("ask the.business", "dora.vidal")


def test_a_person_who_answers_in_public_is_heard(meta: SimulatedMeta, clock: Clock) -> None:
    asked = heard(meta, ADA_IN_PUBLIC, Writing(text="Are you open?"), clock)
    meta.outsiders.answer_in_public(asked.message_id, "Yes, until six.")
    (answered,) = read_delivery(meta.courier.log[-1].body, clock())
    assert isinstance(answered, OutsideAnswer)
    assert (answered.account_id, answered.thread, answered.text) == (PAGE.account_id, asked.thread, "Yes, until six.")


@pytest.mark.parametrize("kind", ["text", "post"])
@pytest.mark.parametrize("by_page", [False, True], ids=["a person", "another business's Page"])
def test_before_a_line_leaves_it_is_asked_who_wrote(
    *, kind: str, by_page: bool, meta: SimulatedMeta, clock: Clock, call: Call
) -> None:
    written = heard(meta, CARLA, Writing(kind=kind, text="How much is it?", by_page=by_page), clock)
    question, address = MayReplyPrivately(), written.contact.address
    outcome = call(question.question_request(address, access(FEED)))
    objection = question.objection(outcome, address=address, account_id=FEED.account_id)
    assert (objection is not None) is by_page
    private = SENDERS["facebook_private_reply"]
    replied = private.verdict(call(private.send_request(to(written, FEED), access(PAGE))))
    assert replied.kind is (VerdictKind.REFUSED if by_page else VerdictKind.SENT), "the question tells the truth"


def test_what_was_answered_in_private_by_hand_gets_no_line(meta: SimulatedMeta, clock: Clock, call: Call) -> None:
    written = heard(meta, CARLA, Writing(text="How much is it?"), clock)
    private, question = SENDERS["facebook_private_reply"], MayReplyPrivately()
    call(private.send_request(to(written, FEED), access(PAGE)))
    outcome = call(question.question_request(written.contact.address, access(FEED)))
    assert question.objection(outcome, address=written.contact.address, account_id=FEED.account_id) is not None


def test_an_answer_that_does_not_come_is_no_permission(meta: SimulatedMeta, clock: Clock, call: Call) -> None:
    written = heard(meta, CARLA, Writing(text="How much is it?"), clock)
    meta.faults.add(Fault(kind=FaultKind.DROPPED, operation="ask", contact_id=CARLA.contact_id))
    question, address = MayReplyPrivately(), written.contact.address
    request = question.question_request(address, access(FEED))
    objection = question.objection(call(request), address=address, account_id=FEED.account_id)
    assert objection is not None
    assert objection.kind is VerdictKind.UNKNOWN
    assert question.objection(call(request), address=address, account_id=FEED.account_id) is None
