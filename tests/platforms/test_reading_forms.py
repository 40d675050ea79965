"""A form is read as it was sent, or not at all."""

import pytest

from nightbell.domain.errors import NotUnderstoodError
from nightbell.platforms.reading.forms import MAX_FIELDS, read_form


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        (b"", {}),
        (b"Body=Hola+a+todos&From=%2B34600111222", {"Body": ("Hola a todos",), "From": ("+34600111222",)}),
        (b"Body=&From", {"Body": ("",), "From": ("",)}),
        (b"Digits=5678&Digits=1234&Digits=1234", {"Digits": ("5678", "1234", "1234")}),
        ("Body=%C3%A1 \U0001f514".encode(), {"Body": ("á \U0001f514",)}),
        (b"a=1=2&b=x;y", {"a": ("1=2",), "b": ("x;y",)}),
        (b"body=1&Body=2", {"body": ("1",), "Body": ("2",)}),
    ],
)
def test_every_field_is_read_with_its_values_in_their_order(body: bytes, fields: dict[str, tuple[str, ...]]) -> None:
    assert read_form(body) == fields


@pytest.mark.parametrize(
    "body",
    [b"Body=\xff", b"Body=%ff", b"%c3=1", b"Body=\xed\xa0\x80", b"&".join([b"a=1"] * (MAX_FIELDS + 1))],
    ids=["no UTF-8", "no UTF-8 behind escapes", "in a name", "half of a pair", "too many"],
)
def test_what_is_no_form_is_not_understood(body: bytes) -> None:
    with pytest.raises(NotUnderstoodError) as refused:
        read_form(body)
    assert refused.value.__cause__ is None
