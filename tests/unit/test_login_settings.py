"""An Instagram account says how it was connected, because that decides who sends its messages and where."""

from pathlib import Path

import pytest

from nightbell.adapters.business_file import read_business
from nightbell.domain.settings_problem import Problem
from nightbell.platforms.registry import CHANNELS
from nightbell.services.check_settings import check_settings
from tests.unit.calendars import FakeCalendars

EXAMPLE = (Path(__file__).parent / "business_example.toml").read_text("utf-8")
LIMITS = {name: CHANNELS[name].form for name in ("messenger", "whatsapp", "instagram_direct")}
DIRECT = '\n[[accounts]]\nchannel = "instagram_direct"\naccount_id = "17841400000000001"\nbrand = "corner"\n'
LONG = "🥐" * 260
"""A croissant is one character, and four bytes."""


def check(accounts: str, text: str = EXAMPLE) -> list[Problem]:
    return check_settings((text + accounts).encode(), LIMITS, FakeCalendars())


def test_an_account_sends_through_its_page_or_for_itself(tmp_path: Path) -> None:
    other = DIRECT.replace("17841400000000001", "17841400000000002")
    accounts = f'{DIRECT}page_id = "300"\n{other}login = "instagram"\n'
    assert check(accounts) == []
    (tmp_path / "business.toml").write_text(EXAMPLE + accounts, "utf-8")
    built = read_business(tmp_path / "business.toml", FakeCalendars()).accounts
    by_page, by_itself = (built["instagram_direct", f"1784140000000000{n}"] for n in (1, 2))
    assert (by_page.login, by_page.api_id) == ("facebook", "300")
    assert (by_itself.login, by_itself.api_id) == ("instagram", "17841400000000002")


@pytest.mark.parametrize(
    ("accounts", "place", "message", "remedy"),
    [
        (DIRECT, "accounts[3].page_id", "is missing", 'page_id = "…"'),
        (f'{DIRECT}login = "facebook"\n', "accounts[3].page_id", "is missing", 'login = "instagram"'),
        (
            f'{DIRECT}login = "instagram"\npage_id = "300"\n',
            "accounts[3].page_id",
            "sends for itself",
            "take the line out",
        ),
        (f'{DIRECT}login = "insta"\n', "accounts[3].login", '"insta"', '"instagram"'),
        (f'{DIRECT}page_id = "my page"\n', "accounts[3].page_id", "my page", "digits only"),
        (f"{DIRECT}page_id = 300\n", "accounts[3].page_id", "", "in quotes"),
        (
            '\n[[accounts]]\nchannel = "messenger"\naccount_id = "300"\nbrand = "corner"\nlogin = "facebook"\n',
            "accounts[3].login",
            "no meaning on messenger",
            "take the line out",
        ),
    ],
    ids=[
        "no page",
        "no page for Facebook's login",
        "a page beside Instagram's login",
        "no such login",
        "a page's name",
        "a number",
        "another channel",
    ],
)
def test_what_says_too_little_or_too_much_is_told(accounts: str, place: str, message: str, remedy: str) -> None:
    (problem,) = check(accounts)
    assert problem.place == place
    assert message in problem.message
    assert remedy in problem.remedy


def test_one_account_is_connected_in_one_way() -> None:
    limits = {**LIMITS, "instagram_comments": LIMITS["instagram_direct"]}
    comments = DIRECT.replace("instagram_direct", "instagram_comments")
    text = f'{EXAMPLE}{DIRECT}page_id = "300"\n{comments}login = "instagram"\n'
    (problem,) = check_settings(text.encode(), limits, FakeCalendars())
    assert (problem.place, "accounts[3]" in problem.message) == ("accounts[4]", True)


def test_a_text_is_counted_in_bytes_where_the_platform_counts_bytes() -> None:
    start = EXAMPLE.index("receipt_idea = ")
    old = EXAMPLE[start : EXAMPLE.index("\n", start)]
    text = EXAMPLE.replace(old, f'receipt_idea = "{{automatic}} {LONG}"', 1)
    assert check("", text) == []
    problems = check(f'{DIRECT}page_id = "300"\n', text)
    assert [problem.place for problem in problems] == ["texts.en.receipt_idea"]
    assert "instagram_direct takes 1000" in problems[0].message
    assert "bytes (a letter like ä has two" in problems[0].message
