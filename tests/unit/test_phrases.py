"""What a message is, and in which language."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nightbell.domain.phrases import (
    Kind,
    Phrases,
    classify,
    guess_language,
    is_emergency,
    is_opt_in,
    is_opt_out,
    plain_words,
)

ENGLISH = Phrases(
    complaint=("broken", "not happy", "hasn't arrived"),
    idea=("an idea", "you should"),
    praise=("delicious", "thank you so much"),
    emergency=("allergic reaction", "fire"),
    opt_out=("stop", "no more"),
    opt_in=("start",),
)
SPANISH = Phrases(complaint=("está roto", "vergüenza"), praise=("riquísimo",), opt_out=("baja",))
BOTH = [ENGLISH, SPANISH]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("My cake arrived BROKEN!", Kind.COMPLAINT),
        ("I am not\nhappy", Kind.COMPLAINT),
        ("It hasn\u2019t arrived", Kind.COMPLAINT),
        ("it hasnt arrived", Kind.COMPLAINT),
        ("ESTA ROTO", Kind.COMPLAINT),
        ("qué verguenza…", Kind.COMPLAINT),
        ("I have an idea: bake at night", Kind.IDEA),
        ("Delicious, as ever", Kind.PRAISE),
        ("Riquisimo", Kind.PRAISE),
        ("Delicious, but the box was broken", Kind.COMPLAINT),
        ("Do you still have that delicious cake?", Kind.QUESTION),
        ("¿Tenéis aquel pan riquísimo?", Kind.QUESTION),
        ("Why is it broken?", Kind.COMPLAINT),
        ("an unbroken one, please", Kind.QUESTION),
        ("When do you open", Kind.QUESTION),
        ("", Kind.QUESTION),
        ("👍", Kind.QUESTION),
    ],
)
def test_a_message_is_sorted_by_whole_words(text: str, kind: Kind) -> None:
    assert classify(text, BOTH) is kind


def test_an_emergency_is_found_anywhere_in_any_case() -> None:
    assert is_emergency("Help! My son has an ALLERGIC  reaction", BOTH)
    assert not is_emergency("I was fired", BOTH)


@pytest.mark.parametrize("text", ["stop", "STOP.", " Stop! ", "No more", "Baja"])
def test_an_opt_out_is_the_whole_message(text: str) -> None:
    assert is_opt_out(text, BOTH)


@pytest.mark.parametrize(
    "text", ["stop sending cake to my old address", "don't stop", "", "!", "where is the bus stop"]
)
def test_a_word_in_a_sentence_is_no_opt_out(text: str) -> None:
    assert not is_opt_out(text, BOTH)


def test_an_opt_in_is_the_whole_message() -> None:
    assert is_opt_in("START", BOTH)
    assert not is_opt_in("When do you start?", BOTH)


def test_scripts_without_blanks_are_searched_inside() -> None:
    assert classify("ケーキが壊れていました", [Phrases(complaint=("壊れて",))]) is Kind.COMPLAINT
    assert classify("ケーキが届きました", [Phrases(complaint=("壊れて",))]) is Kind.QUESTION


def test_a_phrase_without_letters_is_never_found() -> None:
    assert classify("anything at all", [Phrases(complaint=("!!", ""))]) is Kind.QUESTION


HINTS = {"en": ("the", "is", "my"), "es": ("el", "está", "mi", "de"), "fr": ("le", "de")}


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Where is my cake", "en"),
        ("¿Dónde esta mi pedido?", "es"),
        ("le pain de", "fr"),
        ("de", "otherwise"),  # Spanish and French alike.
        ("ok", "otherwise"),
        ("", "otherwise"),
        ("themis", "otherwise"),
    ],
)
def test_the_language_with_most_hints_wins(text: str, language: str) -> None:
    assert guess_language(text, HINTS, "otherwise") == language


def test_a_single_language_is_not_shown_by_silence() -> None:
    assert guess_language("ok", {"en": ("the",)}, "otherwise") == "otherwise"


@given(st.text())
def test_plain_words_are_words_between_single_blanks(text: str) -> None:
    plain = plain_words(text)
    assert plain == f" {' '.join(plain.split())} "


@given(st.text(), st.sampled_from(["complaint", "idea", "praise", "emergency"]))
def test_no_message_is_too_strange_to_be_sorted(text: str, name: str) -> None:
    assert classify(text, BOTH) in Kind
    assert isinstance(is_emergency(text + name, BOTH), bool)
