"""Every channel's account says just what that channel needs, and what we tell customers leads back to us."""

import tomllib
from pathlib import Path

import pytest

from infra.cli.settings import BUSINESS, find_problems
from infra.local.settings import MORE
from nightbell.adapters.business_file import read_business
from nightbell.adapters.public_holidays import LibraryCalendars
from nightbell.domain.settings_checks.account_fields import FIELDS, field_problems
from nightbell.domain.settings_checks.loop import loop_problems
from nightbell.domain.settings_problem import Problem
from nightbell.platforms.registry import CHANNELS

FURTHER_BRANDS, *BLOCKS = MORE.read_text("utf-8").split("[[accounts]]\n")
ACCOUNTS = tomllib.loads(MORE.read_text("utf-8"))["accounts"]
ANY_BRAND = {"harbour": {"languages": ["en"], "name": "Harbour"}}


def judged(**account: object) -> list[Problem]:
    return list(field_problems({"accounts": [{"brand": "harbour", **account}]}))


def whole(channel: str) -> dict[str, object]:
    return dict(next(each for each in ACCOUNTS if each["channel"] == channel))


def test_settings_with_every_registered_channel_are_without_a_fault(tmp_path: Path) -> None:
    there = [block for block in BLOCKS if tomllib.loads(block)["channel"] in CHANNELS]
    file = tmp_path / "business.toml"
    file.write_text("[[accounts]]\n".join([f"{BUSINESS.read_text('utf-8')}\n{FURTHER_BRANDS}", *there]), "utf-8")
    assert find_problems(file) == []
    built = read_business(file, LibraryCalendars()).accounts
    assert {channel for channel, _ in built} == set(CHANNELS)


def test_a_channel_that_is_not_registered_is_still_refused(tmp_path: Path) -> None:
    absent = [block for block in BLOCKS if tomllib.loads(block)["channel"] not in CHANNELS]
    file = tmp_path / "business.toml"
    file.write_text("[[accounts]]\n".join([f"{BUSINESS.read_text('utf-8')}\n{FURTHER_BRANDS}", *absent]), "utf-8")
    problems = [problem for problem in find_problems(file) if problem.message.startswith("there is no channel")]
    assert len(problems) == len(absent)


def test_the_table_knows_every_channel_that_there_is_or_will_be() -> None:
    assert set(CHANNELS) <= set(FIELDS)
    assert {each["channel"] for each in ACCOUNTS} <= set(FIELDS)


@pytest.mark.parametrize("account", ACCOUNTS, ids=lambda account: account["channel"])
def test_an_account_with_all_its_lines_is_right(account: dict[str, object]) -> None:
    assert judged(**account) == []


@pytest.mark.parametrize(
    ("channel", "name"), [(channel, name) for channel, fields in FIELDS.items() for name in fields.needed]
)
def test_a_needed_line_that_is_missing_is_asked_for(channel: str, name: str) -> None:
    account = whole(channel)
    del account[name]
    (problem,) = judged(**account)
    assert (problem.place, problem.message) == (f"accounts[1].{name}", f"is missing on {channel}")
    assert problem.remedy.startswith("write ")


@pytest.mark.parametrize(
    ("channel", "name", "value"),
    [
        ("x_posts", "account_id", "@harbour"),
        ("x_direct", "account_id", "12 34"),
        ("x_posts", "handle", "@harbour"),
        ("x_posts", "handle", "harbour_bakery_of_palma"),
        ("x_direct", "login", "facebook"),
        ("email", "account_id", "Hola@example.org"),
        ("email", "account_id", "hola+12@example.org"),
        ("email", "account_id", "Shop <hola@example.org>"),
        ("email", "account_id", "hola"),
        ("email", "account_id", "hola@example"),
        ("email", "aliases", ["hola@example.org", "a b@example.org"]),
        ("sms", "account_id", "0034971000001"),
        ("sms", "account_id", "+34 971 000 001"),
        ("sms", "business_account_id", "102000000000000"),
        ("sms", "messaging_service", "AC00000000000000000000000000000001"),
        ("twilio_whatsapp", "account_id", "whatsapp:+34971000001"),
        ("twilio_whatsapp", "account_id", "12345"),
        ("voicemail", "account_id", "971000001"),
        ("telegram", "account_id", "110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw"),  # pragma: allowlist secret
        ("telegram", "owner_ids", ["me"]),
        ("whatsapp", "business_account_id", "AC00000000000000000000000000000001"),
        ("linkedin", "account_id", "urn:li:organization:2414183"),
        ("google_reviews", "business_account_id", "accounts/1014159265358"),
        ("standard", "account_id", "Contact"),
        ("standard", "account_id", "a/../b"),
        ("standard", "reply_url", "http://relay.example.org/nightbell"),
        ("standard", "reply_url", "https://user@relay.example.org/"),
        ("line", "account_id", "harbour"),
        ("instagram_direct", "login", "oauth1"),
    ],
)
def test_a_line_of_another_form_is_refused_with_a_remedy(channel: str, name: str, value: object) -> None:
    known = whole(channel) if channel in {each["channel"] for each in ACCOUNTS} else {"channel": channel}
    (problem,) = judged(**{**known, name: value})
    assert problem.place == f"accounts[1].{name}"
    assert "which is none" in problem.message
    assert problem.remedy


@pytest.mark.parametrize(
    ("channel", "name", "value"),
    [
        ("messenger", "handle", "harbour"),
        ("messenger", "business_account_id", "102000000000000"),
        ("email", "messaging_service", "MG00000000000000000000000000000001"),
        ("sms", "transcribe", True),
        ("sms", "aliases", ["+34971000009"]),
        ("linkedin", "owner_ids", ["1"]),
        ("telegram", "reply_url", "https://relay.example.org/"),
    ],
)
def test_a_line_that_means_nothing_there_is_to_be_taken_out(channel: str, name: str, value: object) -> None:
    known = whole(channel) if channel in {each["channel"] for each in ACCOUNTS} else {"channel": channel}
    (problem,) = judged(**{**known, name: value})
    assert (problem.place, problem.message) == (f"accounts[1].{name}", f"has no meaning on {channel}")


@pytest.mark.parametrize("channel", ["google_reviews", "voicemail"])
def test_a_review_and_a_voicemail_are_never_answered_by_themselves(channel: str) -> None:
    (problem,) = judged(**{**whole(channel), "automatic": True})
    assert problem.place == "accounts[1].automatic"


def looped(told: str, *, way: str = "email", brand: str = "harbour", choices: tuple[str, ...] = ()) -> list[Problem]:
    choice = "email_us" if way == "email" else "voicemail"
    receiving = [{**whole(each), "brand": brand} for each in ("email", "voicemail")]
    harbour = {**ANY_BRAND["harbour"], way: told, "choices": choices or [choice]}
    return list(loop_problems({"brands": {"harbour": harbour, "other": {"choices": []}}, "accounts": receiving}))


@pytest.mark.parametrize(
    ("way", "told"),
    [
        ("email", "hola@harbour-bakery.example"),
        ("email", "Hola@Harbour-Bakery.example"),
        ("email", "orders@harbour-bakery.example"),
        ("voicemail", "+34971555012"),
        ("voicemail", "+34 971-555.012"),
    ],
)
def test_an_address_that_an_account_receives_closes_the_loop(way: str, told: str) -> None:
    assert looped(told, way=way) == []


@pytest.mark.parametrize(("way", "told"), [("email", "info@harbour-bakery.example"), ("voicemail", "+34 971 555 013")])
def test_an_address_that_no_account_receives_would_lose_the_conversation(way: str, told: str) -> None:
    (problem,) = looped(told, way=way)
    assert problem.place == f"brands.harbour.{way}"
    assert "would not come back" in problem.message
    # Another brand's accounts receive nothing for this one, and what is not offered leads nowhere.
    assert looped(told, way=way, brand="other") == []
    assert looped(told, way=way, choices=("here",)) == []
