"""What a deployment shows, refuses and says, on small stacks that the emulator really changes."""

import io
import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest
from botocore.exceptions import ClientError

from infra.build.deploy import Wishes, main, update
from infra.build.deploy_after import next_steps
from infra.build.deploy_package import change_set_name
from infra.build.deploy_plan import Change, Plan, make_plan
from infra.build.deploy_stage import StageConfig, client, read_stage, signed_in
from infra.build.deploy_state import find_stack, quiet_alarms, version_of
from infra.build.deploy_words import refused
from infra.build.package import BuildError
from infra.build.template import ROOT
from infra.cli.outcome import CliError
from infra.cli.stack import Deployment
from infra.local.progress import Progress
from nightbell.adapters.aws_clients import AwsClients
from nightbell.adapters.clock import SystemClock
from tests.contract.conftest import ClientMaker

PLAIN = Wishes()
BROKEN = {
    # Waits for a signal that nobody sends.
    "Type": "AWS::CloudFormation::WaitCondition",
    "Properties": {"Handle": {"Ref": "Handle"}, "Timeout": "1", "Count": 1},
}
HANDLE = {"Handle": {"Type": "AWS::CloudFormation::WaitConditionHandle"}}


@pytest.fixture
def config(aws: ClientMaker) -> StageConfig:  # noqa: ARG001 - it points every client at the emulator
    name = f"small-{uuid4().hex[:8]}"
    return StageConfig(stage="small", stack=name, parameters={}, tags={}, capabilities=[], region="us-east-1")


@pytest.fixture
def deploy(config: StageConfig) -> Callable[..., None]:
    """Deploy these resources."""

    def one(resources: dict[str, Any], wishes: Wishes = PLAIN, config: StageConfig = config) -> None:
        before = find_stack(cloudformation(), config)
        update(config, signed_in(config), template(resources), before, wishes, Progress())

    return one


def template(resources: dict[str, Any]) -> dict[str, str]:
    return {"TemplateBody": json.dumps({"Resources": resources})}


def cloudformation() -> Any:
    return client("cloudformation", "us-east-1")


def queue(name: object = "", **more: Any) -> dict[str, Any]:
    return {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": name or f"q-{uuid4()}"}, **more}


def table(key: str) -> dict[str, Any]:
    properties = {
        "BillingMode": "PAY_PER_REQUEST",
        "KeySchema": [{"AttributeName": key, "KeyType": "HASH"}],
        "AttributeDefinitions": [{"AttributeName": key, "AttributeType": "S"}],
    }
    return {"Type": "AWS::DynamoDB::Table", "DeletionPolicy": "Retain", "UpdateReplacePolicy": "Retain"} | {
        "Properties": properties
    }


# What is shown and refused


def test_a_first_deployment_is_counted_and_a_second_changes_nothing(
    deploy: Callable[..., None], capsys: pytest.CaptureFixture[str]
) -> None:
    resources = {"One": queue(), "Other": queue()}
    deploy(resources)
    assert "add 2 resources:\n     2  AWS::SQS::Queue\n" in capsys.readouterr().out
    deploy(resources)
    assert capsys.readouterr().err.endswith("Nothing changes: what runs is what would be deployed.\n")


def test_a_table_is_not_replaced_unless_somebody_says_its_name(
    deploy: Callable[..., None], config: StageConfig, capsys: pytest.CaptureFixture[str]
) -> None:
    deploy({"ConversationTable": table("pk")})
    with pytest.raises(BuildError, match=r"ConversationTable .* may be replaced by a new one .*because of") as refusal:
        deploy({"ConversationTable": table("other")})
    assert "every conversation, promise and consent is in it" in str(refusal.value)
    assert str(refusal.value).endswith("If you mean it, add REPLACE=ConversationTable")
    assert "  replace?     ConversationTable" in capsys.readouterr().out
    left = cloudformation().list_change_sets(StackName=config.stack)["Summaries"]
    assert [each for each in left if each["ExecutionStatus"] == "AVAILABLE"] == []
    deploy({"ConversationTable": table("other")}, Wishes(replace=["ConversationTable"]))


def test_what_is_certain_to_be_replaced_is_said_so(deploy: Callable[..., None]) -> None:
    deploy({"HumanQueue": queue()})
    with pytest.raises(BuildError, match="would be replaced by a new one, because of QueueName: what lies in it"):
        deploy({"HumanQueue": queue()})


def test_what_is_kept_when_it_leaves_is_no_less_a_loss() -> None:
    removed = Change(name="DeskSignIn", kind="AWS::CloudFormation::Stack", action="Remove", fate="Retain")
    (sentence,) = refused([removed, replace(removed, name="WatchStack", fate="Delete")], [])
    assert sentence.startswith("DeskSignIn (AWS::CloudFormation::Stack) would be removed: ")
    assert sentence.endswith(" The old one stays in the account, unused.")
    people = Change(name="DeskSignIn.Pool", kind="AWS::Cognito::UserPool", action="Modify", replaced="True")
    assert [each.split(" ")[0] for each in refused([people], ["DeskSignIn"])] == ["DeskSignIn.Pool"]
    assert refused([replace(people, replaced="False"), replace(people, action="Add")], []) == []


def test_what_nested_stacks_change_is_shown_with_their_names() -> None:
    sets: dict[str, Any] = {
        "outer": [
            {"Action": "Modify", "LogicalResourceId": "DeskSignIn", "ResourceType": "S", "ChangeSetId": "inner"},
            {"Action": "Modify", "LogicalResourceId": "WatchStack", "ResourceType": "S", "ChangeSetId": "empty"},
        ],
        "inner": [{"Action": "Modify", "LogicalResourceId": "Pool", "ResourceType": "P", "Replacement": "True"}],
        "empty": [],
    }

    class Nested:
        def create_change_set(self, **_: Any) -> dict[str, str]:
            return {"Id": "outer"}

        def describe_change_set(self, ChangeSetName: str, **_: Any) -> dict[str, Any]:  # noqa: N803 - AWS's own words
            return {
                "Status": "CREATE_COMPLETE",
                "Changes": [{"ResourceChange": each} for each in sets[ChangeSetName]],
            }

    any_stage = StageConfig(stage="s", stack="s", parameters={}, tags={}, capabilities=[])
    plan = make_plan(Nested(), any_stage, {}, {"Parameters": []}, name="n")
    assert plan.changes == [Change(name="DeskSignIn.Pool", kind="P", action="Modify", replaced="True")]


def test_a_queue_is_not_removed_by_accident(deploy: Callable[..., None], capsys: pytest.CaptureFixture[str]) -> None:
    kept = queue()
    deploy({"HumanQueue": queue(), "Kept": kept})
    with pytest.raises(BuildError, match=r"HumanQueue .* would be removed: .*The old one is deleted with all in it"):
        deploy({"Kept": kept})
    with pytest.raises(BuildError, match="HumanQueue"):
        deploy({"Kept": kept}, Wishes(yes=True, replace=["Kept"]))
    deploy({"Kept": kept}, Wishes(replace=["HumanQueue"]))
    assert "  REMOVE       HumanQueue" in capsys.readouterr().out


@pytest.mark.parametrize(("typed", "is_deployed"), [("y\n", True), ("n\n", False), ("\n", False)])
def test_a_stage_that_asks_heeds_the_answer(
    config: StageConfig,
    deploy: Callable[..., None],
    monkeypatch: pytest.MonkeyPatch,
    typed: str,
    is_deployed: bool,  # noqa: FBT001 - a parameter of the test
) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    monkeypatch.setattr("sys.stdin", Terminal(typed))
    asking = replace(config, asks=True)
    if is_deployed:
        deploy({"One": queue()}, config=asking)
    else:
        with pytest.raises(BuildError, match=r"^Nothing was deployed\.$"):
            deploy({"One": queue()}, config=asking)
    assert (find_stack(cloudformation(), config) is not None) == is_deployed


# What goes wrong


def test_a_first_deployment_that_fails_names_the_cause_and_what_to_remove(
    deploy: Callable[..., None], config: StageConfig
) -> None:
    with pytest.raises(
        BuildError,
        match=rf"first deployment of {config.stack} failed .*Broken \(AWS::CloudFormation::WaitCondition\): ",
    ):
        deploy({"One": queue(), **HANDLE, "Broken": BROKEN})
    with pytest.raises(BuildError, match=r"is ROLLBACK_COMPLETE.*delete-stack --stack-name " + config.stack):
        deploy({"One": queue()})


def test_an_update_that_fails_leaves_what_ran(deploy: Callable[..., None], config: StageConfig) -> None:
    one = queue()
    deploy({"One": one})
    with pytest.raises(BuildError, match=r"what ran before runs again\. .*Broken") as failed:
        deploy({"One": one, **HANDLE, "Broken": BROKEN})
    assert "cancelled" not in str(failed.value)
    stack = find_stack(cloudformation(), config)
    assert stack is not None
    assert stack["StackStatus"] == "UPDATE_ROLLBACK_COMPLETE"


def test_a_parameter_that_cannot_be_is_refused_in_cloudformations_own_words(config: StageConfig) -> None:
    stage = {"Type": "String", "AllowedPattern": "[a-z]+"}
    body = {"TemplateBody": json.dumps({"Parameters": {"Stage": stage}, "Resources": {"One": queue()}})}
    wrong = replace(config, parameters={"Stage": "NOT THIS"})
    with pytest.raises(BuildError, match=r"^Nothing was deployed: CloudFormation refuses .*Stage"):
        make_plan(cloudformation(), wrong, body, None, name="wrong")


def test_a_shell_that_somebody_left_is_no_hindrance(config: StageConfig, deploy: Callable[..., None]) -> None:
    make_plan(cloudformation(), config, template({"One": queue()}), None, name="left-behind")
    assert cloudformation().describe_stacks(StackName=config.stack)["Stacks"][0]["StackStatus"] == "REVIEW_IN_PROGRESS"
    deploy({"One": queue()})


@pytest.mark.parametrize(
    ("status", "words"),
    [
        ("UPDATE_IN_PROGRESS", "Somebody else deploys it at this moment"),
        ("UPDATE_ROLLBACK_FAILED", "aws cloudformation continue-update-rollback --stack-name"),
        ("ROLLBACK_COMPLETE", "Its first deployment failed"),
        ("DELETE_FAILED", "Somebody tried to delete it"),
    ],
)
def test_a_stack_that_cannot_be_updated_is_said_before_anything_is_built(
    config: StageConfig, status: str, words: str
) -> None:
    class Answers:
        def describe_stacks(self, **_: str) -> dict[str, Any]:
            return {"Stacks": [{"StackStatus": status}]}

    with pytest.raises(BuildError, match=words):
        find_stack(Answers(), config)


def test_another_account_than_the_stages_own_is_refused(config: StageConfig) -> None:
    assert signed_in(replace(config, account_id="000000000000")).account_id == "000000000000"
    with pytest.raises(BuildError, match=r"signed in to account 000000000000, and .* into 123456789012"):
        signed_in(replace(config, account_id="123456789012"))


def test_nobody_who_is_signed_in_is_said(config: StageConfig, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)
    for name, value in {"AWS_EC2_METADATA_DISABLED": "true", "AWS_SHARED_CREDENTIALS_FILE": "/nonexistent"}.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(CliError, match=r"no AWS credentials were found\. Sign in"):
        signed_in(config)


def test_the_region_is_the_stages_own_or_else_the_one_that_other_aws_tools_take(
    config: StageConfig, monkeypatch: pytest.MonkeyPatch
) -> None:
    anywhere = replace(config, region="")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-south-2")
    assert signed_in(anywhere).region == "eu-south-2"
    monkeypatch.setenv("AWS_REGION", "eu-west-1")
    assert signed_in(anywhere).region == "eu-west-1"
    assert signed_in(config).region == "us-east-1"


def test_a_region_that_nobody_set_is_asked_for(config: StageConfig, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_DEFAULT_REGION")
    monkeypatch.delenv("AWS_REGION", raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", "/nonexistent")
    with pytest.raises(CliError, match="export AWS_REGION="):
        signed_in(replace(config, region=""))


def test_whoever_deploys_need_not_see_the_secrets(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def refuse(_: Deployment) -> None:
        raise CliError("your AWS credentials do not allow GetParameters")

    monkeypatch.setattr("infra.build.deploy_after.missing", refuse)
    deployment = Deployment(stage="prod", aws=AwsClients(), clock=SystemClock(None))
    monkeypatch.setattr(Deployment, "outputs", lambda _: {"WebhookUrl": "https://hooks.example.com/webhooks"})
    monkeypatch.setattr("infra.build.deploy_after.find_deployment", lambda _: deployment)
    next_steps(StageConfig(stage="prod", stack="nightbell-prod", parameters={}, tags={}, capabilities=[]))
    assert "could not be seen: nightbell secrets check --stage prod" in capsys.readouterr().out


def test_the_local_clouds_stage_never_goes_to_aws(config: StageConfig, monkeypatch: pytest.MonkeyPatch) -> None:
    assert signed_in(replace(config, stage="local")).region == "us-east-1"
    monkeypatch.delenv("AWS_ENDPOINT_URL")
    with pytest.raises(BuildError, match="make run starts it"):
        signed_in(replace(config, stage="local"))


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        ('"Stage=dev"', '"Stage=dev', "cannot be read: .*line"),
        ('"Stage=dev"', '"Stage=dev AlarmEmail"', "no list of Name=value"),
        ('"Stage=dev"', '"Stage=dev AlarmMail=a@example.com"', "sets AlarmMail, and template.yaml has no such"),
    ],
)
def test_a_mistake_in_samconfig_is_said(before: str, after: str, words: str) -> None:
    text = (ROOT / "samconfig.toml").read_text()
    assert before in text
    with pytest.raises(BuildError, match=words):
        read_stage("dev", text.replace(before, after))


def test_a_stage_that_is_not_there_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["nowhere"]) == 2
    assert 'samconfig.toml has no stage "nowhere"' in capsys.readouterr().err


# What is remembered and watched


def test_the_name_of_a_change_set_tells_the_version_that_was_deployed() -> None:
    assert version_of(None) == ""
    assert version_of({"ChangeSetId": "arn:aws:cloudformation:r:1:changeSet/samcli-deploy17/abc"}) == ""
    assert version_of({"ChangeSetId": "arn:x:changeSet/nightbell-20261122T101112-unknown/abc"}) == ""
    deployed = f"arn:aws:cloudformation:r:1:changeSet/{change_set_name()}/abc"
    assert change_set_name().endswith(version_of({"ChangeSetId": deployed}))
    assert len(version_of({"ChangeSetId": deployed})) >= len("0123456789")


def test_alarms_that_ring_already_do_not_take_back_what_may_mend_them(aws: ClientMaker) -> None:
    cloudwatch = aws("cloudwatch")
    for name in ("ReceiveWebhookFails", "ApiFails", "SomethingElse"):
        cloudwatch.put_metric_alarm(
            AlarmName=f"nightbell-bells-{name}",
            Namespace="x",
            MetricName="y",
            Statistic="Sum",
            Period=60,
            EvaluationPeriods=1,
            Threshold=1,
            ComparisonOperator="GreaterThanThreshold",
        )
    cloudwatch.set_alarm_state(AlarmName="nightbell-bells-ApiFails", StateValue="ALARM", StateReason="test")
    quiet, ringing = quiet_alarms(cloudwatch, "bells")
    assert [arn.rpartition(":")[2] for arn in quiet] == ["nightbell-bells-ReceiveWebhookFails"]
    assert ringing == ["nightbell-bells-ApiFails"]


def test_the_alarms_are_asked_for_when_an_update_is_planned(config: StageConfig) -> None:
    asked: dict[str, Any] = {}

    class Asked:
        def create_change_set(self, **wanted: Any) -> dict[str, str]:
            asked.update(wanted)
            return {"Id": "arn"}

        def describe_change_set(self, **_: str) -> dict[str, Any]:
            return {"Status": "FAILED", "StatusReason": "The submitted information didn't contain changes."}

        def delete_change_set(self, **_: str) -> None:
            """Do as CloudFormation does."""

    watched = replace(config, watch_minutes=5, role_arn="arn:aws:iam::1:role/nightbell-cloudformation")
    plan = make_plan(Asked(), watched, {"TemplateURL": "u"}, {"Parameters": []}, name="n", alarms=["arn:alarm"])
    assert plan == Plan(arn="arn", stack=config.stack, creates=False, role={"RoleARN": watched.role_arn})
    assert asked["RollbackConfiguration"] == {
        "RollbackTriggers": [{"Arn": "arn:alarm", "Type": "AWS::CloudWatch::Alarm"}],
        "MonitoringTimeInMinutes": 5,
    }
    assert asked["RoleARN"] == watched.role_arn
    assert asked["IncludeNestedStacks"] is True


def test_every_stage_of_the_project_can_be_read() -> None:
    assert {stage: read_stage(stage).stack for stage in ("dev", "prod")} == {
        "dev": "nightbell-dev",
        "prod": "nightbell-prod",
    }
    assert (read_stage("dev").asks, read_stage("prod").asks) == (False, True)
    assert read_stage("prod").watch_minutes == 5


def test_an_administrator_makes_the_roles_for_people_or_for_a_build_server(aws: ClientMaker) -> None:
    # The emulator knows no such providers.
    template = (ROOT / "infra" / "deploy_role.yaml").read_text().replace("AWS::IAM::OIDCProvider", "AWS::SNS::Topic")
    for given in (
        {"Principals": "arn:aws:iam::000000000000:role/Developers"},
        {"GitHubSubject": "repo:a/b:environment:c"},
    ):
        parameters = [{"ParameterKey": key, "ParameterValue": value} for key, value in given.items()]
        name = f"Roles-{uuid4().hex[:8]}"
        named = ["CAPABILITY_NAMED_IAM"]
        cloudformation().create_stack(StackName=name, TemplateBody=template, Parameters=parameters, Capabilities=named)
        cloudformation().get_waiter("stack_create_complete").wait(StackName=name, WaiterConfig={"Delay": 1})
        trust = aws("iam").get_role(RoleName="NightbellDeploy")["Role"]["AssumeRolePolicyDocument"]["Statement"]
        assert len(trust) == 1
        assert next(iter(given.values())) in str(trust)
        cloudformation().delete_stack(StackName=name)
        cloudformation().get_waiter("stack_delete_complete").wait(StackName=name, WaiterConfig={"Delay": 1})
    with pytest.raises(ClientError, match="Say who may deploy"):
        cloudformation().create_stack(StackName="nobody", TemplateBody=template, Capabilities=["CAPABILITY_NAMED_IAM"])
