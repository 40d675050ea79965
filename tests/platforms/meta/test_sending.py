import json
from datetime import timedelta

import pytest

from nightbell.platforms.channel import Answer, ApiAccess, Button, Channel, OutboundText, Verdict, VerdictKind
from nightbell.platforms.meta.graph_api import make_proof
from nightbell.platforms.meta.messenger_channel import Messenger
from nightbell.platforms.meta.whatsapp_channel import WhatsApp

ACCESS = ApiAccess(base_url="https://graph.example", version="v26.0", token="EAAG-token", app_secret="a" * 32)
HELLO = OutboundText(account_id="104200000000017", address="7700000000000421", text="Hello", tag="nightbell.1.1.k")
NUMBER = OutboundText(account_id="330000000000771", address="+4366055501234", text="Hello", tag="nightbell.1.1.k")


def buttons(count: int) -> tuple[Button, ...]:
    return tuple(Button(title=f"T{n}", payload=f"P{n}") for n in range(count))


def refusal(code: object, subcode: object = None, status: int = 400, **extra: object) -> Answer:
    error = {"code": code, "message": "secret words", "fbtrace_id": "A", **extra}
    if subcode is not None:
        error["error_subcode"] = subcode
    return Answer(status=status, headers={}, body=json.dumps({"error": error}).encode())


def judged(channel: Channel, code: object, subcode: object = None, status: int = 400) -> VerdictKind:
    return channel.verdict(refusal(code, subcode, status)).kind


def test_a_messenger_answer_is_sent_as_a_response_with_our_tag() -> None:
    request = Messenger().send_request(HELLO, ACCESS)
    assert request.url == "https://graph.example/v26.0/104200000000017/messages"
    assert request.headers == {"Authorization": "Bearer EAAG-token"}
    assert request.query == {"appsecret_proof": make_proof("EAAG-token", "a" * 32)}
    assert request.json == {
        "recipient": {"id": "7700000000000421"},
        "messaging_type": "RESPONSE",
        "message": {"text": "Hello", "metadata": "nightbell.1.1.k"},
    }


def test_without_an_app_secret_there_is_no_proof() -> None:
    access = ApiAccess(base_url="https://graph.example", version="v26.0", token="t")
    assert Messenger().send_request(HELLO, access).query == {}


@pytest.mark.parametrize(("ask", "kind"), [("email", "user_email"), ("phone", "user_phone_number")])
def test_messenger_offers_to_hand_over_an_address_after_the_choices(ask: str, kind: str) -> None:
    request = Messenger().send_request(
        OutboundText(account_id="1", address="2", text="t", tag="g", buttons=buttons(1), ask=ask), ACCESS
    )
    assert isinstance(request.json, dict)
    assert request.json["message"]["quick_replies"] == [
        {"content_type": "text", "title": "T0", "payload": "P0"},
        {"content_type": kind},
    ]


def test_messenger_never_shows_more_than_thirteen_choices() -> None:
    full = OutboundText(account_id="1", address="2", text="t", tag="g", buttons=buttons(13), ask="email")
    request = Messenger().send_request(full, ACCESS)
    assert isinstance(request.json, dict)
    assert len(request.json["message"]["quick_replies"]) == 13


def test_a_whatsapp_text_goes_to_a_number_with_its_plus_sign() -> None:
    assert WhatsApp().send_request(NUMBER, ACCESS).json == {
        "messaging_product": "whatsapp",
        "recipient_type": "individual",
        "to": "+4366055501234",
        "type": "text",
        "text": {"body": "Hello", "preview_url": False},
        "biz_opaque_callback_data": "nightbell.1.1.k",
    }


def test_a_whatsapp_text_goes_to_a_user_id_where_no_number_is_known() -> None:
    outbound = OutboundText(account_id="1", address="AT.9f3Kq27LmZ", text="t", tag="g")
    body = WhatsApp().send_request(outbound, ACCESS).json
    assert isinstance(body, dict)
    assert body["recipient"] == "AT.9f3Kq27LmZ"
    assert "to" not in body


def test_whatsapp_shows_three_choices_as_buttons_and_four_as_a_list() -> None:
    def interactive(count: int) -> object:
        outbound = OutboundText(
            account_id="1", address="+2", text="t", tag="g", buttons=buttons(count), menu_title="Choose"
        )
        body = WhatsApp().send_request(outbound, ACCESS).json
        assert isinstance(body, dict)
        return body["interactive"]

    assert interactive(3) == {
        "type": "button",
        "body": {"text": "t"},
        "action": {"buttons": [{"type": "reply", "reply": {"id": f"P{n}", "title": f"T{n}"}} for n in range(3)]},
    }
    assert interactive(4) == {
        "type": "list",
        "body": {"text": "t"},
        "action": {"button": "Choose", "sections": [{"rows": [{"id": f"P{n}", "title": f"T{n}"} for n in range(4)]}]},
    }


@pytest.mark.parametrize(
    ("channel", "body"),
    [
        (Messenger(), {"recipient_id": "7", "message_id": "m_1"}),
        (WhatsApp(), {"messaging_product": "whatsapp", "contacts": [], "messages": [{"id": "m_1"}]}),
    ],
    ids=["messenger", "whatsapp"],
)
def test_a_success_tells_the_message_id(channel: Channel, body: dict[str, object]) -> None:
    answer = Answer(status=200, headers={}, body=json.dumps(body).encode())
    assert channel.verdict(answer) == Verdict(kind=VerdictKind.SENT, message_id="m_1")


@pytest.mark.parametrize(
    "body", [b"", b"{}", b'{"message_id":7,"messages":[]}', b'{"messages":[7]}', b'{"message_id":']
)
@pytest.mark.parametrize("channel", [Messenger(), WhatsApp()], ids=["messenger", "whatsapp"])
def test_a_success_without_an_id_is_still_sent(channel: Channel, body: bytes) -> None:
    assert channel.verdict(Answer(status=200, headers={}, body=body)) == Verdict(kind=VerdictKind.SENT)


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        ((190, 463), VerdictKind.TOKEN_DEAD),
        ((190,), VerdictKind.TOKEN_DEAD),
        ((10,), VerdictKind.NOT_PERMITTED),
        ((200,), VerdictKind.NOT_PERMITTED),
        ((200, 2018028), VerdictKind.NOT_PERMITTED),
        ((200, 1545041), VerdictKind.REFUSED),
        ((10, 2018065), VerdictKind.REFUSED),
        ((0,), VerdictKind.TOKEN_DEAD),
        ((210,), VerdictKind.NOT_PERMITTED),
        ((299,), VerdictKind.NOT_PERMITTED),
        ((300,), VerdictKind.REFUSED),
        ((3,), VerdictKind.NOT_PERMITTED),
        ((10, 1404170), VerdictKind.NOT_PERMITTED),
        ((10904,), VerdictKind.ACCOUNT_BLOCKED),
        ((10, 2018278), VerdictKind.REFUSED),
        ((10, 2018300), VerdictKind.OWNED_ELSEWHERE),
        ((10, 1), VerdictKind.REFUSED),
        ((10, 1893063), VerdictKind.ACCOUNT_BLOCKED),
        ((368,), VerdictKind.ACCOUNT_BLOCKED),
        ((100, 2018001), VerdictKind.REFUSED),
        ((551, 1545041), VerdictKind.REFUSED),
        ((613,), VerdictKind.NOT_SENT),
        ((4,), VerdictKind.NOT_SENT),
        ((4, 2018354), VerdictKind.REFUSED),
        ((80006,), VerdictKind.NOT_SENT),
        ((10900,), VerdictKind.SENT),
        ((506,), VerdictKind.SENT),
        ((1,), VerdictKind.UNKNOWN),
        ((2,), VerdictKind.UNKNOWN),
        ((2, 2018344), VerdictKind.REFUSED),
        ((1200,), VerdictKind.UNKNOWN),
        ((987654,), VerdictKind.REFUSED),
        ((True,), VerdictKind.REFUSED),
        (("190",), VerdictKind.REFUSED),
    ],
)
def test_messengers_codes_are_judged(error: tuple[object, ...], kind: VerdictKind) -> None:
    code, subcode = (*error, None)[:2]
    assert judged(Messenger(), code, subcode) is kind


@pytest.mark.parametrize(
    ("status", "code", "kind"),
    [
        (401, 0, VerdictKind.TOKEN_DEAD),
        (401, 190, VerdictKind.TOKEN_DEAD),
        (403, 10, VerdictKind.NOT_PERMITTED),
        (403, 294, VerdictKind.NOT_PERMITTED),
        (403, 131005, VerdictKind.NOT_PERMITTED),
        (500, 3, VerdictKind.NOT_PERMITTED),
        (403, 368, VerdictKind.ACCOUNT_BLOCKED),
        (403, 131031, VerdictKind.ACCOUNT_BLOCKED),
        (400, 131048, VerdictKind.ACCOUNT_BLOCKED),
        (400, 131042, VerdictKind.ACCOUNT_BLOCKED),
        (403, 130497, VerdictKind.REFUSED),
        (400, 130429, VerdictKind.NOT_SENT),
        (400, 131056, VerdictKind.NOT_SENT),
        (400, 131047, VerdictKind.REFUSED),
        (400, 131026, VerdictKind.REFUSED),
        (400, 1, VerdictKind.UNKNOWN),
        (503, 2, VerdictKind.UNKNOWN),
        (500, 131000, VerdictKind.UNKNOWN),
        (500, 131016, VerdictKind.UNKNOWN),
        (503, 133004, VerdictKind.UNKNOWN),
        (500, 131057, VerdictKind.NOT_SENT),
        (500, 190, VerdictKind.UNKNOWN),
        (400, 999999, VerdictKind.REFUSED),
    ],
)
def test_whatsapps_codes_are_judged(status: int, code: int, kind: VerdictKind) -> None:
    assert judged(WhatsApp(), code, status=status) is kind


def test_an_unlisted_error_that_passes_is_unknown() -> None:
    assert Messenger().verdict(refusal(987654, is_transient=True)).kind is VerdictKind.UNKNOWN


@pytest.mark.parametrize("channel", [Messenger(), WhatsApp()], ids=["messenger", "whatsapp"])
def test_a_proof_by_another_secret_is_tried_again_because_secrets_are_replaced_under_way(channel: Channel) -> None:
    body = {"error": {"code": 100, "message": "Invalid appsecret_proof provided in the API argument"}}
    verdict = channel.verdict(Answer(status=400, headers={}, body=json.dumps(body).encode()))
    assert (verdict.kind, verdict.retry_after) == (VerdictKind.NOT_SENT, timedelta(minutes=1))
    # It is about one function's cache, and no reason for the others to wait.
    assert verdict.of_contact
    unsure = channel.verdict(Answer(status=500, headers={}, body=json.dumps(body).encode()))
    assert unsure.kind is VerdictKind.UNKNOWN
    other = {"error": {"code": 100, "message": "Invalid parameter"}}
    assert channel.verdict(Answer(status=400, headers={}, body=json.dumps(other).encode())).kind is VerdictKind.REFUSED


def test_a_verdict_names_the_code_and_repeats_nothing_of_the_platforms_text() -> None:
    verdict = Messenger().verdict(refusal(10, 2018278))
    assert verdict.code == "10/2018278"
    assert verdict.reason.startswith("the time in which the platform allows an answer is over;")
    assert "secret words" not in str(verdict)


def rate_limited(usage: str) -> timedelta | None:
    answer = refusal(80006)
    headers = {"x-business-use-case-usage": usage}
    return Messenger().verdict(Answer(status=answer.status, headers=headers, body=answer.body)).retry_after


def test_a_limit_waits_as_long_as_the_platform_says() -> None:
    usage = {"104": [{"type": "messenger", "estimated_time_to_regain_access": 7}, {"type": "pages"}], "105": []}
    assert rate_limited(json.dumps(usage)) == timedelta(minutes=7)


@pytest.mark.parametrize(
    "usage",
    ["", "{", "[]", "{}", '{"1":7}', '{"1":[7]}', '{"1":[{"estimated_time_to_regain_access":0}]}'],
)
def test_a_limit_without_a_time_waits_as_the_table_says(usage: str) -> None:
    assert rate_limited(usage) == timedelta(minutes=5)


def test_no_wait_is_longer_than_a_day() -> None:
    assert rate_limited('{"1":[{"estimated_time_to_regain_access":' + "9" * 40 + "}]}") == timedelta(days=1)


def test_a_pair_limit_waits_six_seconds() -> None:
    assert WhatsApp().verdict(refusal(131056)).retry_after == timedelta(seconds=6)
