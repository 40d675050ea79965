"""Both logins make the same calls, to another host and as somebody else; what comes back is judged alike."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import pytest

from nightbell.platforms.channel import Answer, ApiAccess, Button, OutboundText, ReadBack, Verdict, VerdictKind
from nightbell.platforms.meta.graph_api import make_proof
from nightbell.platforms.meta.instagram_channel import InstagramDirect

ACCOUNT, PAGE, CONTACT = "17841000000000042", "104200000000017", "6650000000000913"
BY_FACEBOOK = ApiAccess(base_url="https://graph.example", version="v26.0", token="EAAG-page", app_secret="a" * 32)
BY_INSTAGRAM = ApiAccess(base_url="https://instagram.example", version="v26.0", token="IGAA-account")
SENT_FROM = datetime(2026, 11, 18, 11, 0, tzinfo=UTC)
TEXT = "We are open until 18:00. \U0001f35e"

DIRECT = InstagramDirect()


def outbound(account_id: str, buttons: int = 0) -> OutboundText:
    shown = tuple(Button(title=f"T{n}", payload=f"P{n}") for n in range(buttons))
    return OutboundText(account_id=account_id, address=CONTACT, text=TEXT, tag="nightbell.1.1.k", buttons=shown)


def test_with_facebooks_login_the_page_sends_and_proves_its_secret() -> None:
    request = DIRECT.send_request(outbound(PAGE), BY_FACEBOOK)
    assert (request.method, request.url) == ("POST", f"https://graph.example/v26.0/{PAGE}/messages")
    assert request.headers == {"Authorization": "Bearer EAAG-page"}
    assert request.query == {"appsecret_proof": make_proof("EAAG-page", "a" * 32)}
    assert request.json == {"recipient": {"id": CONTACT}, "message": {"text": TEXT}}


def test_with_instagrams_login_the_account_sends_and_proves_nothing() -> None:
    request = DIRECT.send_request(outbound(ACCOUNT), BY_INSTAGRAM)
    assert (request.method, request.url) == ("POST", f"https://instagram.example/v26.0/{ACCOUNT}/messages")
    assert request.headers == {"Authorization": "Bearer IGAA-account"}
    assert request.query == {}
    assert request.json == {"recipient": {"id": CONTACT}, "message": {"text": TEXT}}


@pytest.mark.parametrize("shown", [1, 13, 14])
def test_choices_are_quick_replies_and_thirteen_at_most(shown: int) -> None:
    body = DIRECT.send_request(outbound(PAGE, shown), BY_FACEBOOK).json
    assert isinstance(body, dict)
    assert body["message"]["quick_replies"] == [
        {"content_type": "text", "title": f"T{n}", "payload": f"P{n}"} for n in range(min(shown, 13))
    ]


def test_an_answer_is_known_by_the_id_that_comes_back() -> None:
    answer = Answer(status=200, headers={}, body=b'{"recipient_id":"6650000000000913","message_id":"aWdf_1"}')
    assert DIRECT.verdict(answer) == Verdict(kind=VerdictKind.SENT, message_id="aWdf_1")


@pytest.mark.parametrize(
    ("code", "subcode", "kind"),
    [
        (10, 2534022, VerdictKind.REFUSED),
        (10, 2018278, VerdictKind.REFUSED),
        (100, 2534014, VerdictKind.REFUSED),
        (100, 2534025, VerdictKind.REFUSED),
        (100, 2534029, VerdictKind.REFUSED),
        (100, None, VerdictKind.REFUSED),
        (551, 1545041, VerdictKind.REFUSED),
        (200, 2534041, VerdictKind.ACCOUNT_BLOCKED),
        (200, None, VerdictKind.NOT_PERMITTED),
        (368, None, VerdictKind.ACCOUNT_BLOCKED),
        (190, 463, VerdictKind.TOKEN_DEAD),
        (613, None, VerdictKind.NOT_SENT),
        (80002, None, VerdictKind.NOT_SENT),
        (2, None, VerdictKind.UNKNOWN),
        (1200, None, VerdictKind.UNKNOWN),
        (2534122, None, VerdictKind.REFUSED),
    ],
)
def test_instagrams_codes_are_judged(code: int, subcode: int | None, kind: VerdictKind) -> None:
    error = {"code": code, "message": "secret words", **({"error_subcode": subcode} if subcode else {})}
    verdict = DIRECT.verdict(Answer(status=400, headers={}, body=json.dumps({"error": error}).encode()))
    assert verdict.kind is kind
    assert "secret words" not in str(verdict)


# Reading back


def line(seconds: float, words: str = "hi", author: str = CONTACT, to: str = ACCOUNT) -> dict[str, object]:
    return {
        "id": f"m{seconds}",
        "created_time": f"{SENT_FROM + timedelta(seconds=seconds):%Y-%m-%dT%H:%M:%S}+0000",
        "from": {"id": author, "username": "somebody"},
        "to": {"data": [{"id": to, "username": "somebody else"}]},
        "message": words,
    }


def found(*lines: Mapping[str, object]) -> ReadBack:
    body = {"data": [{"id": "aWdf_t", "messages": {"data": list(lines)}}]}
    answer = Answer(status=200, headers={}, body=json.dumps(body).encode())
    return DIRECT.read_back(answer, account_id=ACCOUNT, text=TEXT, sent_from=SENT_FROM)


@pytest.mark.parametrize(("account_id", "access"), [(PAGE, BY_FACEBOOK), (ACCOUNT, BY_INSTAGRAM)])
def test_the_conversation_with_one_contact_is_asked_for(account_id: str, access: ApiAccess) -> None:
    request = DIRECT.read_back_request(CONTACT, account_id, access)
    assert (request.method, request.json) == ("GET", None)
    assert request.url == f"{access.base_url}/v26.0/{account_id}/conversations"
    assert dict(request.query) | {"appsecret_proof": ""} == {
        "platform": "instagram",
        "user_id": CONTACT,
        "fields": "messages.limit(20){id,created_time,from,message,to}",
        "appsecret_proof": "",
    }


def test_our_words_are_found() -> None:
    assert found(line(1, TEXT, ACCOUNT, CONTACT), line(-20)) is ReadBack.FOUND


def test_our_words_are_absent_where_our_id_is_named() -> None:
    assert found(line(-20)) is ReadBack.ABSENT
    assert found(line(-20, "Good morning", ACCOUNT, CONTACT)) is ReadBack.ABSENT


def test_where_we_are_named_by_another_id_nothing_is_proven() -> None:
    other = "26000000000000042"
    assert found(line(1, "Good morning", other, CONTACT), line(-20, to=other)) is ReadBack.UNREADABLE


def test_our_words_by_an_id_that_we_do_not_know_prove_nothing() -> None:
    assert found(line(1, TEXT, "26000000000000042", CONTACT), line(-20)) is ReadBack.UNREADABLE


def test_a_broken_list_of_addressees_proves_nothing() -> None:
    assert found({**line(-20), "to": {"data": [7]}}) is ReadBack.UNREADABLE
