"""How long X finds a text: by the weights of its own counter, and never shorter than that."""

import pytest

from nightbell.domain.weighted_length import link_in, weighted_length


@pytest.mark.parametrize(
    ("text", "weight"),
    [
        ("", 0),
        ("Hola, Ana: ¿qué tal?", 20),
        ("e\u0301", 1),  # an accent of its own is part of its letter
        ("Привет", 6),
        ("日本語", 6),
        ("한국", 4),
        ("\u1112\u1161\u11ab", 2),  # one syllable in three parts
        ("“…”", 4),  # the quotation marks are light, the ellipsis is not
        ("10 €", 5),
        ("😀", 2),
        ("👍🏽", 2),
        ("👨‍👩‍👧‍👦", 2),
        ("❤️", 2),
        ("🇪🇸", 2),
        ("🏴󠁧󠁢󠁳󠁣󠁴󠁿", 2),
        ("1️⃣", 2),
        ("©", 1),
        ("a😀b", 4),
        ("😀" * 140, 280),
        ("😀\u0301", 3),
        ("see https://shop.example/a/very/long/path/to/a/page?with=many&other=things.", 28),
        ("http://a.example and https://b.example", 23 + 5 + 23),
        ("at shop.example", 26),
        ("a-name-that-is-longer-than-a-short-link.example", 47),
        ("ana@shop.example", 16),
        ("ana.perez@shop.example", 22),
        ("one.Two", 23),  # without the list of domains nobody knows
        ("e.g. at 5.30", 12),
    ],
)
def test_a_text_weighs_what_x_counts(text: str, weight: int) -> None:
    assert weighted_length(text) == weight


@pytest.mark.parametrize("text", ["see https://shop.example/x", "shop.example", "www.shop.example.", "Shop.EXAMPLE/a"])
def test_what_may_become_a_link_is_found(text: str) -> None:
    assert link_in(text) is not None


@pytest.mark.parametrize("text", ["We answer by 6 p.m.", "Thanks... Ana", "write to ana@shop.example", "5.30 to 7.15"])
def test_what_is_no_link_is_left_alone(text: str) -> None:
    assert link_in(text) is None


def test_a_long_text_of_dots_is_read_in_no_time() -> None:
    assert weighted_length("a." * 20_000) == 40_000
