import json

import pytest

from nightbell.domain.events import Message
from nightbell.platforms.channel import Answer, ApiAccess, HttpOutcome, LookedUp, NoAnswer, NotSent
from nightbell.platforms.meta.envelope import read_delivery
from nightbell.platforms.registry import LOOK_UPS
from tests.platforms.fixtures import RECEIVED_AT

IG, MEDIA, COMMENT = "17841000000000042", "18000000000000077", "17900000000000077"
ACCESS = ApiAccess(base_url="https://graph.example", version="v26.0", token="EAAG")
LOOK_UP = LOOK_UPS["instagram_comments"]


def references(value: dict[str, str]) -> dict[str, str]:
    change = {"field": "mentions", "value": value}
    body = json.dumps({"object": "instagram", "entry": [{"id": IG, "time": 1795000000, "changes": [change]}]})
    (message,) = read_delivery(body.encode(), RECEIVED_AT)
    assert isinstance(message, Message)
    return {each.kind: each.reference for each in message.attachments if each.reference}


def asked(value: dict[str, str]) -> str:
    request = LOOK_UP.look_up_request(references(value), IG, ACCESS)
    assert request is not None
    assert (request.method, request.json) == ("GET", None)
    assert request.url == f"https://graph.example/v26.0/{IG}"
    return request.query["fields"]


def read(body: object, *, status: int = 200, complete: bool = True) -> LookedUp | None:
    answer = Answer(status=status, headers={}, body=json.dumps(body).encode(), complete=complete)
    return LOOK_UP.read_look_up(answer)


def test_a_mention_in_a_comment_is_looked_up_by_the_comment() -> None:
    wanted = f"mentioned_comment.comment_id({COMMENT}){{text,from,username,timestamp}}"
    assert asked({"media_id": MEDIA, "comment_id": COMMENT}) == wanted


def test_a_mention_in_a_caption_is_looked_up_by_the_media() -> None:
    assert asked({"media_id": MEDIA}) == f"mentioned_media.media_id({MEDIA}){{caption,username,timestamp}}"


@pytest.mark.parametrize(
    "told",
    [
        {},
        {"media": MEDIA},
        {"mentioned_media": "1){id},x.y(2"},
        {"mentioned_comment": "", "mentioned_media": MEDIA},
        {"mentioned_comment": "a", "mentioned_media": MEDIA},
        {"mentioned_media": "1\n"},
    ],
)
def test_what_names_no_mention_is_not_looked_up(told: dict[str, str]) -> None:
    assert LOOK_UP.look_up_request(told, IG, ACCESS) is None


@pytest.mark.parametrize(
    ("found", "wanted"),
    [
        (
            {"mentioned_comment": {"id": "1", "text": "Geht zu bakery", "username": "ada.l"}},
            ("Geht zu bakery", "ada.l"),
        ),
        ({"mentioned_comment": {"text": "x", "from": {"id": "8", "username": "ada.l"}}}, ("x", "ada.l")),
        ({"mentioned_comment": {"text": "x", "from": "ada"}}, ("x", None)),
        ({"mentioned_media": {"caption": "Brot von bakery", "username": "ada.l"}}, ("Brot von bakery", "ada.l")),
    ],
)
def test_words_and_author_are_read(found: object, wanted: tuple[str, str | None]) -> None:
    assert read(found) == LookedUp(text=wanted[0], author=wanted[1])


@pytest.mark.parametrize(
    "body", [{}, [], {"id": IG}, {"mentioned_comment": []}, {"mentioned_comment": {"text": 7}}, {"mentioned_media": {}}]
)
def test_an_answer_that_tells_nothing_is_told_apart(body: object) -> None:
    assert read(body) is None


@pytest.mark.parametrize("outcome", [NotSent(error="refused"), NoAnswer(error="reset")])
def test_a_call_that_failed_tells_nothing(outcome: HttpOutcome) -> None:
    assert LOOK_UP.read_look_up(outcome) is None


def test_a_refusal_or_half_an_answer_tells_nothing() -> None:
    good = {"mentioned_media": {"caption": "x"}}
    assert read(good) is not None
    assert read(good, status=400) is None
    assert read(good, complete=False) is None
