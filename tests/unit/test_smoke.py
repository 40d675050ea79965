"""The smoke test's own source and secret."""

from argparse import Namespace
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import cast

import pytest

from infra.build.smoke_source import SOURCE, with_smoke_source
from infra.build.template import ROOT
from infra.cli.outcome import CliError, UsageError
from infra.cli.smoke import smoke
from infra.cli.smoke_delivery import deliver, webhook_url
from infra.cli.smoke_secret import NAME, PLATFORM, REPLACED_AFTER, current_secrets
from nightbell.adapters.public_holidays import LibraryCalendars
from nightbell.adapters.secret_parameters import SecretParameters
from nightbell.adapters.secrets import FRESH_FOR
from nightbell.domain.build_settings import build_settings
from nightbell.domain.settings_file import parse_settings
from nightbell.platforms.standard.signature import shared_key
from nightbell.services.renew_token import StoredSecret

SHIPPED = (ROOT / "functions" / "business.toml").read_text("utf-8")
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


class Store:
    """Parameter Store with one parameter."""

    def __init__(self, *values: str, age: timedelta = timedelta(0)) -> None:
        self.values: Sequence[str] = values
        self.changed_at = NOW - age

    def read(self, platform: str, name: str) -> StoredSecret | None:
        assert (platform, name) == (PLATFORM, NAME)
        return StoredSecret(values=self.values, changed_at=self.changed_at) if self.values else None

    def write(self, platform: str, name: str, values: Sequence[str]) -> None:
        assert (platform, name) == (PLATFORM, NAME)
        self.values = values


def secrets_with(store: Store) -> Sequence[str]:
    return current_secrets(cast("SecretParameters", store), NOW)


def test_the_source_is_an_account_to_which_nothing_is_sent() -> None:
    settings = build_settings(parse_settings(with_smoke_source(SHIPPED).encode()), LibraryCalendars())
    account = settings.accounts["standard", SOURCE]
    assert (account.automatic, account.reply_url) == (False, None)
    assert account.brand is next(iter(settings.brands.values()))


def test_adding_the_source_twice_adds_it_once() -> None:
    once = with_smoke_source(SHIPPED)
    assert with_smoke_source(once) == once != SHIPPED


def test_settings_that_cannot_take_it_stay_as_they_are() -> None:
    inline = 'accounts = [{ channel = "x_posts", account_id = "1" }]\n[brands.one]\n'
    assert with_smoke_source(inline) == inline


def test_the_first_run_makes_a_secret_that_can_sign() -> None:
    store = Store()
    (value,) = secrets_with(store)
    assert store.values == [value]
    assert len(shared_key(value) or b"") == 32
    assert list(secrets_with(Store())) != [value]


def test_a_secret_is_replaced_only_when_no_function_knows_the_one_before_it() -> None:
    assert REPLACED_AFTER >= 2 * FRESH_FOR
    young = Store("new", "old", age=REPLACED_AFTER - timedelta(seconds=1))
    assert list(secrets_with(young)) == list(young.values) == ["new", "old"]
    store = Store("new", "old", age=REPLACED_AFTER)
    made, before = secrets_with(store)
    assert (before, list(store.values)) == ("new", [made, "new"])
    assert made not in {"new", "old"}


def test_platforms_call_the_public_address_and_an_emulator_is_called_by_its_path() -> None:
    outputs = {"WebhookUrl": "https://hooks.example.com/webhooks", "HttpApiId": "abc"}
    assert webhook_url(outputs, {}) == f"https://hooks.example.com/webhooks/standard/{SOURCE}"
    local = webhook_url(outputs, {"AWS_ENDPOINT_URL": "http://127.0.0.1:4566/"})
    assert local == f"http://127.0.0.1:4566/_aws/execute-api/abc/$default/webhooks/standard/{SOURCE}"


@pytest.mark.parametrize("within", [0, -5, float("nan")])
def test_a_time_that_never_ends_a_wait_is_refused(within: float) -> None:
    with pytest.raises(UsageError, match="above 0"):
        smoke(Namespace(stage="dev", within=within, json=False))


def test_an_address_that_does_not_answer_is_said() -> None:
    with pytest.raises(CliError, match="does not answer"):
        deliver("http://127.0.0.1:9/webhooks", ["whsec_" + "QUJD" * 10], NOW, 0)
