import json
from datetime import UTC, datetime, timedelta

import pytest

from nightbell.platforms.channel import Answer, ApiAccess, HttpOutcome, NoAnswer, NotSent, ReadBack
from nightbell.platforms.meta.messenger_channel import Messenger

PAGE, PSID = "104200000000017", "7700000000000421"
SENT_FROM = datetime(2026, 11, 18, 11, 0, tzinfo=UTC)
TEXT = "We are open until 18:00.\nA person answers soon."


def line(seconds: float, words: str = "hi", author: str = PSID) -> dict[str, object]:
    at = SENT_FROM + timedelta(seconds=seconds)
    return {
        "id": f"m{seconds}",
        "created_time": f"{at:%Y-%m-%dT%H:%M:%S}+0000",
        "from": {"id": author},
        "message": words,
    }


def answer(*lines: object, paging: object | None = None, status: int = 200, complete: bool = True) -> Answer:
    messages = {"data": list(lines), **({"paging": paging} if paging else {})}
    body = {"data": [{"id": "t_1", "messages": messages}], "paging": {"cursors": {}}}
    return Answer(status=status, headers={}, body=json.dumps(body).encode(), complete=complete)


def found(outcome: HttpOutcome) -> ReadBack:
    return Messenger().read_back(outcome, account_id=PAGE, text=TEXT, sent_from=SENT_FROM)


def test_the_conversation_with_one_contact_is_asked_for() -> None:
    access = ApiAccess(base_url="https://graph.example", version="v26.0", token="EAAG")
    request = Messenger().read_back_request(PSID, PAGE, access)
    assert (request.method, request.json) == ("GET", None)
    assert request.url == f"https://graph.example/v26.0/{PAGE}/conversations"
    assert request.query == {
        "platform": "messenger",
        "user_id": PSID,
        "fields": "messages.limit(20){id,created_time,from,message}",
    }


@pytest.mark.parametrize("seconds", [-5, 0, 3, 80])
def test_our_text_since_the_send_is_found(seconds: float) -> None:
    assert found(answer(line(seconds, TEXT, PAGE), line(-20))) is ReadBack.FOUND


def test_a_text_that_the_platform_trimmed_is_found() -> None:
    assert found(answer(line(1, TEXT.replace("\n", "\r\n") + " ", PAGE), line(-20))) is ReadBack.FOUND


def test_our_text_is_absent_where_the_answer_reaches_back_before_the_send() -> None:
    assert found(answer(line(30), line(-20))) is ReadBack.ABSENT


def test_another_text_of_ours_and_our_text_by_the_contact_are_not_it() -> None:
    assert found(answer(line(2, "Something else", PAGE), line(1, TEXT, PSID), line(-20))) is ReadBack.ABSENT


def test_our_text_is_absent_where_the_whole_conversation_is_shown() -> None:
    assert found(answer(line(1))) is ReadBack.ABSENT


def test_a_full_page_since_the_send_proves_nothing() -> None:
    assert found(answer(*(line(n) for n in range(20)))) is ReadBack.UNREADABLE


def test_a_page_with_another_behind_it_proves_nothing() -> None:
    assert found(answer(line(1), paging={"next": "https://graph.example/more"})) is ReadBack.UNREADABLE


def test_the_same_words_shortly_before_prove_nothing() -> None:
    assert found(answer(line(-60, TEXT, PAGE), line(-90))) is ReadBack.UNREADABLE


def test_the_same_words_long_before_are_another_answer() -> None:
    assert found(answer(line(-3600, TEXT, PAGE))) is ReadBack.ABSENT


@pytest.mark.parametrize(
    "outcome",
    [
        NotSent(error="refused"),
        NoAnswer(error="reset"),
        answer(line(-20), status=400),
        answer(line(-20), status=500),
        answer(line(-20), status=206),
        answer(line(-20), complete=False),
        answer(),
        Answer(status=200, headers={}, body=b""),
        Answer(status=200, headers={}, body=b"[]"),
        Answer(status=200, headers={}, body=b'{"data":[]}'),
        Answer(status=200, headers={}, body=b'{"data":[{"id":"t_1"}]}'),
        Answer(status=200, headers={}, body=b'{"data":[{"messages":{"data":[]}},{"messages":{"data":[]}}]}'),
        Answer(status=200, headers={}, body=b'{"error":{"code":190}}'),
        answer(line(-20), "not a message"),
        answer(line(-20), {**line(1), "created_time": "yesterday"}),
        answer(line(-20), {**line(1), "created_time": "2026-11-18T11:00:01"}),
        answer(line(-20), {**line(1), "from": None}),
        answer(line(-20), {**line(1), "message": 7}),
    ],
    ids=repr,
)
def test_anything_else_is_unreadable(outcome: HttpOutcome) -> None:
    assert found(outcome) is ReadBack.UNREADABLE
