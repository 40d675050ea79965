"""Secrets: which there must be, what one may look like, and which values stay accepted."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from infra.cli.outcome import CliError, UsageError
from infra.cli.secret_values import age, check_name, check_value, needed, next_values, stand
from nightbell.domain.business import Account

KEY = "k" * 24
BRAND: Any = None


def account(channel: str, account_id: str, login: str = "facebook") -> Account:
    return Account(channel=channel, account_id=account_id, brand=BRAND, hours=BRAND, login=login)


def test_every_account_needs_its_token_and_its_platforms_secrets_once() -> None:
    assert needed([account("messenger", "1"), account("whatsapp", "2")]) == [
        ("meta", "app_secret"),
        ("meta", "verify_token"),
        ("meta", "access_token/1"),
        ("meta", "access_token/2"),
    ]


def test_an_account_of_instagrams_own_login_needs_the_secret_of_that_app_too() -> None:
    accounts = [account("instagram_direct", "1"), account("instagram_direct", "2", login="instagram")]
    assert needed(accounts[:1]) == [("meta", "app_secret"), ("meta", "verify_token"), ("meta", "access_token/1")]
    assert needed(accounts) == [
        ("meta", "app_secret"),
        ("meta", "verify_token"),
        ("meta", "instagram_app_secret"),
        ("meta", "access_token/1"),
        ("meta", "access_token/2"),
    ]


def test_a_secret_that_only_some_need_can_be_set_and_is_as_long_as_any_key() -> None:
    check_name("meta", "instagram_app_secret")
    with pytest.raises(CliError, match="24 characters or more"):
        check_value("instagram_app_secret", "short")


def test_an_app_secret_of_23_characters_is_refused_and_not_repeated() -> None:
    assert check_value("app_secret", KEY) == KEY
    with pytest.raises(CliError, match="24 characters or more, and this has 23") as refusal:
        check_value("app_secret", KEY[1:])
    assert KEY[1:] not in str(refusal.value)


@pytest.mark.parametrize("value", ["", " \n", "two words", "two\nlines", "tab\there", "nul\x00"])
def test_what_is_not_one_word_is_refused(value: str) -> None:
    with pytest.raises(CliError, match="othing was"):
        check_value("verify_token", value)


def test_a_pasted_line_end_is_no_part_of_the_secret() -> None:
    assert check_value("verify_token", " word\r\n") == "word"


@pytest.mark.parametrize(
    ("before", "only", "after"),
    [
        ((), False, ("new",)),
        (("old",), False, ("new", "old")),
        (("old", "older"), False, ("new", "old")),
        (("new", "old"), False, ("new", "old")),
        (("old", "new"), False, ("new", "old")),
        (("old",), True, ("new",)),
        (("new",), False, ("new",)),
    ],
)
def test_only_the_value_that_was_current_stays_beside_the_new_one(
    before: tuple[str, ...], *, only: bool, after: tuple[str, ...]
) -> None:
    assert next_values("new", before, only=only) == after


def test_two_values_that_fit_no_parameter_are_refused() -> None:
    with pytest.raises(CliError, match="--only"):
        next_values("n" * 3000, ["o" * 3000], only=False)


@pytest.mark.parametrize(
    ("platform", "name", "hint"),
    [
        ("mata", "app_secret", '"meta"'),
        ("meta", "app_secrt", '"app_secret"'),
        ("meta", "access_token/", "access_token/ACCOUNT_ID"),
        ("meta", "access_token/1/2", "access_token"),
        ("meta", "access_token/ü", "access_token"),
    ],
)
def test_a_name_that_nothing_reads_is_a_wrong_command(platform: str, name: str, hint: str) -> None:
    with pytest.raises(UsageError, match=hint):
        check_name(platform, name)


@pytest.mark.parametrize("name", ["app_secret", "verify_token", "access_token/100000000000001"])
def test_names_that_are_read_pass(name: str) -> None:
    check_name("meta", name)


@pytest.mark.parametrize(
    ("name", "stored", "fault", "accepted"),
    [
        ("app_secret", None, "missing", 0),
        ("app_secret", " \n", "empty", 0),
        ("app_secret", f"{KEY}\nshort", "too short", 2),
        ("app_secret", f"{KEY}\n{KEY}2\n", "", 2),
        ("verify_token", "short", "", 1),
    ],
)
def test_a_parameter_is_judged_as_the_functions_would(name: str, stored: str | None, fault: str, accepted: int) -> None:
    judged = stand("meta", name, stored, datetime(2026, 11, 22, tzinfo=UTC))
    assert (judged.fault, judged.accepted) == (fault, accepted)


@pytest.mark.parametrize(
    ("since", "words"),
    [
        (timedelta(seconds=59), "just now"),
        (timedelta(minutes=1), "1 minute ago"),
        (timedelta(hours=5, minutes=3), "5 hours ago"),
        (timedelta(days=400), "400 days ago"),
    ],
)
def test_age_is_told_in_its_largest_unit(since: timedelta, words: str) -> None:
    assert age(since) == words
