"""Looking after an official account, against the simulated API and against answers that it never gives."""

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from infra.local.loopback_server import Request
from infra.local.platforms.faults import FaultBox
from infra.local.platforms.line.push_api import PushApi
from nightbell.domain.business import Account
from nightbell.platforms.care import IN_ORDER, Finding, Script, run
from nightbell.platforms.channel import Answer, ApiAccess, HttpOutcome, HttpRequest, NoAnswer
from nightbell.platforms.line.care import AccountCare

BOT, TOKEN = f"U{1:032x}", "token-of-the-bot"
OTHER, OTHERS_TOKEN = f"U{2:032x}", "token-of-another-bot"
NOW = datetime(2026, 11, 18, 12, 30, tzinfo=UTC)
NOBODY: Any = None
ACCOUNT = Account(channel="line", account_id=BOT, brand=NOBODY, hours=NOBODY)
ACCESS = ApiAccess(
    base_url="https://api", version="", token=TOKEN, hook_url="https://webhooks.example.test/webhooks/line"
)
OURS = f"{ACCESS.hook_url}/{BOT}"
ELSEWHERE = "https://other.example/line"
Send = Callable[[HttpRequest], HttpOutcome]


@pytest.fixture
def api() -> PushApi:
    return PushApi({BOT: TOKEN, OTHER: OTHERS_TOKEN}, FaultBox(), lambda *_: None)


def through(api: PushApi, asked: list[HttpRequest] | None = None) -> Send:
    def send(request: HttpRequest) -> HttpOutcome:
        if asked is not None:
            asked.append(request)
        headers = {name.lower(): value for name, value in request.headers.items()}
        body = b"" if request.json is None else json.dumps(request.json).encode()
        path = request.url.removeprefix("https://api")
        reply = api.answer(Request(method=request.method, path=path, headers=headers, body=body))
        return Answer(status=reply.status, headers={}, body=reply.body)

    return send


def check(access: ApiAccess = ACCESS) -> Script:
    return AccountCare().check(ACCOUNT, access, NOW)


def subscribe(access: ApiAccess = ACCESS) -> Script:
    return AccountCare().subscribe(ACCOUNT, access, NOW)


def names(found: Sequence[Finding]) -> list[tuple[str, bool]]:
    return [(one.name, one.alarm) for one in found]


def test_an_account_whose_events_come_to_us_is_in_order_and_left_alone(api: PushApi) -> None:
    api.endpoints[BOT] = OURS
    asked: list[HttpRequest] = []
    assert run(check(), through(api, asked)) == [IN_ORDER]
    assert {request.method for request in asked} == {"GET"}


def test_a_webhook_that_was_never_set_is_set(api: PushApi) -> None:
    assert names(run(check(), through(api))) == [("subscriptions_repaired", True)]
    assert api.endpoints == {BOT: OURS}
    assert run(check(), through(api)) == [IN_ORDER]


def test_a_webhook_that_points_elsewhere_is_told_and_not_taken(api: PushApi) -> None:
    """Two stages with the same account would take it from each other every hour."""
    api.endpoints[BOT] = ELSEWHERE
    assert names(run(check(), through(api))) == [("subscriptions_missing", True)]
    assert api.endpoints[BOT] == ELSEWHERE


def test_who_subscribes_takes_it_over(api: PushApi) -> None:
    api.endpoints[BOT] = ELSEWHERE
    assert run(subscribe(), through(api)) == [IN_ORDER]
    assert api.endpoints[BOT] == OURS


def test_a_webhook_that_is_switched_off_is_told(api: PushApi) -> None:
    api.endpoints[BOT] = OURS
    api.switched_off.add(BOT)
    for script in (check(), subscribe()):
        (found,) = run(script, through(api))
        assert (found.name, found.alarm) == ("subscriptions_missing", True)
        assert "console" in str(found.fields["because"])


@pytest.mark.parametrize("script", [check, subscribe])
def test_a_token_of_another_bot_sets_nothing_for_that(api: PushApi, script: Callable[[ApiAccess], Script]) -> None:
    api.endpoints[OTHER] = ELSEWHERE
    found = run(script(replace(ACCESS, token=OTHERS_TOKEN)), through(api))
    assert names(found) == [("checks_failed", True)]
    assert api.endpoints == {OTHER: ELSEWHERE}


@pytest.mark.parametrize("script", [check, subscribe])
def test_a_dead_token_is_told(api: PushApi, script: Callable[[ApiAccess], Script]) -> None:
    assert names(run(script(replace(ACCESS, token="gone")), through(api))) == [("tokens_dead", True)]


@pytest.mark.parametrize(
    ("outcome", "alarm"),
    [
        (NoAnswer(error="reset"), False),
        (Answer(status=502, headers={}, body=b"<html>"), False),
        (Answer(status=429, headers={}, body=b""), False),
        (Answer(status=400, headers={}, body=b"{}"), True),
        (Answer(status=403, headers={}, body=b"{}"), True),
    ],
)
@pytest.mark.parametrize("well", [0, 1, 2])
def test_an_outage_is_no_alarm_and_a_refusal_is(outcome: HttpOutcome, well: int, *, alarm: bool) -> None:
    """Whichever of the calls it is."""
    left = [
        Answer(status=200, headers={}, body=json.dumps({"userId": BOT}).encode()),
        Answer(status=404, headers={}, body=b"{}"),
    ][:well]
    assert names(run(check(), lambda _: left.pop(0) if left else outcome)) == [("checks_failed", alarm)]


def test_no_token_shows_in_what_is_asked_or_found(api: PushApi) -> None:
    asked: list[HttpRequest] = []
    found = run(subscribe(), through(api, asked))
    assert len(asked) == 4
    assert not [each for each in (*asked, *found) if TOKEN in str(each)]
