"""Read the TOML that a shop owner wrote, telling where it cannot be read."""

import re
import tomllib
from typing import Any

from nightbell.domain.settings_problem import SettingsError


def parse_settings(raw: bytes) -> dict[str, Any]:
    """Read the file's TOML; a byte-order mark, as Windows editors put it, does no harm.

    Raises:
        SettingsError: It is no TOML; the place is the line and column.
    """
    try:
        return tomllib.loads(raw.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise SettingsError(f"line {line}", "is not UTF-8 text", "save the file with the encoding UTF-8") from None
    except tomllib.TOMLDecodeError as error:
        what, _, where = str(error).partition(" (at ")
        place = where.rstrip(")") if re.match(r"line \d+", where) else _end_of(raw)
        remedy = "look there for a missing quote, bracket or equals sign, or a line that stands twice"
        raise SettingsError(place, what, remedy) from None


def _end_of(raw: bytes) -> str:
    last = raw.decode("utf-8-sig").rstrip("\n").split("\n")
    return f"line {len(last)}, column {len(last[-1]) + 1}"
