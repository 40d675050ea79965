"""``nightbell trace``: what became of a conversation, a message or a delivery, through all functions."""

import argparse
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, timedelta
from typing import Any

from infra.cli.aws_errors import aws_errors
from infra.cli.durations import read_duration
from infra.cli.follow import follow
from infra.cli.log_lines import API, Line, Logs
from infra.cli.outcome import OK, CliError
from infra.cli.printing import print_json, print_lines
from infra.cli.stack import Deployment, find_deployment
from infra.cli.visible import visible
from nightbell.adapters.clock import SystemClock

LOGS = "Logs"
"""How the resource of a function's log group is named after it."""


FARTHEST = timedelta(days=90)
"""Logs are not kept for longer, unless LogRetentionDays says so."""


def trace(arguments: argparse.Namespace) -> int:
    """Print every line about it, the earliest first."""
    looked_back = read_duration(arguments.since, FARTHEST)
    deployment = find_deployment(arguments.stage)
    # Lines bear the time of the machine that wrote them, not the one that the local cloud can shift.
    now = SystemClock(None).now()
    with aws_errors(f"read the logs of stage {deployment.stage}"):
        logs = Logs(deployment.client("logs"), log_groups(deployment), now - looked_back, now)
        lines = follow(arguments.id, logs.find)
    if not lines:
        raise CliError(
            f"No function wrote anything about {visible(arguments.id)} in the last {arguments.since}. "
            "Look back further with --since 7d; write the id as the queue, the platform or the access log does."
        )
    if arguments.json:
        print_json([_plain(line) for line in lines])
    else:
        print_lines(_shown(lines))
    return OK


def log_groups(deployment: Deployment) -> Mapping[str, str]:
    """Name the resources of the stack that write logs, by their log groups."""
    pages = deployment.client("cloudformation").get_paginator("list_stack_resources")
    found: dict[str, str] = {}
    for page in pages.paginate(StackName=f"nightbell-{deployment.stage}"):
        for each in page["StackResourceSummaries"]:
            if each["ResourceType"] == "AWS::Logs::LogGroup":
                found[each["PhysicalResourceId"]] = each["LogicalResourceId"].removesuffix(LOGS)
    return found


def _plain(line: Line) -> Mapping[str, Any]:
    at = line.at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return {
        "at": at,
        "function": line.function,
        "level": line.level,
        "name": line.name,
        "fields": dict(line.fields),
    }


def _shown(lines: Iterable[Line]) -> Iterator[str]:
    for line in lines:
        fields = " ".join(f"{name}={visible(value)}" for name, value in line.fields.items() if _is_told(line, name))
        name = f"answered {line.name}" if line.function == API else line.name
        mark = "!" if line.level == "ERROR" else " "
        yield f"{line.at.astimezone(UTC):%Y-%m-%d %H:%M:%S.%f}"[:-3] + f"Z {mark} {line.function:15} {name}  {fields}"


def _is_told(line: Line, name: str) -> bool:
    return name not in {"requestId", "time", "status"} if line.function == API else name != "count"
