"""The public page of opening hours: true, in the visitor's language, and harmless whatever the settings say."""

import json
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from nightbell.adapters.business_file import read_business
from nightbell.domain.business import Brand
from nightbell.domain.day_plan import ALL_DAY
from nightbell.domain.hours_words import HOURS_WORDS
from nightbell.domain.html_page import HEADERS, STYLE
from nightbell.domain.languages import choose_language
from nightbell.domain.opening_hours import OpeningHours
from nightbell.handlers import show_hours
from nightbell.services.show_hours import LONGEST_S, ShowHours, Shown
from tests.unit.calendars import FakeCalendars

BRAND: Brand = read_business(Path(__file__).with_name("business_example.toml"), FakeCalendars()).brands["corner"]
MONDAY = datetime(2026, 11, 23, 9, 10, tzinfo=UTC)
"""10:10 at the shop, which is open until 14:00."""
VOID = frozenset({"meta", "br"})


class Clock:
    def __init__(self, now: datetime = MONDAY) -> None:
        self._now = now

    def now(self) -> datetime:
        return self._now

    def monotonic(self) -> float:
        return 0.0

    def sleep(self, seconds: float) -> None:
        raise AssertionError(seconds)


class Page(HTMLParser):
    """Reads a page, and sees that every element is closed in its turn."""

    def __init__(self, body: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, Mapping[str, str | None]]] = []
        self.text = ""
        self.data = ""
        self.feed(body)
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] == "script":
            self.data += data
        elif self.open and self.open[-1] != "style":
            self.text += data


def show(*brands: Brand, key: str = "", language: str = "", now: datetime = MONDAY) -> Shown:
    return ShowHours({brand.key: brand for brand in brands or (BRAND,)}, Clock(now))(key, language)


def schema(shown: Shown) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(Page(shown.body).data)
    return found


def test_it_says_that_it_is_open_and_until_when() -> None:
    page = Page(show().body)
    assert "Open now, until today at 14:00." in page.text
    assert "Monday09:00\u201314:00, 16:00\u201320:00" in page.text


def test_it_says_that_it_is_closed_and_when_it_opens() -> None:
    page = Page(show(now=MONDAY + timedelta(hours=4)).body)
    assert "Closed now. We open again today at 16:00." in page.text


def test_what_is_always_or_never_open_has_no_end_and_no_next() -> None:
    for weekly, said in (([(ALL_DAY,)] * 7, "Open now"), ([()] * 7, "Closed now")):
        brand = replace(BRAND, hours=OpeningHours(zone=BRAND.zone, weekly=weekly))
        assert re.search(rf"{said}\s", Page(show(brand).body).text)


@pytest.mark.parametrize("language", HOURS_WORDS)
def test_every_language_makes_a_whole_page(language: str) -> None:
    brand = replace(BRAND, languages=(language,))
    shown = show(brand, now=datetime(2026, 12, 20, 9, tzinfo=UTC))
    page = Page(shown.body)
    assert HOURS_WORDS[language].title in page.text
    assert HOURS_WORDS[language].holiday in page.text
    assert ("html", {"lang": language}) in page.tags
    assert "{" not in page.text


def test_the_visitors_language_is_chosen_where_the_brand_speaks_it() -> None:
    shown = show(language="fr-FR, es;q=0.9, en;q=0.8")
    assert shown.headers["content-language"] == "es"
    assert shown.headers["vary"] == "Accept-Language"
    assert "Abierto ahora" in shown.body
    assert "Open now" in show(language="fr").body


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("", "en"),
        ("es", "es"),
        ("ES-mx", "es"),
        ("en;q=0.1,es;q=0.9", "es"),
        ("es;q=0", "en"),
        ("*", "en"),
        ("xx,*;q=0.1", "en"),
        (";;;,,q=", "en"),
        ("es;q=high", "en"),
        ("es;q=nan", "en"),
        ("es;q=-1", "en"),
        ("es;q=99", "en"),
        ("," * 100_000, "en"),
        ("\x00\u202e", "en"),
    ],
)
def test_any_accept_language_gives_a_language_that_is_offered(header: str, expected: str) -> None:
    assert choose_language(header, ("en", "es")) == expected


def test_one_brand_is_the_page_and_several_are_a_list() -> None:
    other = replace(BRAND, key="the other", name="Other & <Sons>")
    listed = Page(show(BRAND, other).body)
    assert [dict(attrs)["href"] for tag, attrs in listed.tags if tag == "a"] == ["hours/corner", "hours/the%20other"]
    assert "Other & <Sons>: Open now" in listed.text
    assert "Other & <Sons>: Opening hours" in Page(show(BRAND, other, key="the other").body).text


@pytest.mark.parametrize("key", ["nobody", "../secret", "<script>", "\x00", "a" * 10_000])
def test_a_brand_that_there_is_not_is_not_found(key: str) -> None:
    shown = show(key=key)
    assert shown.status == 404
    assert key not in Page(shown.body).text


def test_without_settings_nothing_is_found_and_nothing_breaks() -> None:
    assert ShowHours({}, Clock())("", "es").status == 404


def test_markup_in_the_settings_is_text_on_the_page() -> None:
    evil = '</script><script>alert("1")</script>'
    brand = replace(BRAND, name=evil, email='"><b>@x.example')
    page = Page(show(brand).body)
    assert evil in page.text
    assert [attrs for tag, attrs in page.tags if tag == "script"] == [{"type": "application/ld+json"}]
    assert "b" not in {tag for tag, _ in page.tags}
    assert schema(show(brand))["name"] == evil


def test_nothing_in_the_structured_data_can_begin_or_end_an_element() -> None:
    page = Page(show(replace(BRAND, name="<!-- <script> & ]]>")).body)
    assert not set("<>&") & set(page.data)


def test_search_engines_read_the_same_hours() -> None:
    found = schema(show(now=datetime(2026, 12, 20, 9, tzinfo=UTC)))
    assert found["@type"] == "LocalBusiness"
    weekly = found["openingHoursSpecification"]
    monday = [each for each in weekly if each["dayOfWeek"] == ["https://schema.org/Monday"]]
    assert [(each["opens"], each["closes"]) for each in monday] == [("09:00", "14:00"), ("16:00", "20:00")]
    friday = [each for each in weekly if each["dayOfWeek"] == ["https://schema.org/Friday"]]
    assert [(each["opens"], each["closes"]) for each in friday] == [("18:00", "02:00")]
    assert {"opens": "00:00", "closes": "00:00"}.items() <= weekly[-1].items()
    special = found["specialOpeningHoursSpecification"]
    assert [(each["validFrom"], each["opens"], each["closes"]) for each in special] == [
        ("2026-12-24", "09:00", "12:00"),
        ("2026-12-25", "00:00", "00:00"),
    ]


def test_the_page_may_be_kept_but_never_beyond_the_next_change() -> None:
    assert show().headers["cache-control"] == f"public, max-age={LONGEST_S}"
    soon = datetime(2026, 11, 23, 12, 59, 30, tzinfo=UTC)
    assert show(now=soon).headers["cache-control"] == "public, max-age=30"


def test_nothing_runs_and_nothing_is_loaded_from_elsewhere() -> None:
    shown = show()
    policy = shown.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert "unsafe" not in policy
    assert "script-src" not in policy
    assert f"<style>{STYLE}</style>" in shown.body
    page = Page(shown.body)
    assert not [attrs for _, attrs in page.tags if {"src", "onclick", "style"} & set(attrs)]
    links = [attrs["href"] or "" for tag, attrs in page.tags if tag == "a"]
    assert all(link.startswith("mailto:") for link in links)


def test_the_page_suits_readers_and_screens_of_every_kind() -> None:
    """Language told, one main heading, rows with headings, a viewport, both colour schemes, and contrast in both."""
    page = Page(show().body)
    tags = [tag for tag, _ in page.tags]
    assert tags.count("h1") == tags.count("main") == tags.count("title") == 1
    assert [attrs for tag, attrs in page.tags if tag == "th"]
    assert all(attrs == {"scope": "row"} for tag, attrs in page.tags if tag == "th")
    assert any(attrs.get("name") == "viewport" for tag, attrs in page.tags if tag == "meta")
    assert any(attrs.get("role") == "status" for _, attrs in page.tags)
    for scheme in STYLE.split("@media")[:2]:
        colours = dict(re.findall(r"--(\w+):(#[0-9a-f]{3,6})", scheme))
        for ink in ("ink", "faint", "good", "bad"):
            assert contrast(colours[ink], colours["paper"]) >= 4.5


def contrast(one: str, other: str) -> float:
    """Measure as WCAG 2.2 §1.4.3 does."""
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def luminance(colour: str) -> float:
    digits = colour.removeprefix("#")
    digits = "".join(2 * digit for digit in digits) if len(digits) == 3 else digits
    parts = [int(digits[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


# The function


@pytest.fixture
def function(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Answer without a table: whatever was closed by hand is not known then, and the settings hold."""
    nowhere = {"TABLE_NAME": "none", "AWS_ENDPOINT_URL": "http://127.0.0.1:9", "AWS_DEFAULT_REGION": "eu-south-2"}
    keys = {"AWS_ACCESS_KEY_ID": "none", "AWS_SECRET_ACCESS_KEY": "none"}  # pragma: allowlist secret
    for name, value in {"CLOCK_FILE": "", **nowhere, **keys}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(show_hours, "report", list)
    show_hours._service.cache_clear()
    yield show_hours.handler
    show_hours._service.cache_clear()


def event(brand: str | None = None, **headers: str) -> dict[str, Any]:
    parameters = {} if brand is None else {"pathParameters": {"brand": brand}}
    return {"rawPath": "/hours", "headers": headers, "requestContext": {"http": {"method": "GET"}}} | parameters


def test_the_function_answers_with_the_settings_that_ship(function: Any) -> None:
    answer = function(event(**{"Accept-Language": "es"}), None)
    assert (answer["statusCode"], answer["headers"]["content-language"]) == (200, "es")
    assert "Harbour Bakery" in answer["body"]
    assert HEADERS.items() <= answer["headers"].items()
    assert function(event("harbour"), None)["statusCode"] == 200


@pytest.mark.parametrize("broken", [{}, {"pathParameters": None, "headers": None}, {"headers": {}}])
def test_the_function_answers_odd_events_too(function: Any, broken: dict[str, Any]) -> None:
    assert function(broken, None)["statusCode"] == 200


def test_a_count_that_fails_keeps_nobody_from_the_page(function: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(show_hours, "report", lambda _: 1 / 0)
    assert function(event(), None)["statusCode"] == 200


def test_the_function_says_404_for_a_brand_that_there_is_not(function: Any) -> None:
    assert function(event("nobody"), None)["statusCode"] == 404
