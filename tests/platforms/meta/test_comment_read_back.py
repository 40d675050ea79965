import json
from datetime import UTC, datetime, timedelta

import pytest

from nightbell.platforms.channel import Answer, ApiAccess, HttpOutcome, NoAnswer, NotSent, ReadBack
from nightbell.platforms.registry import CHANNELS

PAGE, ADA = "104200000000017", "7700000000000421"
SENT_FROM = datetime(2026, 11, 18, 11, 0, tzinfo=UTC)
LINE = "Danke!\nWir melden uns."
ACCESS = ApiAccess(base_url="https://graph.example", version="v26.0", token="EAAG")


def comment(seconds: float, words: str = "hi", author: str | None = ADA) -> dict[str, object]:
    at = SENT_FROM + timedelta(seconds=seconds)
    named = {"from": {"id": author, "name": "Somebody"}} if author else {}
    return {"id": f"5001_{seconds}", "created_time": f"{at:%Y-%m-%dT%H:%M:%S}+0000", "message": words, **named}


def reply(seconds: float, words: str = "hi", author: str | None = ADA) -> dict[str, object]:
    one = comment(seconds, words, author)
    return {"id": one["id"], "timestamp": one["created_time"], "text": words, "from": one.get("from")}


def answer(*items: object, status: int = 200, complete: bool = True, **around: object) -> Answer:
    body = json.dumps({"data": list(items), **around}).encode()
    return Answer(status=status, headers={}, body=body, complete=complete)


def found(outcome: HttpOutcome, channel: str = "facebook_comments") -> ReadBack:
    return CHANNELS[channel].read_back(outcome, account_id=PAGE, text=LINE, sent_from=SENT_FROM)


MORE = {"next": "https://graph.example/more"}


def test_everything_below_a_comment_is_asked_for_newest_first() -> None:
    request = CHANNELS["facebook_comments"].read_back_request("5001_9001", PAGE, ACCESS)
    assert (request.method, request.json) == ("GET", None)
    assert request.url == "https://graph.example/v26.0/5001_9001/comments"
    assert request.query == {
        "fields": "id,from,message,created_time",
        "filter": "stream",
        "order": "reverse_chronological",
        "summary": "true",
        "limit": "50",
    }


def test_the_answers_to_an_instagram_comment_are_asked_for() -> None:
    request = CHANNELS["instagram_comments"].read_back_request("17900000000000001", PAGE, ACCESS)
    assert request.url == "https://graph.example/v26.0/17900000000000001/replies"
    assert request.query == {"fields": "id,from,text,timestamp", "limit": "50"}


@pytest.mark.parametrize("seconds", [-5, 0, 3, 600])
def test_our_line_since_the_send_is_found(seconds: float) -> None:
    assert found(answer(comment(seconds, LINE, PAGE), comment(-20))) is ReadBack.FOUND
    assert found(answer(reply(seconds, LINE, PAGE)), "instagram_comments") is ReadBack.FOUND


def test_a_line_whose_white_space_was_changed_is_found() -> None:
    assert found(answer(comment(1, "Danke! Wir melden uns.", PAGE))) is ReadBack.FOUND


def test_our_words_by_nobody_named_count_as_ours() -> None:
    assert found(answer(comment(1, LINE, None))) is ReadBack.FOUND


def test_on_instagram_our_words_count_as_ours_under_whichever_id() -> None:
    assert found(answer(reply(1, LINE, "9900000000000042")), "instagram_comments") is ReadBack.FOUND


def test_on_a_page_a_contact_who_repeats_our_words_is_not_us() -> None:
    assert found(answer(comment(2, LINE, ADA), comment(-20))) is ReadBack.ABSENT


@pytest.mark.parametrize("channel", ["facebook_comments", "instagram_comments"])
def test_nothing_below_a_comment_proves_absence(channel: str) -> None:
    assert found(answer(), channel) is ReadBack.ABSENT
    assert found(answer(summary={"total_count": 0}), channel) is ReadBack.ABSENT


def test_our_line_is_absent_where_everything_is_shown() -> None:
    assert found(answer(comment(30), summary={"total_count": 1})) is ReadBack.ABSENT
    assert found(answer(reply(30)), "instagram_comments") is ReadBack.ABSENT


@pytest.mark.parametrize("summary", [{"total_count": 3}, {"total_count": "1"}, {"total_count": None}, []])
def test_more_comments_than_are_shown_prove_nothing(summary: object) -> None:
    assert found(answer(comment(30), summary=summary)) is ReadBack.UNREADABLE


def test_a_further_page_proves_nothing_unless_it_is_older_than_the_send() -> None:
    assert found(answer(comment(30), paging=MORE)) is ReadBack.UNREADABLE
    assert found(answer(comment(30), comment(-20), paging=MORE)) is ReadBack.ABSENT


def test_a_page_that_is_not_seen_to_begin_with_the_newest_proves_nothing() -> None:
    assert found(answer(comment(-20), comment(30), paging=MORE)) is ReadBack.UNREADABLE
    assert found(answer(comment(-300), comment(-200), paging=MORE)) is ReadBack.UNREADABLE
    assert found(answer(comment(30), comment(-300), comment(-200), paging=MORE)) is ReadBack.UNREADABLE
    assert found(answer(comment(-20), paging=MORE)) is ReadBack.UNREADABLE


def test_the_same_line_to_somebody_else_shortly_before_proves_nothing() -> None:
    assert found(answer(comment(-60, LINE, PAGE), comment(-90))) is ReadBack.UNREADABLE


def test_the_same_line_long_before_is_another() -> None:
    assert found(answer(comment(-3600, LINE, PAGE))) is ReadBack.ABSENT


@pytest.mark.parametrize(
    "outcome",
    [
        NotSent(error="refused"),
        NoAnswer(error="reset"),
        answer(status=400),
        answer(status=500),
        answer(complete=False),
        Answer(status=200, headers={}, body=b""),
        Answer(status=200, headers={}, body=b"[]"),
        Answer(status=200, headers={}, body=b"{}"),
        Answer(status=200, headers={}, body=b'{"data":{}}'),
        Answer(status=200, headers={}, body=b'{"error":{"code":100,"error_subcode":33}}'),
        answer("not a comment"),
        answer({**comment(1), "id": None}),
        answer({**comment(1), "created_time": "yesterday"}),
        answer({**comment(1), "created_time": "2026-11-18T11:00:01"}),
        answer({**comment(1), "message": 7}),
        answer({**comment(1), "from": "Ada"}),
        answer(paging=[]),
    ],
    ids=repr,
)
@pytest.mark.parametrize("channel", ["facebook_comments", "instagram_comments"])
def test_anything_else_is_unreadable(outcome: HttpOutcome, channel: str) -> None:
    assert found(outcome, channel) is ReadBack.UNREADABLE
