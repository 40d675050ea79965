import json
from datetime import UTC, datetime, timedelta

import pytest

from nightbell.platforms.channel import (
    Answer,
    ApiAccess,
    HttpOutcome,
    HttpRequest,
    Minted,
    NoAnswer,
    NotSent,
    Verdict,
    VerdictKind,
)
from nightbell.platforms.google.tokens import API_URL, GoogleTokens

NOW = datetime(2026, 11, 18, 12, 30, tzinfo=UTC)
CLIENT = '{"id": "1-a.apps.googleusercontent.com", "secret": "client-secret-of-google"}'  # pragma: allowlist secret


def answer(status: int, **body: object) -> Answer:
    return Answer(status=status, headers={}, body=json.dumps(body).encode())


def mint(client: str = CLIENT, base_url: str = API_URL) -> HttpRequest:
    access = ApiAccess(base_url=base_url, version="v4", token="1//refresh", credentials={"client": client})
    return GoogleTokens().mint_request(access)


def test_a_refresh_token_buys_another_one_as_a_form() -> None:
    request = mint()
    assert (request.method, request.url) == ("POST", "https://oauth2.googleapis.com/token")
    assert request.form == [
        ("grant_type", "refresh_token"),
        ("client_id", "1-a.apps.googleusercontent.com"),
        ("client_secret", "client-secret-of-google"),
        ("refresh_token", "1//refresh"),
    ]
    assert "secret-of-google" not in str(request)
    assert "1//refresh" not in str(request)


def test_a_stand_in_for_the_api_gives_the_tokens_too() -> None:
    assert mint(base_url="http://127.0.0.1:4790/google").url == "http://127.0.0.1:4790/google/token"


@pytest.mark.parametrize("client", ["", "client-secret", "[]", '"x"'])
def test_a_client_that_is_not_written_as_told_is_refused_by_google_and_stops_nothing(client: str) -> None:
    assert ("client_id", "") in (mint(client).form or ())


def test_a_token_ends_when_google_says() -> None:
    minted = GoogleTokens().read_minted(answer(200, access_token="ya29.a", expires_in=3599, token_type="Bearer"), NOW)
    assert minted == Minted(token="ya29.a", until=NOW + timedelta(seconds=3599))
    assert "ya29" not in str(minted)


@pytest.mark.parametrize(
    ("outcome", "kind"),
    [
        (answer(200, expires_in=3599), VerdictKind.UNKNOWN),
        (answer(200, access_token="", expires_in=3599), VerdictKind.UNKNOWN),
        (answer(200, access_token="a", expires_in=0), VerdictKind.UNKNOWN),
        (answer(200, access_token="a", expires_in="3599"), VerdictKind.UNKNOWN),
        (answer(200, access_token="a", expires_in=10**9), VerdictKind.UNKNOWN),
        (Answer(status=200, headers={}, body=b'{"access_token":"a","exp', complete=False), VerdictKind.UNKNOWN),
        (answer(400, error="invalid_grant", error_description="Token has been revoked."), VerdictKind.TOKEN_DEAD),
        (answer(401, error="invalid_client"), VerdictKind.TOKEN_DEAD),
        (answer(400, error="invalid_request"), VerdictKind.REFUSED),
        (answer(429), VerdictKind.NOT_SENT),
        (answer(503), VerdictKind.UNKNOWN),
        (NotSent(error="refused"), VerdictKind.NOT_SENT),
        (NoAnswer(error="reset"), VerdictKind.UNKNOWN),
    ],
    ids=str,
)
def test_what_is_no_token_says_why(outcome: HttpOutcome, kind: VerdictKind) -> None:
    found = GoogleTokens().read_minted(outcome, NOW)
    assert isinstance(found, Verdict)
    assert found.kind is kind
