"""Strict reading of JSON that a platform sent: what we cannot read exactly, we do not guess."""

import json
import math
import re
from typing import NoReturn

from nightbell.domain.errors import NotUnderstoodError

MAX_DEPTH = 32
"""No platform nests deeper than about ten; far below the depth at which the parser gives up."""

_NO_BRACKETS = bytes(set(range(256)) - set(b"[]{}"))
# The closing quote is optional and nothing backtracks, so that a text without end costs one pass.
_TEXT = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"?', re.DOTALL)
_SURROGATE = re.compile(rb"\\u[dD][89a-fA-F]")


def read_json(raw: bytes) -> object:
    """Parse UTF-8 JSON, with or without a byte order mark.

    Refuses what two readers may read in two ways: other encodings, duplicate keys, numbers that
    are not finite, surrogates without a partner, and nesting deeper than ``MAX_DEPTH``.

    Raises:
        NotUnderstoodError: for every one of these, and for what is no JSON at all.
    """
    _refuse_deep_nesting(raw)
    try:
        value = json.loads(
            raw.decode("utf-8-sig"),
            object_pairs_hook=_object,
            parse_constant=_no_constant,
            parse_float=_finite,
        )
        if _SURROGATE.search(raw):
            json.dumps(value, ensure_ascii=False).encode()
    except ValueError as error:
        # Not the error's own text: it quotes the body.
        raise NotUnderstoodError(f"the body is not strict JSON ({type(error).__name__})") from None
    return value


def _refuse_deep_nesting(raw: bytes) -> None:
    if raw.count(b"[") + raw.count(b"{") <= MAX_DEPTH:
        return
    depth = 0
    for bracket in _TEXT.sub(b"", raw).translate(None, _NO_BRACKETS):
        depth += 1 if bracket in b"[{" else -1
        if depth > MAX_DEPTH:
            raise NotUnderstoodError(f"the body is nested deeper than {MAX_DEPTH}")


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    fields = dict(pairs)
    if len(fields) != len(pairs):
        raise ValueError("a key is given twice")
    return fields


def _finite(digits: str) -> float:
    number = float(digits)
    if not math.isfinite(number):
        raise ValueError("a number is too large")
    return number


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")
