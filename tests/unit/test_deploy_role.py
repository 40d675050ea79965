"""infra/deploy_role.yaml, held against what the templates make and what their roles do."""

import re
from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase
from typing import Any

import pytest

from infra.build.template import ROOT, load_template
from infra.cli.smoke import PK
from infra.cli.smoke_secret import NAME, PLATFORM
from tests.unit.test_template import ROLES, as_list, statements

ROLE = load_template(ROOT / "infra" / "deploy_role.yaml")["Resources"]
TEMPLATES = [ROOT / "template.yaml", ROOT / "infra" / "desk_sign_in.yaml", ROOT / "infra" / "watch.yaml"]

WANTED: Mapping[str, str] = {
    "AWS::ApiGatewayV2::Api": "apigateway:DELETE GET PATCH POST PUT",
    "AWS::ApiGatewayV2::ApiMapping": "apigateway:DELETE GET PATCH POST PUT",
    "AWS::ApiGatewayV2::Authorizer": "apigateway:DELETE GET PATCH POST PUT",
    "AWS::ApiGatewayV2::DomainName": "apigateway:DELETE GET PATCH POST PUT",
    "AWS::ApiGatewayV2::Integration": "apigateway:DELETE GET PATCH POST PUT",
    "AWS::ApiGatewayV2::Route": "apigateway:DELETE GET PATCH POST PUT",
    "AWS::ApiGatewayV2::Stage": "apigateway:DELETE GET PATCH POST; logs:CreateLogDelivery",
    "AWS::CloudFormation::Stack": "cloudformation:CreateStack DeleteStack DescribeStacks GetTemplate UpdateStack",
    "AWS::CloudWatch::Alarm": "cloudwatch:DeleteAlarms DescribeAlarms ListTagsForResource PutMetricAlarm TagResource",
    "AWS::CloudWatch::Dashboard": "cloudwatch:DeleteDashboards GetDashboard PutDashboard TagResource",
    "AWS::Cognito::UserPool": "cognito-idp:CreateUserPool DeleteUserPool DescribeUserPool GetUserPoolMfaConfig "
    "ListTagsForResource SetUserPoolMfaConfig TagResource UntagResource UpdateUserPool",
    "AWS::Cognito::UserPoolClient": "cognito-idp:CreateUserPoolClient DeleteUserPoolClient DescribeUserPoolClient "
    "UpdateUserPoolClient",
    "AWS::Cognito::UserPoolGroup": "cognito-idp:CreateGroup DeleteGroup GetGroup UpdateGroup",
    "AWS::DynamoDB::Table": "dynamodb:CreateTable DeleteTable DescribeContinuousBackups DescribeContributorInsights "
    "DescribeKinesisStreamingDestination DescribeTable DescribeTimeToLive GetResourcePolicy ListTagsOfResource "
    "TagResource UntagResource UpdateContinuousBackups UpdateTable UpdateTimeToLive",
    "AWS::Events::Rule": "events:DeleteRule DescribeRule ListTagsForResource ListTargetsByRule PutRule PutTargets "
    "RemoveTargets TagResource UntagResource",
    "AWS::IAM::ManagedPolicy": "iam:CreatePolicy CreatePolicyVersion DeletePolicy DeletePolicyVersion GetPolicy "
    "GetPolicyVersion ListEntitiesForPolicy ListPolicyVersions",
    "AWS::IAM::Role": "iam:AttachRolePolicy CreateRole DeleteRole DeleteRolePolicy DetachRolePolicy GetRole "
    "GetRolePolicy ListAttachedRolePolicies ListRolePolicies PutRolePermissionsBoundary PutRolePolicy TagRole "
    "UntagRole UpdateAssumeRolePolicy UpdateRole UpdateRoleDescription",
    "AWS::Lambda::Alias": "lambda:CreateAlias DeleteAlias DeleteProvisionedConcurrencyConfig GetAlias "
    "GetProvisionedConcurrencyConfig PutProvisionedConcurrencyConfig UpdateAlias",
    "AWS::Lambda::EventInvokeConfig": "lambda:DeleteFunctionEventInvokeConfig GetFunctionEventInvokeConfig "
    "PutFunctionEventInvokeConfig UpdateFunctionEventInvokeConfig",
    "AWS::Lambda::EventSourceMapping": "lambda:CreateEventSourceMapping DeleteEventSourceMapping GetEventSourceMapping "
    "ListTags TagResource UntagResource UpdateEventSourceMapping",
    "AWS::Lambda::Function": "iam:PassRole; s3:GetObject GetObjectVersion; lambda:CreateFunction DeleteFunction "
    "DeleteFunctionConcurrency GetFunction GetFunctionCodeSigningConfig GetFunctionRecursionConfig "
    "GetFunctionScalingConfig GetRuntimeManagementConfig PublishVersion PutFunctionConcurrency "
    "PutFunctionRecursionConfig PutRuntimeManagementConfig TagResource UntagResource UpdateFunctionCode "
    "UpdateFunctionConfiguration",
    "AWS::Lambda::Permission": "lambda:AddPermission GetPolicy RemovePermission",
    "AWS::Lambda::Version": "lambda:DeleteFunction GetFunctionConfiguration ListVersionsByFunction PublishVersion",
    "AWS::Logs::LogGroup": "logs:CreateLogGroup DeleteLogGroup DeleteRetentionPolicy DescribeIndexPolicies "
    "DescribeLogGroups DescribeResourcePolicies GetDataProtectionPolicy ListTagsForResource PutRetentionPolicy "
    "TagResource UntagResource",
    "AWS::Logs::MetricFilter": "logs:DeleteMetricFilter DescribeMetricFilters PutMetricFilter",
    # No schema of theirs names actions; what their properties need by the API's reference.
    "AWS::Route53::RecordSet": "route53:ChangeResourceRecordSets GetChange GetHostedZone",
    "AWS::S3::Bucket": "s3:CreateBucket DeleteBucket GetBucketOwnershipControls GetBucketPublicAccessBlock "
    "GetBucketTagging GetEncryptionConfiguration GetLifecycleConfiguration ListBucket PutBucketOwnershipControls "
    "PutBucketPublicAccessBlock PutBucketTagging PutEncryptionConfiguration PutLifecycleConfiguration",
    "AWS::S3::BucketPolicy": "s3:DeleteBucketPolicy GetBucketPolicy PutBucketPolicy",
    "AWS::SES::ConfigurationSet": "ses:CreateConfigurationSet DeleteConfigurationSet DescribeConfigurationSet "
    "GetConfigurationSet TagResource UntagResource",
    "AWS::SES::ConfigurationSetEventDestination": "ses:CreateConfigurationSetEventDestination "
    "DeleteConfigurationSetEventDestination DescribeConfigurationSet GetConfigurationSetEventDestinations "
    "UpdateConfigurationSetEventDestination",
    "AWS::SES::ReceiptRule": "ses:CreateReceiptRule DeleteReceiptRule DescribeReceiptRule UpdateReceiptRule",
    "AWS::SES::ReceiptRuleSet": "ses:CreateReceiptRuleSet DeleteReceiptRuleSet DescribeReceiptRuleSet",
    "AWS::SNS::Subscription": "sns:GetSubscriptionAttributes SetSubscriptionAttributes Subscribe Unsubscribe",
    "AWS::SNS::Topic": "sns:CreateTopic DeleteTopic GetDataProtectionPolicy GetTopicAttributes "
    "ListSubscriptionsByTopic ListTagsForResource SetTopicAttributes TagResource UntagResource",
    "AWS::SNS::TopicPolicy": "sns:SetTopicAttributes",
    "AWS::SQS::Queue": "sqs:CreateQueue DeleteQueue GetQueueAttributes GetQueueUrl ListQueueTags SetQueueAttributes "
    "TagQueue UntagQueue",
    "AWS::SQS::QueuePolicy": "sqs:SetQueueAttributes",
}
"""What CloudFormation calls for each type: the permissions of its handlers in the type's schema (CloudFormation
registry, "Resource type schema", handlers), without those of properties that no template of ours has."""

FROM_SAM = {"Function", "EventSourceMapping", "EventInvokeConfig", "Permission"}
"""What AWS::Serverless::Function becomes, beside the rules of its schedules."""


def types() -> set[str]:
    found = {each["Type"] for path in TEMPLATES for each in load_template(path)["Resources"].values()}
    assert "AWS::Serverless::Function" in found
    return found - {"AWS::Serverless::Function"} | {f"AWS::Lambda::{name}" for name in FROM_SAM} | {"AWS::Events::Rule"}


def allowed(role: str) -> Iterator[dict[str, Any]]:
    properties = ROLE[role]["Properties"]
    for policy in properties.get("Policies", [properties]):
        yield from policy["PolicyDocument"]["Statement"]


def actions(role: str) -> set[str]:
    return {action for each in allowed(role) for action in as_list(each["Action"])}


def wanted(kind: str) -> set[str]:
    services = (part.strip().split(":", 1) for part in WANTED[kind].split(";"))
    return {f"{service}:{name}" for service, names in services for name in names.split()}


@pytest.mark.parametrize("kind", sorted(types()))
def test_every_kind_of_resource_can_be_made_changed_and_deleted(kind: str) -> None:
    assert wanted(kind) - actions("ServiceRole") == set()


@pytest.mark.parametrize("role", ["ServiceRole", "DeployRole", "Boundary"])
def test_no_action_is_a_pattern_and_what_is_allowed_everywhere_has_a_reason(role: str) -> None:
    for statement in allowed(role):
        assert set(statement) <= {"Effect", "Action", "Resource", "Condition"}
        assert not [action for action in as_list(statement["Action"]) if "*" in action]
    written = (ROOT / "infra" / "deploy_role.yaml").read_text().split("- Effect: ")[1:]
    unlimited = [statement.splitlines()[0] for statement in written if 'Resource: "*"' in statement]
    assert len(unlimited) == 7
    assert [first for first in unlimited if not first.startswith("Allow # ")] == []


def test_no_role_that_is_made_can_exceed_the_boundary() -> None:
    """Nor be made without it, nor lose it; and the three that stand here are not among what can be changed."""
    grants = {"iam:CreateRole", "iam:PutRolePolicy", "iam:AttachRolePolicy", "iam:PutRolePermissionsBoundary"}
    for statement in allowed("ServiceRole"):
        if grants & set(as_list(statement["Action"])):
            assert statement["Condition"] == {"StringEquals": {"iam:PermissionsBoundary": {"Ref": "Boundary"}}}
    assert "iam:DeleteRolePermissionsBoundary" not in actions("ServiceRole")
    assert not {action for action in actions("ServiceRole") if re.match(r"iam:.*(User|Group)", action)}
    names = [ROLE["ServiceRole"], ROLE["DeployRole"]]
    own = [each["Properties"]["RoleName"] for each in names] + [ROLE["Boundary"]["Properties"]["ManagedPolicyName"]]
    assert [name for name in own if fnmatchcase(name, "nightbell-*")] == []
    changed = [
        r["Fn::Sub"] for s in allowed("ServiceRole") for r in as_list(s["Resource"]) if "iam:" in str(s["Action"])
    ]
    assert {name.rpartition("/")[2] for name in changed} == {"nightbell-*"}


@pytest.mark.parametrize("role", ROLES)
def test_what_the_functions_do_is_within_the_boundary(role: str) -> None:
    done = {action for statement in statements(role) for action in as_list(statement["Action"])}
    assert done - actions("Boundary") == set()
    bounded = {"Fn::If": ["IsBounded", {"Ref": "PermissionsBoundary"}, {"Ref": "AWS::NoValue"}]}
    assert ROLES[role]["Properties"]["PermissionsBoundary"] == bounded


def test_who_deploys_changes_nothing_but_by_cloudformation() -> None:
    """And of what customers wrote sees nothing: one conversation, one secret, one queue."""
    for statement in allowed("DeployRole"):
        resources = str(statement["Resource"])
        for action in as_list(statement["Action"]):
            service, name = action.split(":")
            if service == "ssm":
                assert f"parameter/nightbell/*/{PLATFORM}/{NAME}" in resources
            if service == "dynamodb":
                assert statement["Condition"] == {"ForAllValues:StringEquals": {"dynamodb:LeadingKeys": [PK]}}
                assert name in {"GetItem", "Query", "UpdateItem"}
            if service == "sqs":
                assert resources.count("HumanQueue") == 1
            if (
                action in {"cloudformation:CreateChangeSet", "cloudformation:DeleteStack"}
                and "/nightbell-" in resources
            ):
                role = {"Fn::GetAtt": ["ServiceRole", "Arn"]}
                assert statement["Condition"] == {"StringEquals": {"cloudformation:RoleArn": role}}
    assert {action.split(":")[0] for action in actions("DeployRole")} == {
        *("cloudformation", "cloudwatch", "dynamodb", "iam", "logs", "s3", "sqs", "ssm"),
    }
    assert {action for action in actions("DeployRole") if action.startswith("iam:")} == {"iam:PassRole"}
