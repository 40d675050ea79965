"""What a deployment would change: a change set of CloudFormation, with those of the nested stacks."""

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from botocore.exceptions import ClientError

from infra.build.deploy_stage import StageConfig
from infra.build.package import BuildError
from infra.cli.aws_errors import code_of

_NOTHING = ("didn't contain changes", "No updates are to be performed")
REFUSED = "Nothing was deployed: CloudFormation refuses what would change."
_POLL_S = 1.0
_LONGEST_S = 600


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One resource that changes.

    Attributes:
        name: Its logical id; in a nested stack with that stack's before it.
        kind: Such as ``AWS::SQS::Queue``.
        action: ``Add``, ``Modify``, ``Remove``, ``Import`` or ``Dynamic``.
        replaced: ``True``, ``False`` or ``Conditional``: only the update itself will tell.
        fate: Of what is replaced or removed, such as ``Delete`` or ``ReplaceAndRetain``; empty where nobody can tell.
        why: Names of the properties and attributes that differ.
    """

    name: str
    kind: str
    action: str
    replaced: str = "False"
    fate: str = ""
    why: Sequence[str] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A change set that can be executed; an empty one, which was deleted, has no changes.

    Attributes:
        is_whole: What changes in nested stacks is among the changes.
        role: What CloudFormation works as, as its client names it; empty for whoever deploys.
    """

    arn: str
    stack: str
    creates: bool
    is_whole: bool = True
    role: Mapping[str, str] = field(default_factory=dict)
    changes: Sequence[Change] = ()


def make_plan(  # noqa: PLR0913 - what a change set consists of
    cloudformation: Any,  # noqa: ANN401 - boto3 makes clients without a type
    config: StageConfig,
    template: Mapping[str, str],
    before: Mapping[str, Any] | None,
    *,
    name: str,
    alarms: Sequence[str] = (),
) -> Plan:
    """Make a change set, and read it.

    Args:
        cloudformation: A client.
        config: The stage.
        template: Where the template is, ``TemplateURL`` or ``TemplateBody``.
        before: The stack as it stands; ``None`` where there is none, or only the shell of one.
        name: Of the change set.
        alarms: ARNs of what takes an update back when it rings.

    Raises:
        BuildError: CloudFormation refuses; the sentence says why.
    """
    wanted = {**_wanted(config, before, alarms), **template}
    reason = ""
    # What a first deployment adds to nested stacks depends on names that nobody knows yet. An update that does so, too,
    # is looked at once more from outside.
    for is_whole in (True, False) if before else (False,):
        suffix = "" if is_whole or not before else "-outer"
        plan = _create(cloudformation, config, wanted, name + suffix, nested=is_whole, creates=before is None)
        reason = _failure(cloudformation, plan)
        changes = [] if reason else list(_changes(cloudformation, {"ChangeSetName": plan.arn, "StackName": plan.stack}))
        if changes:
            return replace(plan, changes=changes)
        give_up(cloudformation, plan)
        if not reason or any(words in reason for words in _NOTHING):
            return plan
    raise BuildError(f"{REFUSED} {reason}")


def _wanted(config: StageConfig, before: Mapping[str, Any] | None, alarms: Sequence[str]) -> dict[str, Any]:
    triggers = [{"Arn": arn, "Type": "AWS::CloudWatch::Alarm"} for arn in alarms]
    minutes = config.watch_minutes if triggers else 0
    return {
        "Parameters": _parameters(config.parameters, before),
        "Capabilities": list(config.capabilities),
        "Tags": [{"Key": key, "Value": value} for key, value in config.tags.items()],
        # Named also when it is empty: CloudFormation would keep the one before.
        "RollbackConfiguration": {"RollbackTriggers": triggers, "MonitoringTimeInMinutes": minutes},
        **_role(config),
    }


def _role(config: StageConfig) -> dict[str, str]:
    return {"RoleARN": config.role_arn} if config.role_arn else {}


def _create(  # noqa: PLR0913 - as above
    cloudformation: Any,  # noqa: ANN401 - as above
    config: StageConfig,
    wanted: Mapping[str, Any],
    name: str,
    *,
    nested: bool,
    creates: bool,
) -> Plan:
    kind = "CREATE" if creates else "UPDATE"
    try:
        made = cloudformation.create_change_set(
            StackName=config.stack, ChangeSetName=name, ChangeSetType=kind, IncludeNestedStacks=nested, **wanted
        )
    except ClientError as error:
        if code_of(error) != "ValidationError":
            raise
        raise BuildError(f"{REFUSED} {error.response['Error'].get('Message', '')}") from error
    return Plan(
        arn=str(made["Id"]), stack=config.stack, creates=creates, is_whole=nested or creates, role=_role(config)
    )


def give_up(cloudformation: Any, plan: Plan) -> None:  # noqa: ANN401 - as above
    """Delete a change set that is not wanted, and the empty stack that a first one makes."""
    cloudformation.delete_change_set(ChangeSetName=plan.arn, StackName=plan.stack)
    if plan.creates:
        cloudformation.delete_stack(StackName=plan.stack, **plan.role)


def _parameters(given: Mapping[str, str], before: Mapping[str, Any] | None) -> list[dict[str, Any]]:
    """Keep the former value of whatever is not named."""
    known = {each["ParameterKey"] for each in before.get("Parameters", ())} if before else set()
    kept = [{"ParameterKey": key, "UsePreviousValue": True} for key in sorted(known - set(given))]
    return [*({"ParameterKey": key, "ParameterValue": value} for key, value in given.items()), *kept]


def _failure(cloudformation: Any, plan: Plan) -> str:  # noqa: ANN401 - as above
    """Wait until it is made; empty, or why it cannot be."""
    deadline = time.monotonic() + _LONGEST_S
    while True:
        found = cloudformation.describe_change_set(ChangeSetName=plan.arn, StackName=plan.stack)
        if found["Status"] not in {"CREATE_PENDING", "CREATE_IN_PROGRESS"}:
            return "" if found["Status"] == "CREATE_COMPLETE" else str(found.get("StatusReason", found["Status"]))
        if time.monotonic() > deadline:
            raise BuildError(f"{REFUSED} It has not answered for ten minutes.")
        time.sleep(_POLL_S)


def _changes(cloudformation: Any, named: Mapping[str, str], place: str = "") -> Iterator[Change]:  # noqa: ANN401 - as above
    """Read a change set and those of its nested stacks; one of these that is empty has none."""
    more: dict[str, str] = {}
    while True:
        page = cloudformation.describe_change_set(**named, **more)
        for each in page.get("Changes", ()):
            change = each["ResourceChange"]
            nested = change.get("ChangeSetId")
            if not (nested and change["Action"] == "Modify"):
                yield _change(change, place)
            if nested:
                yield from _changes(cloudformation, {"ChangeSetName": nested}, f"{place}{change['LogicalResourceId']}.")
        if not (token := page.get("NextToken")):
            return
        more = {"NextToken": token}


def _change(change: Mapping[str, Any], place: str) -> Change:
    targets = [detail.get("Target", {}) for detail in change.get("Details", ())]
    return Change(
        name=place + change["LogicalResourceId"],
        kind=change["ResourceType"],
        action=change["Action"],
        replaced=change.get("Replacement", "False"),
        fate=change.get("PolicyAction", ""),
        why=tuple(sorted({target.get("Name") or target.get("Attribute", "") for target in targets} - {""})),
    )
