import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from nightbell.platforms.channel import Answer, ApiAccess, NoAnswer, NotSent, OutboundText, ReadBack, VerdictKind
from nightbell.platforms.linkedin.channel import LinkedInComments

POST = "urn:li:activity:7294637247890620001"
COMMENT = f"urn:li:comment:({POST},7)"
TOKEN = "token-of-a-member"
ACCESS = ApiAccess(base_url="https://api.linkedin.com", version="202607", token=TOKEN)
OUTBOUND = OutboundText(account_id="3300771", address=f"{POST}/{COMMENT}", text="We are on it.", tag="t")
SENT_FROM = datetime(2026, 11, 18, 12, 30, tzinfo=UTC)
CHANNEL = LinkedInComments()


def answer(status: int, body: Any = None, **headers: str) -> Answer:
    return Answer(status=status, headers=headers, body=b"" if body is None else json.dumps(body).encode())


def test_an_answer_goes_below_the_comment_in_the_organisations_name() -> None:
    request = CHANNEL.send_request(OUTBOUND, ACCESS)
    assert request.method == "POST"
    assert request.url == (
        "https://api.linkedin.com/rest/socialActions/"
        "urn%3Ali%3Acomment%3A%28urn%3Ali%3Aactivity%3A7294637247890620001%2C7%29/comments"
    )
    assert request.json == {
        "actor": "urn:li:organization:3300771",
        "object": POST,
        "message": {"text": "We are on it."},
        "parentComment": COMMENT,
    }
    assert request.headers["Linkedin-Version"] == "202607"
    assert request.headers["X-Restli-Protocol-Version"] == "2.0.0"
    assert TOKEN not in str(request)


def test_an_answer_to_a_post_that_names_us_stands_below_the_post() -> None:
    outbound = OutboundText(account_id="3300771", address="urn:li:share:9/urn:li:share:9", text="Hi", tag="t")
    request = CHANNEL.send_request(outbound, ACCESS)
    assert request.url.endswith("/urn%3Ali%3Ashare%3A9/comments")
    assert isinstance(request.json, dict)
    assert request.json["object"] == "urn:li:share:9"
    assert "parentComment" not in request.json


@pytest.mark.parametrize(
    ("stored", "sent"),
    [
        ("plain-token", "Bearer plain-token"),
        ('{"access":"aaa","refresh":"rrr","until":"2027-01-01T00:00:00Z"}', "Bearer aaa"),
        ('{"refresh":"rrr"}', "Bearer "),
        ('{"access":7}', "Bearer "),
        ("{broken", "Bearer "),
    ],
)
def test_of_a_stored_token_only_the_access_token_travels(stored: str, sent: str) -> None:
    request = CHANNEL.send_request(OUTBOUND, ApiAccess(base_url="https://a", version="202607", token=stored))
    assert request.headers["Authorization"] == sent


UNPERMITTED = "Unpermitted fields present in REQUEST_BODY: Data Processing Exception while processing fields [/content]"


@pytest.mark.parametrize(
    ("outcome", "kind", "code"),
    [
        (answer(201, {"commentUrn": "urn:li:comment:(x,8)"}), VerdictKind.SENT, ""),
        (answer(201), VerdictKind.SENT, ""),
        (
            answer(401, {"serviceErrorCode": 65600, "message": "Invalid access token"}),
            VerdictKind.TOKEN_DEAD,
            "401/65600",
        ),
        (
            answer(403, {"serviceErrorCode": 100, "message": "Not enough permissions"}),
            VerdictKind.NOT_PERMITTED,
            "403/100",
        ),
        (answer(403, {"message": UNPERMITTED}), VerdictKind.REFUSED, "http 403"),
        (answer(400, {"message": "?"}), VerdictKind.REFUSED, "http 400"),
        (answer(404), VerdictKind.REFUSED, "http 404"),
        (answer(302), VerdictKind.UNKNOWN, "http 302"),
        (answer(408), VerdictKind.UNKNOWN, "http 408"),
        (answer(500, {"message": "Internal Server Error"}), VerdictKind.UNKNOWN, "http 500"),
        (NotSent(error="refused"), VerdictKind.NOT_SENT, "not_sent"),
        (NoAnswer(error="reset"), VerdictKind.UNKNOWN, "no_answer"),
    ],
)
def test_an_answer_becomes_its_verdict(outcome: Answer | NotSent | NoAnswer, kind: VerdictKind, code: str) -> None:
    verdict = CHANNEL.verdict(outcome)
    assert (verdict.kind, verdict.code) == (kind, code)
    assert verdict.reason or kind is VerdictKind.SENT


def test_a_throttled_member_waits_an_hour() -> None:
    body = {"message": "Comment create throttled: creation rate limit exceeded for member"}
    verdict = CHANNEL.verdict(answer(429, body))
    assert (verdict.kind, verdict.retry_after) == (VerdictKind.NOT_SENT, timedelta(hours=1))


def test_the_new_comments_name_stands_in_a_header_or_in_the_body() -> None:
    named = {"x-restli-id": "urn:li:comment:(x,9)"}
    assert CHANNEL.verdict(answer(201, {}, **named)).message_id == "urn:li:comment:(x,9)"
    assert CHANNEL.verdict(answer(201, {"commentUrn": "urn:li:comment:(x,8)"})).message_id == "urn:li:comment:(x,8)"


def line(text: str = "We are on it.", after_s: float = 1, actor: str = "urn:li:organization:3300771") -> dict[str, Any]:
    at = int((SENT_FROM + timedelta(seconds=after_s)).timestamp() * 1000)
    return {"actor": actor, "message": {"text": text}, "created": {"time": at, "actor": actor}, "id": "7"}


def found(body: Any, status: int = 200) -> ReadBack:
    return CHANNEL.read_back(answer(status, body), account_id="3300771", text="We are on it.", sent_from=SENT_FROM)


def test_the_comments_below_are_read() -> None:
    request = CHANNEL.read_back_request(OUTBOUND.address, "3300771", ACCESS)
    assert (request.method, dict(request.query)) == ("GET", {"count": "100"})
    assert request.url == CHANNEL.send_request(OUTBOUND, ACCESS).url


WHOLE = {"count": 100, "start": 0, "links": [], "total": 1}


@pytest.mark.parametrize(
    ("body", "seen"),
    [
        ({"elements": [line()], "paging": WHOLE}, ReadBack.FOUND),
        ({"elements": [line(text="We  are on it.\n")]}, ReadBack.FOUND),
        ({"elements": [line("Other words")], "paging": WHOLE}, ReadBack.ABSENT),
        ({"elements": []}, ReadBack.ABSENT),
        ({"elements": [line(actor="urn:li:person:A")], "paging": WHOLE}, ReadBack.ABSENT),
        ({"elements": [line(after_s=-120)], "paging": WHOLE}, ReadBack.UNREADABLE),
        ({"elements": [line("Other")], "paging": {**WHOLE, "total": 2}}, ReadBack.UNREADABLE),
        ({"elements": [line("Other")], "paging": {"links": [{"rel": "next", "href": "/x"}]}}, ReadBack.UNREADABLE),
        ({"elements": [line("Other")] * 100}, ReadBack.UNREADABLE),
        ({"elements": [{**line("Other"), "created": {}}]}, ReadBack.UNREADABLE),
        ({"elements": [7]}, ReadBack.UNREADABLE),
        ({}, ReadBack.UNREADABLE),
        ([], ReadBack.UNREADABLE),
    ],
)
def test_absence_is_believed_only_where_everything_was_read(body: Any, seen: ReadBack) -> None:
    assert found(body) is seen


@pytest.mark.parametrize("status", [201, 404, 500])
def test_only_a_good_answer_proves_anything(status: int) -> None:
    assert found({"elements": []}, status) is ReadBack.UNREADABLE


def test_nothing_is_answered_unless_it_was_switched_on_and_words_are_lent() -> None:
    assert CHANNEL.automatic is False
    assert CHANNEL.keeps_words is not None
    assert CHANNEL.keeps_words < timedelta(hours=48)
