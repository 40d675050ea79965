import json
from dataclasses import replace
from pathlib import Path

import pytest

from nightbell.adapters.business_file import read_business
from nightbell.adapters.public_holidays import LibraryCalendars
from nightbell.domain.business import Account
from nightbell.domain.errors import SignatureError
from nightbell.domain.events import Delivery
from nightbell.platforms.telegram.platform import TelegramBots
from nightbell.platforms.telegram.signature import HEADER
from tests.platforms.fixtures import RECEIVED_AT

SECRET, OTHER = "a-secret_of-32-characters-000000", "another-bots-secret-000000000000"
TELEGRAM = TelegramBots()


@pytest.fixture(scope="module")
def bots() -> list[Account]:
    settings = read_business(Path("functions/business.toml"), LibraryCalendars())
    account = next(iter(settings.accounts.values()))
    return [replace(account, channel="telegram", account_id=each) for each in ("6200000017", "6200000018")]


def delivery(path: str = "6200000017", secret: str = SECRET, body: bytes = b'{"update_id":1}') -> Delivery:
    return Delivery(
        platform="telegram",
        path=path,
        method="POST",
        headers={HEADER: secret},
        query={},
        body=body,
        received_at=RECEIVED_AT,
    )


@pytest.mark.parametrize(
    ("path", "accepted"),
    [
        ("6200000017", True),
        ("6200000018", True),
        ("", False),
        ("6200000019", False),
        ("6200000017/", False),
        ("6200000017/x", False),
        ("../6200000017", False),
        ("06200000017", False),
    ],
)
def test_only_the_bots_of_the_settings_have_an_address(bots: list[Account], path: str, *, accepted: bool) -> None:
    assert TELEGRAM.accepts(path, bots) is accepted


def test_a_bots_updates_need_that_bots_secret_and_no_other(bots: list[Account]) -> None:
    assert TELEGRAM.secret_names(delivery(), bots).needed == ("secret_token/6200000017",)
    assert TELEGRAM.secret_names(delivery(), bots).optional == ()
    assert TELEGRAM.secrets_of(bots[1]).needed == ("secret_token/6200000018",)


def test_the_secret_of_another_bot_opens_nothing() -> None:
    secrets = {"secret_token/6200000017": [SECRET], "secret_token/6200000018": [OTHER]}
    TELEGRAM.verify(delivery(), secrets)
    TELEGRAM.verify(delivery("6200000018", OTHER), secrets)
    for path, secret in (("6200000017", OTHER), ("6200000018", SECRET), ("6200000019", SECRET)):
        with pytest.raises(SignatureError):
            TELEGRAM.verify(delivery(path, secret), secrets)


def test_a_tap_is_answered_in_the_response() -> None:
    body = b'{"update_id":1,"callback_query":{"id":"4382bfdwdsb323b2d9","data":"x"}}'
    reply = TELEGRAM.reply(delivery(body=body))
    assert reply.content_type == "application/json"
    assert json.loads(reply.body) == {"method": "answerCallbackQuery", "callback_query_id": "4382bfdwdsb323b2d9"}


@pytest.mark.parametrize(
    "body",
    [
        b'{"update_id":1,"message":{}}',
        b'{"update_id":1,"callback_query":[]}',
        b'{"update_id":1,"callback_query":{"id":7}}',
        b"[]",
        b"\xff",
        b"",
    ],
)
def test_anything_else_is_answered_without_a_word(body: bytes) -> None:
    """What is answered is carried out by Telegram, and a method in it would be a second send."""
    assert TELEGRAM.reply(delivery(body=body)).body == ""
