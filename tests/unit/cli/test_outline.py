"""The outline of a body shows how it is built, and nothing of what anybody wrote."""

import json

import pytest

from infra.cli.outline import MOST_LINES, outline
from nightbell.services.spilled import is_part
from tests.platforms.fixtures import Fixture, read_fixtures


def test_values_become_types_and_lengths() -> None:
    body = {"a": "abc", "b": [1234, -5.5, True, None], "c": {}, "d": [], "e": {"f": [{"g": ""}]}}
    assert outline(json.dumps(body).encode()) == [
        "a: text of 3",
        "b[0]: number of 4 digits",
        "b[1]: number with a fraction",
        "b[2]: true or false",
        "b[3]: null",
        "c: empty object",
        "d: empty list",
        "e.f[0].g: text of 0",
    ]


@pytest.mark.parametrize(
    ("body", "line"),
    [
        (b'"word"', "the whole: text of 4"),
        (b"{}", "the whole: empty object"),
        (b"[]", "the whole: empty list"),
        (b"NaN", "the whole: a number that is none"),
        (b"", "0 bytes that are no JSON, from character 0 on"),
        (b'{"a": word', "10 bytes that are no JSON, from character 6 on"),
        (b"\xff\xfeword", "6 bytes that are no UTF-8, from byte 0 on"),
        (b"[" * 100_000, "100000 bytes of JSON beyond every limit: too deep, or a number of thousands of digits"),
        (b"9" * 5000, "5000 bytes of JSON beyond every limit: too deep, or a number of thousands of digits"),
        ('{"a\u202eb": 1}'.encode(), "a<U+202E>b: number of 1 digits"),
        (b'{"' + b"k" * 100 + b'": 1}', f"{'k' * 60}…: number of 1 digits"),
    ],
)
def test_what_breaks_the_rules_is_told_and_not_shown(body: bytes, line: str) -> None:
    assert outline(body) == [line]


def test_a_key_that_is_given_twice_is_shown_twice() -> None:
    assert outline(b'{"a": 1, "a": "x"}') == ["a: number of 1 digits", "a: text of 1"]


def test_a_flood_is_cut() -> None:
    lines = outline(json.dumps(list(range(1000))).encode())
    assert len(lines) == MOST_LINES + 1
    assert lines[-1] == f"… and {1000 - MOST_LINES} more"


@pytest.mark.parametrize("fixture", list(read_fixtures("hostile")), ids=str)
def test_any_body_has_an_outline_of_single_lines(fixture: Fixture) -> None:
    lines = outline(fixture.body)
    assert lines
    assert all(line.isprintable() for line in lines)


@pytest.mark.parametrize(
    "value",
    [None, 7, [], {}, {"id": 7}, {"id": "x", "part": 3, "of": 2}, {"id": "x", "part": 1, "of": 10**9}, {"id": "x"}],
)
def test_a_message_that_is_no_part_is_told_from_one(value: object) -> None:
    assert not is_part(value)
    assert is_part({"id": "x", "part": 1, "of": 1})
