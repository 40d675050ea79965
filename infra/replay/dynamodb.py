"""DynamoDB's low-level client over a table in memory, which evaluates the very expressions that are deployed.

:func:`perform` is a pure function of the items it is given, so that an explorer can keep any number of
tables; :class:`MemoryDynamo` is the client around one. Requests and answers have boto3's shapes.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from botocore.exceptions import ClientError

from infra.replay.expressions import ExpressionError, condition, placeholders, scalar, update
from nightbell.adapters.table_items import Item

Key = tuple[str, str]
Items = Mapping[Key, Item]
Request = Mapping[str, Any]
INDEXES = {"due": ("due_pk", "due_at"), "waiting": ("waiting_pk", "waiting_at")}
MOST_AT_ONCE = 100
COMMON = {"TableName", "Key", "Item", "ConditionExpression", "UpdateExpression", "ExpressionAttributeNames"}
COMMON |= {"ExpressionAttributeValues", "ReturnValuesOnConditionCheckFailure"}
KNOWN = {
    "get_item": {"TableName", "Key", "ConsistentRead"},
    "batch_get_item": {"RequestItems"},
    "put_item": COMMON - {"Key", "UpdateExpression"},
    "update_item": (COMMON - {"Item"}) | {"ReturnValues"},
    "transact_write_items": {"TransactItems"},
    "query": {"TableName", "IndexName", "KeyConditionExpression", "ExpressionAttributeValues", "Limit"}
    | {"ConsistentRead", "ExclusiveStartKey", "ProjectionExpression", "ExpressionAttributeNames", "ScanIndexForward"},
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """What boto3 raises instead of an answer."""

    code: str
    item: Item | None = None
    reasons: Sequence[Mapping[str, Any]] = ()

    @property
    def is_invalid(self) -> bool:
        """Whether the request itself was wrong, rather than a condition not true."""
        return "ValidationE" in self.code or any(reason["Code"] == "ValidationError" for reason in self.reasons)

    def error(self, operation: str) -> ClientError:
        """Make the exception."""
        response: dict[str, Any] = {"Error": {"Code": self.code, "Message": self.code}}
        if self.item is not None:
            response["Item"] = self.item
        if self.reasons:
            response["CancellationReasons"] = list(self.reasons)
        return ClientError(response, operation)


Answer = Mapping[str, Any] | Failure


@dataclass(frozen=True, slots=True, kw_only=True)
class Performed:
    """An operation's answer, and the items it has written."""

    answer: Answer
    written: Mapping[Key, Item] = field(default_factory=dict)


def key_of(stored: Item) -> Key:
    return stored["pk"]["S"], stored["sk"]["S"]


def keys_of(operation: str, request: Request) -> list[Key]:
    """List the items that an operation looks at; a query looks at all."""
    if operation == "transact_write_items":
        return [_target(*_single(entry)) for entry in request["TransactItems"]]
    if operation == "batch_get_item":
        return [key_of(each) for asked in request["RequestItems"].values() for each in asked["Keys"]]
    return [] if operation == "query" else [_target(operation, request)]


def perform(operation: str, request: Request, items: Items) -> Performed:
    """Carry out one operation on the items that :func:`keys_of` names."""
    if unknown := set(request) - KNOWN[operation]:
        raise NotImplementedError(f"{operation} with {sorted(unknown)}")
    try:
        return OPERATIONS[operation](request, items)
    except ExpressionError:
        return Performed(answer=Failure(code="ValidationException"))


class MemoryDynamo:
    """A client of one table.

    Attributes:
        items: Never changed in place: keeping it is a snapshot.
    """

    def __init__(self, items: Items | None = None) -> None:
        self.items: Items = items or {}

    def __getattr__(self, operation: str) -> Callable[..., Mapping[str, Any]]:
        if operation not in OPERATIONS:
            raise AttributeError(operation)

        def call(**request: Any) -> Mapping[str, Any]:  # noqa: ANN401 - as boto3 takes them
            done = perform(operation, request, self.items)
            if isinstance(done.answer, Failure):
                raise done.answer.error(operation)
            self.items = {**self.items, **done.written}
            return done.answer

        return call


def _get(request: Request, items: Items) -> Performed:
    found = items.get(_target("get_item", request))
    return Performed(answer={} if found is None else {"Item": found})


def _get_many(request: Request, items: Items) -> Performed:
    """Answer whole, as a table does that is not busy."""
    ((table, asked),) = request["RequestItems"].items()
    if unknown := set(asked) - {"Keys", "ConsistentRead"}:
        raise NotImplementedError(f"batch_get_item with {sorted(unknown)}")
    names = [key_of(each) for each in asked["Keys"]]
    if len(set(names)) < len(names) or not 0 < len(names) <= MOST_AT_ONCE:
        return Performed(answer=Failure(code="ValidationException"))
    return Performed(
        answer={"Responses": {table: [items[name] for name in names if name in items]}, "UnprocessedKeys": {}}
    )


def _put(request: Request, items: Items) -> Performed:
    return _written("put_item", request, items, lambda _: {})


def _update(request: Request, items: Items) -> Performed:
    wanted = request.get("ReturnValues", "NONE")
    if wanted not in {"NONE", "ALL_NEW"}:
        raise NotImplementedError(wanted)
    return _written("update_item", request, items, lambda new: {"Attributes": new} if wanted == "ALL_NEW" else {})


def _written(operation: str, request: Request, items: Items, answer: Callable[[Item], Mapping[str, Any]]) -> Performed:
    name = _target(operation, request)
    old = items.get(name)
    new = _after(operation, request, old)
    if new is None:
        shown = old if request.get("ReturnValuesOnConditionCheckFailure") == "ALL_OLD" else None
        return Performed(answer=Failure(code="ConditionalCheckFailedException", item=shown))
    return Performed(answer=answer(new), written={name: new})


def _transact(request: Request, items: Items) -> Performed:
    entries = [_single(entry) for entry in request["TransactItems"]]
    names = [_target(operation, inner) for operation, inner in entries]
    if len(set(names)) < len(names) or len(names) > MOST_AT_ONCE:
        return Performed(answer=Failure(code="ValidationException"))
    afters = [
        _tried(operation, inner, items.get(name)) for (operation, inner), name in zip(entries, names, strict=True)
    ]
    if all(isinstance(after, Mapping) for after in afters):
        return Performed(
            answer={},
            written={name: after for name, after in zip(names, afters, strict=True) if isinstance(after, Mapping)},
        )
    reasons = [
        _reason(inner, items.get(name), after) for (_, inner), name, after in zip(entries, names, afters, strict=True)
    ]
    return Performed(answer=Failure(code="TransactionCanceledException", reasons=reasons))


def _tried(operation: str, request: Request, old: Item | None) -> Item | ExpressionError | None:
    try:
        return _after(operation, request, old)
    except ExpressionError as error:
        return error


def _reason(request: Request, old: Item | None, after: Item | ExpressionError | None) -> dict[str, Any]:
    if after is not None:
        return {"Code": "ValidationError" if isinstance(after, ExpressionError) else "None"}
    reason: dict[str, Any] = {"Code": "ConditionalCheckFailed", "Message": "The conditional request failed"}
    if old is not None and request.get("ReturnValuesOnConditionCheckFailure") == "ALL_OLD":
        reason["Item"] = old
    return reason


def _single(entry: Mapping[str, Request]) -> tuple[str, Request]:
    ((name, request),) = entry.items()
    operation = {"Put": "put_item", "Update": "update_item"}[name]
    if unknown := set(request) - KNOWN[operation]:
        raise NotImplementedError(f"{name} with {sorted(unknown)}")
    return operation, request


def _target(operation: str, request: Request) -> Key:
    return key_of(request["Item"] if operation == "put_item" else request["Key"])


def _after(operation: str, request: Request, old: Item | None) -> Item | None:
    """Return the item as it is afterwards; ``None`` where the condition does not hold."""
    values = request.get("ExpressionAttributeValues", {})
    names = request.get("ExpressionAttributeNames", {})
    texts = request.get("ConditionExpression"), request.get("UpdateExpression")
    if placeholders(*texts) != {*values, *names}:
        raise ExpressionError("placeholders and expressions do not match")
    named = tuple(sorted(names.items()))
    if texts[0] is not None and not condition(texts[0], named)(old or {}, values):
        return None
    if operation == "put_item":
        new: Item = request["Item"]
        return new
    changed = update(request["UpdateExpression"], named)(old or request["Key"], values)
    if key_of(changed) != key_of(request["Key"]):
        raise ExpressionError("a key cannot be updated")
    return changed


def _query(request: Request, items: Items) -> Performed:
    index = request.get("IndexName")
    hash_key, range_key = INDEXES[index] if index else ("pk", "sk")
    text, values = request["KeyConditionExpression"], request["ExpressionAttributeValues"]
    projected, names = request.get("ProjectionExpression"), request.get("ExpressionAttributeNames", {})
    if placeholders(text, projected) != {*values, *names} or not text.startswith(f"{hash_key} = "):
        raise ExpressionError(text)
    wanted = {names.get(name, name) for name in projected.split(", ")} if projected else None
    holds = condition(text)
    found = [each for each in items.values() if {hash_key, range_key} <= set(each) and holds(each, values)]

    def order(each: Item) -> tuple[Any, ...]:
        return scalar(each[range_key])[1], *key_of(each)

    backwards = not request.get("ScanIndexForward", True)
    found.sort(key=order, reverse=backwards)
    if "ExclusiveStartKey" in request:
        last = order(request["ExclusiveStartKey"])
        found = [each for each in found if (order(each) < last if backwards else order(each) > last)]
    shown = ("pk", "sk", hash_key, range_key)
    page = [{name: each[name] for name in shown} if index else each for each in found[: request.get("Limit")]]
    if wanted is not None:
        page = [{name: value for name, value in each.items() if name in wanted} for each in page]
    answer: dict[str, Any] = {"Items": page}
    if "Limit" in request and len(page) == request["Limit"]:
        end = found[len(page) - 1]
        answer["LastEvaluatedKey"] = {name: end[name] for name in shown}
    return Performed(answer=answer)


OPERATIONS: dict[str, Callable[[Request, Items], Performed]] = {
    "get_item": _get,
    "batch_get_item": _get_many,
    "put_item": _put,
    "update_item": _update,
    "query": _query,
    "transact_write_items": _transact,
}
__all__ = ["Answer", "Failure", "Item", "Key", "MemoryDynamo", "Performed", "keys_of", "perform"]
