"""The table in memory, on which crashes are explored, answers as the emulator does."""

import random
from collections.abc import Mapping
from typing import Any

import pytest
from botocore.exceptions import ClientError

from infra.replay.dynamodb import MemoryDynamo
from infra.replay.expressions import placeholders
from nightbell.adapters import hold_expressions
from nightbell.adapters import table_expressions as e

REQUESTS = 1200
CONDITIONS = sorted(
    text
    for name, text in vars(e).items()
    if name.isupper() and isinstance(text, str) and not text.startswith(("SET ", "REMOVE "))
)
UPDATES = sorted(text for text in vars(e).values() if isinstance(text, str) and text.startswith(("SET ", "REMOVE ")))
STATES = ("READY", "SENDING", "RECOVERING", "SENT", "UNCERTAIN", "CONFIRMED")
NUMBERS = {"rev", "epoch", "lease", "sent_from", "not_before", "due_at", "last_seq", "seen_seq", "agent_until"}
NUMBERS |= {
    "waiting_at",
    "human_at",
    "other_app_until",
    "owner_at",
    "owner_until",
    "sweeps",
    "failures",
    "opened",
    "open_until",
}
TEXTS = ("st", "worker", "ack_key", "agent_id", "due_pk", "conversation", "waiting_pk")
STRINGS = {"worker", "key", "before", "after", "agent", "due_pk", "conversation", "reason", "txt", "text_id"}
STRINGS |= {"cause", "mark"}


def value(rng: random.Random, name: str) -> dict[str, Any]:
    if name in STATES:
        return {"S": name}
    if name in {"before", "after", "st"}:
        return {"S": rng.choice(STATES)}
    if name == "told":
        return {"BOOL": True}
    return {"S": rng.choice("ab")} if name in STRINGS or name in TEXTS else {"N": str(rng.randint(0, 3))}


def stored(rng: random.Random, key: Mapping[str, Any]) -> dict[str, Any]:
    names = [name for name in (*sorted(NUMBERS), *TEXTS) if rng.random() < 0.7]
    return {**key, **{name: value(rng, name) for name in names}}


def conditional(rng: random.Random, update: str | None) -> dict[str, Any]:
    condition = rng.choice(CONDITIONS)
    used = placeholders(condition, update)
    request: dict[str, Any] = {"ConditionExpression": condition}
    names, words = (sorted(name for name in used if name[0] == mark) for mark in "#:")
    if words:
        request["ExpressionAttributeValues"] = {name: value(rng, name[1:]) for name in words}
    if names:
        request["ExpressionAttributeNames"] = {name: name[1:] for name in names}
    if update is not None:
        request["UpdateExpression"] = update
    return request


def any_request(  # noqa: PLR0911 - one return for each operation
    rng: random.Random, table: str
) -> tuple[str, dict[str, Any]]:
    key = {"pk": {"S": "C#1"}, "sk": {"S": rng.choice(("META", "A#1", "M#1", "M#2"))}}
    on_failure = {"ReturnValuesOnConditionCheckFailure": rng.choice(("ALL_OLD", "NONE"))}
    named = {"TableName": table}
    match rng.randint(0, 7):
        case 0:
            return "get_item", named | {"Key": key, "ConsistentRead": True}
        case 1:
            return "put_item", named | {"Item": stored(rng, key)}
        case 2:
            return "put_item", named | {"Item": stored(rng, key)} | conditional(rng, None) | on_failure
        case 3:
            update = conditional(rng, rng.choice(UPDATES))
            return "update_item", named | {"Key": key, "ReturnValues": "ALL_NEW"} | update | on_failure
        case 4:
            query = {"KeyConditionExpression": "pk = :pk AND begins_with(sk, :p)", "ConsistentRead": True}
            query |= rng.choice(({}, {"ScanIndexForward": False}, {"ScanIndexForward": False, "Limit": 1}))
            return "query", named | query | {"ExpressionAttributeValues": {":pk": {"S": "C#1"}, ":p": {"S": "M#"}}}
        case 5:
            keys = [{"pk": {"S": "C#1"}, "sk": {"S": sk}} for sk in rng.sample(("META", "A#1", "A#2", "M#9"), 2)]
            return "batch_get_item", {"RequestItems": {table: {"Keys": keys, "ConsistentRead": True}}}
        case 6:
            oldest, newest = sorted(int(value(rng, "waiting_at")["N"]) for _ in range(2))
            used = {":shard": value(rng, "waiting_pk"), ":oldest": {"N": str(oldest)}, ":newest": {"N": str(newest)}}
            between = {"IndexName": "waiting", "KeyConditionExpression": hold_expressions.WAITING_BETWEEN}
            return "query", named | between | {"ExpressionAttributeValues": used}
    other = {"pk": {"S": "C#1"}, "sk": {"S": "A#2"}}
    put = named | {"Item": stored(rng, other)} | conditional(rng, None) | on_failure
    update = named | {"Key": key} | conditional(rng, rng.choice(UPDATES)) | on_failure
    return "transact_write_items", {"TransactItems": [{"Put": put}, {"Update": update}]}


def outcome(client: Any, operation: str, request: dict[str, Any]) -> Any:
    try:
        answer = getattr(client, operation)(**request)
    except ClientError as error:
        said = error.response
        reasons = [(each.get("Code"), each.get("Item")) for each in said.get("CancellationReasons", [])]
        return said["Error"]["Code"], said.get("Item"), reasons
    found = [
        sorted(each.items(), key=str) for many in answer.get("Responses", {}).values() for each in many
    ]  # in no order
    return {name: answer[name] for name in ("Item", "Items", "Attributes") if name in answer} | {
        "found": sorted(found, key=str)
    }


@pytest.mark.timeout(180)
def test_random_requests_are_answered_as_the_emulator_answers_them(dynamodb: Any, table: str) -> None:
    rng, memory = random.Random(7), MemoryDynamo()
    seen: set[str] = set()
    for number in range(REQUESTS):
        operation, request = any_request(rng, table)
        expected = outcome(dynamodb, operation, request)
        assert outcome(memory, operation, request) == expected, (number, operation, request)
        seen.add(f"{operation} {expected[0] if isinstance(expected, tuple) else 'done'}")
    assert {"update_item done", "update_item ConditionalCheckFailedException"} <= seen
    assert {"transact_write_items done", "transact_write_items TransactionCanceledException"} <= seen
