"""The table as the template defines it, made anew on the emulator."""

import uuid
from typing import Any

from infra.build.template import load_template
from nightbell.adapters.table_items import values

MADE_FROM = ("KeySchema", "AttributeDefinitions", "GlobalSecondaryIndexes", "BillingMode")


def make_table(dynamodb: Any) -> str:
    """Create it under a new name, which is returned."""
    properties = load_template()["Resources"]["ConversationTable"]["Properties"]
    name = f"conversations-{uuid.uuid4()}"
    dynamodb.create_table(TableName=name, **{key: properties[key] for key in MADE_FROM})
    return name


def partition(dynamodb: Any, table: str, pk: str) -> list[dict[str, Any]]:
    """Read every item of a partition."""
    pages = dynamodb.get_paginator("query").paginate(
        TableName=table,
        KeyConditionExpression="pk = :pk",
        ExpressionAttributeValues={":pk": {"S": pk}},
        ConsistentRead=True,
    )
    return [values(found) for page in pages for found in page["Items"]]


def indexed(dynamodb: Any, table: str, index: str) -> set[tuple[str, str]]:
    """List the keys of what an index holds."""
    pages = dynamodb.get_paginator("scan").paginate(TableName=table, IndexName=index)
    return {(found["pk"]["S"], found["sk"]["S"]) for page in pages for found in page["Items"]}


def empty(dynamodb: Any, table: str) -> None:
    """Delete every item."""
    for page in dynamodb.get_paginator("scan").paginate(TableName=table):
        for found in page["Items"]:
            dynamodb.delete_item(TableName=table, Key={"pk": found["pk"], "sk": found["sk"]})
