"""Refuse a settings file before it is deployed, naming every fault and its remedy."""

import re
import tomllib
from collections.abc import Mapping
from typing import Any

from nightbell.domain.build_settings import Calendars
from nightbell.domain.settings_checks.brands import brand_problems
from nightbell.domain.settings_checks.hours import hours_problems
from nightbell.domain.settings_checks.texts import text_problems
from nightbell.domain.settings_problem import Problem, SettingsError
from nightbell.domain.texts import FormLimits
from nightbell.services.settings_shape import shape_problems


def check_settings(raw: bytes, limits: Mapping[str, FormLimits], calendars: Calendars) -> list[Problem]:
    """Find everything that is wrong in a settings file.

    What cannot be judged before something else is put right is left for the next check: the
    meaning of a file of the wrong shape, for one.

    Args:
        raw: The file as it is.
        limits: What fits a message, for every channel that there is.
        calendars: Knows the public holidays that may be named.
    """
    try:
        document = parse_settings(raw)
    except SettingsError as error:
        return [error.problem]
    found = list(shape_problems(document)) or [
        *hours_problems(document, calendars),
        *brand_problems(document, limits),
        *text_problems(document, limits),
    ]
    # Brands share words, and one fault in them is one fault.
    return list(dict.fromkeys(found))


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
