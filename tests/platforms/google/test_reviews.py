import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from nightbell.platforms.channel import (
    Answer,
    ApiAccess,
    HttpOutcome,
    LookedUp,
    NoAnswer,
    NotSent,
    OutboundText,
    ReadBack,
    VerdictKind,
)
from nightbell.platforms.google.channel import GoogleReviews
from nightbell.platforms.google.reviews import ReviewLookUp
from tests.platforms.fixtures import RECEIVED_AT

NAME = "accounts/1055/locations/7788/reviews/AbFvOq-x_9="
ACCESS = ApiAccess(base_url="https://mybusiness.googleapis.com", version="v4", token="ya29.token-of-the-account")
REVIEW = {
    "name": NAME,
    "reviewId": "AbFvOq-x_9=",
    "reviewer": {"displayName": "Ada L.", "profilePhotoUrl": "https://x.example/p"},
    "starRating": "TWO",
    "comment": "Cold coffee, and nobody said sorry.",
    "createTime": "2026-11-18T12:00:00Z",
    "updateTime": "2026-11-18T12:10:00.5Z",
}
REPLY = {"comment": "We are sorry.", "updateTime": "2026-11-18T12:20:00Z", "reviewReplyState": "APPROVED"}


def answer(status: int = 200, /, **changes: Any) -> Answer:
    return Answer(status=status, headers={}, body=json.dumps({**REVIEW, **changes}).encode())


def looked_up(**changes: Any) -> LookedUp | None:
    return ReviewLookUp().read_look_up(answer(**changes))


def test_a_review_is_looked_up_by_its_full_name() -> None:
    request = ReviewLookUp().look_up_request({"review": NAME}, "7788", ACCESS)
    assert request is not None
    assert (request.method, request.url) == ("GET", f"https://mybusiness.googleapis.com/v4/{NAME}")
    assert request.headers == {"Authorization": f"Bearer {ACCESS.token}"}
    assert ACCESS.token not in str(request)


@pytest.mark.parametrize("references", [{}, {"review": ""}, {"review": f"{NAME}/../x"}, {"edit_of": NAME}])
def test_what_is_no_review_is_not_looked_up(references: dict[str, str]) -> None:
    assert ReviewLookUp().look_up_request(references, "7788", ACCESS) is None


def test_stars_words_and_author_are_read() -> None:
    assert looked_up() == LookedUp(
        text="★★☆☆☆ Cold coffee, and nobody said sorry.", author="Ada L.", is_complaint=True, answered_at=None
    )


@pytest.mark.parametrize(
    ("stars", "shown", "complains"),
    [
        ("ONE", "★☆☆☆☆", True),
        ("TWO", "★★☆☆☆", True),
        ("THREE", "★★★☆☆", False),
        ("FOUR", "★★★★☆", False),
        ("FIVE", "★★★★★", False),
    ],
)
def test_few_stars_complain_whatever_the_words_are(stars: str, shown: str, *, complains: bool) -> None:
    found = looked_up(starRating=stars, comment=None)
    assert found is not None
    assert (found.text, found.is_complaint) == (shown, complains)


def test_words_without_stars_are_words() -> None:
    found = looked_up(starRating="STAR_RATING_UNSPECIFIED")
    assert found is not None
    assert (found.text, found.is_complaint) == (REVIEW["comment"], False)
    assert looked_up(starRating=None, comment="") is None


@pytest.mark.parametrize(
    "reviewer", [None, {}, {"displayName": ""}, {"displayName": "A Google user", "isAnonymous": True}, "Ada"]
)
def test_whoever_stays_anonymous_has_no_name(reviewer: object) -> None:
    found = looked_up(reviewer=reviewer)
    assert found is not None
    assert found.author is None


def test_an_answer_counts_if_it_came_after_what_the_review_says_now() -> None:
    found = looked_up(reviewReply=REPLY)
    assert found is not None
    assert found.answered_at == datetime(2026, 11, 18, 12, 20, tzinfo=UTC)
    for reply in ({**REPLY, "updateTime": "2026-11-18T12:10:00Z"}, {**REPLY, "updateTime": "soon"}, "yes", None):
        older = looked_up(reviewReply=reply)
        assert older is not None
        assert older.answered_at is None


@pytest.mark.parametrize(
    "outcome",
    [
        NotSent(error="refused"),
        NoAnswer(error="reset"),
        answer(404),
        answer(503),
        Answer(status=200, headers={}, body=b"[]"),
        Answer(status=200, headers={}, body=b"<html>"),
        replace(answer(), complete=False),
    ],
    ids=str,
)
def test_an_answer_that_tells_nothing_is_none(outcome: HttpOutcome) -> None:
    assert ReviewLookUp().read_look_up(outcome) is None


PLAIN = OutboundText(account_id="7788", address=NAME, text="We will look into it.", tag="t")


def test_an_answer_is_written_to_the_review_itself() -> None:
    request = GoogleReviews().send_request(PLAIN, ACCESS)
    assert (request.method, request.url) == ("PUT", f"https://mybusiness.googleapis.com/v4/{NAME}/reply")
    assert request.json == {"comment": PLAIN.text}
    sideways = GoogleReviews().send_request(replace(PLAIN, address="accounts/1/../x?y"), ACCESS)
    assert sideways.url == "https://mybusiness.googleapis.com/v4/accounts%2F1%2F..%2Fx%3Fy/reply"


@pytest.mark.parametrize(
    ("outcome", "kind"),
    [
        (NotSent(error="refused"), VerdictKind.NOT_SENT),
        (NoAnswer(error="reset"), VerdictKind.UNKNOWN),
        (Answer(status=200, headers={}, body=b'{"comment":"x","reviewReplyState":"PENDING"}'), VerdictKind.SENT),
        (Answer(status=400, headers={}, body=b'{"error":{"status":"INVALID_ARGUMENT"}}'), VerdictKind.REFUSED),
        (Answer(status=401, headers={}, body=b""), VerdictKind.TOKEN_DEAD),
        (Answer(status=403, headers={}, body=b'{"error":{"status":"PERMISSION_DENIED"}}'), VerdictKind.NOT_PERMITTED),
        (Answer(status=404, headers={}, body=b""), VerdictKind.REFUSED),
        (Answer(status=429, headers={}, body=b'{"error":{"status":"RESOURCE_EXHAUSTED"}}'), VerdictKind.NOT_SENT),
        (Answer(status=302, headers={}, body=b""), VerdictKind.UNKNOWN),
        (Answer(status=503, headers={}, body=b""), VerdictKind.UNKNOWN),
    ],
    ids=str,
)
def test_an_answer_of_the_api_is_judged_by_its_status(outcome: HttpOutcome, kind: VerdictKind) -> None:
    verdict = GoogleReviews().verdict(outcome)
    assert verdict.kind is kind
    assert (verdict.retry_after is not None) is (kind is VerdictKind.NOT_SENT and isinstance(outcome, Answer))


@pytest.mark.parametrize(
    ("outcome", "found"),
    [
        (answer(reviewReply={**REPLY, "comment": PLAIN.text}), ReadBack.FOUND),
        (answer(), ReadBack.ABSENT),
        (answer(reviewReply=REPLY), ReadBack.UNREADABLE),
        (answer(reviewReply="?"), ReadBack.UNREADABLE),
        (answer(name=None), ReadBack.UNREADABLE),
        (answer(404), ReadBack.UNREADABLE),
        (NoAnswer(error="reset"), ReadBack.UNREADABLE),
    ],
    ids=str,
)
def test_what_a_person_wrote_is_never_written_over(outcome: HttpOutcome, found: ReadBack) -> None:
    channel = GoogleReviews()
    assert channel.read_back(outcome, account_id="7788", text=PLAIN.text, sent_from=RECEIVED_AT) is found
    assert channel.read_back_request(NAME, "7788", ACCESS).url.endswith(NAME)
