"""Fills the buckets of tokens again when the local clock is turned back, which no clock of AWS ever is.

A bucket is kept as the moment at which it is full (decision 0031). Drawn from on some evening and looked at on the
morning before, it would hold up every send of its account until that evening comes.
"""

from collections.abc import Iterable
from contextlib import suppress

from infra.local.deployment import Handles
from nightbell.domain.business import Account
from nightbell.domain.keys import BREAKER_SK, account_pk


def fill_buckets(handles: Handles, accounts: Iterable[Account]) -> None:
    """Forget what these accounts have sent."""
    dynamodb = handles.client("dynamodb")
    for account in accounts:
        key = {"pk": {"S": account_pk(account.channel, account.account_id)}, "sk": {"S": BREAKER_SK}}
        # Nothing was sent yet, and there is nothing to forget.
        with suppress(dynamodb.exceptions.ConditionalCheckFailedException):
            dynamodb.update_item(
                TableName=handles.table_name,
                Key=key,
                UpdateExpression="REMOVE full_at",
                ConditionExpression="attribute_exists(full_at)",
            )
