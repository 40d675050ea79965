"""Looking after a location, against answers as Google gives them."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from nightbell.domain.business import Account
from nightbell.platforms.care import IN_ORDER, Finding, run
from nightbell.platforms.channel import Answer, ApiAccess, HttpOutcome, HttpRequest, NoAnswer
from nightbell.platforms.google.care import LocationCare
from nightbell.platforms.google.tokens import API_URL

NOW = datetime(2026, 11, 18, 12, 30, tzinfo=UTC)
NOBODY: Any = None
ACCOUNT = Account(channel="google_reviews", account_id="7788", business_account_id="1055", brand=NOBODY, hours=NOBODY)
ACCESS = ApiAccess(base_url=API_URL, version="v4", token="ya29.token", owner_id="1055")
SETTING = "https://mybusinessnotifications.googleapis.com/v1/accounts/1055/notificationSetting"
TOPIC = "projects/shop/topics/reviews"


def setting(*types: object, topic: object = TOPIC) -> Answer:
    told = {"name": "accounts/1055/notificationSetting", "pubsubTopic": topic, "notificationTypes": list(types)}
    return Answer(status=200, headers={}, body=json.dumps(told).encode())


def answering(*answers: HttpOutcome) -> tuple[Callable[[HttpRequest], HttpOutcome], list[HttpRequest]]:
    left, asked = list(answers), list[HttpRequest]()

    def send(request: HttpRequest) -> HttpOutcome:
        asked.append(request)
        return left.pop(0)

    return send, asked


def checked(*answers: HttpOutcome) -> tuple[list[Finding], list[HttpRequest]]:
    send, asked = answering(*answers)
    return list(run(LocationCare().check(ACCOUNT, ACCESS, NOW), send)), asked


def test_a_location_whose_reviews_are_told_is_in_order() -> None:
    found, (asked,) = checked(setting("GOOGLE_UPDATE", "UPDATED_REVIEW", "NEW_REVIEW"))
    assert found == [IN_ORDER]
    assert (asked.method, asked.url, asked.headers) == ("GET", SETTING, {"Authorization": "Bearer ya29.token"})


def test_what_is_missing_is_asked_for_beside_what_is_told_already() -> None:
    found, (_, mended) = checked(setting("GOOGLE_UPDATE", "NEW_REVIEW"), setting())
    assert found == [Finding(name="subscriptions_repaired", alarm=True, fields={"fields": "UPDATED_REVIEW"})]
    assert (mended.method, mended.url, mended.query) == ("PATCH", SETTING, {"updateMask": "notificationTypes"})
    assert mended.json == {
        "name": "accounts/1055/notificationSetting",
        "pubsubTopic": TOPIC,
        "notificationTypes": ["GOOGLE_UPDATE", "NEW_REVIEW", "UPDATED_REVIEW"],
    }


@pytest.mark.parametrize(
    "answer", [setting(topic=""), setting("NEW_REVIEW", topic=None), Answer(status=200, headers={}, body=b"{}")]
)
def test_an_account_without_a_topic_needs_a_person(answer: Answer) -> None:
    (found,), asked = checked(answer)
    assert (found.name, found.alarm, len(asked)) == ("subscriptions_missing", True, 1)
    assert "docs/platforms/google.md" in str(found.fields["because"])


@pytest.mark.parametrize(
    ("status", "name", "alarm"),
    [
        (401, "tokens_dead", True),
        (403, "checks_failed", True),
        (404, "checks_failed", True),
        (429, "checks_failed", False),
        (503, "checks_failed", False),
    ],
)
def test_an_answer_that_is_none_is_told(status: int, name: str, *, alarm: bool) -> None:
    for answers in (
        [Answer(status=status, headers={}, body=b"")],
        [setting(), Answer(status=status, headers={}, body=b"")],
    ):
        (found,), _ = checked(*answers)
        assert (found.name, found.alarm) == (name, alarm)


def test_silence_is_told_without_an_alarm() -> None:
    (found,), _ = checked(NoAnswer(error="timeout"))
    assert (found.name, found.alarm) == ("checks_failed", False)


def test_subscribing_does_the_same() -> None:
    send, asked = answering(setting("NEW_REVIEW"), setting())
    assert [each.name for each in run(LocationCare().subscribe(ACCOUNT, ACCESS, NOW), send)] == [
        "subscriptions_repaired"
    ]
    assert [each.method for each in asked] == ["GET", "PATCH"]


def test_a_stand_in_is_asked_in_place_of_google() -> None:
    stand_in = ApiAccess(base_url="http://127.0.0.1:4790/google", version="v4", token="t", owner_id="10/55")
    request = next(LocationCare().check(ACCOUNT, stand_in, NOW))
    assert request.url == "http://127.0.0.1:4790/google/v1/accounts/10%2F55/notificationSetting"
