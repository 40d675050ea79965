"""Reads what a request carries, against the schemas of its route; what is wrong is said in one sentence."""

import json
import re
from collections.abc import Mapping
from functools import cache
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError, best_match

from nightbell.services.desk_api.asked import Asked
from nightbell.services.desk_api.problems import ApiError
from nightbell.services.desk_api.route import Route
from nightbell.services.desk_api.schemas import SCHEMAS

MOST_BYTES = 65_536
"""Of a body: the longest message that a platform takes, many times over."""
_TAG = re.compile(r'(?:W/)?"([0-9]+\.[0-9]+)(?:-[^"]*)?"')


def read_body(asked: Asked, route: Route) -> Mapping[str, object]:
    """Read a body that the route's schema allows; a route without one takes anything and looks at nothing.

    Raises:
        ApiError: It is too large, no JSON, or not what the schema says.
    """
    if not route.takes:
        return {}
    if len(asked.body) > MOST_BYTES:
        raise ApiError("too_large", f"At most {MOST_BYTES} bytes are taken at once.")
    try:
        body: Any = json.loads(asked.body, parse_constant=_refuse, parse_float=_number)
        # A lone surrogate is no character, and nothing could store it.
        json.dumps(body, ensure_ascii=False).encode()
    except (ValueError, RecursionError) as error:
        raise ApiError("not_json", "Send one JSON object, in UTF-8.") from error
    _check(body, route.takes)
    found: Mapping[str, object] = body
    return found


def read_query(asked: Asked, route: Route) -> None:
    """See that nothing but what the route knows stands in the query.

    Raises:
        ApiError: Something else does.
    """
    for name, value in asked.query.items():
        if name not in route.query:
            raise ApiError("invalid", f"The query has no {name[:40]}.")
        wrong = best_match(Draft202012Validator(route.query[name]).iter_errors(value))
        if wrong is not None:
            raise ApiError("invalid", _sentence(name, wrong))


def read_revision(asked: Asked) -> str:
    """Read what was looked at: what ``ETag`` said, or just the revision in it.

    Raises:
        ApiError: It does not say.
    """
    told = _TAG.fullmatch(asked.headers.get("if-match", "").strip())
    if told is None:
        sentence = "Send the header If-Match with the revision of the conversation that you were looking at, in quotes."
        raise ApiError("revision_needed", sentence)
    return told[1]


def has_it_already(asked: Asked, tag: str) -> bool:
    """Tell whether the asker holds this very answer."""
    return bool(tag) and tag in re.findall(r'"[^"]*"', asked.headers.get("if-none-match", ""))


def _refuse(constant: str) -> object:
    raise ValueError(constant)


def _number(told: str) -> float | int:
    """Read ``3.0`` as what a schema takes it for: a whole number."""
    number = float(told)
    return int(number) if number.is_integer() else number


@cache
def _validator(name: str) -> Draft202012Validator:
    return Draft202012Validator(SCHEMAS[name])


def _check(body: object, name: str) -> None:
    wrong = best_match(_validator(name).iter_errors(body))
    if wrong is not None:
        raise ApiError("invalid", _sentence("/".join(str(part) for part in wrong.absolute_path) or "The body", wrong))


def _sentence(place: str, wrong: ValidationError) -> str:
    """Say what is wrong without saying what was sent: it may be long, and it may be about a customer."""
    if wrong.validator in {"required", "additionalProperties"}:
        return f"{place}: {wrong.message[:160]}."
    return f"{place} must keep to {wrong.validator} {json.dumps(wrong.validator_value)[:160]}."
