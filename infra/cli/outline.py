"""Show how JSON is built without what it says: its keys, and of each value the type and the length."""

import json
from collections.abc import Iterator

from infra.cli.visible import visible

MOST_LINES = 400
LONGEST_KEY = 60
_Pairs = list[tuple[str, "object"]]


class _Members(list[tuple[str, object]]):
    """An object's members in their order, a key that is given twice included."""


class _Word(str):
    """A word that Python's JSON knows and JSON does not, such as NaN."""

    __slots__ = ()


def outline(raw: bytes) -> list[str]:
    """Write one line for each value: ``entry[0].id: text of 15``.

    What nobody could read may break every rule of JSON, so duplicate keys, NaN and other encodings are shown as such.
    """
    try:
        value = json.loads(raw.decode("utf-8-sig"), object_pairs_hook=_Members, parse_constant=_Word)
        lines = list(_capped(_lines("", value)))
    except UnicodeDecodeError as error:
        return [f"{len(raw)} bytes that are no UTF-8, from byte {error.start} on"]
    except json.JSONDecodeError as error:
        return [f"{len(raw)} bytes that are no JSON, from character {error.pos} on"]
    except (RecursionError, ValueError):
        return [f"{len(raw)} bytes of JSON beyond every limit: too deep, or a number of thousands of digits"]
    return lines


def _lines(path: str, value: object) -> Iterator[str]:
    match value:
        case _Members() if value:
            for key, member in value:
                yield from _lines(f"{path}.{_key(key)}" if path else _key(key), member)
        case list() if value and not isinstance(value, _Members):
            for number, member in enumerate(value):
                yield from _lines(f"{path}[{number}]", member)
        case _:
            yield f"{path or 'the whole'}: {_kind(value)}"


def _kind(value: object) -> str:  # noqa: PLR0911 - one return for each type that JSON has
    match value:
        case None:
            return "null"
        case bool():
            return "true or false"
        case int():
            return f"number of {len(str(abs(value)))} digits"
        case float():
            return "number with a fraction"
        case _Word():
            return "a number that is none"
        case str():
            return f"text of {len(value)}"
        case _Members():
            return "empty object"
    return "empty list"


def _key(key: str) -> str:
    return visible(key if len(key) <= LONGEST_KEY else f"{key[:LONGEST_KEY]}…")


def _capped(lines: Iterator[str]) -> Iterator[str]:
    more = 0
    for number, line in enumerate(lines):
        if number < MOST_LINES:
            yield line
        else:
            more += 1
    if more:
        yield f"… and {more} more"
