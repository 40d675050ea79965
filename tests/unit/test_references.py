"""Codes that lead back to a conversation: what is one, wherever it comes back, and what is none."""

import pytest

from nightbell.domain.references import code_of, digits_of, find_codes, reference_code
from nightbell.domain.texts import MAX_CODE

CODE = "NB-7992-7398"


def test_a_code_is_eight_digits_in_two_groups() -> None:
    for salt in range(200):
        code = reference_code("C#messenger.1.2", 1, salt)
        assert len(code) == MAX_CODE
        assert code_of(digits_of(code)) == code
        assert find_codes(f"Your code: {code}.") == (code,)


def test_the_last_digit_checks_the_others() -> None:
    assert code_of("79927398") == CODE
    for at, digit in enumerate("79927398"):
        for other in "0123456789":
            changed = "79927398"[:at] + other + "79927398"[at + 1 :]
            assert (code_of(changed) is not None) == (other == digit)


@pytest.mark.parametrize("exchanged", ["97927398", "79297398", "79972398", "79923798", "79927938"])
def test_two_neighbours_exchanged_lead_nowhere(exchanged: str) -> None:
    assert code_of(exchanged) is None


@pytest.mark.parametrize(
    "text",
    [
        "NB-7992-7398",
        "nb-7992-7398",
        "re: [NB-7992-7398] my order",
        "(NB 7992 7398)",
        "NB79927398",
        "NB 79927398,",
        "NB: 7992.7398",
        "NB#7992/7398",
        "Nb\u20117992\u20137398",
        "NB-7992-\r\n7398",
    ],
)
def test_a_code_is_found_as_people_and_programs_write_it(text: str) -> None:
    assert find_codes(text) == (CODE,)


@pytest.mark.parametrize(
    "text",
    [
        "79927398",
        "7992-7398",
        "order 7992 7398",
        "NB-7992-7399",
        "NB-7992-73980",
        "NB-7992-739",
        "XNB-7992-7398",
        "1NB79927398",
        "NB-7992-7398a",
        "NB-٧٩٩٢-٧٣٩٩",
        "NB-7992\n\n\n\n7398",
        "",
    ],
)
def test_what_may_be_anything_else_is_no_code(text: str) -> None:
    assert find_codes(text) == ()


def test_several_codes_come_in_their_order_and_once() -> None:
    other = reference_code("C#messenger.1.2", 1, 0)
    assert find_codes(f"{CODE} {other} {CODE}") == (CODE, other)


@pytest.mark.parametrize("digits", ["", "NB", "7992739", "799273980", "7992739x", "٧٩٩٢٧٣٩٩", "²9927398"])
def test_what_is_typed_wrong_is_no_code(digits: str) -> None:
    assert code_of(digits) is None


def test_a_code_may_be_typed_as_it_is_written() -> None:
    assert code_of("NB-7992-7398") == code_of(" 7992 7398 ") == CODE
