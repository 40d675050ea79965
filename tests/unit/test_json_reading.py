"""How deep a body may nest, to the very level: what is counted are brackets outside of texts."""

import pytest

from nightbell.domain.errors import NotUnderstoodError
from nightbell.platforms.json_reading import MAX_DEPTH, read_json


def nested(depth: int) -> bytes:
    return b"[" * depth + b"]" * depth


def climbing(depth: int) -> bytes:
    """Open two and close one, again and again: every level also ends something beside it."""
    return b"[[]," * (depth - 1) + b"[]" + b"]" * (depth - 1)


@pytest.mark.parametrize("body", [nested(32), climbing(32), b'{"a": [{"b": ' * 10 + b"1" + b"}]}" * 10])
def test_thirty_two_levels_are_read(body: bytes) -> None:
    assert read_json(body) is not None


@pytest.mark.parametrize("body", [nested(33), climbing(33), b'{"a": [{"b": ' * 11 + b"1" + b"}]}" * 11])
def test_one_level_more_is_not(body: bytes) -> None:
    with pytest.raises(NotUnderstoodError, match=f"deeper than {MAX_DEPTH}"):
        read_json(body)


@pytest.mark.parametrize("text", [b"[" * 40, rb"\"" + b"{" * 40, rb"\\\"" + b"[" * 40, b"{" * 40 + rb"\\"])
def test_brackets_within_a_text_do_not_count(text: bytes) -> None:
    assert read_json(b'["' + text + b'"]') is not None


@pytest.mark.parametrize("before", [b'"a", ', rb'"\"", ', rb'"\\", '])
def test_brackets_after_a_text_do_count(before: bytes) -> None:
    with pytest.raises(NotUnderstoodError, match="nested deeper"):
        read_json(b"[" + before + nested(33) + b"]")
