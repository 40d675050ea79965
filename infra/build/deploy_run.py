"""Carries a change set out, tells what is done, and of what failed the first cause alone."""

import time
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from infra.build.deploy_plan import Plan
from infra.build.package import BuildError
from infra.local.progress import Progress

_POLL_S = 2.0
_CANCELLED = "cancelled"
_STACK = "AWS::CloudFormation::Stack"
_DONE = {"CREATE_COMPLETE", "UPDATE_COMPLETE", "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS"}
Event = Mapping[str, Any]


def carry_out(cloudformation: Any, plan: Plan, progress: Progress, poll_s: float = _POLL_S) -> None:  # noqa: ANN401 - boto3 makes clients without a type
    """Execute a change set, and follow it to its end.

    Raises:
        BuildError: It failed and was taken back; the sentence names the first cause.
    """
    stack_id = cloudformation.describe_change_set(ChangeSetName=plan.arn, StackName=plan.stack)["StackId"]
    seen = {event["EventId"] for event in _events(cloudformation, stack_id)}
    began = _newest(cloudformation, stack_id)
    cloudformation.execute_change_set(ChangeSetName=plan.arn, StackName=plan.stack)
    while True:
        status = cloudformation.describe_stacks(StackName=stack_id)["Stacks"][0]["StackStatus"]
        for event in _new(cloudformation, stack_id, seen):
            if event["PhysicalResourceId"] != stack_id and event["ResourceStatus"].endswith("_COMPLETE"):
                progress.say(f"{_word(event)} {event['LogicalResourceId']}")
        # An update whose resources are in place and whose old ones are being removed cannot fail any more.
        if status in _DONE:
            return
        if not status.endswith("_IN_PROGRESS"):
            raise BuildError(_failure(cloudformation, plan, stack_id, status, began))
        time.sleep(poll_s)


def _events(cloudformation: Any, stack_id: str) -> Iterator[Event]:  # noqa: ANN401 - as above
    for page in cloudformation.get_paginator("describe_stack_events").paginate(StackName=stack_id):
        yield from page["StackEvents"]


def _newest(cloudformation: Any, stack_id: str) -> datetime | None:  # noqa: ANN401 - as above
    return max((event["Timestamp"] for event in _events(cloudformation, stack_id)), default=None)


def _new(cloudformation: Any, stack_id: str, seen: set[str]) -> list[Event]:  # noqa: ANN401 - as above
    """List events not seen before, the oldest first; pages are read only as far as they are new."""
    found: list[Event] = []
    for event in _events(cloudformation, stack_id):
        if event["EventId"] in seen:
            break
        found.append(event)
    seen |= {event["EventId"] for event in found}
    return found[::-1]


def _word(event: Event) -> str:
    verb = event["ResourceStatus"].removesuffix("_COMPLETE")
    return {"CREATE": "made", "UPDATE": "changed", "DELETE": "removed"}.get(verb, str(verb).lower())


def _failure(cloudformation: Any, plan: Plan, stack_id: str, status: str, began: datetime | None) -> str:  # noqa: ANN401 - as above
    cause = first_cause(cloudformation, stack_id, began)
    if status == "UPDATE_ROLLBACK_COMPLETE":
        return f"The update failed and was taken back: what ran before runs again. {cause}"
    if status == "UPDATE_ROLLBACK_FAILED":
        return (
            f"The update failed, and so did taking it back: see docs/operations.md, A deployment that failed. {cause}"
        )
    failed = f"The first deployment of {plan.stack} failed and was taken back ({status}). {cause}"
    return f"{failed}\n{REMOVE.format(stack=plan.stack)}"


REMOVE = "Remove what is left before the next try: aws cloudformation delete-stack --stack-name {stack}"


def first_cause(cloudformation: Any, stack_id: str, began: datetime | None) -> str:  # noqa: ANN401 - as above
    """Name the first that failed and was not merely cancelled because of another; looks into nested stacks."""
    fresh = [event for event in _events(cloudformation, stack_id) if began is None or event["Timestamp"] > began]
    for event in reversed(fresh):
        reason = event.get("ResourceStatusReason", "")
        is_whole = event["PhysicalResourceId"] == stack_id
        rolls_back = is_whole and "ROLLBACK_IN_PROGRESS" in event["ResourceStatus"] and "alarm" in reason.lower()
        if rolls_back:
            return f"An alarm rang: {reason}"
        if is_whole or not event["ResourceStatus"].endswith("_FAILED") or _CANCELLED in reason.lower():
            continue
        if event["ResourceType"] == _STACK and event["PhysicalResourceId"]:
            return first_cause(cloudformation, event["PhysicalResourceId"], began)
        return f"{event['LogicalResourceId']} ({event['ResourceType']}): {reason}"
    return "CloudFormation names no cause."
