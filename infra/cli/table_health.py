"""Whether a table is what the template makes of it, and how to make it so again: a restored one is not.

What a restore leaves out: "RestoreTableFromBackup" in the Amazon DynamoDB API reference (tags, time to live,
point-in-time recovery; of deletion protection it says nothing, so that is looked at, too).
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from botocore.exceptions import ClientError

from infra.build.template import load_template
from infra.cli.aws_errors import code_of
from infra.cli.stack import LOCAL

Client = Any
"""A client of DynamoDB; botocore makes its methods at run time."""


def wanted() -> Mapping[str, Any]:
    """Read what the template says of the table."""
    found: Mapping[str, Any] = load_template()["Resources"]["ConversationTable"]["Properties"]
    return found


def describe(client: Client, table: str) -> Mapping[str, Any] | None:
    """Describe it; ``None`` where there is none."""
    try:
        found: Mapping[str, Any] = client.describe_table(TableName=table)["Table"]
    except ClientError as error:
        if code_of(error) == "ResourceNotFoundException":
            return None
        raise
    return found


def is_active(found: Mapping[str, Any]) -> bool:
    """Tell whether it and all of its indexes can be used."""
    indexes = found.get("GlobalSecondaryIndexes", ())
    # The emulator tells no status of an index that CloudFormation made.
    statuses = (found["TableStatus"], *(each.get("IndexStatus", "ACTIVE") for each in indexes))
    return all(status == "ACTIVE" for status in statuses)


def health(client: Client, table: str, stage: str) -> Mapping[str, bool]:
    """Tell of each thing that must be so whether it is."""
    found = describe(client, table)
    if found is None:
        return {"the table is there": False}
    names = {each["IndexName"] for each in found.get("GlobalSecondaryIndexes", ())}
    return {
        "the table is there": True,
        "table and indexes can be used": is_active(found),
        "both indexes are there": {each["IndexName"] for each in wanted()["GlobalSecondaryIndexes"]} <= names,
        "items expire": _expires(client, table),
        "point-in-time recovery is on": _recovers(client, table),
        "it is protected against deletion": stage == LOCAL or bool(found.get("DeletionProtectionEnabled")),
    }


def _expires(client: Client, table: str) -> bool:
    status = client.describe_time_to_live(TableName=table)["TimeToLiveDescription"]["TimeToLiveStatus"]
    return bool(status in {"ENABLED", "ENABLING"})


def _recovers(client: Client, table: str) -> bool:
    return bool(_recovery(client, table)["PointInTimeRecoveryStatus"] == "ENABLED")


def _recovery(client: Client, table: str) -> Mapping[str, Any]:
    found = client.describe_continuous_backups(TableName=table)["ContinuousBackupsDescription"]
    recovery: Mapping[str, Any] = found["PointInTimeRecoveryDescription"]
    return recovery


def window(client: Client, table: str) -> tuple[Any, Any]:
    """Tell from when until when the table can be brought back; ``None`` where it cannot."""
    found = _recovery(client, table)
    return found.get("EarliestRestorableDateTime"), found.get("LatestRestorableDateTime")


def mend(client: Client, table: str, stage: str, tags: Sequence[Mapping[str, str]]) -> Iterator[str]:
    """Switch on what a restored table lacks; tells what it does."""
    missing = [name for name, is_so in health(client, table, stage).items() if not is_so]
    if "items expire" in missing:
        yield "Items expire again"
        client.update_time_to_live(TableName=table, TimeToLiveSpecification=wanted()["TimeToLiveSpecification"])
    if "point-in-time recovery is on" in missing:
        yield "Point-in-time recovery on"
        recovery = wanted()["PointInTimeRecoverySpecification"]
        client.update_continuous_backups(TableName=table, PointInTimeRecoverySpecification=recovery)
    if "it is protected against deletion" in missing:
        yield "Deletion protection on"
        client.update_table(TableName=table, DeletionProtectionEnabled=True)
    if tags:
        yield "Tagged like the stack"
        client.tag_resource(ResourceArn=client.describe_table(TableName=table)["Table"]["TableArn"], Tags=list(tags))
