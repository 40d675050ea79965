"""The settings file becomes brands, accounts and texts."""

import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from infra.cli.settings import find_problems
from nightbell.adapters.business_file import read_business
from nightbell.adapters.public_holidays import LibraryCalendars
from nightbell.domain.build_settings import build_settings
from nightbell.domain.business import BusinessSettings, Choice, TextId, detect_language
from nightbell.domain.phrases import Kind, classify, is_emergency
from nightbell.domain.settings_file import parse_settings
from nightbell.domain.settings_problem import SettingsError
from nightbell.domain.texts import (
    Occasion,
    choice_title,
    measure,
    render,
    text_for,
    values_for,
    with_fact,
)
from tests.unit.calendars import FakeCalendars

EXAMPLE = (Path(__file__).parent / "business_example.toml").read_text("utf-8")
SHIPPED = Path(__file__).parents[2] / "functions" / "business.toml"
NOW = datetime(2026, 11, 23, 15, 10, tzinfo=UTC)


def built(text: str = EXAMPLE) -> BusinessSettings:
    return build_settings(parse_settings(text.encode()), FakeCalendars())


def test_a_brand_is_as_written() -> None:
    brand = built().brands["corner"]
    assert (brand.name, brand.agent_name, brand.email) == ("Corner Shop", "Ana", "hi@corner.example")
    assert (brand.voicemail, brand.emergency_phone) == ("+34 971 000 000", "+34 600 000 000")
    assert brand.zone.key == "Europe/Madrid"
    assert (brand.languages, brand.default_language) == (("en", "es"), "en")
    assert brand.promise == timedelta(minutes=90)
    assert brand.choices == tuple(Choice)
    assert brand.important_contacts == {"5000000000000009"}
    assert brand.preview


def test_what_is_left_out_has_a_cautious_default() -> None:
    names = ("promise_minutes", "agent_name", "email", "voicemail", "choices", "important_contacts", "preview")
    kept = [line for line in EXAMPLE.splitlines() if not line.startswith(names)]
    brand = built("\n".join(kept)).brands["corner"]
    assert brand.promise == timedelta(minutes=60)
    assert (brand.agent_name, brand.email, brand.voicemail, brand.choices) == (None, None, None, ())
    assert not brand.preview


def test_an_account_is_found_by_channel_and_id() -> None:
    settings = built()
    page = settings.account("messenger", "100")
    assert page is not None
    assert (page.brand.key, page.name) == ("corner", "Page")
    assert page.hours is page.brand.hours
    assert settings.account("messenger", "200") is None


def test_an_account_with_own_hours_takes_the_rest_from_its_brand() -> None:
    account = built().account("whatsapp", "200")
    assert account is not None
    monday, tuesday = datetime(2026, 11, 23, 8, 30, tzinfo=UTC), datetime(2026, 11, 24, 8, 30, tzinfo=UTC)
    assert account.brand.hours.stretch_at(monday).is_open
    assert not account.hours.stretch_at(monday).is_open
    assert account.hours.stretch_at(tuesday).is_open
    assert account.hours.reason_on(date(2026, 12, 24)) == "Christmas Eve"
    assert account.hours.reason_on(date(2026, 12, 25)) == "Christmas Day"


def test_a_stretch_of_exceptions_covers_each_of_its_days() -> None:
    hours = built().brands["corner"].hours
    assert hours.next_opening(datetime(2026, 8, 2, 12, 0, tzinfo=UTC)) == datetime(2026, 8, 6, 7, 0, tzinfo=UTC)


def test_the_fact_is_recognised_in_any_case() -> None:
    fact = built().brands["corner"].fact
    assert fact is not None
    assert fact.is_in("it is about cs123.")
    assert not fact.is_in("it is about CS12")


def test_the_most_specific_text_wins() -> None:
    brand = built().brands["corner"]
    assert text_for(brand, TextId.RECEIPT, "en", "whatsapp").startswith("Hi on WhatsApp")
    assert text_for(brand, TextId.RECEIPT, "en", "messenger").startswith("Thanks")
    assert text_for(brand, TextId.RECEIPT, "es", "whatsapp").startswith("Gracias")
    assert text_for(brand, TextId.OPTED_IN, "xx", "whatsapp") == "Welcome back."


def test_a_brands_own_text_goes_before_what_brands_share() -> None:
    own = '\n[brands.corner.texts.en]\nreceipt = "Ours {automatic} {promised_by}"\n'
    brand = built(EXAMPLE + own).brands["corner"]
    assert text_for(brand, TextId.RECEIPT, "en", "whatsapp").startswith("Ours")
    assert text_for(brand, TextId.RECEIPT, "en", "messenger").startswith("Ours")
    assert text_for(brand, TextId.RECEIPT_IDEA, "en", "messenger").startswith("Thanks")
    channel = '\n[brands.corner.channel_texts.whatsapp.en]\nreceipt = "Ours there"\n'
    assert text_for(built(EXAMPLE + own + channel).brands["corner"], TextId.RECEIPT, "en", "whatsapp") == "Ours there"


def test_a_brands_own_phrases_replace_just_that_list() -> None:
    own = '\n[brands.corner.phrases.en]\ncomplaint = ["soggy"]\n'
    phrases = built(EXAMPLE + own).brands["corner"].phrases["en"]
    assert (phrases.complaint, phrases.idea) == (("soggy",), ("an idea",))


def test_every_placeholder_is_filled() -> None:
    brand = built().brands["corner"]
    occasion = Occasion(now=NOW, promised_by=NOW + timedelta(hours=1), opens_at=NOW + timedelta(days=1), code="K7Q2MX")
    values = values_for(brand, "en", "messenger", occasion)
    assert values == {
        "brand": "Corner Shop",
        "agent": "Ana",
        "email": "hi@corner.example",
        "voicemail": "+34 971 000 000",
        "emergency_phone": "+34 600 000 000",
        "fact": "your order number",
        "automatic": "This is automatic.",
        "promised_by": "today at 17:10",
        "opens_at": "tomorrow, Tuesday 24 November, at 16:10",
        "code": "K7Q2MX",
    }
    text = with_fact(text_for(brand, TextId.RECEIPT, "en", "messenger"), "Please send {fact}.")
    expected = "Thanks. This is automatic. Ana answers today at 17:10. Please send your order number."
    assert render(text, values) == expected


def test_a_time_that_nobody_knows_is_not_invented() -> None:
    values = values_for(built().brands["corner"], "es", "messenger", Occasion(now=NOW))
    assert values["opens_at"] == values["promised_by"] == "en cuanto podamos"


def test_what_fills_a_placeholder_is_not_filled_in_itself() -> None:
    assert render("{a} {b}", {"a": "{b}", "b": "2"}) == "{b} 2"


def test_a_placeholder_without_a_value_is_an_error() -> None:
    with pytest.raises(KeyError):
        render("{nothing}", {})


def test_choices_are_named_in_the_language_or_the_default_one() -> None:
    brand = built().brands["corner"]
    assert choice_title(brand, Choice.VOICEMAIL, "es") == "Buzón"
    assert choice_title(brand, Choice.VOICEMAIL, "xx") == "Voicemail"


@pytest.mark.parametrize(
    ("text", "earlier", "language"),
    [
        ("where is my cake", None, "en"),
        ("dónde está el pan", None, "es"),
        ("where is my cake", "es", "en"),
        ("ok", "es", "es"),
        ("ok", None, "en"),
        ("ok", "fr", "en"),
        ("is está", "es", "es"),
    ],
)
def test_the_language_is_kept_until_another_is_shown(text: str, earlier: str | None, language: str) -> None:
    assert detect_language(text, built().brands["corner"], earlier) == language


@pytest.mark.parametrize(
    ("unit", "length"), [("characters", 3), ("utf8_bytes", 7), ("utf16", 4), ("x_weighted", 4), ("sms_segments", 1)]
)
def test_length_is_counted_as_the_platform_counts(unit: str, length: int) -> None:
    assert measure("aé😀", unit) == length


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('zone = "Europe/Madrid"', 'zone = "Nowhere"'),
        ("[brands.corner.hours]", "[brands.corner.time]"),
        ('["09:00-14:00"]', '["9"]'),
        ('receipt = "Thanks', 'recipe = "Thanks'),
        ('brand = "corner"', 'brand = "other"'),
    ],
)
def test_a_file_that_was_not_checked_fails_with_one_kind_of_error(old: str, new: str) -> None:
    with pytest.raises(SettingsError):
        built(EXAMPLE.replace(old, new))


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"business\.toml: cannot be read"):
        read_business(tmp_path / "business.toml", FakeCalendars())


def test_the_shipped_file_is_fine() -> None:
    assert find_problems(SHIPPED) == []


def test_the_shipped_file_closes_and_opens_on_the_right_holidays() -> None:
    hours = read_business(SHIPPED, LibraryCalendars()).brands["harbour"].hours
    closed = hours.next_opening(datetime(2026, 12, 24, 13, 0, tzinfo=UTC))
    assert closed == datetime(2026, 12, 28, 7, 0, tzinfo=UTC)  # Christmas on Friday, Sant Esteve on Saturday.
    assert hours.stretch_at(datetime(2027, 1, 6, 8, 0, tzinfo=UTC)).is_open


@pytest.mark.parametrize(
    ("text", "language", "kind"),
    [
        ("Hello, are you open today?", "en", Kind.QUESTION),
        ("Hola, ¿abrís hoy?", "es", Kind.QUESTION),
        ("My order never arrived, I want a refund", "en", Kind.COMPLAINT),
        ("Mi pedido no ha llegado", "es", Kind.COMPLAINT),
        ("Sigo esperando la tarta", "es", Kind.COMPLAINT),
        ("It would be nice if you had rye bread", "en", Kind.IDEA),
        ("Estaría bien que tuvierais pan de centeno", "es", Kind.IDEA),
        ("The ensaimadas were delicious!", "en", Kind.PRAISE),
        ("La tarta estaba buenísima, mil gracias", "es", Kind.PRAISE),
        ("I have no idea when you open", "en", Kind.QUESTION),
        ("no tengo ni idea de la hora", "es", Kind.QUESTION),
    ],
)
def test_the_shipped_phrases_sort_everyday_messages(text: str, language: str, kind: Kind) -> None:
    brand = read_business(SHIPPED, FakeCalendars()).brands["harbour"]
    assert detect_language(text, brand) == language
    assert classify(text, brand.phrases.values()) is kind
    assert not is_emergency(text, brand.phrases.values())


def test_the_schema_knows_the_same_words_as_the_code() -> None:
    schema = (Path(read_business.__code__.co_filename).parents[1] / "schemas" / "business.schema.json").read_text(
        "utf-8"
    )
    for word in (*TextId, *Choice):
        assert re.search(rf'"{word}"', schema), word
