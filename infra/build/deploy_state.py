"""How a stack stands before a deployment: whether it can be updated, what ran, and which alarms are quiet."""

from collections.abc import Mapping, Sequence
from typing import Any

from botocore.exceptions import ClientError

from infra.build.deploy_run import REMOVE
from infra.build.deploy_stage import StageConfig
from infra.build.package import BuildError

ALARMS = ("ReceiveWebhookFails", "AcknowledgeFails", "ReceivingFails", "ApiFails", "Defects")
"""What takes an update back; CloudFormation watches five at most (AWS CloudFormation API "RollbackConfiguration")."""

Stack = Mapping[str, Any]

_SHELL = "REVIEW_IN_PROGRESS"
_STUCK = {
    "UPDATE_ROLLBACK_FAILED": "An update failed, and so did taking it back. Once what hinders it is mended: "
    "aws cloudformation continue-update-rollback --stack-name {stack}",
    "DELETE_FAILED": "Somebody tried to delete it, and part of it is still there. " + REMOVE,
    **dict.fromkeys(
        ("ROLLBACK_COMPLETE", "ROLLBACK_FAILED", "CREATE_FAILED"),
        "Its first deployment failed, and what such a one leaves cannot be updated. " + REMOVE,
    ),
}


def find_stack(cloudformation: Any, config: StageConfig) -> Stack | None:  # noqa: ANN401 - boto3 makes clients without a type
    """Find the stack as it runs; ``None`` where nothing does.

    Raises:
        BuildError: It cannot be updated now; the sentence says what to do.
    """
    try:
        stack: Stack = cloudformation.describe_stacks(StackName=config.stack)["Stacks"][0]
    except ClientError as error:
        if "does not exist" in str(error):
            return None
        raise
    status = stack["StackStatus"]
    if status == _SHELL:
        return None
    nothing = f"Nothing was deployed: {config.stack} is {status}."
    if status.endswith("_IN_PROGRESS"):
        raise BuildError(f"{nothing} Somebody else deploys it at this moment: wait, and try again.")
    if status in _STUCK:
        raise BuildError(f"{nothing} {_STUCK[status].format(stack=config.stack)}")
    return stack


def version_of(stack: Stack | None) -> str:
    """Tell the commit that was deployed last, by the name of the change set; empty where nobody knows."""
    name = (stack or {}).get("ChangeSetId", "").partition(":changeSet/")[2].partition("/")[0]
    *_, version = name.removesuffix("-outer").split("-") if name.startswith("nightbell-") else [""]
    return "" if version in {"", "unknown"} else str(version)


def quiet_alarms(cloudwatch: Any, stage: str) -> tuple[Sequence[str], Sequence[str]]:  # noqa: ANN401 - as above
    """Find the alarms that take an update back: ARNs of those that are quiet now, and names of those that ring.

    One that rings already would take back the very update that is meant to end it.
    """
    names = [f"nightbell-{stage}-{name}" for name in ALARMS]
    found = cloudwatch.describe_alarms(AlarmNames=names)["MetricAlarms"]
    ringing = [alarm["AlarmName"] for alarm in found if alarm["StateValue"] == "ALARM"]
    return [alarm["AlarmArn"] for alarm in found if alarm["AlarmName"] not in ringing], ringing
