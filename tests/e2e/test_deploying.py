"""``make deploy`` from an empty account to a delivery that comes through, and what it does after that."""

import io
import re
from collections.abc import Callable, Iterator
from contextlib import redirect_stdout
from dataclasses import dataclass, replace
from typing import Any

import pytest
from botocore.exceptions import ClientError

from infra.build.deploy import Wishes, deploy, update
from infra.build.deploy_stage import StageConfig, client, signed_in
from infra.build.deploy_state import find_stack
from infra.build.machine import own_target
from infra.build.package import BuildError
from infra.build.template import ROOT
from infra.cli.smoke import run_smoke
from infra.cli.stack import find_deployment
from infra.local.ministack import MiniStack, free_port
from infra.local.progress import Progress

pytestmark = pytest.mark.timeout(180)

CONFIG = StageConfig(
    stage="local",
    stack="nightbell-local",
    parameters={"Stage": "local", "Runtime": own_target().runtime, "Architecture": own_target().architecture},
    tags={"application": "nightbell"},
    capabilities=["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"],
    region="us-east-1",
    watch_minutes=1,
)


PLAIN = Wishes()


@dataclass(frozen=True, kw_only=True)
class First:
    """The first deployment into an empty account."""

    said: str
    template: str

    def update(self, *, wishes: Wishes = PLAIN, **parameters: str) -> str:
        """Deploy the same build with other parameters; what was printed."""
        config = replace(CONFIG, parameters={**CONFIG.parameters, **parameters})
        said = io.StringIO()
        with redirect_stdout(said):
            before = find_stack(cloudformation(), config)
            update(config, signed_in(config), {"TemplateURL": self.template}, before, wishes, Progress())
        return said.getvalue()


def cloudformation() -> Any:
    return client("cloudformation", CONFIG.region)


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> Iterator[First]:
    """Deploy into an emulator of its own."""
    folder = tmp_path_factory.mktemp("account")
    with MiniStack(free_port(), folder) as account, pytest.MonkeyPatch.context() as patch:
        for name, value in account.client_environment.items():
            patch.setenv(name, value)
        account.wait()
        said = io.StringIO()
        with redirect_stdout(said):
            deploy(CONFIG, Wishes(), folder / "build" / "template.yaml")
        yield First(said=said.getvalue(), template=template_address())


def template_address() -> str:
    s3 = client("s3", CONFIG.region)
    (bucket,) = [each["Name"] for each in s3.list_buckets()["Buckets"] if "aws-sam-cli" in each["Name"]]
    keys = [each["Key"] for each in s3.list_objects_v2(Bucket=bucket)["Contents"]]
    (key,) = [key for key in keys if key.startswith("nightbell-local/") and key.endswith(".template") and len(key) > 80]
    return f"{s3.meta.endpoint_url}/{bucket}/{key}"


def test_from_nothing_to_a_delivery_that_comes_through(first: First) -> None:
    assert "nightbell-local would change:\n  add " in first.said
    assert "   1  AWS::DynamoDB::Table" in first.said
    assert "meta       delivers to  https://" in first.said
    assert "nightbell secrets set meta app_secret --stage local" in first.said
    assert "Nobody hears the alarms" in first.said
    assert "Stage local works: a signed delivery was taken" in first.said


def test_what_runs_already_is_left_alone(first: First) -> None:
    assert first.update() == ""


def test_a_parameter_is_changed_where_it_counts_and_what_was_set_stays(first: First) -> None:
    said = first.update(LogRetentionDays="30")
    # The emulator does not know whether a new retention makes a new log group.
    assert re.search(r"^  (change|replace\?) +ReceiveWebhookLogs .*\(RetentionInDays\)$", said, re.MULTILINE)
    assert "REMOVE" not in said
    assert "If one of 5 alarms rings until 1 minutes after it, all of it is taken back." in said
    # Not named any more, and kept.
    assert first.update() == ""


def test_a_stage_that_asks_is_not_deployed_where_nobody_answers(first: First, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("y\n"))
    asking = replace(CONFIG, asks=True, parameters={**CONFIG.parameters, "LogRetentionDays": "60"})
    account, before = signed_in(asking), find_stack(cloudformation(), asking)
    with pytest.raises(BuildError, match="add YES=1"):
        update(asking, account, {"TemplateURL": first.template}, before, Wishes(), Progress())
    update(asking, account, {"TemplateURL": first.template}, before, Wishes(yes=True), Progress())


@pytest.mark.usefixtures("first")
def test_what_was_updated_works() -> None:
    assert run_smoke(find_deployment("local"), 30).seen


UNKNOWN_TO_THE_EMULATOR = {
    "AWS::IAM::OIDCProvider": "AWS::SNS::Topic",
    "Condition: {StringEquals: {cloudformation:RoleArn: !GetAtt ServiceRole.Arn}}": "",
    "- sqs:ChangeMessageVisibility\n": "- sqs:ChangeMessageVisibility*\n",
    "- sqs:DeleteMessage\n": "- sqs:DeleteMessage*\n",
}
"""It has no such providers, does not tell a policy by which role a stack is changed, and asks for a right of its own
for each batch, where SQS asks for that of the single call ("Amazon SQS API permissions")."""


@pytest.fixture
def as_deployer(first: First, monkeypatch: pytest.MonkeyPatch) -> StageConfig:  # noqa: ARG001 - deployed before
    """Have an administrator make the roles, and take on the one that deploys."""
    template = (ROOT / "infra" / "deploy_role.yaml").read_text()
    for real, judged in UNKNOWN_TO_THE_EMULATOR.items():
        assert real in template
        template = template.replace(real, judged)
    me = client("sts", CONFIG.region).get_caller_identity()["Arn"]
    cloudformation().create_stack(
        StackName="NightbellRoles",
        TemplateBody=template,
        Capabilities=["CAPABILITY_NAMED_IAM"],
        Parameters=[{"ParameterKey": "Principals", "ParameterValue": me}],
    )
    cloudformation().get_waiter("stack_create_complete").wait(StackName="NightbellRoles", WaiterConfig={"Delay": 1})
    stack = cloudformation().describe_stacks(StackName="NightbellRoles")["Stacks"][0]
    outputs = {each["OutputKey"]: each["OutputValue"] for each in stack["Outputs"]}
    taken = client("sts", CONFIG.region).assume_role(RoleArn=outputs["DeployRoleArn"], RoleSessionName="ci")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", taken["Credentials"]["AccessKeyId"])
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", taken["Credentials"]["SecretAccessKey"])
    monkeypatch.setenv("AWS_SESSION_TOKEN", taken["Credentials"]["SessionToken"])
    bounded = {**CONFIG.parameters, "PermissionsBoundary": outputs["BoundaryArn"]}
    return replace(CONFIG, role_arn=outputs["ServiceRoleArn"], parameters=bounded)


def test_the_deploy_role_deploys_and_tries_out_and_sees_nothing_else(first: First, as_deployer: StageConfig) -> None:
    before = find_stack(cloudformation(), as_deployer)
    assert before is not None
    update(as_deployer, signed_in(as_deployer), {"TemplateURL": first.template}, before, PLAIN, Progress())
    assert "NightbellDeploy" in signed_in(as_deployer).arn
    assert run_smoke(find_deployment("local"), 30).seen
    table = find_deployment("local").outputs()["ConversationTableName"]
    forbidden: dict[str, Callable[[], Any]] = {
        "all conversations": lambda: client("dynamodb", "us-east-1").scan(TableName=table),
        "the end of the table": lambda: client("dynamodb", "us-east-1").delete_table(TableName=table),
        "another secret": lambda: client("ssm", "us-east-1").get_parameter(Name="/nightbell/local/meta/app_secret"),
        "a person": lambda: client("iam", "us-east-1").create_user(UserName="somebody"),
    }
    for what, do in forbidden.items():
        with pytest.raises(ClientError, match=r"AccessDenied|not authorized"):
            print(what, do())
