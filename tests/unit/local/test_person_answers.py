"""What a person writes when the usual time is over, as the simulated platform takes and refuses it."""

from dataclasses import replace
from typing import Any

import pytest

from infra.local.loopback_server import Reply
from infra.local.platforms.meta.acts import Writing
from infra.local.platforms.meta.people import Contact
from infra.local.platforms.meta.simulator import SimulatedMeta
from nightbell.platforms.channel import Answer, ApiAccess, OutboundText, VerdictKind
from nightbell.platforms.person_verdict import NOT_APPROVED, judge
from nightbell.platforms.registry import SENDERS
from tests.unit.local.conftest import ADA, ADA_IN_PUBLIC, BEN, DORA, PAGE, Api, Clock, Send, error_of, usual_body

PATH = f"/v26.0/{PAGE.account_id}/messages"
MARK = {"messaging_type": "MESSAGE_TAG", "tag": "HUMAN_AGENT"}
WINDOW_CLOSED = {ADA: (400, 10, 2018278), DORA: (400, 10, 2534022)}
both = pytest.mark.parametrize("contact", [ADA, DORA], ids=["messenger", "instagram"])


@pytest.fixture
def answer(api: Api, meta: SimulatedMeta) -> Any:
    """Answer somebody who has just written; ``more`` stands beside the message."""
    meta.write(DORA, Writing(text="hello"))

    def answer(contact: Contact, **more: object) -> Reply:
        body = {"recipient": {"id": contact.contact_id}, "message": {"text": "We are on it."}, **more}
        return api("POST", PATH, body)

    return answer


@both
def test_a_person_is_taken_for_seven_days(contact: Contact, answer: Any, meta: SimulatedMeta, clock: Clock) -> None:
    clock.forward(hours=25)
    assert error_of(answer(contact)) == WINDOW_CLOSED[contact]
    assert answer(contact, **MARK).status == 200
    assert meta.transcript(contact)[-1].text == "We are on it."
    clock.forward(days=6)
    assert error_of(answer(contact, **MARK)) == WINDOW_CLOSED[contact]


@both
def test_an_answer_of_a_person_opens_no_window(contact: Contact, answer: Any, clock: Clock) -> None:
    clock.forward(days=3)
    assert answer(contact, **MARK).status == 200
    assert error_of(answer(contact)) == WINDOW_CLOSED[contact]


@both
def test_an_app_that_is_not_approved_may_not_use_the_mark(
    contact: Contact, answer: Any, meta: SimulatedMeta, clock: Clock
) -> None:
    meta.world.app = replace(meta.world.app, human_agent=False)
    clock.forward(hours=25)
    assert error_of(answer(contact, **MARK)) == (400, 10, None)


@both
@pytest.mark.parametrize(
    "more",
    [
        {"messaging_type": "MESSAGE_TAG"},
        {"messaging_type": "MESSAGE_TAG", "tag": "ACCOUNT_UPDATE"},
        {"messaging_type": "RESPONSE", "tag": "HUMAN_AGENT"},
        {"tag": "HUMAN_AGENT"},
        {"messaging_type": "PERSON"},
    ],
    ids=str,
)
def test_no_other_tag_is_left(contact: Contact, more: dict[str, str], answer: Any) -> None:
    assert error_of(answer(contact, **more)) == (400, 100, None)


def test_a_private_reply_takes_no_mark(api: Api, meta: SimulatedMeta) -> None:
    written = meta.write(ADA_IN_PUBLIC, Writing(text="Is this still there?"))
    body = {"recipient": {"comment_id": written.message_ids[0]}, "message": {"text": "It is."}}
    assert error_of(api("POST", PATH, body | MARK)) == (400, 100, None)
    assert api("POST", PATH, body).status == 200


def test_whatsapp_knows_no_mark_and_closes_for_people_too(send: Send, clock: Clock) -> None:
    clock.forward(hours=25)
    assert error_of(send(BEN, usual_body(BEN) | MARK)) == (400, 131047, None)


def test_a_page_may_answer_a_comment_more_than_once(api: Api, meta: SimulatedMeta) -> None:
    comment = meta.write(ADA_IN_PUBLIC, Writing(text="Is this still there?")).message_ids[0]
    for text in ("It is.", "And until Friday."):
        assert api("POST", f"/v26.0/{comment}/comments", {"message": text}).status == 200
    assert error_of(api("POST", f"/v26.0/{comment}/comments", {"message": "And until Friday."})) == (400, 506, None)


@pytest.mark.parametrize("is_approved", [True, False], ids=["approved", "not approved"])
@both
def test_what_nightbell_sends_late_is_taken_from_an_approved_app_alone(  # noqa: PLR0913 - what the fixtures bring
    contact: Contact, answer: Any, api: Api, meta: SimulatedMeta, clock: Clock, *, is_approved: bool
) -> None:
    del answer
    meta.world.app = replace(meta.world.app, human_agent=is_approved)
    clock.forward(hours=25)
    late = OutboundText(
        account_id=PAGE.account_id,
        address=contact.contact_id,
        text="We are on it.",
        tag="nightbell.1.d1.k",
        by_person=True,
        outside_window=True,
    )
    sender, access = SENDERS[contact.channel], ApiAccess(base_url="", version="v26.0", token=PAGE.token)
    reply = api("POST", PATH, sender.send_request(late, access).json)
    verdict = judge(sender, Answer(status=reply.status, headers={}, body=reply.body), late, again=False)
    assert verdict.kind is (VerdictKind.SENT if is_approved else VerdictKind.REFUSED)
    assert (verdict.reason == NOT_APPROVED) is not is_approved
