"""``nightbell backup``: whether the table can be brought back, and a backup of it now."""

import argparse
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from infra.cli.aws_errors import aws_errors
from infra.cli.outcome import OK, REFUSED
from infra.cli.printing import print_json, print_lines, say
from infra.cli.stack import Deployment, find_deployment
from infra.cli.table_health import health, window
from infra.local.progress import green, red

POLL_S = 3.0
_MADE = re.compile(r"\d{8}T\d{6}")


def check(arguments: argparse.Namespace) -> int:
    """Tell whether everything is as it must be, and what there is to go back to; 1 if something is not."""
    deployment = find_deployment(arguments.stage)
    table = deployment.outputs()["ConversationTableName"]
    client = deployment.client("dynamodb")
    with aws_errors("look at the table"):
        is_so = health(client, table, deployment.stage)
        since, until = window(client, table) if is_so["the table is there"] else (None, None)
        backups, copies = backups_of(client, table), copies_of(client, deployment.stage)
    if arguments.json:
        recoverable = {"since": _iso(since), "until": _iso(until)}
        found = {"table": table, "checks": is_so, "recoverable": recoverable, "backups": list(map(_plain, backups))}
        print_json({**found, "copies": copies})
    else:
        print_lines(f"{green('ok') if good else red('NO')}  {name}" for name, good in is_so.items())
        print_lines(_to_go_back_to(since, until, backups))
        print_lines(f"A copy is left: nightbell restore discard {name} --stage {deployment.stage}" for name in copies)
    return OK if all(is_so.values()) else REFUSED


def make(arguments: argparse.Namespace) -> int:
    """Make a backup, and wait until it can be used."""
    deployment = find_deployment(arguments.stage)
    table, client = deployment.outputs()["ConversationTableName"], deployment.client("dynamodb")
    name = f"nightbell-{deployment.stage}-{_now(deployment):%Y%m%dT%H%M%S}"
    with aws_errors("back up the table"):
        arn = client.create_backup(TableName=table, BackupName=name)["BackupDetails"]["BackupArn"]
        while (found := client.describe_backup(BackupArn=arn)["BackupDescription"])["BackupDetails"][
            "BackupStatus"
        ] == "CREATING":
            say("Still being made")
            deployment.clock.sleep(POLL_S)
    if arguments.json:
        print_json({"backup": arn, "items": found["SourceTableDetails"].get("ItemCount")})
    else:
        print_lines([arn])
    say("It stays, and costs, until you delete it: aws dynamodb delete-backup --backup-arn …")
    return OK


def backups_of(client: Any, table: str) -> list[Mapping[str, Any]]:  # noqa: ANN401 - botocore makes its clients at run time
    """List a table's backups, the newest first; the table itself may be gone."""
    pages = client.get_paginator("list_backups").paginate(TableName=table, BackupType="ALL")
    found = [each for page in pages for each in page["BackupSummaries"] if each["BackupStatus"] == "AVAILABLE"]
    return sorted(found, key=lambda each: each["BackupCreationDateTime"], reverse=True)


def prefix_of(stage: str) -> str:
    """Tell how the names of copies begin; the time at which each was made follows."""
    return f"nightbell-{stage}-copy-"


def is_copy(name: str, stage: str) -> bool:
    """Tell whether a name is that of a copy of this stage's table: another stage may be called alike."""
    prefix = prefix_of(stage)
    return name.startswith(prefix) and _MADE.fullmatch(name.removeprefix(prefix)) is not None


def copies_of(client: Any, stage: str) -> list[str]:  # noqa: ANN401 - as above
    """List the copies that nobody has discarded: each is billed, and holds what customers wrote."""
    pages = client.get_paginator("list_tables").paginate(ExclusiveStartTableName=prefix_of(stage))
    return [name for page in pages for name in page["TableNames"] if is_copy(name, stage)]


def _now(deployment: Deployment) -> datetime:
    return deployment.clock.now().astimezone(UTC)


def _to_go_back_to(since: Any, until: Any, backups: list[Mapping[str, Any]]) -> Iterator[str]:  # noqa: ANN401 - a time, or none
    if since and until:
        yield f"Any second from {_iso(since)} to {_iso(until)}"
    for each in backups:
        yield f"{_iso(each['BackupCreationDateTime'])}  {each['BackupType'].lower():6}  {each['BackupArn']}"


def _plain(backup: Mapping[str, Any]) -> Mapping[str, Any]:
    made = _iso(backup["BackupCreationDateTime"])
    return {"arn": backup["BackupArn"], "name": backup["BackupName"], "made": made, "type": backup["BackupType"]}


def _iso(at: datetime | None) -> str | None:
    return None if at is None else f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
