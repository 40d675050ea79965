"""What customers do becomes what Meta would deliver: escaped, signed, batched, repeated."""

import hashlib
import hmac
import json
import time
from itertools import pairwise
from typing import Any

import pytest

from infra.local.loopback_server import Reply, Request
from infra.local.platforms.courier import Attempt, Courier, Delivery
from infra.local.platforms.meta.acts import KINDS, UnknownKindError, Writing
from infra.local.platforms.meta.people import Contact
from infra.local.platforms.meta.simulator import SimulatedMeta
from infra.local.platforms.meta.wire import appsecret_proof, signature_headers, wire_form
from tests.unit.local.conftest import ADA, APP, BEN, PAGE, PHONE, Clock, Send


def test_the_wire_form_escapes_as_meta_does() -> None:
    assert wire_form({"text": "Grüße 😀 a/b"}) == rb'{"text":"Gr\u00fc\u00dfe \ud83d\ude00 a\/b"}'


def test_both_signatures_cover_the_raw_bytes(meta: SimulatedMeta) -> None:
    delivery = meta.write(ADA, Writing(text="Grüße / 😀")).delivery
    for name, algorithm in (("X-Hub-Signature-256", hashlib.sha256), ("X-Hub-Signature", hashlib.sha1)):
        expected = hmac.new(APP.app_secret.encode(), delivery.body, algorithm).hexdigest()
        assert delivery.headers[name].partition("=")[2] == expected


def test_a_known_signature_and_proof_come_out() -> None:
    body = b'{"object":"page"}'
    again = hmac.new(b"test-app-secret", body, hashlib.sha256).hexdigest()
    assert signature_headers(body, "test-app-secret")["X-Hub-Signature-256"] == f"sha256={again}"
    # Computed by hand with openssl: HMAC-SHA256 of the token under the secret.
    proof = "5753a0866554fae64c7c6ada628bb5857613fdedb256f0544ce939abcc173ec0"  # pragma: allowlist secret
    assert appsecret_proof("EAAFAKETOKEN", "test-app-secret") == proof


def _event(meta: SimulatedMeta, contact: Contact, writing: Writing) -> dict[str, Any]:
    body = json.loads(meta.write(contact, writing).delivery.body)
    entry = body["entry"][0]
    event: dict[str, Any] = entry["messaging"][0] if contact is ADA else entry["changes"][0]["value"]
    return event


def test_a_messenger_message_names_who_and_when(meta: SimulatedMeta, clock: Clock) -> None:
    event = _event(meta, ADA, Writing(text="hi"))
    assert event["sender"] == {"id": ADA.contact_id}
    assert event["recipient"] == {"id": PAGE.account_id}
    assert event["timestamp"] == clock().timestamp() * 1000
    assert event["message"]["text"] == "hi"


def test_a_whatsapp_message_names_who_and_when(meta: SimulatedMeta, clock: Clock) -> None:
    value = _event(meta, BEN, Writing(text="hi"))
    message = value["messages"][0]
    assert value["metadata"] == {"display_phone_number": PHONE.number, "phone_number_id": PHONE.account_id}
    assert value["contacts"] == [{"profile": {"name": "Ben"}, "user_id": "ES.77", "wa_id": "34600111222"}]
    assert (message["from"], message["from_user_id"]) == ("34600111222", "ES.77")
    assert message["timestamp"] == str(int(clock().timestamp()))


def test_a_hidden_number_is_nowhere_in_the_body(meta: SimulatedMeta) -> None:
    shy = Contact(
        channel="whatsapp", account_id=PHONE.account_id, contact_id="34600999888", user_id="ES.9", phone_hidden=True
    )
    body = meta.write(shy, Writing(text="hi")).delivery.body
    assert b"34600999888" not in body
    assert b"ES.9" in body


def test_a_tap_brings_the_payload_back(meta: SimulatedMeta) -> None:
    tap = Writing(kind="tap", text="Wait here", payload="here", about="wamid.1")
    assert _event(meta, ADA, tap)["message"]["quick_reply"] == {"payload": "here"}
    message = _event(meta, BEN, tap)["messages"][0]
    assert message["interactive"]["button_reply"] == {"id": "here", "title": "Wait here"}
    assert message["context"]["id"] == "wamid.1"


def test_an_edit_on_messenger_goes_by_the_id_of_the_message(meta: SimulatedMeta) -> None:
    first = meta.write(ADA, Writing(text="helo")).message_ids[0]
    event = _event(meta, ADA, Writing(kind="edit", text="hello", about=first))
    assert event["message_edit"]["mid"] == first


INSTAGRAMS_OWN = {"share", "old_share", "story_reply", "story_mention", "ephemeral"}
IN_PUBLIC = {"post", "mention", "mention_in_post", "recommendation", "live"}
ABSENT = {
    "messenger": {"choose", *INSTAGRAMS_OWN, *IN_PUBLIC},
    "whatsapp": {"postback", "read", *INSTAGRAMS_OWN, *IN_PUBLIC},
    "instagram_direct": {"choose", "location", *IN_PUBLIC},
}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("contact", [ADA, BEN])
def test_every_kind_of_writing_is_delivered_or_refused_in_words(
    contact: Contact, kind: str, meta: SimulatedMeta
) -> None:
    writing = Writing(kind=kind, text="x", about="m_1")
    if kind in ABSENT[contact.channel]:
        with pytest.raises(UnknownKindError, match="there are text"):
            meta.write(contact, writing)
    else:
        assert meta.write(contact, writing).delivery.accepted


def test_several_writings_go_in_one_post(meta: SimulatedMeta) -> None:
    written = meta.write(ADA, *[Writing(text=str(n)) for n in range(1000)])
    events = json.loads(written.delivery.body)["entry"][0]["messaging"]
    assert [event["message"]["text"] for event in events] == [str(n) for n in range(1000)]
    assert len(set(written.message_ids)) == 1000


def test_copies_are_the_same_bytes(meta: SimulatedMeta) -> None:
    written = meta.write(ADA, Writing(text="hi"), copies=3)
    assert len(written.attempts) == 3
    meta.repeat(written)
    assert len(written.delivery.attempts) == 4


class Refusing(Courier):
    """A receiver that answers 503 so many times."""

    def __init__(self, refusals: int) -> None:
        super().__init__(retry_after_s=(0.01, 0.02, 0.02))
        self.refusals = refusals
        self.times: list[bytes] = []

    def _post(self, delivery: Delivery) -> Attempt:
        self.times.append(delivery.body)
        self.refusals -= 1
        return Attempt(status=503 if self.refusals >= 0 else 200, ms=0)


@pytest.mark.parametrize(("refusals", "attempts", "given_up"), [(2, 3, False), (9, 4, True)])
def test_what_is_not_answered_200_comes_again(refusals: int, attempts: int, given_up: bool) -> None:  # noqa: FBT001
    courier = Refusing(refusals)
    delivery = Delivery(what="x", body=b"{}", headers={})
    courier.deliver(delivery)
    for _ in range(100):
        if delivery.given_up or delivery.accepted:
            break
        time.sleep(0.02)
    courier.stop()
    assert len(delivery.attempts) == attempts
    assert delivery.given_up is given_up
    assert set(courier.times) == {b"{}"}


def test_a_conversation_is_read_back_newest_first(meta: SimulatedMeta, send: Send) -> None:
    send(ADA)
    answer = json.loads(_read_back(meta, "messages.limit(5){message,from,created_time}").body)
    newest, first = answer["data"][0]["messages"]["data"]
    assert (newest["message"], newest["from"]["id"]) == ("We got it.", PAGE.account_id)
    assert (first["message"], first["from"]["id"]) == ("hello", ADA.contact_id)
    assert newest["created_time"] == "2026-11-23T09:00:00+0000"


def test_nobody_reads_back_more_than_twice_a_second(meta: SimulatedMeta) -> None:
    assert [_read_back(meta).status for _ in range(3)] == [200, 200, 400]


def _read_back(meta: SimulatedMeta, fields: str = "messages{message}") -> Reply:
    query = {"platform": "messenger", "user_id": ADA.contact_id, "fields": fields, "access_token": PAGE.token}
    return meta.graph_api.answer(Request(method="GET", path=f"/v26.0/{PAGE.account_id}/conversations", query=query))


def test_each_message_id_is_new(meta: SimulatedMeta) -> None:
    ids = sorted(meta.write(BEN, *[Writing(text="x")] * 50).message_ids)
    assert all(one != other for one, other in pairwise(ids))


@pytest.mark.parametrize("body", [b"hello", b"[]", b"{}", b'{"entry":7}', b"[" * 50_000])
def test_a_body_that_nobody_can_read_is_delivered_all_the_same(body: bytes, meta: SimulatedMeta) -> None:
    assert meta.courier.deliver(meta.sign("x", body), retry=False).status == 200
