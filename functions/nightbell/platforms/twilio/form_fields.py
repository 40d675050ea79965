"""Reading single fields of Twilio's forms, each as what it must be."""

import re
from collections.abc import Mapping

from nightbell.platforms.reading.fields import ShapeError

Form = Mapping[str, tuple[str, ...]]

_NUMBER = re.compile(r"[0-9]{1,9}")


def optional(form: Form, name: str) -> str:
    """Read a field that may be absent; empty then."""
    values = set(form.get(name, ("",)))
    if len(values) != 1:
        raise ShapeError(f"{name} is given twice")
    return values.pop()


def required(form: Form, name: str) -> str:
    """Read a field that must say something."""
    value = optional(form, name)
    if not value.strip():
        raise ShapeError(f"{name} is missing")
    return value


def number(form: Form, name: str) -> int:
    """Read a whole number; absent or blank it is none."""
    value = optional(form, name)
    if value and not _NUMBER.fullmatch(value):
        raise ShapeError(f"{name} is not a number")
    return int(value or 0)
