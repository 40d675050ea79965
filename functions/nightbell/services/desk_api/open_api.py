"""The table of routes as an OpenAPI 3.1 document; nothing in it is written by hand a second time."""

import hashlib
import json
from collections import defaultdict
from collections.abc import Mapping, Sequence

from nightbell.services.desk_api.asked import Given
from nightbell.services.desk_api.problems import CONTENT_TYPE, PROBLEMS
from nightbell.services.desk_api.route import VARIABLES, Route
from nightbell.services.desk_api.schemas import SCHEMAS

ROOT = "/desk"
VERSION = "1"
_SAYS = (
    "What agents do at Nightbell's desk. Every refusal is a problem (RFC 9457); its type ends in one of the codes "
    "that the operation names."
)


def document(routes: Sequence[Route]) -> Given:
    """Write the document."""
    body = json.dumps(open_api(routes))
    tag = hashlib.sha256(body.encode()).hexdigest()[:16]
    headers = {"content-type": "application/json", "cache-control": "no-cache", "etag": f'"{tag}"'}
    return Given(body=body, headers=headers)


def open_api(routes: Sequence[Route]) -> dict[str, object]:
    """Describe these routes."""
    paths: dict[str, dict[str, object]] = defaultdict(dict)
    for route in routes:
        paths[ROOT + route.path][route.method.lower()] = _operation(route)
    token = {
        "type": "http",
        "scheme": "bearer",
        "bearerFormat": "JWT",
        "description": "What signIn gives, for an hour.",
    }
    return {
        "openapi": "3.1.0",
        "info": {"title": "Nightbell's desk", "version": VERSION, "description": _SAYS},
        "paths": dict(paths),
        "components": {"schemas": SCHEMAS, "securitySchemes": {"token": token}},
    }


def _operation(route: Route) -> dict[str, object]:
    found: dict[str, object] = {"operationId": route.name, "summary": route.says, "responses": _responses(route)}
    found["security"] = [] if route.is_open else [{"token": []}]
    if parameters := _parameters(route):
        found["parameters"] = parameters
    if route.takes:
        found["requestBody"] = {"required": True, "content": _content("application/json", route.takes)}
    return found


def _parameters(route: Route) -> list[dict[str, object]]:
    path: list[dict[str, object]] = [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string", "pattern": f"^{pattern}$"}}
        for name, pattern in VARIABLES.items()
        if f"{{{name}}}" in route.path
    ]
    query: list[dict[str, object]] = [
        {"name": name, "in": "query", "schema": schema} for name, schema in route.query.items()
    ]
    return [*path, *query, *_headers(route)]


def _headers(route: Route) -> list[dict[str, object]]:
    tag = {"type": "string", "pattern": r'^"[0-9]+\.[0-9]+(-[0-9a-f]+)?"$'}
    says = "The revision of the conversation that was looked at, in quotes; a whole ETag of its story will do."
    needed: list[dict[str, object]] = [
        {"name": "If-Match", "in": "header", "required": True, "schema": tag, "description": says}
    ]
    cached: list[dict[str, object]] = [{"name": "If-None-Match", "in": "header", "schema": {"type": "string"}}]
    return [*(needed if route.needs_revision else ()), *(cached if route.is_cached else ())]


def _responses(route: Route) -> dict[str, object]:
    done: dict[str, object] = {"description": "Done."}
    if route.gives:
        done["content"] = _content("application/json", route.gives)
    if route.is_cached:
        done["headers"] = {"ETag": {"schema": {"type": "string"}}}
    found: dict[str, object] = {"200" if route.gives else "204": done}
    if route.is_cached:
        found["304"] = {"description": "Nothing new since the ETag in If-None-Match."}
    by_status: dict[str, list[str]] = defaultdict(list)
    for code in route.every_problem:
        by_status[str(PROBLEMS[code].status)].append(code)
    for status, codes in sorted(by_status.items()):
        found[status] = {"description": ", ".join(codes), "content": _content(CONTENT_TYPE, "Problem")}
    return found | _before_us(route, by_status)


def _before_us(route: Route, ours: Mapping[str, Sequence[str]]) -> dict[str, object]:
    """Describe what is refused before a request gets here: by the authorizer, and by the limit of requests a second."""
    found: dict[str, object] = {}
    for status in ["429"] if route.is_open else ["401", "429"]:
        content = _content("application/json", "Refused") | (
            _content(CONTENT_TYPE, "Problem") if ours.get(status) else {}
        )
        found[status] = {"description": ", ".join(["before it gets here", *ours.get(status, ())]), "content": content}
    return found


def _content(kind: str, name: str) -> dict[str, object]:
    return {kind: {"schema": {"$ref": f"#/components/schemas/{name}"}}}
