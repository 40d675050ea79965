"""What the shipped settings say on the telephone."""

import tomllib
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from nightbell.adapters.business_file import read_business
from nightbell.adapters.public_holidays import LibraryCalendars
from nightbell.domain.business import Account, Brand, TextId
from nightbell.domain.settings_checks.texts import text_problems
from nightbell.services.word_calls import word_calls

HOOK = "https://webhooks.example.test/webhooks/twilio"
OPEN = datetime(2026, 11, 18, 10, 0, tzinfo=UTC)
CLOSED = datetime(2026, 11, 18, 22, 0, tzinfo=UTC)


def voicemail(languages: tuple[str, ...] = ("en", "es")) -> Account:
    account = next(iter(read_business(Path("functions/business.toml"), LibraryCalendars()).accounts.values()))
    brand = replace(account.brand, languages=languages)
    return replace(account, channel="voicemail", account_id="+34971555012", brand=brand)


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ("answering machine", "recorded", "call you back")),
        ("es", ("contestador automático", "grabado", "llama")),
    ],
)
@pytest.mark.parametrize("now", [OPEN, CLOSED])
def test_the_greeting_says_that_it_is_automatic_that_it_records_and_that_we_call_back(
    language: str, words: tuple[str, ...], now: datetime
) -> None:
    worded = word_calls(voicemail((language, "en")), now, HOOK)
    assert [word for word in (*words, "Harbour Bakery", "Marta") if word not in worded.greeting.text] == []
    assert "{" not in worded.greeting.text
    assert worded.call_back in worded.greeting.text
    assert worded.voice.language == language


def test_open_and_closed_differ_and_both_tell_by_when_somebody_answers() -> None:
    said = [word_calls(voicemail(), now, HOOK).greeting for now in (OPEN, CLOSED)]
    assert [each.text_id for each in said] == ["voicemail_open", "voicemail_closed"]
    assert "today at 12:00" in said[0].text
    assert said[0].promised_by == datetime(2026, 11, 18, 11, 0, tzinfo=UTC)
    assert "tomorrow, Thursday 19 November, at 08:00" in said[1].text
    assert said[1].promised_by == datetime(2026, 11, 19, 8, 0, tzinfo=UTC)


def with_texts(account: Account, **texts: str) -> Account:
    own = {**account.brand.texts["en"], **{TextId(name): text for name, text in texts.items()}}
    brand: Brand = replace(account.brand, texts={**account.brand.texts, "en": own})
    return replace(account, brand=brand)


def test_whoever_hears_no_offer_to_be_called_back_agrees_to_nothing() -> None:
    worded = word_calls(with_texts(voicemail(), voicemail_open="This is {brand}, {promised_by}."), OPEN, HOOK)
    assert worded.call_back == ""
    assert worded.greeting.text == "This is Harbour Bakery, today at 12:00."


def test_a_recording_is_turned_into_words_where_the_account_says_so() -> None:
    assert not word_calls(voicemail(), OPEN, HOOK).voice.wants_words
    assert word_calls(replace(voicemail(), transcribe=True), OPEN, HOOK).voice.wants_words


def problems_of(remove: str) -> set[str]:
    """List what is wrong with the shipped texts, with a number that takes calls and one line less."""
    document = tomllib.loads(Path("functions/business.toml").read_text())
    document["accounts"].append({"channel": "voicemail", "account_id": "+34971555012", "brand": "harbour"})
    for language in ("en", "es"):
        document["texts"][language] = {
            name: text.replace(remove, "") for name, text in document["texts"][language].items() if name != remove
        }
    return {problem.place for problem in text_problems(document, {}, {})}


def test_a_number_needs_every_text_that_it_says() -> None:
    assert problems_of("-") == set()
    for text_id in TextId:
        if text_id.is_spoken:
            assert problems_of(text_id) == {f"texts.{language}.{text_id}" for language in ("en", "es")}


@pytest.mark.parametrize(
    ("placeholder", "texts"),
    [
        ("{promised_by}", {"voicemail_open", "voicemail_closed"}),
        ("{opens_at}", {"voicemail_closed"}),
        ("{call_back}", set()),
    ],
)
def test_a_greeting_tells_by_when_somebody_answers_and_when_we_open(placeholder: str, texts: set[str]) -> None:
    told = {place for place in problems_of(placeholder) if "voicemail_" in place}
    assert told - {"texts.en.choice_voicemail", "texts.es.choice_voicemail"} == {
        f"texts.{language}.{text_id}" for language in ("en", "es") for text_id in texts
    }
