"""Several items at once, or none: parts of a transaction, and the transaction itself."""

from collections.abc import Sequence
from typing import Any

from botocore.exceptions import ClientError

from nightbell.adapters.table_client import TableClient
from nightbell.adapters.table_items import Item, key
from nightbell.domain.errors import UnavailableError

TRIES = 6


def update_part(  # noqa: PLR0913, PLR0917 - the parts of a request
    table: TableClient, pk: str, sk: str, update: str, condition: str, used: Item
) -> dict[str, Any]:
    """Change one item where a condition holds."""
    return {
        "Update": {
            "TableName": table.table,
            "Key": key(pk, sk),
            "UpdateExpression": update,
            "ConditionExpression": condition,
            "ExpressionAttributeValues": used,
        }
    }


def transact(table: TableClient, parts: Sequence[dict[str, Any]]) -> bool:
    """Write all of it, or nothing: false where a condition does not hold.

    Raises:
        UnavailableError: It may not have been written.
    """
    for attempt in range(TRIES):
        try:
            table.call(lambda: table.client.transact_write_items(TransactItems=list(parts)))
        except ClientError as error:
            reasons = error.response.get("CancellationReasons", [])
            if "ConditionalCheckFailed" in [reason.get("Code") for reason in reasons]:
                return False
            table.wait(attempt)
        else:
            return True
    raise UnavailableError("TransactionConflict")
