"""Segments of text messages, at each edge of both alphabets."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nightbell.domain.gsm import segments, septets


@pytest.mark.parametrize(
    ("text", "many"),
    [
        ("", 0),
        ("a" * 160, 160),
        ("@£$¥èéùìòÇØøÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ¤¡ÄÖÑÜ§¿äöñüà\r\n", 44),
        ("^{}\\[~]|€\f", 20),
        ("ç", None),
        ("á", None),
        ("`", None),
        ("\t", None),
        ("“quoted”", None),
        ("🙂", None),
    ],
)
def test_a_text_is_counted_in_the_default_alphabet_or_not_at_all(text: str, many: int | None) -> None:
    assert septets(text) == many


@pytest.mark.parametrize(
    ("text", "many"),
    [
        ("", 0),
        ("a", 1),
        ("a" * 160, 1),
        ("a" * 161, 2),
        ("a" * 306, 2),
        ("a" * 307, 3),
        ("€" * 80, 1),
        ("€" * 81, 2),
        ("á" * 70, 1),
        ("á" * 71, 2),
        ("á" * 134, 2),
        ("á" * 135, 3),
        ("🙂" * 35, 1),
        ("🙂" * 36, 2),
        ("a" * 69 + "á", 1),
        ("a" * 159 + "á", 3),
    ],
)
def test_a_text_takes_as_many_segments_as_it_costs(text: str, many: int) -> None:
    assert segments(text) == many


def test_a_character_of_two_places_is_never_parted() -> None:
    # 153 are left in each part: the 77th of them stands alone in its segment's last place.
    assert segments("€" * 152) == 2
    assert segments("€" * 153) == 3
    # 67 are left in each part, so each holds 33 of them.
    assert segments("🙂" * 66) == 2
    assert segments("🙂" * 67) == 3


@given(st.text(max_size=400))
def test_one_more_character_never_takes_fewer_segments(text: str) -> None:
    assert [segments(text[:end]) for end in range(len(text))] == sorted(
        segments(text[:end]) for end in range(len(text))
    )
