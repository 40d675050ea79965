from dataclasses import replace
from datetime import timedelta

import pytest

from nightbell.platforms.channel import (
    Answer,
    ApiAccess,
    Button,
    HttpOutcome,
    NoAnswer,
    NotSent,
    OutboundText,
    RecoveryClass,
    VerdictKind,
)
from nightbell.platforms.line.channel import LineChats

TOKEN = "line-token-of-the-account"
ACCESS = ApiAccess(base_url="https://api.line.me", version="", token=TOKEN)
KEY = "0b6f5f0e-9a43-4b58-8d0f-7d1f3a2c4e55"
TEXT = OutboundText(
    account_id="U00000000000000000000000000000001",
    address="Uaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa01",
    text="We are <open> *until* 18:00.",
    tag=f"nightbell.1.4.{KEY}",
)


def answer(status: int, body: str = "") -> Answer:
    return Answer(status=status, headers={}, body=body.encode())


def test_a_text_is_pushed_to_the_contact_as_it_is() -> None:
    request = LineChats().send_request(TEXT, ACCESS)
    assert (request.method, request.url) == ("POST", "https://api.line.me/v2/bot/message/push")
    assert request.json == {"to": TEXT.address, "messages": [{"type": "text", "text": TEXT.text}]}
    assert request.headers["Authorization"] == f"Bearer {TOKEN}"
    assert TOKEN not in str(request)


def test_a_text_goes_under_the_same_key_each_time_and_another_text_under_another() -> None:
    """By it LINE knows a text that arrived already."""
    first, again = (LineChats().send_request(TEXT, ACCESS) for _ in range(2))
    assert first.headers["X-Line-Retry-Key"] == again.headers["X-Line-Retry-Key"] == KEY
    other = LineChats().send_request(replace(TEXT, tag="nightbell.1.5.another"), ACCESS)
    assert other.headers["X-Line-Retry-Key"] == "another"
    assert LineChats().recovery is RecoveryClass.KEYED


def test_each_choice_is_a_quick_reply_that_shows_what_was_tapped() -> None:
    buttons = (Button(title="Wait here", payload="nightbell.choice.here"), Button(title="Voice", payload="n.v"))
    outbound = OutboundText(account_id="U1", address="Ua", text="Hi", tag="t", buttons=buttons)
    request = LineChats().send_request(outbound, ACCESS)
    assert isinstance(request.json, dict)
    (message,) = request.json["messages"]
    assert [item["action"] for item in message["quickReply"]["items"]] == [
        {"type": "postback", "label": "Wait here", "data": "nightbell.choice.here", "displayText": "Wait here"},
        {"type": "postback", "label": "Voice", "data": "n.v", "displayText": "Voice"},
    ]
    assert {item["type"] for item in message["quickReply"]["items"]} == {"action"}


SENT = '{"sentMessages":[{"id":"461230966842064897","quoteToken":"IStG5h1Tz7b"}]}'
BEFORE = '{"message":"The retry key is already accepted","sentMessages":[{"id":"461230966842064897"}]}'
MONTHLY = '{"message":"You have reached your monthly limit."}'
TOO_MANY = '{"message":"The API rate limit has been exceeded. Try again later."}'
INVALID = '{"message":"The request body has 1 error(s)","details":[{"message":"May not be empty","property":"to"}]}'


@pytest.mark.parametrize(
    ("outcome", "kind", "code"),
    [
        (answer(200, SENT), VerdictKind.SENT, ""),
        (answer(200, "{}"), VerdictKind.SENT, ""),
        (answer(200, "<html>"), VerdictKind.SENT, ""),
        (answer(409, BEFORE), VerdictKind.SENT, ""),
        (answer(409), VerdictKind.SENT, ""),
        (answer(400, INVALID), VerdictKind.REFUSED, "http 400"),
        (answer(401, '{"message":"Authentication failed"}'), VerdictKind.TOKEN_DEAD, "http 401"),
        (answer(403, '{"message":"Access to this API is denied"}'), VerdictKind.NOT_PERMITTED, "http 403"),
        (answer(404), VerdictKind.REFUSED, "http 404"),
        (answer(408), VerdictKind.UNKNOWN, "http 408"),
        (answer(429, TOO_MANY), VerdictKind.NOT_SENT, "http 429"),
        (answer(429, MONTHLY), VerdictKind.CAPPED, "http 429"),
        (answer(429, '{"message":7}'), VerdictKind.NOT_SENT, "http 429"),
        (answer(302), VerdictKind.UNKNOWN, "http 302"),
        (answer(500, '{"message":"Internal server error"}'), VerdictKind.UNKNOWN, "http 500"),
        (answer(502, "<html>Bad Gateway</html>"), VerdictKind.UNKNOWN, "http 502"),
        (NotSent(error="refused"), VerdictKind.NOT_SENT, "not_sent"),
        (NoAnswer(error="reset"), VerdictKind.UNKNOWN, "no_answer"),
    ],
)
def test_a_send_is_judged(outcome: HttpOutcome, kind: VerdictKind, code: str) -> None:
    verdict = LineChats().verdict(outcome)
    assert (verdict.kind, verdict.code) == (kind, code)
    assert verdict.reason or kind is VerdictKind.SENT


@pytest.mark.parametrize("body", [SENT, BEFORE])
def test_the_id_of_what_was_sent_is_read_now_and_when_it_was_sent_before(body: str) -> None:
    assert LineChats().verdict(answer(200 if body is SENT else 409, body)).message_id == "461230966842064897"


@pytest.mark.parametrize(
    "body", ['{"sentMessages":[]}', '{"sentMessages":[{"id":7}]}', '{"sentMessages":{}}', "[]", ""]
)
def test_an_answer_without_an_id_is_sent_all_the_same(body: str) -> None:
    verdict = LineChats().verdict(answer(200, body))
    assert (verdict.kind, verdict.message_id) == (VerdictKind.SENT, None)


def test_too_many_at_once_waits_and_a_used_up_month_does_not() -> None:
    assert LineChats().verdict(answer(429, TOO_MANY)).retry_after == timedelta(minutes=1)
    assert LineChats().verdict(answer(429, MONTHLY)).retry_after is None
