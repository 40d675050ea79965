"""What the deployed webhook takes, refuses and keeps."""

import json

import pytest
import requests

from infra.local.platforms.meta.acts import Writing
from infra.local.platforms.meta.bodies import delivery_body
from infra.local.platforms.meta.people import MESSENGER
from infra.local.platforms.meta.wire import wire_form
from infra.local.platforms.meta.writing import event_for
from infra.local.waiting import wait_for
from tests.e2e.conftest import Shop

pytestmark = pytest.mark.timeout(120)


def test_a_handshake_is_answered_with_the_very_challenge(shop: Shop) -> None:
    token = shop.cloud.secrets["meta"]["verify_token"]
    answer = shop.cloud.meta.handshake(token, "00123456789012345678901234567890")
    assert (answer.status, answer.body) == (200, "00123456789012345678901234567890")


@pytest.mark.parametrize("token", ["", "wrong", "é"])
def test_a_handshake_with_another_token_is_refused(token: str, shop: Shop) -> None:
    assert shop.cloud.meta.handshake(token).status == 403


def test_a_forged_delivery_stores_nothing(shop: Shop) -> None:
    somebody = shop.somebody()
    account = shop.cloud.meta.account(MESSENGER)
    now = shop.cloud.clock.now()
    body = wire_form(
        delivery_body(account, [event_for(account, somebody, Writing(text="x", message_id="m_1"), now)], now)
    )
    forged = shop.cloud.meta.sign("forged", body, secret="somebody else's secret, also long")
    assert shop.cloud.meta.courier.deliver(forged, retry=False).status == 401
    assert shop.deliver(body, {"X-Hub-Signature-256": ""}).status == 401
    assert (
        shop.deliver(
            body.replace(b'"x"', b'"y"'), {"X-Hub-Signature-256": forged.headers["X-Hub-Signature-256"]}
        ).status
        == 401
    )
    assert shop.messages(somebody) == []


@pytest.mark.parametrize("path", ["/webhooks/nobody", "/webhooks/nobody/below"])
def test_a_platform_that_nobody_knows_is_not_found(path: str, shop: Shop) -> None:
    assert requests.post(shop.cloud.handles.api_url + path, data=b"{}", timeout=20).status_code == 404


def test_a_body_larger_than_the_platform_ever_sends_is_refused_unread(shop: Shop) -> None:
    assert shop.deliver(b'{"x":"' + b"x" * (3 * 1024 * 1024) + b'"}').status == 413


def test_a_compressed_body_is_refused_unread(shop: Shop) -> None:
    assert shop.deliver(b"{}", {"Content-Encoding": "gzip"}).status == 415


def test_another_method_is_refused(shop: Shop) -> None:
    assert requests.put(shop.cloud.handles.hook("meta"), data=b"{}", timeout=20).status_code == 405


def test_a_body_that_the_gateway_hands_over_in_base64_is_verified_by_its_bytes(shop: Shop) -> None:
    somebody = shop.somebody()
    account = shop.cloud.meta.account(MESSENGER)
    now = shop.cloud.clock.now()
    event = event_for(account, somebody, Writing(text="Grüße 😀", message_id="m_base64"), now)
    body = wire_form(delivery_body(account, [event], now))
    assert shop.deliver(body, {"Content-Type": "application/octet-stream"}).status == 200
    assert len(shop.messages(somebody)) == 1


HOSTILE = {
    "not json": b"hello",
    "nothing": b"{}",
    "an array": b"[1, 2]",
    "a number": b"1e999",
    "not a number": b'{"object":"page","entry":[{"id":NaN}]}',
    "very deep": b'{"object":"page","entry":' + b"[" * 50_000 + b"]" * 50_000 + b"}",
    "a number of 5,000 digits": b'{"object":"page","entry":[{"id":' + b"9" * 5_000 + b"}]}",
    "the same key twice": b'{"object":"page","object":"instagram","entry":[]}',
    "a lone surrogate": rb'{"object":"page","entry":[{"id":"\ud800","messaging":[{"message":{"mid":"\ud800"}}]}]}',
    "wrong types": b'{"object":"page","entry":[{"id":"1","messaging":[{"sender":7,"message":[]}]}]}',
    "a NUL": rb'{"object":"page","entry":"\u0000"}',
}


@pytest.mark.parametrize("body", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_genuine_body_in_any_shape_is_answered_200(body: bytes, shop: Shop) -> None:
    """Anything else would have the platform deliver it again, and switch us off in the end."""
    assert shop.deliver(body).status == 200


def test_a_genuine_body_that_cannot_be_read_is_kept_in_quarantine(shop: Shop) -> None:
    month = f"Q#{shop.cloud.clock.now():%Y-%m}"
    before = len(shop.items(month))
    assert shop.deliver(b"this is no JSON, and new").status == 200
    assert len(shop.items(month)) == before + 1


def test_bytes_that_are_no_text_are_answered_and_kept(shop: Shop) -> None:
    """A body that is no UTF-8 arrives unharmed where the gateway uses base64."""
    assert shop.deliver(b'{"object":"\xff\xfe"}', {"Content-Type": "application/octet-stream"}).status == 200


def test_copies_at_the_same_time_are_stored_once(shop: Shop) -> None:
    somebody = shop.somebody()
    written = shop.write(somebody, copies=5)
    assert [attempt.status for attempt in written.attempts] == [200] * 5
    shop.answer(somebody)
    assert shop.cloud.meta.repeat(written).status == 200
    shop.quiet()
    assert len(shop.messages(somebody)) == 1
    assert len(shop.answers(somebody)) == 1
    assert len({message["revision"] for message in shop.hand_offs(somebody)}) == len(shop.hand_offs(somebody))


def test_a_delivery_of_a_thousand_events_and_three_megabytes_is_kept_whole(shop: Shop) -> None:
    somebody = shop.somebody(name="Somebody with a lot to say")
    texts = [Writing(text=f"{number:04} " + "x" * 2_850) for number in range(1_000)]
    written = shop.cloud.meta.write(somebody, *texts, retry=False)
    assert 2_900_000 < len(written.delivery.body) <= 3 * 1024 * 1024
    assert written.attempts[0].status == 200
    assert written.attempts[0].ms < 5_000, "Messenger waits five seconds"
    kept = wait_for(lambda: len(shop.messages(somebody)) >= 1_000 or None, 60)
    assert kept, f"{len(shop.messages(somebody))} of 1,000 were kept"
    assert sorted(int(message["seq"]) for message in shop.messages(somebody)) == list(range(1, 1_001))


def test_more_conversations_than_fit_the_time_are_spilled_and_all_kept(shop: Shop) -> None:
    people = [shop.somebody() for _ in range(80)]
    written = shop.cloud.meta.write_together([(person, Writing(text="STOP")) for person in people], retry=False)
    assert written.attempts[0].status == 200
    kept = wait_for(lambda: all(len(shop.messages(person)) == 1 for person in people) or None, 60, every_s=1)
    assert kept, json.dumps([len(shop.messages(person)) for person in people])
