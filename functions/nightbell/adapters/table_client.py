"""Single calls to DynamoDB: errors translated, conflicts retried, time bounded."""

import random
import re
from collections.abc import Callable, Mapping
from typing import Any, Protocol

from botocore.exceptions import ClientError

from nightbell.adapters.table_items import Item, attribute, key
from nightbell.domain.errors import UnavailableError
from nightbell.domain.unit import UnitState
from nightbell.services.ports import Clock

CONFLICT_TRIES = 6
FIRST_WAIT_S = 0.02
STATES = {f":{state.value}": {"S": state.value} for state in UnitState}


class DynamoClient(Protocol):
    """The part of the low-level client that we use."""

    def get_item(self, **request: Any) -> Mapping[str, Any]: ...  # noqa: ANN401, D102 - boto3's own shapes
    def batch_get_item(self, **request: Any) -> Mapping[str, Any]: ...  # noqa: ANN401, D102
    def put_item(self, **request: Any) -> Mapping[str, Any]: ...  # noqa: ANN401, D102
    def update_item(self, **request: Any) -> Mapping[str, Any]: ...  # noqa: ANN401, D102
    def query(self, **request: Any) -> Mapping[str, Any]: ...  # noqa: ANN401, D102
    def transact_write_items(self, **request: Any) -> Mapping[str, Any]: ...  # noqa: ANN401, D102


class Deadline:
    """How long the calls of one invocation may take in all; none by default."""

    def __init__(self, clock: Clock) -> None:
        """Measure by this clock."""
        self.clock = clock
        self._ends: float | None = None

    def set(self, seconds: float | None) -> None:
        """Start counting anew."""
        self._ends = None if seconds is None else self.clock.monotonic() + seconds

    def is_over(self) -> bool:
        """Tell whether a further try is too late."""
        return self._ends is not None and self.clock.monotonic() >= self._ends


class Refused:
    """A condition did not hold; ``old`` is the item as it stands, if there is one."""

    def __init__(self, old: Item | None) -> None:
        """Carry the item."""
        self.old = old


class TableClient:
    """One table, by consistent reads and conditional writes."""

    def __init__(self, client: DynamoClient, table: str, deadline: Deadline) -> None:
        """Use a client whose own retries are bounded."""
        self.client = client
        self.table = table
        self.deadline = deadline

    def get(self, pk: str, sk: str) -> Item | None:
        """Read one item consistently; ``None`` when there is none."""
        answer = self.call(lambda: self.client.get_item(TableName=self.table, Key=key(pk, sk), ConsistentRead=True))
        found: Item | None = answer.get("Item")
        return found

    def put_new(self, stored: Item) -> bool:
        """Put an item unless one is there; false when one is."""
        answer = self._conditional(
            lambda: self.client.put_item(
                TableName=self.table, Item=stored, ConditionExpression="attribute_not_exists(pk)"
            )
        )
        return not isinstance(answer, Refused)

    def update(self, pk: str, sk: str, update: str, condition: str | None = None, **used: object) -> Item | Refused:
        """Update one item where a condition holds.

        Args:
            pk: Partition key.
            sk: Sort key.
            update: Its update expression; an attribute whose name DynamoDB reserves is written ``#name``.
            condition: Its condition expression.
            used: The values by their names in the expressions, without the colon; states name themselves.
        """
        expressions = f"{update} {condition or ''}"
        named = {f":{name}": attribute(value) for name, value in used.items()}
        named |= {name: value for name, value in STATES.items() if _names(expressions, name)}
        request: dict[str, Any] = {
            "TableName": self.table,
            "Key": key(pk, sk),
            "UpdateExpression": update,
            "ReturnValues": "ALL_NEW",
        }
        if named:
            request["ExpressionAttributeValues"] = named
        if aliases := {alias: alias[1:] for alias in re.findall(r"#\w+", expressions)}:
            request["ExpressionAttributeNames"] = aliases
        if condition:
            request |= {"ConditionExpression": condition, "ReturnValuesOnConditionCheckFailure": "ALL_OLD"}
        answer = self._conditional(lambda: self.client.update_item(**request))
        if isinstance(answer, Refused):
            return answer
        new: Item = answer["Attributes"]
        return new

    def _conditional(self, request: Callable[[], Mapping[str, Any]]) -> Mapping[str, Any] | Refused:
        try:
            return self.call(request)
        except ClientError as error:
            return Refused(error.response.get("Item"))

    def call(self, request: Callable[[], Mapping[str, Any]]) -> Mapping[str, Any]:
        """Make a call, and again while another transaction holds the item.

        Raises:
            ClientError: only for a condition that does not hold, or a cancelled transaction.
            UnavailableError: for everything else.
        """
        for attempt in range(CONFLICT_TRIES):
            if self.deadline.is_over():
                raise UnavailableError("the time for this invocation is used up")
            try:
                return request()
            except ClientError as error:
                if error.response["Error"]["Code"] in {
                    "ConditionalCheckFailedException",
                    "TransactionCanceledException",
                }:
                    raise
                if not error.response["Error"]["Code"].startswith("TransactionConflict"):
                    raise UnavailableError(error.response["Error"]["Code"]) from error
                self.wait(attempt)
            except Exception as error:  # a corrupted answer may raise anything
                raise UnavailableError(type(error).__name__) from error
        raise UnavailableError("TransactionConflict")

    def wait(self, attempt: int) -> None:
        """Wait a little longer each time, never twice the same."""
        self.deadline.clock.sleep(FIRST_WAIT_S * 2**attempt * random.uniform(0.5, 1.0))  # noqa: S311 - no secret


def _names(expressions: str, name: str) -> bool:
    tokens = expressions.replace(",", " ").replace("(", " ").replace(")", " ").split()
    return name in tokens
