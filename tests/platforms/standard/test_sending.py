import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from nightbell.platforms.channel import Answer, ApiAccess, Button, NoAnswer, NotSent, OutboundText, VerdictKind
from nightbell.platforms.standard.channel import Relay
from nightbell.platforms.standard.signature import verify

SCHEMA = Draft202012Validator(json.loads(Path("functions/nightbell/schemas/standard_reply.v1.json").read_text()))
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"  # pragma: allowlist secret
AT = datetime(2026, 11, 18, 12, 30, 15, 700_000, UTC)
ACCESS = ApiAccess(base_url="https://relay.example/in/shop?x=1", version="", token=SECRET, at=AT)
KEY = "8c1f0c3a-6f0b-4a9d-9d3e-2f6f7f0f1b11"
PLAIN = OutboundText(account_id="shop-form", address="c-9", text="Wir öffnen um 8.", tag=f"nightbell.1.3.{KEY}")


def test_an_answer_is_a_signed_event_to_the_address_of_the_settings() -> None:
    request = Relay().send_request(PLAIN, ACCESS)
    assert (request.method, request.url, request.public_only) == ("POST", ACCESS.base_url, True)
    assert request.content is not None
    assert request.content_type == "application/json"
    assert request.headers["webhook-id"] == KEY
    assert request.headers["webhook-timestamp"] == "1795005015"
    verify(request.headers, request.content, AT, [SECRET])
    body = json.loads(request.content)
    SCHEMA.validate(body)
    assert body == {
        "type": "reply.wanted",
        "timestamp": "2026-11-18T12:30:15.700000Z",
        "data": {"source": "shop-form", "contact": {"id": "c-9"}, "text": PLAIN.text, "tag": PLAIN.tag},
    }


def test_a_relay_is_told_what_a_person_wrote() -> None:
    automatic, by_person = (
        json.loads(Relay().send_request(each, ACCESS).content or b"")
        for each in (PLAIN, replace(PLAIN, by_person=True))
    )
    SCHEMA.validate(by_person)
    assert by_person["data"] == {**automatic["data"], "by_person": True}


def test_choices_and_what_the_message_said_about_itself_come_back() -> None:
    outbound = replace(
        PLAIN,
        buttons=(Button(title="Wait here", payload="p.1"),),
        ask="email",
        about={"message": "form-17", "conversation": "thread/5", "other": "x"},
    )
    content = Relay().send_request(outbound, ACCESS).content or b""
    SCHEMA.validate(json.loads(content))
    data = json.loads(content)["data"]
    assert data["choices"] == [{"title": "Wait here", "payload": "p.1"}]
    assert (data["asks_for"], data["in_reply_to"], data["conversation"]) == ("email", "form-17", "thread/5")
    assert "other" not in data


def test_a_send_of_unknown_outcome_goes_again_under_the_same_id() -> None:
    later = replace(ACCESS, at=AT + timedelta(hours=3))
    first, again = Relay().send_request(PLAIN, ACCESS), Relay().send_request(PLAIN, later)
    assert first.headers["webhook-id"] == again.headers["webhook-id"]
    assert first.headers["webhook-signature"] != again.headers["webhook-signature"]
    verify(again.headers, again.content or b"", AT + timedelta(hours=3), [SECRET])
    other = replace(PLAIN, tag="nightbell.1.3.another")
    assert Relay().send_request(other, ACCESS).headers["webhook-id"] == "another"


def test_a_secret_that_is_no_key_never_stops_the_machine() -> None:
    request = Relay().send_request(PLAIN, replace(ACCESS, token="no key at all"))
    assert request.headers["webhook-signature"].startswith("v1,")
    assert "no key at all" not in str(request)


def test_only_an_address_without_tls_may_be_on_this_machine() -> None:
    assert not Relay().send_request(PLAIN, replace(ACCESS, base_url="http://127.0.0.1:9/standard")).public_only


@pytest.mark.parametrize(
    ("outcome", "kind", "wait_s"),
    [
        (NotSent(error="refused"), VerdictKind.NOT_SENT, None),
        (NoAnswer(error="reset"), VerdictKind.UNKNOWN, None),
        (Answer(status=204, headers={}, body=b""), VerdictKind.SENT, None),
        (Answer(status=409, headers={}, body=b"{}"), VerdictKind.SENT, None),
        (Answer(status=302, headers={"location": "https://elsewhere"}, body=b""), VerdictKind.UNKNOWN, None),
        (Answer(status=400, headers={}, body=b""), VerdictKind.REFUSED, None),
        (Answer(status=401, headers={}, body=b""), VerdictKind.TOKEN_DEAD, None),
        (Answer(status=404, headers={}, body=b""), VerdictKind.REFUSED, None),
        (Answer(status=408, headers={}, body=b""), VerdictKind.UNKNOWN, None),
        (Answer(status=410, headers={}, body=b""), VerdictKind.NOT_PERMITTED, None),
        (Answer(status=429, headers={}, body=b""), VerdictKind.NOT_SENT, 60),
        (Answer(status=429, headers={"retry-after": " 7 "}, body=b""), VerdictKind.NOT_SENT, 7),
        (Answer(status=429, headers={"retry-after": "999999"}, body=b""), VerdictKind.NOT_SENT, 86400),
        (Answer(status=429, headers={"retry-after": "9" * 5000}, body=b""), VerdictKind.NOT_SENT, 60),
        (
            Answer(status=429, headers={"retry-after": "Wed, 18 Nov 2026 12:31:00 GMT"}, body=b""),
            VerdictKind.NOT_SENT,
            60,
        ),
        (Answer(status=429, headers={"retry-after": "²"}, body=b""), VerdictKind.NOT_SENT, 60),
        (Answer(status=502, headers={}, body=b""), VerdictKind.UNKNOWN, None),
        (Answer(status=504, headers={}, body=b"<html>"), VerdictKind.UNKNOWN, None),
    ],
)
def test_an_answer_means_what_the_specification_says(
    outcome: NotSent | NoAnswer | Answer, kind: VerdictKind, wait_s: int | None
) -> None:
    verdict = Relay().verdict(outcome)
    assert verdict.kind is kind
    assert verdict.retry_after == (timedelta(seconds=wait_s) if wait_s is not None else None)
    assert verdict.reason or kind is VerdictKind.SENT


@pytest.mark.parametrize(
    ("body", "message_id"),
    [(b'{"id": "r-5"}', "r-5"), (b'{"id": 5}', None), (b'{"id": ""}', None), (b"[]", None), (b"ok", None), (b"", None)],
)
def test_the_id_that_a_relay_gives_an_answer_is_kept(body: bytes, message_id: str | None) -> None:
    assert Relay().verdict(Answer(status=200, headers={}, body=body)).message_id == message_id
