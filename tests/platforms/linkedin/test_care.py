"""Looking after a page, by the answers that LinkedIn documents."""

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from nightbell.domain.business import Account
from nightbell.platforms.care import IN_ORDER, Finding, run
from nightbell.platforms.channel import Answer, ApiAccess, HttpOutcome, HttpRequest, NoAnswer
from nightbell.platforms.linkedin.care import PageCare
from nightbell.platforms.linkedin.tokens import read_token

NOW = datetime(2026, 11, 18, 12, 30, tzinfo=UTC)
NOBODY: Any = None
ACCOUNT = Account(channel="linkedin", account_id="3300771", brand=NOBODY, hours=NOBODY)
HOOK = "https://webhooks.example.test/webhooks/linkedin"
STORED = {"access": "aaa", "until": "2027-01-10T00:00:00Z", "app": "123456", "member": "AbC123"}
ACCESS = ApiAccess(base_url="https://api", version="202607", token=json.dumps(STORED), hook_url=HOOK)
GONE = Answer(status=404, headers={}, body=b'{"status":404}')
DONE = Answer(status=204, headers={}, body=b"")


def told(body: Any, status: int = 200) -> Answer:
    return Answer(status=status, headers={}, body=json.dumps(body).encode())


def answering(asked: list[HttpRequest], *answers: HttpOutcome) -> Callable[[HttpRequest], HttpOutcome]:
    left = list(answers)

    def send(request: HttpRequest) -> HttpOutcome:
        asked.append(request)
        return left.pop(0)

    return send


def check(*answers: HttpOutcome, access: ApiAccess = ACCESS) -> tuple[list[HttpRequest], Sequence[Finding]]:
    asked: list[HttpRequest] = []
    return asked, run(PageCare().check(ACCOUNT, access, NOW), answering(asked, *answers))


def names(found: Sequence[Finding]) -> list[tuple[str, bool]]:
    return [(one.name, one.alarm) for one in found]


def test_a_page_whose_comments_come_to_us_is_in_order() -> None:
    asked, found = check(told({"webhook": HOOK, "expiresAt": 1800000000000}))
    assert found == [IN_ORDER]
    assert [(one.method, one.url) for one in asked] == [
        (
            "GET",
            (
                "https://api/rest/eventSubscriptions/(developerApplication:urn%3Ali%3AdeveloperApplication%3A123456"
                ",user:urn%3Ali%3Aperson%3AAbC123,entity:urn%3Ali%3Aorganization%3A3300771"
                ",eventType:ORGANIZATION_SOCIAL_ACTION_NOTIFICATIONS)"
            ),
        )
    ]
    assert asked[0].headers["Authorization"] == "Bearer aaa"


def test_a_subscription_that_ended_is_made_again() -> None:
    asked, found = check(GONE, DONE)
    assert names(found) == [("subscriptions_repaired", True)]
    assert (asked[1].method, asked[1].url, asked[1].json) == ("PUT", asked[0].url, {"webhook": HOOK})


def test_one_that_cannot_be_made_again_is_told() -> None:
    _, found = check(GONE, told({"message": "Not enough permissions"}, 403))
    assert names(found) == [("subscriptions_missing", True)]


def test_one_that_goes_elsewhere_is_told_and_not_taken() -> None:
    asked, found = check(told({"webhook": "https://other.example"}))
    assert names(found) == [("subscriptions_missing", True)]
    assert len(asked) == 1


def test_who_subscribes_takes_it_over() -> None:
    asked: list[HttpRequest] = []
    found = run(PageCare().subscribe(ACCOUNT, ACCESS, NOW), answering(asked, DONE, told({"webhook": HOOK})))
    assert found == [IN_ORDER]
    assert [one.method for one in asked] == ["PUT", "GET"]


@pytest.mark.parametrize(
    ("outcome", "name", "alarm"),
    [
        (told({}, 401), "tokens_dead", True),
        (told({}, 403), "permissions_missing", True),
        (told({}, 400), "checks_failed", True),
        (told({}, 429), "checks_failed", False),
        (told({}, 500), "checks_failed", False),
        (NoAnswer(error="reset"), "checks_failed", False),
    ],
)
def test_an_outage_is_no_alarm_and_a_refusal_is(outcome: HttpOutcome, name: str, *, alarm: bool) -> None:
    assert names(check(outcome)[1]) == [(name, alarm)]
    found = run(PageCare().subscribe(ACCOUNT, ACCESS, NOW), answering([], outcome))
    assert names(found) == [(name, alarm)]


@pytest.mark.parametrize(
    ("until", "days"),
    [
        ("2026-12-02T12:30:01Z", None),
        ("2026-12-02T12:30:00Z", 14),
        ("2026-11-19T12:30:00Z", 1),
        ("2020-01-01T00:00Z", 0),
    ],
)
def test_a_token_in_its_last_two_weeks_is_told(until: str, days: int | None) -> None:
    access = replace(ACCESS, token=json.dumps({**STORED, "until": until}))
    _, found = check(told({"webhook": HOOK}), access=access)
    assert [one.fields["days"] for one in found if one.name == "tokens_dying"] == ([] if days is None else [days])
    assert found[-1] == IN_ORDER


@pytest.mark.parametrize("stored", ["plain-token", '{"access":"aaa","app":"1"}', '{"access":"aaa","member":"A"}'])
def test_what_the_token_does_not_name_cannot_be_looked_after(stored: str) -> None:
    asked, found = check(access=replace(ACCESS, token=stored))
    assert names(found) == [("checks_failed", True)]
    assert asked == []
    assert run(PageCare().subscribe(ACCOUNT, replace(ACCESS, token=stored), NOW), answering([])) == found


@pytest.mark.parametrize("until", ["", "soon", "2027-01-10T00:00:00", 7])
def test_an_end_that_cannot_be_read_is_none(until: object) -> None:
    assert read_token(json.dumps({**STORED, "until": until})).until is None


def test_a_token_shows_nowhere() -> None:
    assert "aaa" not in repr(read_token(ACCESS.token))
