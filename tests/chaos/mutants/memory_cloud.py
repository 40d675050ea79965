"""The contract tests' table, in memory, so that a thousand mistakes meet them within minutes.

A pytest plugin: it answers where a test asks for the emulator, and the test cannot tell.
"""

import uuid
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest

from infra.replay.dynamodb import INDEXES, MemoryDynamo

NOWHERE = "http://127.0.0.1:9"


class Tables:
    """A client of any number of tables."""

    def __init__(self) -> None:
        self._tables: defaultdict[str, MemoryDynamo] = defaultdict(MemoryDynamo)

    def __getattr__(self, operation: str) -> Callable[..., Mapping[str, Any]]:
        if not hasattr(MemoryDynamo(), operation):
            raise AttributeError(operation)

        def call(**request: Any) -> Mapping[str, Any]:
            answer: Mapping[str, Any] = getattr(self._tables[_name(request)], operation)(**request)
            return answer

        return call

    def create_table(self, **request: Any) -> None:
        """Every table is there already."""

    def delete_item(self, **request: Any) -> None:
        table = self._tables[request["TableName"]]
        name = request["Key"]["pk"]["S"], request["Key"]["sk"]["S"]
        table.items = {key: found for key, found in table.items.items() if key != name}

    def batch_get_item(self, **request: Any) -> Mapping[str, Any]:
        ((table, asked),) = request["RequestItems"].items()
        found = [self._tables[table].get_item(TableName=table, Key=key, ConsistentRead=True) for key in asked["Keys"]]
        return {"Responses": {table: [each["Item"] for each in found if each]}, "UnprocessedKeys": {}}

    def query(self, **request: Any) -> Mapping[str, Any]:
        """Answer with the attributes that were asked for, which the explorer's table never is."""
        names = request.pop("ExpressionAttributeNames", {})
        wanted = {names.get(name.strip(), name.strip()) for name in request.pop("ProjectionExpression", "").split(",")}
        answer = self._tables[request["TableName"]].query(**request)
        items = answer["Items"]
        if wanted != {""}:
            items = [{name: value for name, value in found.items() if name in wanted} for found in items]
        return {**answer, "Items": items, "Count": len(items)}

    def get_paginator(self, operation: str) -> "_Pages":
        return _Pages(self, operation)

    def scan(self, **request: Any) -> Mapping[str, Any]:
        """List a table, or what stands in one of its indexes."""
        index = request.get("IndexName")
        needed = set(INDEXES[index]) if index else set()
        items = [found for found in self._tables[request["TableName"]].items.values() if needed <= set(found)]
        return {"Items": items, "Count": len(items)}


class _Pages:
    def __init__(self, tables: Tables, operation: str) -> None:
        self._read = getattr(tables, operation)

    def paginate(self, **request: Any) -> Iterator[Mapping[str, Any]]:
        yield self._read(**request)


def _name(request: Mapping[str, Any]) -> str:
    if "TransactItems" in request:
        (first,) = request["TransactItems"][0].values()
        return str(first["TableName"])
    return str(request["TableName"])


FIXTURES: Mapping[str, Callable[[], object]] = {
    "ministack": lambda: NOWHERE,
    "dynamodb": Tables,
    "table": lambda: f"conversations-{uuid.uuid4()}",
}


@pytest.hookimpl(tryfirst=True)
def pytest_fixture_setup(fixturedef: Any, request: Any) -> object | None:
    """Put memory where the emulator would be started."""
    make = FIXTURES.get(fixturedef.argname)
    if make is None or "contract" not in str(fixturedef.baseid):
        return None
    made = make()
    fixturedef.cached_result = (made, fixturedef.cache_key(request), None)
    return made
