"""A conversation's id and its key in addresses belong together, one to one."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nightbell.domain.desk_key import desk_key, read_desk_key
from nightbell.domain.keys import MAX_KEY_BYTES, conversation_pk

PARTS = st.text(max_size=40)


@given(PARTS, PARTS, PARTS)
def test_every_id_has_a_key_that_an_address_can_hold(channel: str, account: str, contact: str) -> None:
    pk = conversation_pk(channel, account, contact)
    key = desk_key(pk)
    assert set(key) <= {*string.ascii_letters, *string.digits, "-", "_"}
    assert read_desk_key(key) == pk


@given(st.text(max_size=200))
def test_whatever_stands_in_an_address_is_an_id_or_none(key: str) -> None:
    pk = read_desk_key(key)
    assert pk is None or desk_key(pk) == key


@pytest.mark.parametrize(
    "key",
    [
        "",
        desk_key("M#messenger.1.2"),
        desk_key("C#messenger.1.2") + "=",
        desk_key("C#messenger.1.2") + "\n",
        # The last two letters hold more bits than the last byte needs: another spelling of the same.
        desk_key("C#a.1.22")[:-1] + "J",
        desk_key("C#" + "x" * MAX_KEY_BYTES),
        "é",
    ],
)
def test_another_spelling_of_a_key_is_none(key: str) -> None:
    assert read_desk_key(key) is None
