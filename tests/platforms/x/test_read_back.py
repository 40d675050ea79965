"""Absence must be proven: a wrong *absent* says an answer twice."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from nightbell.platforms.channel import Answer, ApiAccess, HttpOutcome, NoAnswer, NotSent, ReadBack
from nightbell.platforms.x.direct_channel import Direct
from nightbell.platforms.x.posts_channel import Posts

ACCOUNT, CONTACT, POST = "1730000000000000042", "1740000000000000101", "1990000000000000001"
SENT_FROM = datetime(2026, 11, 18, 12, 30, tzinfo=UTC)
TEXT = "Thanks & regards. We answer on Monday."
ACCESS = ApiAccess(base_url="https://api.example", version="2", token="t")
FOUND, ABSENT, UNREADABLE = ReadBack.FOUND, ReadBack.ABSENT, ReadBack.UNREADABLE


def at(seconds: float) -> str:
    return (SENT_FROM + timedelta(seconds=seconds)).isoformat().replace("+00:00", ".000Z")


def post(words: str, seconds: float = 1, author: str = ACCOUNT) -> dict[str, object]:
    return {"id": "1990000000000000077", "author_id": author, "text": words, "created_at": at(seconds)}


def message(words: str, seconds: float = 1, author: str = ACCOUNT) -> dict[str, object]:
    return {"id": "1", "event_type": "MessageCreate", "sender_id": author, "text": words, "created_at": at(seconds)}


def answer(body: object, status: int = 200) -> Answer:
    return Answer(status=status, headers={}, body=json.dumps(body).encode())


def posts(*found: object, **more: object) -> Answer:
    meta: dict[str, object] = {"result_count": len(found)}
    return answer({"data": list(found), "meta": meta | more})


def among_posts(outcome: HttpOutcome) -> ReadBack:
    return Posts().read_back(outcome, account_id=ACCOUNT, text=TEXT, sent_from=SENT_FROM)


def among_messages(outcome: HttpOutcome) -> ReadBack:
    return Direct().read_back(outcome, account_id=ACCOUNT, text=TEXT, sent_from=SENT_FROM)


def test_only_the_accounts_answers_to_this_post_are_asked_for() -> None:
    request = Posts().read_back_request(POST, ACCOUNT, ACCESS)
    assert (request.method, request.url) == ("GET", "https://api.example/2/tweets/search/recent")
    assert request.query["query"] == f"in_reply_to_tweet_id:{POST} from:{ACCOUNT}"


def test_an_id_stays_one_word_of_the_query() -> None:
    request = Posts().read_back_request("1 OR from:2", ACCOUNT, ACCESS)
    assert request.query["query"] == f"in_reply_to_tweet_id:1_OR_from_2 from:{ACCOUNT}"


def test_a_conversation_is_read_by_its_contact() -> None:
    request = Direct().read_back_request(CONTACT, ACCOUNT, ACCESS)
    assert request.url == f"https://api.example/2/dm_conversations/with/{CONTACT}/dm_events"
    assert request.query["event_types"] == "MessageCreate"
    assert Direct().read_back_request("../x?", ACCOUNT, ACCESS).url.endswith("/with/..%2Fx%3F/dm_events")


NAMES: dict[str, object] = {
    "display_text_range": [7, 50],
    "entities": {"mentions": [{"start": 0, "end": 6, "username": "ada_l", "id": CONTACT}]},
}


@pytest.mark.parametrize(
    ("outcome", "found"),
    [
        (posts(post(TEXT)), FOUND),
        (posts(post(f"@ada_l {TEXT}".replace("&", "&amp;")) | NAMES), FOUND),
        (posts(post(f"@ada_l {TEXT}".replace("&", "&amp;"))), FOUND),
        (posts(post(TEXT, author=CONTACT)), ABSENT),
        (posts(post("Something else")), ABSENT),
        (posts(), ABSENT),
        (answer({"meta": {"result_count": 0}}), ABSENT),
        (posts(post(TEXT, seconds=-60)), UNREADABLE),
        (posts(post(TEXT, seconds=-600)), ABSENT),
        (posts(next_token="n"), UNREADABLE),
        (posts(post("other"), result_count=2), UNREADABLE),
        (posts(post(TEXT), result_count=2), FOUND),
        (posts(post(TEXT) | {"created_at": None}), UNREADABLE),
        (posts(post(TEXT) | {"created_at": "2026-11-18T12:30:01"}), UNREADABLE),
        (posts(post(TEXT) | {"author_id": None}), UNREADABLE),
        (posts("none"), UNREADABLE),
        (answer({"data": []}), UNREADABLE),
        (answer({"data": "none", "meta": {"result_count": 0}}), UNREADABLE),
        (answer({"meta": {"result_count": 0}, "errors": [{"title": "odd"}]}), UNREADABLE),
        (answer({}), UNREADABLE),
        (answer([]), UNREADABLE),
        (answer({"meta": {"result_count": 0}}, status=429), UNREADABLE),
        (Answer(status=200, headers={}, body=b'{"meta":{"result_count":0}}', complete=False), UNREADABLE),
        (NotSent(error="refused"), UNREADABLE),
        (NoAnswer(error="reset"), UNREADABLE),
    ],
)
def test_what_stands_below_a_post(outcome: HttpOutcome, found: ReadBack) -> None:
    assert among_posts(outcome) is found


@pytest.mark.parametrize(
    ("outcome", "found"),
    [
        (answer({"data": [message(TEXT), message("Hello?", -9, CONTACT)]}), FOUND),
        (answer({"data": [message(TEXT.replace("&", "&amp;")), message("Hello?", -9, CONTACT)]}), FOUND),
        (answer({"data": [message(TEXT, author=CONTACT)]}), ABSENT),
        (answer({"data": [message("Hello?", -9, CONTACT)]}), ABSENT),
        (answer({"data": [message("Hello?", -9, CONTACT)], "meta": {"next_token": "n"}}), ABSENT),
        (answer({"data": [message("Hello?", 1, CONTACT)], "meta": {"next_token": "n"}}), UNREADABLE),
        (answer({"data": [message(TEXT, -60)]}), UNREADABLE),
        (answer({"data": [], "meta": {"result_count": 0}}), UNREADABLE),
        (answer({"meta": {"result_count": 0}}), UNREADABLE),
        (answer({"data": [message("Hello?", -9, CONTACT)], "errors": [{}]}), UNREADABLE),
        (answer({"data": [message(TEXT) | {"sender_id": None}]}), UNREADABLE),
        (answer({"data": [message(TEXT) | {"created_at": "now"}]}), UNREADABLE),
        (answer({"data": [message("x")], "meta": "none"}), UNREADABLE),
        (answer({"data": "none"}), UNREADABLE),
        (answer({"data": [message("x")]}, status=401), UNREADABLE),
        (Answer(status=200, headers={}, body=b'{"data":[', complete=False), UNREADABLE),
        (NoAnswer(error="reset"), UNREADABLE),
    ],
)
def test_what_stands_in_a_conversation(outcome: HttpOutcome, found: ReadBack) -> None:
    assert among_messages(outcome) is found
