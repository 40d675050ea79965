"""Others who act for the business, and Meta's calls about a person."""

import base64
import hashlib
import hmac
import json
from typing import Any
from urllib.parse import parse_qs

import pytest

from infra.local.platforms.meta.acts import NothingThereError, Writing
from infra.local.platforms.meta.callbacks import signed_request
from infra.local.platforms.meta.people import Contact
from infra.local.platforms.meta.simulator import SimulatedMeta
from tests.unit.local.conftest import ADA, ADA_IN_PUBLIC, APP, DORA, FEED, GRAM, PAGE, Clock, Send, error_of, told


def _last(meta: SimulatedMeta) -> dict[str, Any]:
    entry: dict[str, Any] = json.loads(meta.courier.log[-1].body)["entry"][0]
    return entry


def test_while_another_app_owns_the_thread_we_only_listen(meta: SimulatedMeta, send: Send) -> None:
    meta.outsiders.take(ADA)
    taken = _last(meta)["messaging"][0]["take_thread_control"]
    assert taken["previous_owner_app_id"] == APP.app_id
    assert taken["new_owner_app_id"] != APP.app_id
    entry = told(meta.write(ADA, Writing(text="hello?")))
    assert "messaging" not in entry
    assert entry["standby"][0]["message"]["text"] == "hello?"
    assert error_of(send(ADA)) == (400, 10, 2018300)


def test_a_thread_that_is_given_back_is_ours_again(meta: SimulatedMeta, send: Send) -> None:
    meta.outsiders.take(ADA)
    meta.outsiders.release(ADA)
    assert _last(meta)["messaging"][0]["pass_thread_control"]["new_owner_app_id"] == APP.app_id
    assert "messaging" in told(meta.write(ADA, Writing(text="hello?")))
    assert send(ADA).status == 200


@pytest.mark.parametrize(("contact", "app_id"), [(ADA, 263902037430900), (DORA, None)])
def test_a_person_who_answers_in_the_inbox_is_an_echo(contact: Contact, app_id: object, meta: SimulatedMeta) -> None:
    meta.outsiders.answer_in_inbox(contact, "I am on it")
    message = _last(meta)["messaging"][0]["message"]
    assert (message["is_echo"], message["text"], message.get("app_id")) == (True, "I am on it", app_id)
    assert "metadata" not in message
    bubble = meta.transcript(contact)[-1]
    assert (bubble.author, bubble.text) == ("business", "I am on it")
    assert bubble.after_ms is None


def test_another_apps_answer_names_the_app(meta: SimulatedMeta) -> None:
    meta.outsiders.answer_by_app(ADA, "Beep")
    assert _last(meta)["messaging"][0]["message"]["app_id"] not in (int(APP.app_id), 263902037430900)


def test_a_person_answers_and_hides_in_public(meta: SimulatedMeta) -> None:
    comment = meta.write(ADA_IN_PUBLIC, Writing(text="rude words")).message_ids[0]
    meta.outsiders.answer_in_public(comment, "Please be kind")
    value = _last(meta)["changes"][0]["value"]
    assert (value["from"]["id"], value["parent_id"], value["message"]) == (PAGE.account_id, comment, "Please be kind")
    for hidden, verb in ((True, "hide"), (False, "unhide")):
        meta.outsiders.hide(comment, hidden=hidden)
        assert _last(meta)["changes"][0]["value"]["verb"] == verb
        assert meta.world.wall.comments[comment].hidden is hidden
    with pytest.raises(NothingThereError, match="There is no comment"):
        meta.outsiders.hide("1_2")
    with pytest.raises(NothingThereError, match="There is no post"):
        meta.outsiders.answer_in_public("1_2", "x")


def test_a_new_post_is_what_comments_are_about(meta: SimulatedMeta) -> None:
    meta.outsiders.publish(FEED, "New opening hours")
    value = _last(meta)["changes"][0]["value"]
    assert (value["item"], value["from"]["id"]) == ("status", PAGE.account_id)
    comment = told(meta.write(ADA_IN_PUBLIC, Writing(text="Sundays too?")))["changes"][0]["value"]
    assert comment["post_id"] == value["post_id"]
    assert meta.outsiders.publish(GRAM, "A picture") is None, "Instagram reports no post of ours"


def test_a_signed_request_is_what_meta_documents(clock: Clock) -> None:
    signature, payload = signed_request("218471", APP.app_secret, clock()).split(".")
    proof = hmac.new(APP.app_secret.encode(), payload.encode(), hashlib.sha256).digest()
    assert base64.urlsafe_b64decode(signature + "=") == proof
    content = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    assert content == {"algorithm": "HMAC-SHA256", "issued_at": int(clock().timestamp()), "user_id": "218471"}


@pytest.mark.parametrize(("login", "secret"), [("facebook", APP.app_secret), ("instagram", APP.instagram_app_secret)])
def test_a_callback_is_a_form_without_a_signature_header(
    login: str, secret: str, meta: SimulatedMeta, clock: Clock
) -> None:
    meta.call_back("deletion", "deletion", "218471", login=login)
    delivery = meta.courier.log[-1]
    assert (delivery.path, delivery.headers) == ("deletion", {"Content-Type": "application/x-www-form-urlencoded"})
    assert parse_qs(delivery.body.decode()) == {"signed_request": [signed_request("218471", secret, clock())]}
