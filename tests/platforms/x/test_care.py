"""Looking after an account, against the simulated API and against answers that it never gives."""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from itertools import count
from typing import Any

import pytest

from infra.local.loopback_server import Request
from infra.local.platforms.x.care_api import CareApi
from nightbell.domain.business import Account
from nightbell.domain.events import Broken
from nightbell.platforms.care import IN_ORDER, Finding, Script, run
from nightbell.platforms.channel import Answer, ApiAccess, HttpOutcome, HttpRequest, NoAnswer
from nightbell.platforms.x.care import EVENTS, AccountCare
from nightbell.platforms.x.envelope import read_delivery

US, HOOK = "1730000000000000042", "1987000000000000001"
NOW = datetime(2026, 11, 18, 12, 30, tzinfo=UTC)
NOBODY: Any = None
POSTS = Account(channel="x_posts", account_id=US, brand=NOBODY, hours=NOBODY)
DIRECT = replace(POSTS, channel="x_direct")
ACCESS = ApiAccess(
    base_url="https://api.example",
    version="2",
    token="token-of-the-account",
    credentials={"bearer": "app-bearer"},
    hook_url="https://webhooks.example.test/webhooks/x",
)
OURS = {"id": HOOK, "url": ACCESS.hook_url, "valid": True}


@pytest.fixture
def api() -> CareApi:
    numbers = count(int(HOOK) + 1)
    return CareApi(bearer="app-bearer", new_id=lambda: str(next(numbers)), passes=lambda: True)


Send = Callable[[HttpRequest], HttpOutcome]


def through(api: CareApi, asked: list[str] | None = None) -> Send:
    def send(request: HttpRequest) -> HttpOutcome:
        path = request.url.removeprefix("https://api.example")
        if asked is not None:
            asked.append(f"{request.method} {path}")
        reply = api.answer(
            Request(
                method=request.method,
                path=path,
                query=request.query,
                headers={name.lower(): value for name, value in request.headers.items()},
                body=b"" if request.json is None else json.dumps(request.json).encode(),
            ),
            US if request.headers["Authorization"] == "Bearer token-of-the-account" else None,
        )
        return Answer(status=reply.status, headers={}, body=reply.body)

    return send


def answering(*answers: HttpOutcome | object) -> Send:
    """Answer one call after the other; what is no outcome is the ``data`` of a call that went well."""
    left = list(answers)

    def send(_: HttpRequest) -> HttpOutcome:
        told = left.pop(0)
        if isinstance(told, Answer | NoAnswer):
            return told
        return Answer(status=200, headers={}, body=json.dumps({"data": told}).encode())

    return send


def check(account: Account = POSTS) -> Script:
    return AccountCare().check(account, ACCESS, NOW)


def names(found: Sequence[Finding]) -> list[tuple[str, str]]:
    return [(one.name, str(one.fields.get("fields", ""))) for one in found]


def subscribed(*channels: str) -> Iterator[dict[str, object]]:
    for channel in channels:
        for kind in EVENTS[channel]:
            yield {"event_type": kind, "filter": {"user_id": US}, "webhook_id": HOOK}


def test_an_account_whose_events_come_to_us_is_left_alone(api: CareApi) -> None:
    api.hooks, api.subscriptions = [OURS], list(subscribed("x_posts"))
    asked: list[str] = []
    assert run(check(), through(api, asked)) == [IN_ORDER]
    assert asked == ["GET /2/webhooks", "GET /2/activity/subscriptions"]


def test_a_new_app_gets_its_webhook_and_its_subscriptions(api: CareApi) -> None:
    found = run(AccountCare().subscribe(POSTS, ACCESS, NOW), through(api))
    assert names(found) == [("subscriptions_repaired", what) for what in ("the webhook", *EVENTS["x_posts"])]
    assert all(one.alarm for one in found)
    assert [hook["url"] for hook in api.hooks] == [ACCESS.hook_url]
    assert run(check(), through(api)) == [IN_ORDER]


def test_only_what_is_missing_is_subscribed(api: CareApi) -> None:
    api.hooks, api.subscriptions = [OURS], list(subscribed("x_posts"))[1:]
    assert names(run(check(), through(api))) == [("subscriptions_repaired", "post.mention.create")]
    assert names(run(check(DIRECT), through(api))) == [("subscriptions_repaired", kind) for kind in EVENTS["x_direct"]]


@pytest.mark.parametrize("other", [{"webhook_id": "1"}, {"filter": {"user_id": "1"}}, {"filter": None}])
def test_what_is_delivered_elsewhere_or_of_others_counts_for_nothing(api: CareApi, other: dict[str, object]) -> None:
    api.hooks, api.subscriptions = [OURS], [each | other for each in subscribed("x_posts")]
    assert len(run(check(), through(api))) == len(EVENTS["x_posts"])


def test_a_webhook_that_x_switched_off_is_switched_on_and_what_was_missed_asked_for(api: CareApi) -> None:
    api.hooks, api.subscriptions = [{**OURS, "valid": False}], list(subscribed("x_posts"))
    found = run(check(), through(api))
    assert names(found) == [("subscriptions_repaired", "the webhook, which X had switched off")]
    assert api.hooks[0]["valid"] is True
    assert api.replays == [{"webhook_id": HOOK, "from_date": "202611171230", "to_date": "202611181230"}]


def test_a_check_that_fails_again_is_told(api: CareApi) -> None:
    api.hooks, api.passes = [{**OURS, "valid": False}], lambda: False
    found = run(check(), through(api))
    assert names(found)[0] == ("subscriptions_missing", "the webhook")
    assert found[0].fields["because"] == "X's check of our address failed"
    assert api.replays == []


def test_a_webhook_that_cannot_be_registered_is_told_and_nothing_subscribed(api: CareApi) -> None:
    api.passes = lambda: False
    assert names(run(check(), through(api))) == [("subscriptions_missing", "the webhook")]
    assert api.subscriptions == []


def test_what_the_owner_did_not_allow_is_told() -> None:
    refused = Answer(status=403, headers={}, body=b'{"type":"https://api.x.com/2/problems/client-forbidden"}')
    found = run(check(), answering([OURS], list(subscribed("x_posts"))[1:], refused))
    assert found == [
        Finding(
            name="subscriptions_missing",
            alarm=True,
            fields={
                "fields": "post.mention.create",
                "because": "client-forbidden the app or its token lacks a permission",
            },
        )
    ]


@pytest.mark.parametrize(
    ("outcome", "name", "alarm"),
    [
        (Answer(status=401, headers={}, body=b""), "tokens_dead", True),
        (Answer(status=403, headers={}, body=b"{}"), "checks_failed", True),
        (Answer(status=429, headers={}, body=b"{}"), "checks_failed", False),
        (Answer(status=503, headers={}, body=b""), "checks_failed", False),
        (NoAnswer(error="reset"), "checks_failed", False),
    ],
)
def test_an_outage_is_no_alarm_and_a_dead_token_is(outcome: HttpOutcome, name: str, *, alarm: bool) -> None:
    for send in (answering(outcome), answering([OURS], outcome)):
        (one,) = run(check(), send)
        assert (one.name, one.alarm) == (name, alarm)


def test_a_refused_replay_is_told_beside() -> None:
    refused = Answer(status=400, headers={}, body=b"{}")
    send = answering([{**OURS, "valid": False}], {"valid": True}, refused, list(subscribed("x_posts")))
    assert [one.name for one in run(check(), send)] == ["subscriptions_repaired", "deliveries_waiting"]


@pytest.mark.parametrize("told", [{}, {"id": 7}, {"id": "../x"}, []])
def test_an_answer_in_another_shape_ends_it(told: object) -> None:
    assert len(run(check(), answering([], told))) == 1
    assert len(run(check(), answering([7, "x", {"url": None}], told))) == 1


def test_webhooks_are_asked_about_as_the_app_and_events_subscribed_as_the_account(api: CareApi) -> None:
    tokens = []

    def send(request: HttpRequest) -> HttpOutcome:
        tokens.append((request.method, request.headers["Authorization"]))
        return through(api)(request)

    run(check(), send)
    assert set(tokens) == {
        ("GET", "Bearer app-bearer"),
        ("POST", "Bearer app-bearer"),
        ("POST", "Bearer token-of-the-account"),
    }


@pytest.mark.parametrize("kind", [kind for kinds in EVENTS.values() for kind in kinds])
def test_whatever_is_subscribed_is_handled(kind: str) -> None:
    (event,) = read_delivery(json.dumps({"data": {"event_type": kind}}).encode(), NOW)
    assert isinstance(event, Broken)


def test_without_an_address_of_our_own_nothing_is_registered() -> None:
    (found,) = run(AccountCare().check(POSTS, replace(ACCESS, hook_url=""), NOW), answering())
    assert (found.name, found.alarm) == ("checks_failed", True)
