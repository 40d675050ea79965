"""The simulated send APIs refuse and accept what Meta documents."""

import json
from typing import Any

import pytest

from infra.local.platforms.faults import Fault, FaultKind, fault_from
from infra.local.platforms.meta.errors import documented
from infra.local.platforms.meta.people import Contact
from infra.local.platforms.meta.simulator import SimulatedMeta
from infra.local.platforms.meta.wire import appsecret_proof
from infra.local.platforms.meta.writing import tapping
from tests.unit.local.conftest import ADA, APP, BEN, PAGE, Clock, Send, WrittenDown, error_of, usual_body


def test_a_messenger_text_is_answered_with_recipient_and_message_id(send: Send) -> None:
    answer = json.loads(send(ADA).body)
    assert set(answer) == {"recipient_id", "message_id"}
    assert answer["recipient_id"] == ADA.contact_id


def test_a_whatsapp_text_is_answered_with_contact_and_message(send: Send) -> None:
    answer = json.loads(send(BEN).body)
    assert answer["messaging_product"] == "whatsapp"
    assert answer["contacts"] == [{"input": "+34600111222", "user_id": "ES.77", "wa_id": "34600111222"}]
    assert answer["messages"][0]["id"].startswith("wamid.")


def test_the_customer_sees_what_was_sent_and_for_how_long_they_waited(send: Send, meta: SimulatedMeta) -> None:
    send(ADA)
    written, answer = meta.transcript(ADA)
    assert (written.author, answer.author, answer.text) == ("contact", "business", "We got it.")
    assert answer.after_ms is not None
    assert 0 <= answer.after_ms < 10_000


@pytest.mark.parametrize(("contact", "code"), [(ADA, (400, 10, 2018278)), (BEN, (400, 131047, None))])
def test_after_24_hours_the_window_is_closed(contact: Contact, code: object, send: Send, clock: Clock) -> None:
    clock.forward(hours=23, minutes=59)
    assert send(contact).status == 200
    clock.forward(minutes=1)
    assert error_of(send(contact)) == code


@pytest.mark.parametrize(("contact", "code"), [(ADA, (400, 551, 1545041)), (BEN, (400, 131026, None))])
def test_a_contact_who_blocked_us_is_not_reached(
    contact: Contact, code: object, send: Send, meta: SimulatedMeta
) -> None:
    meta.block(contact)
    assert error_of(send(contact)) == code
    assert len(meta.transcript(contact)) == 1


def test_somebody_who_never_wrote_does_not_exist(send: Send) -> None:
    assert error_of(send(ADA, {"recipient": {"id": "1"}, "message": {"text": "x"}})) == (400, 100, 2018001)
    stranger = usual_body(BEN) | {"to": "+34999"}
    assert error_of(send(BEN, stranger)) == (400, 131026, None)


def test_a_wrong_token_is_refused(send: Send) -> None:
    assert error_of(send(ADA, token="other")) == (400, 190, None)
    assert error_of(send(BEN, token="other")) == (401, 190, None)
    assert error_of(send(ADA, token="")) == (400, 2500, None)


def test_a_given_appsecret_proof_is_checked(send: Send) -> None:
    right = appsecret_proof(PAGE.token, APP.app_secret)
    assert send(ADA, query={"appsecret_proof": right}).status == 200
    assert error_of(send(ADA, query={"appsecret_proof": right[::-1]})) == (400, 100, None)


def test_another_object_or_path_is_refused(send: Send) -> None:
    assert error_of(send(ADA, path="/v26.0/1/messages")) == (400, 100, 33)
    assert error_of(send(ADA, path="/me/messages")) == (400, 2500, None)


def _messenger(**message: object) -> dict[str, Any]:
    return {"recipient": {"id": ADA.contact_id}, "messaging_type": "RESPONSE", "message": message}


def _reply(title: str = "Wait here", payload: str = "here") -> dict[str, str]:
    return {"content_type": "text", "title": title, "payload": payload}


@pytest.mark.parametrize(
    "body",
    [
        _messenger(text="x" * 2000),
        _messenger(text=""),
        _messenger(),
        _messenger(text="x", metadata="x" * 1001),
        _messenger(text="x", quick_replies=[_reply()] * 14),
        _messenger(text="x", quick_replies=[_reply(title="x" * 21)]),
        _messenger(text="x", quick_replies=[_reply(payload="x" * 1001)]),
        _messenger(text="x", quick_replies=[{"content_type": "other"}]),
        _messenger(attachment={"type": "template", "payload": {"template_type": "button", "text": "x" * 641}}),
        _messenger(text="x") | {"messaging_type": "MESSAGE_TAG", "tag": "ACCOUNT_UPDATE"},
        {"message": {"text": "x"}},
        [],
    ],
)
def test_what_exceeds_messengers_limits_is_an_invalid_parameter(body: dict[str, Any] | list[Any], send: Send) -> None:
    assert error_of(send(ADA, body or [1])) == (400, 100, None)


def test_what_just_fits_messenger_is_sent(send: Send, meta: SimulatedMeta) -> None:
    replies = [_reply(title="x" * 20, payload="x" * 1000)] * 11
    asking = [{"content_type": "user_email"}, {"content_type": "user_phone_number"}]
    assert send(ADA, _messenger(text="x" * 1999, quick_replies=replies + asking)).status == 200
    buttons = meta.transcript(ADA)[-1].buttons
    assert [button.kind for button in buttons[-2:]] == ["user_email", "user_phone_number"]


def _interactive(*buttons: tuple[str, str], text: str = "Choose") -> dict[str, Any]:
    replies = [{"type": "reply", "reply": {"id": payload, "title": title}} for title, payload in buttons]
    interactive = {"type": "button", "body": {"text": text}, "action": {"buttons": replies}}
    return {"messaging_product": "whatsapp", "to": "+34600111222", "type": "interactive", "interactive": interactive}


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (usual_body(BEN, text="x" * 4097), 131009),
        (usual_body(BEN, text=""), 131008),
        (usual_body(BEN, tag="x" * 513), 131009),
        (usual_body(BEN) | {"messaging_product": "sms"}, 100),
        (usual_body(BEN) | {"to": None}, 131008),
        (usual_body(BEN) | {"type": "hologram"}, 131051),
        (usual_body(BEN) | {"to": "+15550001000"}, 131021),
        (_interactive(), 131009),
        (_interactive(("A", "1"), ("B", "2"), ("C", "3"), ("D", "4")), 131009),
        (_interactive(("x" * 21, "1")), 131009),
        (_interactive(("A", "x" * 257)), 131009),
        (_interactive(("A", "1"), ("A", "2")), 131009),
        (_interactive(("A", "1"), text="x" * 1025), 131009),
    ],
)
def test_what_exceeds_whatsapps_limits_is_refused(body: dict[str, Any], code: int, send: Send) -> None:
    assert error_of(send(BEN, body)) == (400, code, None)


def _menu(*rows: tuple[str, str], button: str = "Choose") -> dict[str, Any]:
    listed = [{"id": payload, "title": title} for title, payload in rows]
    action = {"button": button, "sections": [{"rows": listed}]}
    interactive = {"type": "list", "body": {"text": "x" * 4096}, "action": action}
    return {"messaging_product": "whatsapp", "to": "+34600111222", "type": "interactive", "interactive": interactive}


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (_menu(), 131009),
        (_menu(*[(str(n), str(n)) for n in range(11)]), 131009),
        (_menu(("x" * 25, "1")), 131009),
        (_menu(("A", "x" * 201)), 131009),
        (_menu(("A", "1"), button=""), 131008),
        (_menu(("A", "1"), button="x" * 21), 131009),
    ],
)
def test_a_list_that_exceeds_the_limits_is_refused(body: dict[str, Any], code: int, send: Send) -> None:
    assert error_of(send(BEN, body)) == (400, code, None)


def test_a_row_of_a_list_can_be_chosen(send: Send, meta: SimulatedMeta) -> None:
    assert send(BEN, _menu(*[(str(n), f"id-{n}") for n in range(10)])).status == 200
    bubble = meta.transcript(BEN)[-1]
    written = meta.write(BEN, tapping(bubble, bubble.buttons[7]))
    message = json.loads(written.delivery.body)["entry"][0]["changes"][0]["value"]["messages"][0]
    assert message["interactive"] == {"type": "list_reply", "list_reply": {"id": "id-7", "title": "7"}}
    assert message["context"]["id"] == bubble.message_id


def test_three_buttons_reach_a_whatsapp_screen(send: Send, meta: SimulatedMeta) -> None:
    assert send(BEN, _interactive(("A", "1"), ("B", "2"), ("C", "3"))).status == 200
    assert next((button.title, button.payload) for button in meta.transcript(BEN)[-1].buttons) == ("A", "1")


def test_a_contact_without_a_shown_number_is_reached_by_their_user_id(send: Send, meta: SimulatedMeta) -> None:
    body = usual_body(BEN) | {"to": None, "recipient": "ES.77"}
    assert send(BEN, body).status == 200
    assert len(meta.transcript(BEN)) == 2


def test_sending_faster_than_messenger_allows_is_error_613(send: Send) -> None:
    replies = [send(ADA).status for _ in range(6)]
    assert replies == [200] * 5 + [400]
    assert error_of(send(ADA)) == (400, 613, None)


def test_the_46th_message_to_one_whatsapp_contact_hits_the_pair_limit(send: Send) -> None:
    assert [send(BEN).status for _ in range(45)] == [200] * 45
    assert error_of(send(BEN)) == (400, 131056, None)


def test_a_typing_indicator_shows_nothing(send: Send, meta: SimulatedMeta) -> None:
    send(ADA, {"recipient": {"id": ADA.contact_id}, "sender_action": "typing_on"})
    send(BEN, {"messaging_product": "whatsapp", "status": "read", "message_id": "wamid.1"})
    assert len(meta.transcript(ADA)) == len(meta.transcript(BEN)) == 1


@pytest.mark.parametrize("contact", [ADA, BEN])
def test_every_documented_error_can_be_had(contact: Contact, send: Send, meta: SimulatedMeta) -> None:
    for code, subcode in documented(contact.channel):
        meta.faults.add(Fault(kind=FaultKind.ERROR, code=code, subcode=subcode))
        reply = send(contact)
        assert error_of(reply)[1:] == (code, subcode)
        assert reply.status >= 400
    assert len(meta.transcript(contact)) == 1


def test_a_business_use_case_limit_tells_when_to_come_back(send: Send, meta: SimulatedMeta) -> None:
    meta.faults.add(Fault(kind=FaultKind.ERROR, code=80006, retry_minutes=7))
    usage = json.loads(send(ADA).headers["X-Business-Use-Case-Usage"])
    assert usage[PAGE.account_id][0]["estimated_time_to_regain_access"] == 7


@pytest.mark.parametrize(
    ("settings", "delivered"),
    [
        ({"kind": "outage"}, 1),
        ({"kind": "outage", "executed": True}, 2),
        ({"kind": "dropped"}, 1),
        ({"kind": "lost_answer"}, 2),
        ({"kind": "cut_answer"}, 2),
        ({"kind": "empty_answer"}, 2),
        ({"kind": "slow", "seconds": 0.1}, 2),
    ],
)
def test_a_fault_says_whether_the_customer_got_it(
    settings: dict[str, Any], delivered: int, send: Send, meta: SimulatedMeta
) -> None:
    meta.faults.add(fault_from(settings))
    spoiled = send(ADA)
    assert len(meta.transcript(ADA)) == delivered
    signs = (spoiled.status, spoiled.hang_up, spoiled.delay_s, spoiled.keep_bytes, spoiled.body == b"{}")
    assert signs != (200, False, 0, None, False), "the answer looks like any other"
    assert send(ADA).status == 200, "a fault is used up"


def test_an_outage_speaks_no_json(send: Send, meta: SimulatedMeta) -> None:
    meta.faults.add(Fault(kind=FaultKind.OUTAGE))
    reply = send(ADA)
    assert reply.status == 502
    with pytest.raises(ValueError, match="Expecting value"):
        json.loads(reply.body)


def test_a_fault_hits_only_whom_it_names(send: Send, meta: SimulatedMeta) -> None:
    meta.faults.add(Fault(kind=FaultKind.ERROR, channel="whatsapp", contact_id=BEN.contact_id, times=None, code=131000))
    assert send(ADA).status == 200
    assert [send(BEN).status for _ in range(3)] == [500] * 3
    meta.faults.clear()
    assert send(BEN).status == 200


@pytest.mark.parametrize("settings", [{"kind": "nonsense"}, {}, {"kind": "error", "colour": "red"}])
def test_a_fault_that_does_not_exist_is_refused_in_words(settings: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"must be one of|A fault has no"):
        fault_from(settings)


def test_an_echo_brings_metadata_and_app_id_back(send: Send, courier: WrittenDown) -> None:
    message_id = json.loads(send(ADA).body)["message_id"]
    (_, echo), (_, receipt) = courier.later
    event = echo["entry"][0]["messaging"][0]
    assert event["sender"]["id"] == PAGE.account_id
    assert event["recipient"]["id"] == ADA.contact_id
    assert event["message"] == {
        "is_echo": True,
        "mid": message_id,
        "app_id": int(APP.app_id),
        "text": "We got it.",
        "metadata": "tag-1",
    }
    assert receipt["entry"][0]["messaging"][0]["delivery"]["mids"] == [message_id]


def _statuses(courier: WrittenDown) -> list[dict[str, Any]]:
    return [body["entry"][0]["changes"][0]["value"]["statuses"][0] for _, body in courier.later]


def test_statuses_bring_the_callback_data_back(send: Send, courier: WrittenDown) -> None:
    message_id = json.loads(send(BEN).body)["messages"][0]["id"]
    statuses = _statuses(courier)
    assert [status["status"] for status in statuses] == ["sent", "delivered", "read"]
    assert {status["id"] for status in statuses} == {message_id}
    assert {status["biz_opaque_callback_data"] for status in statuses} == {"tag-1"}


def test_a_message_may_be_accepted_and_fail_later(send: Send, meta: SimulatedMeta, courier: WrittenDown) -> None:
    meta.faults.add(Fault(kind=FaultKind.FAILED_STATUS, code=131026, seconds=3))
    assert send(BEN).status == 200
    statuses = _statuses(courier)
    assert [status["status"] for status in statuses] == ["sent", "failed"]
    assert statuses[1]["errors"][0]["code"] == 131026
    assert courier.later[1][0] >= 3


def test_an_echo_may_never_come_or_late_or_twice(send: Send, meta: SimulatedMeta, courier: WrittenDown) -> None:
    meta.faults.add(Fault(kind=FaultKind.NO_ECHO))
    send(ADA)
    assert courier.later == []
    meta.faults.add(Fault(kind=FaultKind.LATE_ECHO, seconds=60))
    send(ADA)
    assert courier.later[0][0] == 60
    courier.later.clear()
    meta.faults.add(Fault(kind=FaultKind.DOUBLE_ECHO))
    send(ADA)
    assert len(courier.later) == 4
