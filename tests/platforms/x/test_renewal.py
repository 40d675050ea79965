"""Tokens that live two hours are renewed in time, and never lost on the way."""

import base64
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from nightbell.domain.business import Account
from nightbell.platforms.care import Finding, run
from nightbell.platforms.channel import Answer, ApiAccess, HttpOutcome, HttpRequest, NoAnswer, NotSent
from nightbell.platforms.x.renewal import AccountRenewal
from nightbell.platforms.x.tokens import BearerToken, read_token, write_token

NOW = datetime(2026, 11, 18, 12, 30, tzinfo=UTC)
NOBODY: Any = None
ACCOUNT = Account(channel="x_posts", account_id="17", brand=NOBODY, hours=NOBODY)
TOKEN = BearerToken(access="old", refresh="r1", until=NOW + timedelta(minutes=30), client="app:client-secret")
RENEWED = {"token_type": "bearer", "expires_in": 7200, "access_token": "new", "refresh_token": "r2"}


def access(token: BearerToken) -> ApiAccess:
    return ApiAccess(base_url="https://api.example", version="2", token=write_token(token))


def renew(token: BearerToken, outcome: HttpOutcome) -> tuple[HttpRequest, Finding]:
    script = AccountRenewal().renew(ACCOUNT, access(token), NOW)
    assert script is not None
    asked: list[HttpRequest] = []

    def send(request: HttpRequest) -> HttpOutcome:
        asked.append(request)
        return outcome

    (found,) = run(script, send)
    return asked[0], found


def told(body: object, status: int = 200) -> Answer:
    return Answer(status=status, headers={}, body=json.dumps(body).encode())


def test_a_token_in_its_last_hour_is_renewed() -> None:
    request, found = renew(TOKEN, told(RENEWED))
    assert (request.method, request.url) == ("POST", "https://api.example/2/oauth2/token")
    assert request.form == [("grant_type", "refresh_token"), ("refresh_token", "r1")]
    assert request.headers == {"Authorization": "Basic " + base64.b64encode(b"app:client-secret").decode()}
    assert (found.name, found.alarm) == ("tokens_renewed", False)
    wanted = replace(TOKEN, access="new", refresh="r2", until=NOW + timedelta(hours=2))
    assert read_token(found.new_secret) == wanted


def test_an_app_without_a_secret_names_itself() -> None:
    request, _ = renew(replace(TOKEN, client="app"), told(RENEWED))
    assert request.headers == {}
    assert ("client_id", "app") in (request.form or ())


@pytest.mark.parametrize(
    "written",
    [
        write_token(replace(TOKEN, until=NOW + timedelta(minutes=81))),
        write_token(replace(TOKEN, refresh="")),
        json.dumps({"token": "t", "secret": "s"}),
        "plain",
    ],
)
def test_what_is_not_due_or_cannot_be_renewed_is_left_alone(written: str) -> None:
    known = ApiAccess(base_url="https://api.example", version="2", token=written)
    assert AccountRenewal().renew(ACCOUNT, known, NOW) is None


def test_a_token_of_unknown_life_is_renewed_at_once() -> None:
    _, found = renew(replace(TOKEN, until=None), told(RENEWED))
    assert found.name == "tokens_renewed"


@pytest.mark.parametrize(
    ("more", "wanted"),
    [
        ({"refresh_token": None}, ("r1", NOW + timedelta(hours=2))),
        ({"refresh_token": ""}, ("r1", NOW + timedelta(hours=2))),
        ({"expires_in": "7200"}, ("r2", None)),
        ({"expires_in": -1}, ("r2", None)),
        ({"expires_in": 10**12}, ("r2", None)),
    ],
)
def test_what_an_answer_leaves_out_loses_nothing(more: dict[str, object], wanted: tuple[str, object]) -> None:
    _, found = renew(TOKEN, told(RENEWED | more))
    token = read_token(found.new_secret)
    assert isinstance(token, BearerToken)
    assert (token.access, token.refresh, token.until) == ("new", *wanted)


@pytest.mark.parametrize(
    ("outcome", "minutes", "alarm"),
    [
        (told({"error": "invalid_request"}, 400), 70, True),
        (told({}, 401), 70, True),
        (told({}), 70, True),
        (told({"access_token": ""}), 70, True),
        (told({}, 503), 70, True),
        (NoAnswer(error="reset"), 70, True),
        (NotSent(error="refused"), 70, False),
        (NotSent(error="refused"), 50, True),
        (told({}, 429), 70, False),
    ],
)
def test_a_failure_is_told(outcome: HttpOutcome, minutes: int, *, alarm: bool) -> None:
    _, found = renew(replace(TOKEN, until=NOW + timedelta(minutes=minutes)), outcome)
    assert (found.name, found.alarm, found.new_secret) == ("tokens_not_renewed", alarm, "")


def test_the_new_token_shows_nowhere() -> None:
    _, found = renew(TOKEN, told(RENEWED))
    assert "new" not in repr(found).replace("tokens_renewed", "")
