from dataclasses import replace
from pathlib import Path

import pytest

from nightbell.adapters.business_file import read_business
from nightbell.adapters.public_holidays import LibraryCalendars
from nightbell.domain.business import Account
from nightbell.domain.errors import SignatureError
from nightbell.domain.events import Delivery
from nightbell.platforms.line.platform import Line
from nightbell.platforms.line.signature import HEADER, signed_with
from tests.platforms.fixtures import RECEIVED_AT

ONE, TWO = "U00000000000000000000000000000001", "U00000000000000000000000000000002"
SECRET, OTHER = "a-secret_of-32-characters-000000", "another-accounts-secret-00000000"
BODY = b'{"events":[]}'
LINE = Line()


@pytest.fixture(scope="module")
def accounts() -> list[Account]:
    settings = read_business(Path("functions/business.toml"), LibraryCalendars())
    account = next(iter(settings.accounts.values()))
    return [replace(account, channel="line", account_id=each) for each in (ONE, TWO)]


def delivery(path: str = ONE, secret: str = SECRET) -> Delivery:
    return Delivery(
        platform="line",
        path=path,
        method="POST",
        headers={HEADER: signed_with(secret, BODY)},
        query={},
        body=BODY,
        received_at=RECEIVED_AT,
    )


@pytest.mark.parametrize(
    ("path", "accepted"),
    [(ONE, True), (TWO, True), ("", False), (ONE[:-1] + "3", False), (ONE + "/", False), (f"../{ONE}", False)],
)
def test_only_the_accounts_of_the_settings_have_an_address(
    accounts: list[Account], path: str, *, accepted: bool
) -> None:
    assert LINE.accepts(path, accounts) is accepted


def test_an_accounts_events_need_that_accounts_secret_and_no_other(accounts: list[Account]) -> None:
    assert LINE.secret_names(delivery(), accounts).needed == (f"channel_secret/{ONE}",)
    assert LINE.secret_names(delivery(), accounts).optional == ()
    assert LINE.secrets_of(accounts[1]).needed == (f"channel_secret/{TWO}",)


def test_the_secret_of_another_account_opens_nothing() -> None:
    secrets = {f"channel_secret/{ONE}": [SECRET], f"channel_secret/{TWO}": [OTHER]}
    LINE.verify(delivery(), secrets)
    LINE.verify(delivery(TWO, OTHER), secrets)
    for path, secret in ((ONE, OTHER), (TWO, SECRET), ("U3", SECRET)):
        with pytest.raises(SignatureError):
            LINE.verify(delivery(path, secret), secrets)


def test_nothing_is_answered_in_the_response() -> None:
    assert LINE.reply(delivery()).body == ""
