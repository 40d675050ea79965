"""``nightbell restore``: bring back what is missing in the table, or a table that was deleted."""

import argparse
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import fields
from datetime import UTC, datetime
from typing import Any

from botocore.exceptions import ClientError

from infra.cli.aws_errors import aws_errors, code_of
from infra.cli.backup import POLL_S, backups_of, copies_of, is_copy, prefix_of
from infra.cli.items_of_then import kind_of
from infra.cli.outcome import OK, REFUSED, CliError, UsageError
from infra.cli.printing import print_json, print_lines, say
from infra.cli.put_back import Compared, PutBack
from infra.cli.settle_sends import scan, settle
from infra.cli.stack import Deployment, find_deployment
from infra.cli.table_health import describe, health, is_active, mend, wanted
from nightbell.adapters.clock import SystemClock

GO_ON = ("ReceiveWebhook", "ShowHours")
"""What runs while a deleted table is brought back: what customers write goes to SpillQueue meanwhile."""
EVERY = 1000
NO_SUCH_TIME = frozenset({"BackupNotFoundException", "InvalidRestoreTimeException"})
"""RestoreTableFromBackup and RestoreTableToPointInTime, §Errors, in the Amazon DynamoDB API reference."""


def copy(arguments: argparse.Namespace) -> int:
    """Make a table of its own from an earlier time; nothing of the stack touches it."""
    deployment = find_deployment(arguments.stage)
    table, client = deployment.outputs()["ConversationTableName"], deployment.client("dynamodb")
    target = f"{prefix_of(deployment.stage)}{deployment.clock.now().astimezone(UTC):%Y%m%dT%H%M%S}"
    with aws_errors("restore a copy"):
        with _known_times():
            if arguments.backup:
                arn = _own(arguments.backup, table)
                client.restore_table_from_backup(TargetTableName=target, BackupArn=arn)
            else:
                source = {"SourceTableName": table, "TargetTableName": target}
                client.restore_table_to_point_in_time(**source, RestoreDateTime=_time(arguments.at))
        say(f"{target} is billed from now on, whatever becomes of this command, until it is discarded.")
        _wait(deployment, client, target)
        kinds = Counter(map(kind_of, scan(client, target)))
    if arguments.json:
        print_json({"copy": target, "items": dict(kinds)})
    else:
        print_lines([target])
    say(f"{kinds.total()} items. Compare it with the table: nightbell restore compare {target}")
    return OK


def compare(arguments: argparse.Namespace) -> int:
    """Tell what the copy has that the table has not; changes nothing."""
    return _go_through(arguments, writes=False)


def put_back(arguments: argparse.Namespace) -> int:
    """Put back what the copy has and the table has not."""
    return _go_through(arguments, writes=True)


def discard(arguments: argparse.Namespace) -> int:
    """Delete a copy, which holds what customers wrote."""
    deployment = find_deployment(arguments.stage)
    client = deployment.client("dynamodb")
    with aws_errors("delete the copy"):
        target = _copy_named(client, deployment.stage, arguments.copy)
        client.delete_table(TableName=target)
    say(f"{target} is deleted.")
    return OK


def deleted(arguments: argparse.Namespace) -> int:
    """Bring back a table that was deleted, under its own name, so that everything finds it again."""
    deployment = find_deployment(arguments.stage)
    table, client = deployment.outputs()["ConversationTableName"], deployment.client("dynamodb")
    with aws_errors("bring back the table"):
        functions = _functions(deployment)
        arn = _begin(deployment, client, table, functions, arguments.backup)
        _wait(deployment, client, table)
        for done in mend(client, table, deployment.stage, deployment.tags()):
            say(done)
        made, now = _made(deployment, client, arn), deployment.clock.now()
        uncertain = settle(client, table, made=made, now=now, shards=_shards(deployment))
        say(f"{uncertain} sends that were under way are told to the team as uncertain")
        kinds = Counter(map(kind_of, scan(client, table)))
        checks = health(client, table, deployment.stage)
        _resume(deployment, functions)
    if arguments.json:
        print_json({"table": table, "items": dict(kinds), "uncertain": uncertain, "checks": checks})
    else:
        print_lines(f"{count:8}  {kind}" for kind, count in sorted(kinds.items()))
    return OK if all(checks.values()) else REFUSED


def _begin(deployment: Deployment, client: Any, table: str, functions: list[str], given: str | None) -> str:  # noqa: ANN401 - botocore makes its clients at run time
    """Pause, and begin to restore; names the backup, which an interrupted try may have begun with.

    Raises:
        CliError: The table is there, or there is no backup.
    """
    found = describe(client, table)
    # A function that somebody has stopped does not make a restored table of one that never was.
    if found is not None and not ("RestoreSummary" in found and _are_paused(deployment, functions)):
        raise CliError(
            "The table is there. To bring back what is missing in it: nightbell restore copy, compare and put-back."
        )
    chosen = _own(given, table) if given else None
    arn = (found or {}).get("RestoreSummary", {}).get("SourceBackupArn") or chosen or _newest(client, table)
    _pause(deployment, functions)
    if found is None:
        say(f"Restoring {arn}")
        encrypted = {"Enabled": True, "SSEType": wanted()["SSESpecification"]["SSEType"]}
        with _known_times():
            client.restore_table_from_backup(TargetTableName=table, BackupArn=arn, SSESpecificationOverride=encrypted)
    return str(arn)


def _go_through(arguments: argparse.Namespace, *, writes: bool) -> int:
    deployment = find_deployment(arguments.stage)
    client = deployment.client("dynamodb")
    with aws_errors("find the copy"):
        source = _copy_named(client, deployment.stage, arguments.copy)
    going = PutBack(
        client,
        deployment.outputs()["ConversationTableName"],
        shards=_shards(deployment),
        now=deployment.clock.now(),
        writes=writes,
    )
    told = 0
    with aws_errors("go through the copy"):
        for count in going(scan(client, source)):
            if count // EVERY > told:
                told = count // EVERY
                say(f"{count} items gone through")
    if arguments.json:
        print_json({each.name: _plain(getattr(going.found, each.name)) for each in fields(Compared)})
    else:
        print_lines(_lines(going.found, writes=writes))
    return OK


def _lines(found: Compared, *, writes: bool) -> Iterator[str]:
    put = "put back" if writes else "would come back"
    yield f"{'kind':10}{'same':>10}{'changed':>10}{'missing':>10}{put:>17}"
    for kind in sorted(found.same | found.changed | found.missing):
        counts = (found.same[kind], found.changed[kind], found.missing[kind])
        yield f"{kind:10}" + "".join(f"{count:10}" for count in counts) + f"{found.put_back[kind]:17}"
    yield from (f"began anew since, left alone: {pk}" for pk in found.began_anew)
    yield from (f"forgotten since, left alone: {pk}" for pk in found.forgotten)


def _plain(found: object) -> object:
    return dict(found) if isinstance(found, Counter) else found


@contextmanager
def _known_times() -> Iterator[None]:
    """Say where it stands what there is to go back to.

    Raises:
        CliError: There is no such backup, or that second cannot be brought back.
    """
    try:
        yield
    except ClientError as error:
        if code_of(error) not in NO_SUCH_TIME:
            raise
        raise CliError(
            "There is nothing of then. To see what there is to go back to: nightbell backup check"
        ) from error


def _own(arn: str, table: str) -> str:
    """Take a backup of this very table.

    Raises:
        UsageError: It is another table's: its conversations would come among those of this stage.
    """
    if f":table/{table}/backup/" not in arn:
        raise UsageError(f"That is no backup of {table}; nightbell backup check lists those.")
    return arn


def _copy_named(client: Any, stage: str, name: str) -> str:  # noqa: ANN401 - botocore makes its clients at run time
    """Take the name of a copy.

    Raises:
        UsageError: It is no copy's, but perhaps another table's.
        CliError: There is no such copy.
    """
    if not is_copy(name, stage):
        raise UsageError(f"A copy is named {prefix_of(stage)}…; nightbell restore copy prints it.")
    copies = copies_of(client, stage)
    if name not in copies:
        raise CliError(f"There is no copy {name}. There are: {', '.join(copies) or 'none'}.")
    return name


def _time(given: str) -> datetime:
    try:
        at = datetime.fromisoformat(given)
    except ValueError as error:
        raise UsageError(f'"{given}" is no time. Write it like 2026-11-24T09:30:00+01:00.') from error
    if at.tzinfo is None:
        raise UsageError("Say the time with its zone, such as 2026-11-24T09:30:00+01:00 or 2026-11-24T08:30:00Z.")
    return at


def _wait(deployment: Deployment, client: Any, table: str) -> None:  # noqa: ANN401 - botocore makes its clients at run time
    """Wait until it can be used; it takes from minutes to hours, by its size."""
    while not ((found := describe(client, table)) and is_active(found)):
        say(f"{table} is still being restored")
        deployment.clock.sleep(POLL_S)


def _newest(client: Any, table: str) -> str:  # noqa: ANN401 - as above
    """Find the newest backup; DynamoDB makes one itself where a table with point-in-time recovery is deleted."""
    found = backups_of(client, table)
    if not found:
        raise CliError(f"There is no backup of {table}.")
    return str(found[0]["BackupArn"])


def _made(deployment: Deployment, client: Any, arn: str) -> datetime:  # noqa: ANN401 - as above
    """Tell when a backup was made, by the clock of the functions."""
    made: datetime = client.describe_backup(BackupArn=arn)["BackupDescription"]["BackupDetails"][
        "BackupCreationDateTime"
    ]
    return made + (deployment.clock.now() - SystemClock().now())


def _shards(deployment: Deployment) -> int:
    return int(deployment.parameters().get("DueShards", "1"))


def _functions(deployment: Deployment) -> list[str]:
    """Name the functions that act by what the table says."""
    stack = f"nightbell-{deployment.stage}"
    resources = deployment.client("cloudformation").describe_stack_resources(StackName=stack)["StackResources"]
    return [
        str(each["PhysicalResourceId"])
        for each in resources
        if each["ResourceType"] == "AWS::Lambda::Function" and each["LogicalResourceId"] not in GO_ON
    ]


def _pause(deployment: Deployment, functions: list[str]) -> None:
    """Let nothing act on a table of an earlier time before its sends are settled."""
    client = deployment.client("lambda")
    for name in functions:
        client.put_function_concurrency(FunctionName=name, ReservedConcurrentExecutions=0)
    say(f"{len(functions)} functions paused until this is done: run it again if it breaks off. ReceiveWebhook goes on")


def _are_paused(deployment: Deployment, functions: list[str]) -> bool:
    """Tell whether an earlier try was interrupted."""
    client = deployment.client("lambda")
    asked = (client.get_function_concurrency(FunctionName=name) for name in functions)
    return any(found.get("ReservedConcurrentExecutions") == 0 for found in asked)


def _resume(deployment: Deployment, functions: list[str]) -> None:
    """Let them run again; the template reserves nothing for any of them."""
    client = deployment.client("lambda")
    for name in functions:
        client.delete_function_concurrency(FunctionName=name)
    say("All functions run again")
