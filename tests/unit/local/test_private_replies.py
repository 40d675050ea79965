"""The one private answer to a comment, as Meta allows it."""

import json
from typing import Any

import pytest

from infra.local.loopback_server import Reply
from infra.local.platforms.faults import Fault, FaultKind
from infra.local.platforms.meta.acts import Writing
from infra.local.platforms.meta.people import Contact
from infra.local.platforms.meta.simulator import SimulatedMeta
from tests.unit.local.conftest import (
    ADA,
    ADA_IN_PUBLIC,
    CARLA,
    DORA,
    DORA_IN_PUBLIC,
    PAGE,
    Api,
    Clock,
    WrittenDown,
    error_of,
)


@pytest.fixture
def reply(api: Api) -> Any:
    """Answer a comment in private."""

    def reply(comment: str, text: str = "We wrote to you.", kind: str = "comment_id") -> Reply:
        return api(
            "POST", f"/v26.0/{PAGE.account_id}/messages", {"recipient": {kind: comment}, "message": _words(text)}
        )

    return reply


def _words(text: str) -> dict[str, str]:
    return {"text": text, "metadata": "tag-1"}


def _comment(meta: SimulatedMeta, contact: Contact = ADA_IN_PUBLIC, kind: str = "text") -> str:
    return meta.write(contact, Writing(kind=kind, text="How much is it?")).message_ids[0]


def test_it_arrives_on_the_commenters_own_screen_and_comes_back_as_an_echo(
    meta: SimulatedMeta, reply: Any, courier: WrittenDown
) -> None:
    comment = _comment(meta, CARLA)
    answer = json.loads(reply(comment).body)
    assert set(answer) == {"recipient_id", "message_id"}
    assert answer["recipient_id"] == "5003", "a commenter may have another id in private"
    (bubble,) = meta.transcript(CARLA.in_private)
    assert (bubble.text, bubble.about, bubble.message_id) == ("We wrote to you.", comment, answer["message_id"])
    echo = courier.later[0][1]["entry"][0]["messaging"][0]
    assert (echo["recipient"]["id"], echo["message"]["mid"]) == ("5003", answer["message_id"])
    assert echo["message"]["metadata"] == "tag-1"


def test_a_second_one_is_already_replied_to(meta: SimulatedMeta, reply: Any) -> None:
    comment = _comment(meta)
    assert reply(comment).status == 200
    assert error_of(reply(comment)) == (400, 10900, None)
    assert len(meta.transcript(ADA)) == 2


def test_a_visitors_post_is_answered_by_its_own_id(meta: SimulatedMeta, reply: Any) -> None:
    assert reply(_comment(meta, kind="post"), kind="post_id").status == 200


@pytest.mark.parametrize(
    ("contact", "code"), [(ADA_IN_PUBLIC, (400, 10901, None)), (DORA_IN_PUBLIC, (400, 100, 2534025))]
)
def test_after_seven_days_it_is_too_late(
    contact: Contact, code: object, meta: SimulatedMeta, reply: Any, clock: Clock
) -> None:
    first, second = _comment(meta, contact), _comment(meta, contact)
    clock.forward(days=7)
    assert reply(first).status == 200
    clock.forward(seconds=1)
    assert error_of(reply(second)) == code


def test_only_comments_of_others_on_our_own_page_can_be_answered(meta: SimulatedMeta, reply: Any, api: Api) -> None:
    comment = _comment(meta)
    own = json.loads(api("POST", f"/v26.0/{comment}/comments", {"message": "Thank you!"}).body)["id"]
    elsewhere = _comment(meta, kind="mention")
    assert error_of(reply(own)) == error_of(reply(elsewhere)) == (400, 10902, None)
    meta.write(ADA_IN_PUBLIC, Writing(kind="unsend", about=comment))
    assert error_of(reply(comment)) == (400, 100, 33)


def test_nothing_more_can_be_sent_before_the_person_answers(meta: SimulatedMeta, reply: Any, send: Any) -> None:
    reply(_comment(meta, CARLA))
    more = {"recipient": {"id": "5003"}, "message": {"text": "One more thing"}}
    path = f"/v26.0/{PAGE.account_id}/messages"
    assert error_of(send(ADA, more, path=path)) == (400, 10, 2018278)
    meta.write(CARLA.in_private, Writing(text="Yes?"))
    assert send(ADA, more, path=path).status == 200


def test_who_blocked_the_business_gets_none(meta: SimulatedMeta, reply: Any) -> None:
    comment = _comment(meta)
    meta.block(ADA)
    assert error_of(reply(comment)) == (400, 10903, None)


def test_instagrams_arrives_in_direct_and_its_echo_tells_nothing(
    meta: SimulatedMeta, reply: Any, courier: WrittenDown
) -> None:
    answer = json.loads(reply(_comment(meta, DORA_IN_PUBLIC)).body)
    assert answer["recipient_id"] == DORA.contact_id
    assert [bubble.text for bubble in meta.transcript(DORA)] == ["We wrote to you."]
    echo = courier.later[0][1]["entry"][0]["messaging"][0]["message"]
    assert echo == {"is_echo": True, "mid": answer["message_id"], "text": "We wrote to you."}


def test_a_lost_answer_leaves_it_sent(meta: SimulatedMeta, reply: Any) -> None:
    comment = _comment(meta, CARLA)
    meta.faults.add(Fault(kind=FaultKind.LOST_ANSWER, operation="private_reply", contact_id=CARLA.contact_id))
    assert reply(comment).hang_up
    assert error_of(reply(comment)) == (400, 10900, None)
    assert len(meta.transcript(CARLA.in_private)) == 1
