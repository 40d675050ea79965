"""Reading single fields of a platform's JSON, each as what it must be."""

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

Fields = Mapping[str, object]

_NOTHING: Fields = {}
_MAX_ID_DIGITS = 20
_SECONDS_BELOW = 10**11
_EARLIEST = datetime(2010, 1, 1, tzinfo=UTC)
_CLOCKS_DIFFER_BY = timedelta(days=1)
_DIGITS = re.compile(r"[0-9]{1,18}")
_NOT_A_LABEL = re.compile(r"[^a-z0-9_.-]+")
_PERHAPS_AN_ID = re.compile(r"[0-9]{8,}")


class ShapeError(Exception):
    """A known kind of event has another shape than documented; never leaves the parser.

    The message is safe to log: it names fields and never shows their values.
    """


def fields(value: object, where: str) -> Fields:
    """Take a value as a JSON object."""
    if not isinstance(value, dict):
        raise ShapeError(f"{where} is not an object")
    return value


def member(parent: Fields, name: str) -> Fields:
    """Read a required object."""
    return fields(parent.get(name), name)


def optional_member(parent: Fields, name: str) -> Fields:
    """Read an object that may be absent or null; empty then."""
    return _NOTHING if parent.get(name) is None else member(parent, name)


def optional_list(parent: Fields, name: str) -> list[object]:
    """Read a list that may be absent or null; empty then."""
    value = parent.get(name)
    if value is None:
        return []
    if not isinstance(value, list):
        raise ShapeError(f"{name} is not a list")
    return value


def text(parent: Fields, name: str) -> str:
    """Read a required text; it may be empty."""
    value = parent.get(name)
    if not isinstance(value, str):
        raise ShapeError(f"{name} is not a text")
    return value


def optional_text(parent: Fields, name: str) -> str:
    """Read a text that may be absent or null; empty then."""
    return "" if parent.get(name) is None else text(parent, name)


def identifier(parent: Fields, name: str) -> str:
    """Read a required id, which old bodies give as a number."""
    value = parent.get(name)
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 10**_MAX_ID_DIGITS:
        return str(value)
    if not isinstance(value, str) or not value:
        raise ShapeError(f"{name} is not an id")
    return value


def optional_identifier(parent: Fields, name: str) -> str | None:
    """Read an id that may be absent, null or empty."""
    return None if parent.get(name) in (None, "") else identifier(parent, name)


def moment(value: object, received_at: datetime) -> datetime:
    """Read a time in seconds or milliseconds, as a number or as digits.

    Meta mixes all four forms, even within one kind of event. An absurd value (before 2010, more
    than a day ahead, no number) becomes the time of receipt: the message matters more than when.
    """
    digits = str(value)
    if not _DIGITS.fullmatch(digits):
        return received_at
    number = int(digits)
    milliseconds = number * 1000 if number < _SECONDS_BELOW else number
    if milliseconds < _EARLIEST.timestamp() * 1000:
        return received_at
    if milliseconds > (received_at + _CLOCKS_DIFFER_BY).timestamp() * 1000:
        return received_at
    return datetime.fromtimestamp(milliseconds / 1000, UTC)


def label(word: str) -> str:
    """Make a platform's own word safe as part of a kind and in a log; what stands there may be somebody's id."""
    return _PERHAPS_AN_ID.sub("n", _NOT_A_LABEL.sub("_", word.lower()))[:40] or "empty"


def as_json(value: object) -> str:
    """Write a fragment as ASCII, for quarantine and for a human's eyes."""
    return json.dumps(value, ensure_ascii=True, separators=(",", ":"))
