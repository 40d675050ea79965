"""A table in memory that refuses what DynamoDB refuses and the emulator takes.

Source of the numbers: Amazon DynamoDB, "Service quotas" and "Supported data types".
"""

from collections.abc import Callable, Mapping
from typing import Any

from infra.replay.dynamodb import Failure, Key, keys_of, perform

ITEM_BYTES, TRANSACTION_BYTES = 409_600, 4_194_304
PK_BYTES, SK_BYTES = 2048, 1024
EXPRESSION_BYTES = 4096
DIGITS, DEPTH = 38, 32


class StrictTable:
    """A client of one table.

    Attributes:
        items: What is stored; changed in place.
        refused: What no real table would have taken, in words.
    """

    def __init__(self) -> None:
        self.items: dict[Key, dict[str, dict[str, Any]]] = {}
        self.refused: list[str] = []

    def __getattr__(self, operation: str) -> Callable[..., Mapping[str, Any]]:
        def call(**request: Any) -> Mapping[str, Any]:
            self._refuse(operation, request)
            done = perform(operation, request, {name: self.items[name] for name in self._wanted(operation, request)})
            if isinstance(done.answer, Failure):
                raise done.answer.error(operation)
            self.items |= {
                name: {each: dict(value) for each, value in item.items()} for name, item in done.written.items()
            }
            return done.answer

        return call

    def _wanted(self, operation: str, request: Mapping[str, Any]) -> list[Key]:
        return [name for name in keys_of(operation, request) if name in self.items]

    def _refuse(self, operation: str, request: Mapping[str, Any]) -> None:
        several = request.get("TransactItems")
        entries = [next(iter(entry.values())) for entry in several] if several else [request]
        faults = [fault for entry in entries for fault in _faults(entry)]
        if sum(map(_size, entries)) > TRANSACTION_BYTES:
            faults.append("a transaction too large")
        if faults:
            self.refused += faults
            raise ValueError(f"{operation}: {faults[0]}")


def _faults(entry: Mapping[str, Any]) -> list[str]:
    stored = entry.get("Item", {})
    values = [*stored.values(), *entry.get("ExpressionAttributeValues", {}).values()]
    keys = entry.get("Key", stored)
    faults = [fault for value in values for fault in _value_faults(value)]
    for name, most in (("pk", PK_BYTES), ("sk", SK_BYTES)):
        if not 0 < len(keys[name]["S"].encode("utf-8", "surrogatepass")) <= most:
            faults.append(f"a {name} of {len(keys[name]['S'])} characters")
    if _size(stored) > ITEM_BYTES or _size(entry.get("ExpressionAttributeValues", {})) > ITEM_BYTES:
        faults.append("an item too large")
    if max(len(str(entry.get(name, ""))) for name in ("ConditionExpression", "UpdateExpression")) > EXPRESSION_BYTES:
        faults.append("an expression too long")
    return faults


def _value_faults(value: Mapping[str, Any], depth: int = 0) -> list[str]:
    ((kind, content),) = value.items()
    if depth > DEPTH:
        return ["a value nested too deep"]
    if kind == "S":
        return [] if _is_text(content) else ["a text with half a letter"]
    if kind == "N" and len(content.lstrip("-")) > DIGITS:
        return ["a number too long"]
    parts = content if kind == "L" else content.values() if kind == "M" else []
    return [fault for part in parts for fault in _value_faults(part, depth + 1)]


def _is_text(content: str) -> bool:
    try:
        return content.isascii() or bool(content.encode())
    except UnicodeEncodeError:
        return False


def _size(value: object) -> int:
    """Count rather too much: every name and value in UTF-8."""
    if isinstance(value, str):
        return len(value) if value.isascii() else len(value.encode("utf-8", "surrogatepass"))
    if isinstance(value, dict):
        return sum([len(name) + _size(each) for name, each in value.items()])
    if isinstance(value, list):
        return sum([_size(each) + 1 for each in value])
    return len(value) if isinstance(value, bytes) else 8
