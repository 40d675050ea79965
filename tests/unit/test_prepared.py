"""Texts that agents begin with."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from nightbell.adapters.business_file import read_business
from nightbell.domain.answer_checks import Draft, objections
from nightbell.domain.personal_words import Known
from nightbell.domain.prepared import PreparedText, prepared_texts, promise_words
from tests.unit.calendars import FakeCalendars
from tests.unit.test_check_settings import EXAMPLE, check

OWN = """
[[answers.en]]
name = "Hello"
text = "Hello from {brand}, {agent} here."
[[answers.en]]
name = "Thanks"
text = "Thank you."
[[brands.corner.answers.en]]
name = "Way"
text = "Next to the church."
[[brands.corner.answers.en]]
name = "Thanks"
text = "Thanks a lot."
"""


def built(tmp_path: Path, more: str = OWN) -> Path:
    path = tmp_path / "business.toml"
    path.write_text(EXAMPLE + more, "utf-8")
    return path


def test_a_brands_own_stand_before_the_shared_ones_and_in_place_of_their_namesakes(tmp_path: Path) -> None:
    brand = read_business(built(tmp_path), FakeCalendars()).brands["corner"]
    assert prepared_texts(brand, "en") == (
        PreparedText(name="Way", text="Next to the church."),
        PreparedText(name="Thanks", text="Thanks a lot."),
        PreparedText(name="Hello", text="Hello from Corner Shop, Ana here."),
    )
    assert prepared_texts(brand, "es") == ()
    assert prepared_texts(brand, "fr") == prepared_texts(brand, "en")


def test_a_good_file_is_found_good() -> None:
    assert check(EXAMPLE + OWN) == []


@pytest.mark.parametrize(
    ("old", "new", "place", "words"),
    [
        ('name = "Thanks"\ntext = "Thank you."', 'name = "Hello"\ntext = "Hi."', "answers.en[2].name", "twice"),
        ("Thank you.", "Thank you, {name}.", "answers.en[2].text", "not filled in"),
        ("Thank you.", "Thank you, {promised_by}.", "answers.en[2].text", "not filled in"),
        ("Thank you.", "Thank you, }.", "answers.en[2].text", "loose"),
        ("Thank you.", "👍", "answers.en[2].text", "in words"),
        ("Thanks a lot.", "", "brands.corner.answers.en[2].text", "is empty"),
        ("Thanks a lot.", "x" * 1001, "brands.corner.answers.en[2].text", "longer than 1000"),
        ('name = "Way"\n', "", "brands.corner.answers.en[1].name", "missing"),
    ],
)
def test_what_is_wrong_is_told_with_its_place(old: str, new: str, place: str, words: str) -> None:
    assert old in OWN
    [problem] = check(EXAMPLE + OWN.replace(old, new, 1))
    assert problem.place == place
    assert words in f"{problem.message}; {problem.remedy}"


def test_a_shared_answer_needs_what_each_brand_has() -> None:
    [problem] = check(EXAMPLE.replace('agent_name = "Ana"\n', "").replace("{agent}", "We") + OWN)
    assert problem.place == "answers.en[1].text"
    assert "no agent_name" in problem.message


@pytest.mark.parametrize(
    ("text_id", "without", "words"),
    [
        ("promise", "{promised_by}", "lacks {promised_by}"),
        ("holding", "{promised_by}", "lacks {promised_by}"),
        ("holding", "{automatic}", "lacks {automatic}"),
        ("rating", "{automatic}", "lacks {automatic}"),
    ],
)
def test_what_is_said_by_itself_says_so_and_until_when(text_id: str, without: str, words: str) -> None:
    written = next(line for line in EXAMPLE.splitlines() if line.startswith(f"{text_id} ="))
    [problem] = check(EXAMPLE.replace(written, written.replace(without, ""), 1))
    assert (problem.place, problem.message) == (f"texts.en.{text_id}", words)


def test_the_text_that_asks_for_a_rating_is_needed_once_it_is_switched_on() -> None:
    written = next(line for line in EXAMPLE.splitlines() if line.startswith("rating ="))
    without = EXAMPLE.replace(written + "\n", "", 1)
    assert check(without) == []
    [problem] = check(without.replace("preview = true", "preview = true\nrating = true", 1))
    assert (problem.place, "missing" in problem.message) == ("texts.en.rating", True)


def test_a_promise_is_worded_in_the_language_of_the_conversation(tmp_path: Path) -> None:
    account = read_business(built(tmp_path), FakeCalendars()).accounts["messenger", "100"]
    now, at = datetime(2026, 11, 23, 9, 10, tzinfo=UTC), datetime(2026, 11, 23, 14, 0, tzinfo=UTC)
    assert promise_words(account, "es", at, now) == "Te digo algo hoy a las 15:00."
    assert promise_words(account, "", at, now) == promise_words(account, "en", at, now)
    assert "today at 15:00" in promise_words(account, "en", at, now)


def test_every_prepared_answer_that_is_shipped_passes_the_checks_once_its_blanks_are_filled_in() -> None:
    path = Path(__file__).parents[2] / "functions" / "business.toml"
    brand = read_business(path, FakeCalendars()).brands["harbour"]
    for language in brand.languages:
        prepared = prepared_texts(brand, language)
        assert prepared, language
        for each in prepared:
            draft = Draft(text=each.text.replace("___", "…"), language=language, is_public=True)
            assert objections(draft, Known(), brand.phrases) == (), each.name
    complaint = replace(draft, text=prepared_texts(brand, "en")[0].text.replace("___", "…"), language="en")
    assert objections(replace(complaint, is_complaint=True), Known(), brand.phrases) == ()
