import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from nightbell.domain.weighted_length import weighted_length
from nightbell.platforms.channel import Answer, ApiAccess, NoAnswer, NotSent, OutboundText, Verdict, VerdictKind
from nightbell.platforms.x.direct_channel import Direct
from nightbell.platforms.x.oauth1 import Keys, authorization
from nightbell.platforms.x.posts_channel import Posts
from nightbell.platforms.x.tokens import BearerToken, PairToken, read_token, write_token

ACCOUNT, CONTACT, POST = "1730000000000000042", "1740000000000000101", "1990000000000000001"
AT = datetime(2026, 11, 18, 12, 30, tzinfo=UTC)
PAIR = json.dumps({"token": "1730-token", "secret": "token-secret"})  # pragma: allowlist secret
ACCESS = ApiAccess(
    base_url="https://api.example",
    version="2",
    token=PAIR,
    credentials={"consumer_key": "key", "consumer_secret": "consumer-secret"},  # pragma: allowlist secret
    at=AT,
    nonce="0123456789abcdef0123456789abcdef",
)
BEARER = replace(ACCESS, token=json.dumps({"access": "bearer-token", "refresh": "r", "until": AT.isoformat()}))
TEXT = "We read this on Monday at 8:00."
NOT_SUMMONED = (
    "Reply to this conversation is not allowed because you have not been mentioned or otherwise engaged by the "
    "author of the post you are replying to."
)


def outbound(address: str) -> OutboundText:
    return OutboundText(account_id=ACCOUNT, address=address, text=TEXT, tag="nightbell.1.1.k")


def answer(status: int, body: object, **headers: str) -> Answer:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Answer(status=status, headers=named, body=json.dumps(body).encode())


def test_a_post_is_answered_below_it() -> None:
    request = Posts().send_request(outbound(POST), ACCESS)
    assert (request.method, request.url) == ("POST", "https://api.example/2/tweets")
    assert request.json == {"text": TEXT, "reply": {"in_reply_to_tweet_id": POST}}


def test_a_direct_message_goes_to_the_contact() -> None:
    request = Direct().send_request(outbound(CONTACT), ACCESS)
    assert (request.method, request.url) == (
        "POST",
        f"https://api.example/2/dm_conversations/with/{CONTACT}/messages",
    )
    assert request.json == {"text": TEXT}


def test_a_call_is_signed_with_the_apps_and_the_accounts_secrets() -> None:
    request = Posts().read_back_request(POST, ACCOUNT, ACCESS)
    keys = Keys(
        consumer_key="key",
        consumer_secret="consumer-secret",  # pragma: allowlist secret
        token="1730-token",
        token_secret="token-secret",  # pragma: allowlist secret
    )
    wanted = authorization("GET", request.url, request.query, keys, at=AT, nonce=ACCESS.nonce)
    assert request.headers == {"Authorization": wanted}
    assert "secret" not in str(request.headers)


def test_a_bearer_token_is_sent_as_it_is() -> None:
    assert Direct().send_request(outbound(CONTACT), BEARER).headers == {"Authorization": "Bearer bearer-token"}


@pytest.mark.parametrize(
    ("written", "token"),
    [
        (PAIR, PairToken(token="1730-token", secret="token-secret")),  # pragma: allowlist secret
        ('{"access":"a"}', BearerToken(access="a")),
        (
            '{"access":"a","refresh":"r","until":"2026-11-18T13:30:00+01:00"}',
            BearerToken(access="a", refresh="r", until=AT),
        ),
        ('{"access":"a","refresh":7,"until":"soon"}', BearerToken(access="a")),
        ('{"access":"a","until":"2026-11-18T13:30:00"}', BearerToken(access="a")),
        ("plain", BearerToken(access="plain")),
        ("[]", BearerToken(access="[]")),
        ("{}", BearerToken(access="")),
        ('{"token":"t"}', BearerToken(access="")),
    ],
)
def test_a_stored_token_is_read(written: str, token: PairToken | BearerToken) -> None:
    assert read_token(written) == token


def test_a_renewed_token_is_read_as_it_was_written() -> None:
    for token in (BearerToken(access="a", refresh="r", until=AT, client="id:secret"), BearerToken(access="a")):
        assert read_token(write_token(token)) == token
        assert not set(write_token(token)) & set(" \n")


def test_tokens_show_nowhere() -> None:
    assert "secret" not in repr(read_token(PAIR)).replace("secret=", "")
    assert repr(BearerToken(access="a-token", refresh="r-token")) == "BearerToken(until=None)"


def test_an_answer_is_known_by_the_id_that_comes_back() -> None:
    sent = answer(201, {"data": {"id": "1990", "text": TEXT}})
    assert Posts().verdict(sent) == Verdict(kind=VerdictKind.SENT, message_id="1990")
    sent = answer(201, {"data": {"dm_conversation_id": "1-2", "dm_event_id": "1991"}})
    assert Direct().verdict(sent) == Verdict(kind=VerdictKind.SENT, message_id="1991")


def problem(kind: str, detail: str = "", **more: object) -> dict[str, object]:
    return {"title": "T", "detail": detail, "type": f"https://api.x.com/2/problems/{kind}", **more}


@pytest.mark.parametrize(
    ("status", "body", "kind", "code"),
    [
        (403, {"title": "Forbidden", "detail": NOT_SUMMONED, "type": "about:blank"}, VerdictKind.REFUSED, "words"),
        (403, problem("not-authorized-for-resource", NOT_SUMMONED), VerdictKind.REFUSED, "words"),
        (
            403,
            {"detail": "You are not allowed to create a Tweet with duplicate content."},
            VerdictKind.REFUSED,
            "words",
        ),
        (403, {"errors": [{"code": 187, "message": "Status is a duplicate."}]}, VerdictKind.REFUSED, "187"),
        (403, {"errors": [{"code": 349, "message": "You cannot send."}]}, VerdictKind.REFUSED, "349"),
        (403, {"errors": [{"code": 476, "message": "Sender is not verified."}]}, VerdictKind.REFUSED, "476"),
        (403, {"errors": [{"code": 326, "message": "locked"}]}, VerdictKind.ACCOUNT_BLOCKED, "326"),
        (403, problem("client-forbidden"), VerdictKind.NOT_PERMITTED, "client-forbidden"),
        (403, problem("oauth1-permissions"), VerdictKind.NOT_PERMITTED, "oauth1-permissions"),
        (403, problem("usage-capped"), VerdictKind.CAPPED, "usage-capped"),
        (429, problem("usage-capped"), VerdictKind.CAPPED, "usage-capped"),
        (402, {"title": "Payment Required"}, VerdictKind.CAPPED, "http 402"),
        (429, problem("rate-limit-exceeded"), VerdictKind.NOT_SENT, "rate-limit-exceeded"),
        (429, {"errors": [{"code": 88, "message": "Rate limit exceeded"}]}, VerdictKind.NOT_SENT, "88"),
        (429, {"title": "Too Many Requests"}, VerdictKind.NOT_SENT, "http 429"),
        (404, problem("resource-not-found"), VerdictKind.REFUSED, "resource-not-found"),
        (400, problem("invalid-request"), VerdictKind.REFUSED, "invalid-request"),
        (400, {"errors": "none"}, VerdictKind.REFUSED, "http 400"),
        (403, {"errors": [7, {"code": "88"}]}, VerdictKind.REFUSED, "http 403"),
        (200, {"errors": [problem("resource-not-found")]}, VerdictKind.REFUSED, "resource-not-found"),
        (200, {"errors": [{"title": "odd"}]}, VerdictKind.REFUSED, "http 200"),
        (200, {"data": {"id": "1"}, "errors": [problem("resource-not-found")]}, VerdictKind.SENT, ""),
        (401, {"title": "Unauthorized"}, VerdictKind.TOKEN_DEAD, "http 401"),
        (401, problem("client-forbidden"), VerdictKind.TOKEN_DEAD, "http 401"),
        (408, {}, VerdictKind.UNKNOWN, "http 408"),
        (503, problem("usage-capped"), VerdictKind.UNKNOWN, "http 503"),
        (302, {}, VerdictKind.UNKNOWN, "http 302"),
    ],
)
def test_an_error_means_what_x_documents(status: int, body: object, kind: VerdictKind, code: str) -> None:
    for channel in (Posts(), Direct()):
        verdict = channel.verdict(answer(status, body))
        assert (verdict.kind, verdict.code) == (kind, code)


def test_not_being_summoned_is_told_in_words() -> None:
    verdict = Posts().verdict(answer(403, {"detail": NOT_SUMMONED}))
    assert verdict.reason == "X lets us answer only those who mention or quote the account"
    assert verdict.retry_after is None


@pytest.mark.parametrize(
    ("reset", "date", "wait"),
    [
        (str(int(AT.timestamp()) + 90), "Wed, 18 Nov 2026 12:30:00 GMT", timedelta(seconds=90)),
        (str(int(AT.timestamp()) - 90), "Wed, 18 Nov 2026 12:30:00 GMT", timedelta(seconds=1)),
        (str(int(AT.timestamp()) + 10**6), "Wed, 18 Nov 2026 12:30:00 GMT", timedelta(days=1)),
        (str(int(AT.timestamp()) + 90), "", timedelta(minutes=1)),
        (str(int(AT.timestamp()) + 90), "Wed, 18 Nov 2026 12:30:00", timedelta(minutes=1)),
        ("9" * 30, "Wed, 18 Nov 2026 12:30:00 GMT", timedelta(minutes=1)),
        ("soon", "Wed, 18 Nov 2026 12:30:00 GMT", timedelta(minutes=1)),
        ("", "", timedelta(minutes=1)),
    ],
)
def test_a_limit_ends_when_x_says_by_its_own_clock(reset: str, date: str, wait: timedelta) -> None:
    verdict = Posts().verdict(answer(429, {}, x_rate_limit_reset=reset, date=date))
    assert (verdict.kind, verdict.retry_after) == (VerdictKind.NOT_SENT, wait)


def test_where_a_send_broke_decides_first() -> None:
    assert Posts().verdict(NotSent(error="refused")).kind is VerdictKind.NOT_SENT
    assert Posts().verdict(NoAnswer(error="reset")).kind is VerdictKind.UNKNOWN
    assert Posts().verdict(Answer(status=201, headers={}, body=b"{", complete=False)).kind is VerdictKind.SENT


def test_a_public_text_is_counted_as_x_counts() -> None:
    form = Posts().form
    assert form.unit == "x_weighted"
    assert weighted_length("ü" * 280) == form.max_text
    assert weighted_length("日" * 140) == form.max_text
