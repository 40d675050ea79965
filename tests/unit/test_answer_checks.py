"""What an answer of a person is told before it leaves."""

import re
import unicodedata
from collections.abc import Mapping
from itertools import product
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nightbell.adapters.business_file import read_business
from nightbell.domain.answer_checks import Draft, ObjectionCode, has_words, objections
from nightbell.domain.business import RequiredFact
from nightbell.domain.personal_words import Known, known_from
from nightbell.domain.phrases import Phrases
from nightbell.domain.unit import UnitKind
from tests.unit.calendars import FakeCalendars

ENGLISH = Phrases(
    acknowledging=("sorry", "thank you for telling us"),
    next_steps=("we will", "because"),
    personal=("order number", "your phone"),
    in_private=("private message",),
)
SPANISH = Phrases(acknowledging=("lo sentimos",), next_steps=("vamos a",), personal=("tu teléfono",))
LISTS = {"en": ENGLISH, "es": SPANISH}
FACT = RequiredFact(pattern=re.compile(r"\bHB-?\d{5}\b", re.IGNORECASE), names={})
KNOWN = known_from(["I am Ana@Shop.example, HB-12345, call +34 600 111 222"], FACT)


def wide(text: str) -> str:
    """Write in full-width letters."""
    return "".join(chr(ord(each) + 0xFEE0) for each in text)


def codes(text: str, lists: Mapping[str, Phrases] = LISTS, known: Known = KNOWN, **about: object) -> list[str]:
    return [found.code.value for found in objections(Draft(text=text, language="en", **about), known, lists)]  # type: ignore[arg-type]


SORRY, STEP = "We are sorry.", "We will bake it anew."


@pytest.mark.parametrize(("sorry", "step", "promise"), list(product((True, False), repeat=3)))
def test_a_complaint_is_answered_with_a_word_of_understanding_and_a_next_step(
    sorry: bool,  # noqa: FBT001 - one of all the cases
    step: bool,  # noqa: FBT001
    promise: bool,  # noqa: FBT001
) -> None:
    text = " ".join(["Dear Ana,", *([SORRY] if sorry else []), *([STEP] if step else [])])
    kind = UnitKind.PERSON_PROMISE if promise else UnitKind.PERSON_ANSWER
    wanted = [*([] if sorry else ["no_acknowledgement"]), *([] if step or promise else ["no_next_step"])]
    assert codes(text, is_complaint=True, kind=kind) == wanted
    assert codes(text, kind=kind) == []


@pytest.mark.parametrize(
    "text",
    [
        "SORRY! Come at 9",
        "so\u00adrry, which cake was it?",
        wide("sorry") + ", tomorrow, 9h",
        "Lo sentimos: ¿qué pan era?",
        "sorry؟",
    ],
)
def test_time_questions_and_other_languages_count(text: str) -> None:
    assert codes(text, is_complaint=True) == []


def test_a_language_without_lists_is_not_judged_by_them() -> None:
    assert codes("Danke.", {"en": Phrases()}, is_complaint=True) == []
    assert codes("Danke.", {"en": ENGLISH}, is_complaint=True) == ["no_acknowledgement", "no_next_step"]


@pytest.mark.parametrize(
    "text",
    [
        "",
        " \n",
        "!",
        "…?!",
        "👍",
        "👍🏽❤️",
        "1️⃣",
        "#️⃣*️⃣",
        ":-)",
        ";P",
        "xD",
        "XDDD",
        "<3",
        "(-:",
        "T_T ^_^",
        "🇪🇸",
        "\u2139\ufe0f",
        "🆗",
        "™",
        "Ⓜ️",
        "¯\\_(ツ)_/¯",
        "ಠ_ಠ",
        "\u3164",
        "\u200b",
        "👨‍👩‍👧",
        "①",
        "🏴󠁧󠁢󠁳󠁣󠁴󠁿",
        "^_^ :D 👍",
    ],
)
def test_signs_alone_are_no_answer(text: str) -> None:
    assert not has_words(text)
    for public, complaint in product((True, False), repeat=2):
        assert codes(text, is_public=public, is_complaint=complaint) == ["no_words"]


@pytest.mark.parametrize(
    "text",
    [
        "ok",
        "XS",
        "12",
        "9:00",
        "k 👍",
        "好",
        "Да",
        "لا",
        wide("12"),
        "xD yes",
        "8)",
        "0_1",
        "do: it",
    ],
)
def test_the_shortest_words_are_an_answer(text: str) -> None:
    assert has_words(text)
    assert codes(text) == []


@pytest.mark.parametrize(
    ("text", "asks"),
    [
        ("What is your ORDER number?", True),
        ("Please send us your order\u200b number.", True),
        ("¿Cuál es tu teléfono?", True),
        ("Send us a private message with your order number.", False),
        ("We wrote you a private message. What is your order number?", True),
        ("Your order is on its way, number one in our hearts.", False),
        ("Write to v1.5 your order number in a private message", False),
    ],
)
def test_nothing_personal_is_asked_for_where_everybody_reads(text: str, asks: bool) -> None:  # noqa: FBT001
    assert codes(text, is_public=True) == (["asks_in_public"] if asks else [])
    assert codes(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "We have written to ana@shop.example",
        "ANA@SHOP.EXAMPLE!",
        wide("ana@shop.example"),
        "an\u200ba@shop.example",
        "ana @ shop . example",
        "Your order hb12345 is ready",
        "HB 12345",
        wide("HB-12345"),
        "HB-١٢٣٤٥",
        "We call 600 111 222",
        "+34 (600) 111-222",
        "0034600111222",
        "600.111.222, tomorrow",
        "600 1\u200b11 222",
    ],
)
def test_nothing_that_the_contact_gave_is_told_where_everybody_reads(text: str) -> None:
    assert codes(text, is_public=True) == ["tells_in_public"]
    assert codes(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "Write to hola@bakery.example",
        "Call us: +34 971 555 012",
        "HB-123456 is another",
        "XHB-12345",
        "On 23.11.2026",
        "Ana, hello",
    ],
)
def test_what_is_not_the_contacts_own_may_be_told(text: str) -> None:
    assert codes(text, is_public=True) == []


def test_what_was_given_by_tapping_or_typing_counts_as_well() -> None:
    known = known_from([], None, ["+49 30 1234567", "leo@mail.example"])
    assert codes("We call 030 1234567", known=known, is_public=True) == ["tells_in_public"]
    assert codes("We write to leo@mail.example", known=known, is_public=True) == ["tells_in_public"]


def test_everything_wrong_is_told_at_once() -> None:
    found = objections(
        Draft(text="___ your phone, ana@shop.example.", is_public=True, is_complaint=True, language="en"), KNOWN, LISTS
    )
    assert [each.code for each in found] == list(ObjectionCode)[1:]
    assert all(each.sentence.endswith(".") and "{" not in each.sentence for each in found)


@given(st.text(), st.booleans(), st.booleans())
def test_no_answer_is_too_strange_to_be_judged(text: str, public: bool, complaint: bool) -> None:  # noqa: FBT001
    found = codes(text, is_public=public, is_complaint=complaint)
    assert found == ["no_words"] or has_words(text)
    assert len(found) == len(set(found))


@given(st.text(alphabet=st.characters(categories=["So", "Sk", "Sc", "Sm", "P", "Z", "Cc", "Cf", "Mn"]), max_size=12))
def test_what_has_neither_letter_nor_digit_is_never_an_answer(text: str) -> None:
    assert not has_words(text)


@given(st.text(max_size=40), st.text(max_size=40), st.text(alphabet="\u200b\u00ad\u2060\ufeff", max_size=3))
def test_no_words_around_it_hide_what_the_contact_gave(before: str, after: str, unseen: str) -> None:
    # A letter or a digit that touches it would make it something else.
    text = f"{before} ; an{unseen}a@shop.example ; {after}"
    assert "tells_in_public" in codes(f"so {text}", is_public=True)


def test_a_blank_that_nobody_filled_in_is_found() -> None:
    assert codes("So that I can help you: could you tell me ___?") == ["unfinished"]
    assert codes("Write to snake__case_") == []


@given(st.text())
def test_what_is_private_is_judged_by_its_words_alone(text: str) -> None:
    assert set(codes(text)) <= {"no_words", "unfinished"}


SHIPPED = read_business(Path(__file__).parents[2] / "functions" / "business.toml", FakeCalendars())
HARBOUR = SHIPPED.brands["harbour"]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "We're so sorry about your cake. The oven broke, and we'll bring you a new one today."),
        ("en", "Thank you for letting us know. Could you tell me which bread it was?"),
        ("es", "Perdona las molestias. Mañana te llevamos una tarta nueva."),
        ("es", "Sentimos mucho lo ocurrido; se quemó porque falló el horno."),
    ],
)
def test_what_people_write_to_complaints_passes_the_shipped_lists(language: str, text: str) -> None:
    draft = Draft(text=text, language=language, is_complaint=True, is_public=True)
    assert objections(draft, Known(), HARBOUR.phrases) == ()


@pytest.mark.parametrize(
    ("language", "text", "wanted"),
    [
        ("en", "We have always baked good bread", {"no_acknowledgement", "no_next_step"}),
        ("en", "We are sorry to read this", {"no_next_step"}),
        ("es", "Sentimos leer esto", {"no_next_step"}),
        ("es", "Nuestro pan es bueno, ven a verlo", {"no_acknowledgement"}),
        ("en", "Sorry! Please send us your e-mail address", {"asks_in_public"}),
        ("en", "Sorry, what's your phone number?", {"asks_in_public"}),
        ("es", "Perdona, ¿nos dices tu número de pedido?", {"asks_in_public"}),
        ("es", "Perdona, mándanos tu correo", {"asks_in_public"}),
    ],
)
def test_the_shipped_lists_find_what_is_missing(language: str, text: str, wanted: set[str]) -> None:
    draft = Draft(text=text, language=language, is_complaint=True, is_public=True)
    assert {each.code.value for each in objections(draft, Known(), HARBOUR.phrases)} == wanted


@pytest.mark.parametrize("name", ["acknowledging", "next_steps", "personal", "in_private"])
def test_every_language_that_is_shipped_has_every_list(name: str) -> None:
    for language in HARBOUR.languages:
        assert getattr(HARBOUR.phrases[language], name), language


def test_every_shipped_phrase_is_found_in_a_sentence_whatever_its_case() -> None:
    for language, lists in HARBOUR.phrases.items():
        for phrase in lists.personal:
            text = f"A, {unicodedata.normalize('NFD', phrase.upper())}!"
            assert codes(text, {language: lists}, Known(), is_public=True) == ["asks_in_public"], phrase
