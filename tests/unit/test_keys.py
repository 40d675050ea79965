"""Keys that two conversations can never share and that the table always takes."""

import pytest

from nightbell.domain.keys import (
    MAX_KEY_BYTES,
    conversation_pk,
    message_sk,
    split_conversation_pk,
    unit_seq,
    unit_sk,
)


@pytest.mark.parametrize("length", [1, 900, *range(1000, 1030), 50_000])
def test_every_message_has_a_key_that_fits_with_and_without_its_variant(length: int) -> None:
    plain, variant = message_sk("m" * length), message_sk("m" * length, "0123abcd")
    assert variant == f"{plain}!0123abcd"
    assert len(variant) <= MAX_KEY_BYTES


def test_long_ids_that_differ_at_the_end_have_different_keys() -> None:
    assert message_sk("m" * 5000 + "a") != message_sk("m" * 5000 + "b")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("a", "b.c", "d"), ("a", "b", "c.d")),
        (("a", "b#c", "d"), ("a", "b", "c#d")),
        (("a", "b%2E", "d"), ("a", "b.", "d")),
        (("a", "b", "~"), ("a", "b", "%7E")),
    ],
)
def test_no_id_can_reach_into_another_conversation(one: tuple[str, str, str], other: tuple[str, str, str]) -> None:
    assert conversation_pk(*one) != conversation_pk(*other)
    assert split_conversation_pk(conversation_pk(*one)) == one


def test_an_id_cannot_imitate_a_variant() -> None:
    assert message_sk("m!0123abcd") != message_sk("m", "0123abcd")


def test_a_conversation_whose_ids_were_hashed_tells_none() -> None:
    pk = conversation_pk("messenger", "1", "c" * 5000)
    assert len(pk) <= MAX_KEY_BYTES
    assert split_conversation_pk(pk) is None


def test_units_sort_by_their_numbers() -> None:
    numbers = [1, 9, 10, 99, 1000, 999_999_999_999]
    assert sorted(map(unit_sk, reversed(numbers))) == [unit_sk(number) for number in numbers]
    assert [unit_seq(unit_sk(number)) for number in numbers] == numbers
