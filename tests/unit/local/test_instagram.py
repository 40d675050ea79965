"""Instagram's direct messages, with either login, as Instagram delivers and takes them."""

import hashlib
import hmac
import json
from typing import Any

import pytest

from infra.local.platforms.meta.acts import KINDS, UnknownKindError, Writing
from infra.local.platforms.meta.calls import INSTAGRAM_PATH
from infra.local.platforms.meta.simulator import SimulatedMeta
from infra.local.platforms.meta.wire import appsecret_proof
from tests.unit.local.conftest import (
    APP,
    DIRECT,
    DORA,
    EVA,
    OWN_DIRECT,
    PAGE,
    Api,
    Clock,
    WrittenDown,
    error_of,
    told,
)
from tests.unit.local.test_customers import ABSENT

TO_DORA = {"recipient": {"id": DORA.contact_id}, "message": {"text": "We got it."}}
TO_EVA = {"recipient": {"id": EVA.contact_id}, "message": {"text": "We got it."}}
PAGE_PATH = f"/v26.0/{PAGE.account_id}/messages"
OWN_PATH = f"{INSTAGRAM_PATH}/v26.0/{OWN_DIRECT.account_id}/messages"


@pytest.fixture(autouse=True)
def _both_wrote(meta: SimulatedMeta) -> None:
    meta.write(DORA, Writing(text="hello"))
    meta.write(EVA, Writing(text="hello"))


def test_a_message_names_account_and_person_in_milliseconds(meta: SimulatedMeta, clock: Clock) -> None:
    written = meta.write(DORA, Writing(text="hi"))
    assert json.loads(written.delivery.body)["object"] == "instagram"
    entry = told(written)
    event = entry["messaging"][0]
    assert entry["id"] == event["recipient"]["id"] == DIRECT.account_id
    assert event["sender"]["id"] == DORA.contact_id
    assert entry["time"] == event["timestamp"] == clock().timestamp() * 1000
    assert event["message"] == {"mid": written.message_ids[0], "text": "hi"}


@pytest.mark.parametrize(("contact", "secret"), [(DORA, APP.app_secret), (EVA, APP.instagram_app_secret)])
def test_each_login_signs_with_its_own_secret(contact: Any, secret: str, meta: SimulatedMeta) -> None:
    delivery = meta.write(contact, Writing(text="hi")).delivery
    signature = hmac.new(secret.encode(), delivery.body, hashlib.sha256).hexdigest()
    assert delivery.headers["X-Hub-Signature-256"] == f"sha256={signature}"


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_delivered_or_refused_in_words(kind: str, meta: SimulatedMeta) -> None:
    writing = Writing(kind=kind, text="x", about="m_1")
    if kind in ABSENT["instagram_direct"]:
        with pytest.raises(UnknownKindError, match="there are text"):
            meta.write(DORA, writing)
    else:
        assert meta.write(DORA, writing).delivery.accepted


@pytest.mark.parametrize(
    ("kind", "attachment"),
    [("share", "ig_post"), ("old_share", "share"), ("story_mention", "story_mention"), ("ephemeral", "ephemeral")],
)
def test_what_is_shared_comes_as_an_attachment(kind: str, attachment: str, meta: SimulatedMeta) -> None:
    message = told(meta.write(DORA, Writing(kind=kind)))["messaging"][0]["message"]
    assert [each["type"] for each in message["attachments"]] == [attachment]
    assert ("payload" in message["attachments"][0]) == (kind != "ephemeral")


def test_a_story_reply_an_edit_an_unsend_and_a_read_name_what_they_are_about(meta: SimulatedMeta) -> None:
    first = meta.write(DORA, Writing(text="helo")).message_ids[0]

    def event(kind: str) -> dict[str, Any]:
        found: dict[str, Any] = told(meta.write(DORA, Writing(kind=kind, text="x", about=first)))["messaging"][0]
        return found

    assert event("story_reply")["message"]["reply_to"]["story"]["id"]
    assert event("edit")["message_edit"] == {"mid": first, "text": "x", "num_edit": "1"}
    assert event("unsend")["message"] == {"mid": first, "is_deleted": True}
    assert event("read")["read"] == {"mid": first}


def test_with_facebooks_login_the_page_sends(api: Api, meta: SimulatedMeta) -> None:
    proof = {"appsecret_proof": appsecret_proof(DIRECT.token, APP.app_secret)}
    answer = api("POST", PAGE_PATH, TO_DORA, token=DIRECT.token, query=proof)
    assert json.loads(answer.body)["recipient_id"] == DORA.contact_id
    assert meta.transcript(DORA)[-1].text == "We got it."
    assert api("POST", PAGE_PATH, TO_DORA, token=PAGE.token).status == 200, "the Page's token serves both"
    assert error_of(api("POST", f"/v26.0/{DIRECT.account_id}/messages", TO_DORA)) == (400, 100, 33)


def test_with_its_own_login_the_account_sends_on_its_own_host(api: Api, meta: SimulatedMeta) -> None:
    assert api("POST", OWN_PATH, TO_EVA, token=OWN_DIRECT.token).status == 200
    assert meta.transcript(EVA)[-1].text == "We got it."
    me = f"{INSTAGRAM_PATH}/v26.0/me/messages"
    assert api("POST", me, TO_EVA, token=OWN_DIRECT.token).status == 200
    assert error_of(api("POST", OWN_PATH.removeprefix(INSTAGRAM_PATH), TO_EVA, token=OWN_DIRECT.token))[1] == 100
    assert error_of(api("POST", INSTAGRAM_PATH + PAGE_PATH, TO_DORA, token=DIRECT.token))[1] == 100
    assert error_of(api("POST", OWN_PATH, TO_EVA, token="other")) == (400, 190, None)


@pytest.mark.parametrize(("text", "status"), [("x" * 1000, 200), ("é" * 500, 200), ("x" * 1001, 400), ("é" * 501, 400)])
def test_a_text_has_a_thousand_bytes_at_most(text: str, status: int, api: Api) -> None:
    answer = api("POST", PAGE_PATH, TO_DORA | {"message": {"text": text}})
    assert answer.status == status
    if status != 200:
        assert error_of(answer) == (400, 100, None)
        assert "less than or equal to 1000" in json.loads(answer.body)["error"]["message"]


@pytest.mark.parametrize(
    "message",
    [
        {"text": "x", "quick_replies": [{"content_type": "user_email"}]},
        {"text": "x", "quick_replies": [{"content_type": "text", "title": "A", "payload": "a"}] * 14},
        {"text": "x", "quick_replies": [{"content_type": "text", "title": "x" * 21, "payload": "a"}]},
        {"attachment": {"payload": {"text": "x", "buttons": [{"type": "phone_number", "title": "Call"}]}}},
        {},
    ],
)
def test_what_instagram_does_not_know_is_an_invalid_parameter(message: dict[str, Any], api: Api) -> None:
    assert error_of(api("POST", PAGE_PATH, TO_DORA | {"message": message})) == (400, 100, None)


def test_quick_replies_reach_the_screen_and_come_back(api: Api, meta: SimulatedMeta) -> None:
    replies = [{"content_type": "text", "title": "Wait", "payload": "here"}]
    api("POST", PAGE_PATH, TO_DORA | {"message": {"text": "x", "quick_replies": replies}})
    assert [button.payload for button in meta.transcript(DORA)[-1].buttons] == ["here"]
    message = told(meta.write(DORA, Writing(kind="tap", text="Wait", payload="here")))["messaging"][0]["message"]
    assert message["quick_reply"] == {"payload": "here"}


def test_windows_strangers_and_blocks_have_instagrams_own_codes(api: Api, meta: SimulatedMeta, clock: Clock) -> None:
    stranger = {"recipient": {"id": "1"}, "message": {"text": "x"}}
    assert error_of(api("POST", OWN_PATH, stranger, token=OWN_DIRECT.token)) == (400, 100, 2534014)
    meta.block(DORA)
    assert error_of(api("POST", PAGE_PATH, TO_DORA)) == (400, 100, 2534029)
    meta.block(DORA, blocked=False)
    clock.forward(hours=24)
    assert error_of(api("POST", PAGE_PATH, TO_DORA)) == (400, 10, 2534022)


def test_an_echo_tells_neither_app_nor_metadata_and_no_receipt_follows(api: Api, courier: WrittenDown) -> None:
    body = TO_DORA | {"message": {"text": "We got it.", "metadata": "tag-1"}}
    message_id = json.loads(api("POST", PAGE_PATH, body).body)["message_id"]
    ((_, echo),) = courier.later
    event = echo["entry"][0]["messaging"][0]
    assert (event["sender"]["id"], event["recipient"]["id"]) == (DIRECT.account_id, DORA.contact_id)
    assert event["message"] == {"is_echo": True, "mid": message_id, "text": "We got it."}


def test_a_conversation_is_read_back_with_usernames(api: Api) -> None:
    api("POST", PAGE_PATH, TO_DORA)
    query = {"platform": "instagram", "user_id": DORA.contact_id, "fields": "messages.limit(20){message,from,to}"}
    answer = json.loads(api("GET", f"/v26.0/{PAGE.account_id}/conversations", query=query).body)
    newest, first = answer["data"][0]["messages"]["data"]
    assert newest["from"] == {"username": "the.business", "id": DIRECT.account_id}
    assert first["from"] == {"username": "dora.vidal", "id": DORA.contact_id}
    assert first["to"]["data"][0]["id"] == DIRECT.account_id
