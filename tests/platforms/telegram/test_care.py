"""Looking after a bot, against the simulated Bot API and against answers that it never gives."""

import json
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from infra.local.loopback_server import Request
from infra.local.platforms.faults import FaultBox
from infra.local.platforms.telegram.bot_api import BotApi, Hook
from nightbell.domain.business import Account
from nightbell.platforms.care import IN_ORDER, Finding, Script, run
from nightbell.platforms.channel import Answer, ApiAccess, HttpOutcome, HttpRequest, NoAnswer
from nightbell.platforms.telegram.care import BotCare
from nightbell.platforms.telegram.updates import HEARD

BOT, TOKEN, SECRET = "6200000017", "6200000017:AAFake", "a-secret_of-32-characters-000000"
NOW = datetime(2026, 11, 18, 12, 30, tzinfo=UTC)
NOBODY: Any = None
ACCOUNT = Account(channel="telegram", account_id=BOT, brand=NOBODY, hours=NOBODY)
ACCESS = ApiAccess(
    base_url="https://api",
    version="",
    token=TOKEN,
    credentials={f"secret_token/{BOT}": SECRET},
    hook_url="https://webhooks.example.test/webhooks/telegram",
)
OURS = Hook(url=f"{ACCESS.hook_url}/{BOT}", secret_token=SECRET, allowed_updates=HEARD)


@pytest.fixture
def api() -> BotApi:
    return BotApi({BOT: TOKEN}, FaultBox(), lambda *_: {}, lambda _: 0)


def through(api: BotApi) -> Callable[[HttpRequest], HttpOutcome]:
    def send(request: HttpRequest) -> HttpOutcome:
        path = request.url.removeprefix("https://api").replace("{token}", request.url_token)
        reply = api.answer(Request(method="POST", path=path, body=json.dumps(request.json).encode()))
        return Answer(status=reply.status, headers={}, body=reply.body)

    return send


def answering(*answers: HttpOutcome | dict[str, Any]) -> Callable[[HttpRequest], HttpOutcome]:
    """Answer one call after the other; a dictionary is the result of one that went well."""
    left = list(answers)

    def send(_: HttpRequest) -> HttpOutcome:
        told = left.pop(0)
        if isinstance(told, dict):
            return Answer(status=200, headers={}, body=json.dumps({"ok": True, "result": told}).encode())
        return told

    return send


def check() -> Script:
    return BotCare().check(ACCOUNT, ACCESS, NOW)


def names(found: Sequence[Finding]) -> list[tuple[str, bool]]:
    return [(one.name, one.alarm) for one in found]


def test_a_bot_whose_updates_come_to_us_is_in_order_and_left_alone(api: BotApi) -> None:
    api.hooks[BOT] = OURS
    assert run(check(), through(api)) == [IN_ORDER]
    assert api.calls == ["getWebhookInfo"]


def test_a_webhook_that_is_gone_is_set_again(api: BotApi) -> None:
    assert names(run(check(), through(api))) == [("subscriptions_repaired", True)]
    assert api.hooks[BOT] == OURS
    assert run(check(), through(api)) == [IN_ORDER]


def test_kinds_of_updates_that_are_not_delivered_are_subscribed(api: BotApi) -> None:
    api.hooks[BOT] = Hook(url=OURS.url, allowed_updates=("message",))
    (found,) = run(check(), through(api))
    assert found.name == "subscriptions_repaired"
    assert "callback_query" in str(found.fields["fields"])
    assert api.hooks[BOT] == OURS


def test_more_kinds_than_are_handled_are_left_to_whoever_wants_them(api: BotApi) -> None:
    api.hooks[BOT] = Hook(url=OURS.url, allowed_updates=(*HEARD, "poll"))
    assert run(check(), through(api)) == [IN_ORDER]


def test_a_webhook_that_points_elsewhere_is_told_and_not_taken(api: BotApi) -> None:
    """Two stages with the same bot would take it from each other every hour."""
    elsewhere = Hook(url="https://other.example/telegram")
    api.hooks[BOT] = elsewhere
    assert names(run(check(), through(api))) == [("subscriptions_missing", True)]
    assert api.hooks[BOT] == elsewhere


def test_who_subscribes_takes_it_over_with_the_secret_as_it_is_now(api: BotApi) -> None:
    api.hooks[BOT] = Hook(url="https://other.example/telegram", secret_token="an-older-one")
    assert run(BotCare().subscribe(ACCOUNT, ACCESS, NOW), through(api)) == [IN_ORDER]
    assert api.hooks[BOT] == OURS


def test_a_dead_token_is_told() -> None:
    api = BotApi({BOT: "another"}, FaultBox(), lambda *_: {}, lambda _: 0)
    for script in (check(), BotCare().subscribe(ACCOUNT, ACCESS, NOW)):
        assert names(run(script, through(api))) == [("tokens_dead", True)]


@pytest.mark.parametrize(
    ("outcome", "alarm"),
    [
        (NoAnswer(error="reset"), False),
        (Answer(status=502, headers={}, body=b"<html>"), False),
        (Answer(status=429, headers={}, body=b""), False),
        (Answer(status=400, headers={}, body=b"{}"), True),
    ],
)
def test_an_outage_is_no_alarm_and_a_refusal_is(outcome: HttpOutcome, *, alarm: bool) -> None:
    assert names(run(check(), answering(outcome))) == [("checks_failed", alarm)]


def test_a_webhook_that_telegram_refuses_to_set_is_told() -> None:
    refused = Answer(status=400, headers={}, body=b'{"ok":false,"error_code":400,"description":"bad webhook"}')
    assert names(run(check(), answering({"url": ""}, refused))) == [("subscriptions_missing", True)]
    assert names(run(BotCare().subscribe(ACCOUNT, ACCESS, NOW), answering(refused))) == [("checks_failed", True)]


@pytest.mark.parametrize(
    ("told", "name"),
    [
        ({"pending_update_count": 7, "last_error_date": 600}, "deliveries_waiting"),
        ({"pending_update_count": 7, "last_error_date": 3 * 3600}, "accounts_checked"),
        ({"pending_update_count": 0, "last_error_date": 600}, "accounts_checked"),
        ({"pending_update_count": 7}, "accounts_checked"),
        ({"pending_update_count": "7", "last_error_date": 600}, "accounts_checked"),
    ],
)
def test_updates_that_we_did_not_take_a_while_ago_are_told(told: dict[str, Any], name: str) -> None:
    if "last_error_date" in told:
        told = told | {"last_error_date": int((NOW - timedelta(seconds=told["last_error_date"])).timestamp())}
    info = {"url": OURS.url, "allowed_updates": list(HEARD), "last_error_message": "Wrong response: 503", **told}
    (found,) = run(check(), answering(info))
    assert found.name == name
    assert found.alarm is (name == "deliveries_waiting")


def test_no_secret_shows_in_what_is_asked_or_found(api: BotApi) -> None:
    asked: list[str] = []
    send = through(api)

    def watched(request: HttpRequest) -> HttpOutcome:
        asked.append(str(request))
        return send(request)

    found = run(BotCare().subscribe(ACCOUNT, ACCESS, NOW), watched)
    assert len(asked) == 2
    assert not [each for each in (*asked, str(found)) if TOKEN in each or SECRET in each]
