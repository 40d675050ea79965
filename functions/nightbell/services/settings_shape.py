"""Turn what JSON Schema finds wrong into words for a shop owner."""

import json
import pkgutil
from collections.abc import Iterator, Mapping
from datetime import date, time
from typing import Any, cast

from jsonschema import Draft202012Validator, ValidationError

from nightbell.domain.settings_problem import Problem, did_you_mean

KINDS = {
    "string": "words in quotes",
    "integer": "a whole number",
    "boolean": "true or false",
    "array": "a list in square brackets",
    "object": "a table",
}


def shape_problems(document: Mapping[str, Any]) -> Iterator[Problem]:
    """Compare a parsed settings file with its schema."""
    schema = json.loads(pkgutil.get_data("nightbell", "schemas/business.schema.json") or b"")
    errors = Draft202012Validator(schema).iter_errors(_plain(document))
    for error in sorted(errors, key=lambda error: [str(part) for part in error.absolute_path]):
        yield from _problems(error)


def place_of(path: Iterator[str | int]) -> str:
    """Write a path as the owner would: ``brands.harbour.hours.monday[1]``, counted from 1."""
    written = "".join(f"[{part + 1}]" if isinstance(part, int) else f".{part}" for part in path)
    return written.removeprefix(".") or "business.toml"


def _plain(value: object) -> object:
    """Make TOML's own dates and times text, the only form that JSON Schema knows."""
    if isinstance(value, Mapping):
        return {key: _plain(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_plain(each) for each in value]
    return str(value) if isinstance(value, (date, time)) else value


def _problems(error: ValidationError) -> Iterator[Problem]:
    place = place_of(iter(error.absolute_path))
    # The library's own annotation of these allows for errors that were never raised.
    schema, wanted, given = cast("tuple[Any, Any, Any]", (error.schema, error.validator_value, error.instance))
    remedy = schema.get("remedy", "")
    match error.validator:
        case "additionalProperties":
            yield from _unknown(place, given, schema["properties"])
        case "required":
            yield from (_missing(place, key, schema["properties"][key]) for key in wanted if key not in given)
        case "enum":
            yield Problem(place=place, message=f'"{given}" is not known', remedy=did_you_mean(str(given), wanted))
        case "type":
            kind = KINDS[wanted]
            yield Problem(place=place, message=f"must be {kind}", remedy=remedy or f"write {kind}")
        case _:
            yield Problem(place=place, message=_complaint(error), remedy=remedy)


def _unknown(place: str, given: Mapping[str, Any], known: Mapping[str, Any]) -> Iterator[Problem]:
    for key in sorted(given.keys() - known.keys()):
        remedy = did_you_mean(key, known, f"the settings here are {', '.join(known)}")
        yield Problem(place=_below(place, key), message=f'"{key}" is no setting', remedy=remedy)


def _missing(place: str, key: str, schema: Mapping[str, Any]) -> Problem:
    closed = "$ref" in schema and schema["$ref"].endswith("periods")
    otherwise = schema.get("remedy") or f"write the table {key}"
    return Problem(
        place=_below(place, key),
        message="is missing",
        remedy=f"write {key} = [], if you are closed" if closed else otherwise,
    )


def _complaint(error: ValidationError) -> str:
    given = f'"{error.instance}"'
    return {
        "minLength": "is empty",
        "maxLength": f"is longer than {error.validator_value} characters",
        "minItems": "is empty",
        "minProperties": "is empty",
        "uniqueItems": "lists something twice",
        "minimum": f"{given} is less than {error.validator_value}",
        "maximum": f"{given} is more than {error.validator_value}",
        "pattern": f"{given} has not the right form",
        "oneOf": "needs a date",
    }[str(error.validator)]


def _below(place: str, key: str) -> str:
    return key if place == "business.toml" else f"{place}.{key}"
