"""Where and as whom an API is called: by platform and login, with exactly the secrets that its calls take."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from nightbell.domain.business import Account
from nightbell.domain.errors import MisconfiguredError, UnavailableError
from nightbell.platforms.addresses import api_addresses
from nightbell.platforms.channel import (
    AccessNeeds,
    Answer,
    ApiAccess,
    HttpOutcome,
    HttpRequest,
    Minted,
    NotSent,
    Verdict,
    VerdictKind,
)
from nightbell.services.mint_token import ENDS_BEFORE, MintToken
from nightbell.services.platform_access import PlatformAccess, secrets_of_calls
from tests.contract.fake_clock import FakeClock

NOW = datetime(2026, 11, 23, 9, 10, tzinfo=UTC)
NOBODY: Any = None
ACCOUNT = Account(channel="sms", account_id="+34600", business_account_id="AC1", brand=NOBODY, hours=NOBODY)
NEEDS = {
    "twilio": AccessNeeds(token="api_key/{owner}"),
    "x": AccessNeeds(token="oauth1/{account}", others=("consumer_key", "consumer_secret/{owner}")),
    "x.oauth2": AccessNeeds(token="oauth2/{account}"),
    "email": AccessNeeds(token=""),
}
ADDRESSES = {name: (f"https://{name}.example", "v1") for name in ("twilio", "x", "email")}


class Secrets:
    """Tells each name's own value, and lists what was asked for."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def get(self, platform: str, name: str) -> tuple[str, ...]:
        self.asked.append(f"{platform}/{name}")
        return (f"value of {name}", "the former value")


def access(platform: str, account: Account = ACCOUNT, **more: Any) -> tuple[ApiAccess, list[str]]:
    secrets = Secrets()
    return PlatformAccess(secrets, ADDRESSES, **{"needs": NEEDS, **more})(platform, account), secrets.asked


@pytest.mark.parametrize(
    ("platform", "login", "asked", "token", "credentials"),
    [
        ("twilio", "", ["twilio/api_key/AC1"], "value of api_key/AC1", {}),
        (
            "x",
            "facebook",
            ["x/oauth1/+34600", "x/consumer_key", "x/consumer_secret/AC1"],
            "value of oauth1/+34600",
            {
                "consumer_key": "value of consumer_key",
                "consumer_secret": "value of consumer_secret/AC1",  # pragma: allowlist secret
            },
        ),
        ("x", "oauth2", ["x/oauth2/+34600"], "value of oauth2/+34600", {}),
        ("email", "", [], "", {}),
    ],
    ids=["by owner", "with others", "by login", "none"],
)
def test_a_call_takes_exactly_what_its_platform_and_login_need(
    platform: str, login: str, asked: list[str], token: str, credentials: Mapping[str, str]
) -> None:
    account = replace(ACCOUNT, login=login)
    found, read = access(platform, account)
    assert read == asked
    assert [f"{platform}/{name}" for name in secrets_of_calls(platform, account, NEEDS)] == asked
    assert (found.token, found.credentials) == (token, credentials)


def test_an_owner_is_the_account_itself_where_nothing_else_is_said() -> None:
    found, read = access("twilio", replace(ACCOUNT, business_account_id=None))
    assert read == ["twilio/api_key/+34600"]
    assert found.owner_id == "+34600"


def test_what_is_signed_with_a_time_gets_one_and_another_word_each_time() -> None:
    words = iter(["a" * 32, "b" * 32])
    called = PlatformAccess(
        Secrets(),
        ADDRESSES,
        needs=NEEDS,
        clock=FakeClock(NOW),
        nonce=lambda: next(words),
        public_url="https://me.example",
    )
    first, second = called("x", ACCOUNT), called("x", ACCOUNT)
    assert (first.at, first.nonce, second.nonce) == (NOW, "a" * 32, "b" * 32)
    assert first.hook_url == "https://me.example/webhooks/x"


def test_nothing_of_it_is_ever_printed() -> None:
    found, _ = access("x")
    assert "value of" not in repr(found)


def test_who_relays_for_us_is_called_where_the_settings_say() -> None:
    relay = replace(ACCOUNT, reply_url="https://relay.example/hook")
    found, _ = access("standard", relay)
    assert found.base_url == "https://relay.example/hook"
    found, _ = access("standard", ACCOUNT)
    assert not found.base_url
    hosts = {"standard": ("", "")}
    stood_in = api_addresses(graph="", instagram="", version="", stand_in="http://127.0.0.1:4790", hosts=hosts)
    assert PlatformAccess(Secrets(), stood_in)("standard", relay).base_url == "http://127.0.0.1:4790/standard"


def test_a_stand_in_takes_the_place_of_every_platform_but_meta() -> None:
    hosts = {"x": ("https://api.x.example", "2")}
    meta: Mapping[str, Any] = {"graph": "https://g", "instagram": "https://i", "version": "v26.0", "hosts": hosts}
    assert api_addresses(**meta) == {
        "x": ("https://api.x.example", "2"),
        "meta": ("https://g", "v26.0"),
        "meta.instagram": ("https://i", "v26.0"),
    }
    assert api_addresses(**meta, stand_in="http://127.0.0.1:4790")["x"] == ("http://127.0.0.1:4790/x", "2")
    assert api_addresses(**meta, stand_in="http://127.0.0.1:4790")["meta"] == ("https://g", "v26.0")


# Tokens that are made


class Mint:
    """Makes a token of the answer's body, for an hour."""

    def mint_request(self, access: ApiAccess) -> HttpRequest:
        return HttpRequest(method="POST", url=access.base_url, form=[("refresh", access.token)])

    def read_minted(self, outcome: HttpOutcome, now: datetime) -> Minted | Verdict:
        if isinstance(outcome, Answer):
            return Minted(token=outcome.body.decode(), until=now + timedelta(hours=1))
        dead = outcome == NotSent(error="dead")
        return Verdict(kind=VerdictKind.TOKEN_DEAD if dead else VerdictKind.NOT_SENT, reason="no")


class Api:
    """Answers with a number, or what it is told."""

    def __init__(self) -> None:
        self.requests: list[HttpRequest] = []
        self.fails: HttpOutcome | None = None

    def send(self, request: HttpRequest) -> HttpOutcome:
        self.requests.append(request)
        return self.fails or Answer(status=200, headers={}, body=f"minted {len(self.requests)}".encode())


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock(NOW)


@pytest.fixture
def api() -> Api:
    return Api()


@pytest.fixture
def minting(api: Api, clock: FakeClock) -> PlatformAccess:
    mint = MintToken({"twilio": Mint()}, api, clock)
    return PlatformAccess(Secrets(), ADDRESSES, needs=NEEDS, mint=mint)


def test_a_made_token_is_kept_until_shortly_before_its_end(minting: PlatformAccess, api: Api, clock: FakeClock) -> None:
    assert minting("twilio", ACCOUNT).token == "minted 1"
    clock.advance((timedelta(hours=1) - ENDS_BEFORE).total_seconds() - 1)
    assert minting("twilio", ACCOUNT).token == "minted 1"
    clock.advance(1)
    assert minting("twilio", ACCOUNT).token == "minted 2"
    assert [request.form for request in api.requests] == [[("refresh", "value of api_key/AC1")]] * 2


def test_each_account_and_each_stored_secret_has_its_own(minting: PlatformAccess) -> None:
    assert minting("twilio", ACCOUNT).token == "minted 1"
    assert minting("twilio", replace(ACCOUNT, account_id="+34601")).token == "minted 2"
    assert minting("twilio", replace(ACCOUNT, business_account_id="AC2")).token == "minted 3"


def test_a_platform_that_needs_none_gets_what_is_stored(minting: PlatformAccess, api: Api) -> None:
    assert minting("x", ACCOUNT).token == "value of oauth1/+34600"
    assert api.requests == []


@pytest.mark.parametrize(("said", "error"), [("dead", MisconfiguredError), ("busy", UnavailableError)])
def test_without_a_token_there_is_no_call(minting: PlatformAccess, api: Api, said: str, error: type[Exception]) -> None:
    api.fails = NotSent(error=said)
    with pytest.raises(error, match="no access token for twilio") as failed:
        minting("twilio", ACCOUNT)
    assert "value of" not in str(failed.value)
    api.fails = None
    assert minting("twilio", ACCOUNT).token == "minted 2"
