"""A text is cut where a reader sees a character end."""

import unicodedata
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nightbell.domain.graphemes import ELLIPSIS, cut, ellipsis_of, graphemes
from nightbell.domain.texts import Unit, measure

FAMILY = "\U0001f468\u200d\U0001f469\u200d\U0001f467"
WHOLE = {
    "a letter with an accent of its own": "e\u0301",
    "a letter with two": "o\u0302\u0301",
    "a thumb with a skin tone": "\U0001f44d\U0001f3fd",
    "a family": FAMILY,
    "a sportswoman": "\u26f9\U0001f3fb\u200d\u2640\ufe0f",
    "a heart on fire": "\u2764\ufe0f\u200d\U0001f525",
    "a polar bear": "\U0001f43b\u200d\u2744\ufe0f",
    "a head that shakes": "\U0001f642\u200d\u2194\ufe0f",
    "a rainbow flag": "\U0001f3f3\ufe0f\u200d\U0001f308",
    "a country's flag": "\U0001f1ea\U0001f1f8",
    "a region's flag": "\U0001f3f4\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",
    "a keycap": "1\ufe0f\u20e3",
    "a Hangul syllable in parts": "\u1112\u1161\u11ab",
    "a Hangul syllable begun": "\u1112\ud55c",
    "a Devanagari letter with a vowel": "\u0928\u093f",
    "an end of line": "\r\n",
}

texts = st.text(alphabet=st.one_of(st.sampled_from("".join(WHOLE.values())), st.characters(codec="utf-8")))
units = st.sampled_from(list(Unit))


@pytest.mark.parametrize("grapheme", WHOLE.values(), ids=list(WHOLE))
def test_what_a_reader_sees_as_one_stays_one(grapheme: str) -> None:
    assert list(graphemes(f"a{grapheme}b")) == ["a", grapheme, "b"]


def test_flags_side_by_side_are_parted_in_pairs() -> None:
    flags = "\U0001f1ea\U0001f1f8\U0001f1e6\U0001f1f9\U0001f1e9"
    assert [len(flag) for flag in graphemes(flags)] == [2, 2, 1]


def test_letters_joined_by_an_invisible_joiner_may_be_parted() -> None:
    assert list(graphemes("a\u200db")) == ["a\u200d", "b"]


@pytest.mark.parametrize("grapheme", WHOLE.values(), ids=list(WHOLE))
def test_a_cut_never_parts_what_a_reader_sees_as_one(grapheme: str) -> None:
    text = f"Open{grapheme}until eight"
    for most in range(len(text.encode())):
        left = cut(text, most, "utf8_bytes").removesuffix(ELLIPSIS)
        assert left in {"", "O", "Op", "Ope", "Open"} or left.startswith(f"Open{grapheme}") or not grapheme.strip()


def test_a_text_that_fits_is_left_alone() -> None:
    text = "ä" * 500
    assert cut(text, 1000, "utf8_bytes") == text


def test_one_byte_too_many_costs_what_the_ellipsis_needs() -> None:
    assert cut("ä" * 500 + "!", 1000, "utf8_bytes") == "ä" * 498 + ELLIPSIS


def test_a_long_name_of_families_is_cut_between_two_of_them() -> None:
    cut_text = cut(FAMILY * 100, 1000, "utf8_bytes")
    assert cut_text == FAMILY * 55 + ELLIPSIS
    assert len(cut_text.encode()) <= 1000


def test_where_not_even_an_ellipsis_fits_nothing_is_left() -> None:
    assert cut("abc", 2, "utf8_bytes") == ""


@given(text=texts, most=st.integers(0, 60), unit=units)
def test_a_cut_text_fits_and_is_the_beginning_of_the_whole(text: str, most: int, unit: Unit) -> None:
    left = cut(text, most, unit)
    assert measure(left, unit) <= most
    assert left == text or text.startswith(left.removesuffix(ellipsis_of(unit)))


def test_a_text_message_is_cut_within_its_own_alphabet() -> None:
    assert cut("a" * 400, 2, "sms_segments") == "a" * 303 + "..."


def test_a_sign_outside_the_alphabet_is_given_up_where_that_saves_a_segment() -> None:
    assert cut("a" * 150 + "á", 1, "sms_segments") == "a" * 150 + "..."


def test_a_post_on_x_is_cut_by_weight() -> None:
    assert cut("語" * 200, 280, "x_weighted") == "語" * 139 + ELLIPSIS


@given(text=texts)
def test_the_parts_are_the_whole_and_none_begins_with_what_combines(text: str) -> None:
    parts = list(graphemes(text))
    assert "".join(parts) == text
    for before, part in pairwise(parts):
        combines = unicodedata.category(part[0]) in {"Mn", "Mc", "Me"} or part[0] == "\u200d"
        assert not combines or unicodedata.category(before[-1]) == "Cc"
