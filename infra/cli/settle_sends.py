"""Have a table of an earlier time, which has come back whole, send nothing for what was under way then."""

from collections.abc import Iterator
from datetime import datetime
from itertools import groupby
from typing import Any

from botocore.exceptions import ClientError

from infra.cli.aws_errors import code_of
from infra.cli.items_of_then import hushed, uncertain, was_moving
from nightbell.adapters import table_expressions as e
from nightbell.adapters.table_items import Item, plain
from nightbell.domain.keys import DESK


def scan(client: Any, table: str) -> Iterator[Item]:  # noqa: ANN401 - botocore makes its clients at run time
    """Read a whole table, consistently; one partition's items stand together."""
    for page in client.get_paginator("scan").paginate(TableName=table, ConsistentRead=True):
        yield from page["Items"]


def settle(client: Any, table: str, *, made: datetime, now: datetime, shards: int) -> int:  # noqa: ANN401 - as above
    """Have nothing sent by a table of an earlier time; returns how many sends had not come to their end.

    Args:
        client: Of DynamoDB.
        table: Its name.
        made: When the backup was; what has come since is as new as ever, and is answered.
        now: When it is told.
        shards: Over how many what is due is spread.
    """
    count = 0
    for _, items in groupby(scan(client, table), key=lambda item: str(plain(item["pk"]))):
        partition = list(items)
        moving = [item for item in partition if was_moving(item, made)]
        for item in moving:
            _replace(client, table, item, uncertain(item, now, shards))
        for desk in (item for item in hushed(partition, {}) if plain(item["sk"]) == DESK and item not in partition):
            client.put_item(TableName=table, Item=desk)
        count += len(moving)
    return count


def _replace(client: Any, table: str, read: Item, written: Item) -> None:  # noqa: ANN401 - as above
    """Write a unit, unless the platform has told meanwhile what became of it."""
    try:
        client.put_item(
            TableName=table,
            Item=written,
            ConditionExpression=e.TOLD_IF,
            ExpressionAttributeValues={":rev": read["rev"]},
        )
    except ClientError as error:
        if code_of(error) != "ConditionalCheckFailedException":
            raise
