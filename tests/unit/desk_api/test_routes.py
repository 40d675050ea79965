"""The table of routes, and what is made of it."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from jsonschema import Draft202012Validator

from infra.build.template import ROOT
from nightbell.services.desk_api.problems import PROBLEMS
from nightbell.services.desk_api.route import Route
from nightbell.services.desk_api.schemas import BODIES, SCHEMAS
from nightbell.services.desk_errors import Code, DeskError
from tests.unit.desk_api.table import DOCUMENT, TABLE

each_route = pytest.mark.parametrize("route", TABLE, ids=lambda route: route.name)


def references(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        yield from (value for name, value in node.items() if name == "$ref")
    for each in node.values() if isinstance(node, dict) else node if isinstance(node, (list, tuple)) else ():
        yield from references(each)


@pytest.mark.parametrize("name", SCHEMAS)
def test_a_schema_is_one(name: str) -> None:
    Draft202012Validator.check_schema(SCHEMAS[name])


@pytest.mark.parametrize("name", BODIES)
def test_what_is_sent_is_known_to_the_last_field(name: str) -> None:
    assert BODIES[name]["additionalProperties"] is False


@each_route
def test_a_route_names_schemas_and_problems_that_exist(route: Route) -> None:
    assert route.takes == "" or route.takes in BODIES
    assert route.gives == "" or route.gives in SCHEMAS
    assert set(route.every_problem) <= set(PROBLEMS)


def test_a_route_can_be_told_from_every_other() -> None:
    assert len({route.name for route in TABLE}) == len(TABLE)
    assert len({(route.method, route.path) for route in TABLE}) == len(TABLE)


@each_route
def test_only_what_stands_beside_the_api_needs_no_token(route: Route) -> None:
    """The gateway checks tokens by the path, and by nothing else."""
    assert route.is_open != route.path.startswith("/api/")


def test_what_depends_on_what_was_seen_says_what_was_seen() -> None:
    careful = {route.name for route in TABLE if route.needs_revision}
    assert careful == {"answer", "promise", "hand-over", "snooze", "done"}


@each_route
def test_a_route_finds_its_own_path_alone(route: Route) -> None:
    path = route.path.replace("{key}", "QyNtZXNzZW5nZXI")
    assert [each.name for each in TABLE if each.match(path) is not None and each.method == route.method] == [route.name]
    assert all(each.match(f"{path}/more") is None and each.match(path + "\n") is None for each in TABLE)


def test_a_key_is_one_part_of_a_path() -> None:
    [story] = [route for route in TABLE if route.name == "story"]
    assert story.match("/api/conversations/abc_-9") == {"key": "abc_-9"}
    for key in ("", "a/b", "a%2Fb", "a b", "C#messenger", "é"):
        assert story.match(f"/api/conversations/{key}") is None


def test_the_document_holds_every_route_and_every_refusal() -> None:
    described = {
        (method.upper(), path): operation
        for path, operations in DOCUMENT["paths"].items()
        for method, operation in operations.items()
    }
    assert set(described) == {(route.method, f"/desk{route.path}") for route in TABLE}
    for route in TABLE:
        operation = described[route.method, f"/desk{route.path}"]
        told = {status for status in operation["responses"] if status > "399"}
        # What is refused for its haste is refused before it gets here.
        assert told == {"429"} | {str(PROBLEMS[code].status) for code in route.every_problem}
        assert (operation["security"] == []) == route.is_open


def test_the_document_refers_to_what_is_in_it() -> None:
    named = {reference.removeprefix("#/components/schemas/") for reference in references(DOCUMENT)}
    assert named <= set(DOCUMENT["components"]["schemas"])
    assert set(DOCUMENT["components"]["schemas"]) == named


def test_other_tools_can_read_the_document() -> None:
    found = list(schemathesis.openapi.from_dict(DOCUMENT).get_all_operations())
    assert [type(each).__name__ for each in found] == ["Ok"] * len(TABLE)


@pytest.mark.parametrize("code", list(Code))
def test_what_a_service_refuses_has_one_status(code: Code) -> None:
    assert PROBLEMS[code].status == DeskError(code, "No.").status


@pytest.mark.parametrize("code", PROBLEMS)
def test_every_problem_is_explained_and_can_happen(code: str) -> None:
    explained = (ROOT / "docs" / "desk.md").read_text()
    assert re.search(rf"^\| `{code}` \| {PROBLEMS[code].status} \|", explained, re.MULTILINE)
    raised = {"not_found", "method"}  # where there is no route
    assert code in raised or any(code in route.every_problem for route in TABLE)
