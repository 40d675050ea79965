"""Every call that is tried with every role: what the functions need, and what an intruder would want."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

from botocore.exceptions import ClientError

from infra.local.deployment import STACK
from tests.chaos.privilege.cast import FUNCTIONS, POOL, Person, Stage

QUEUES = tuple(
    f"{name}{kind}" for name in ("Ack", "Human", "Spill", "Mail", "Call") for kind in ("Queue", "DeadLetters")
)
KEY = {"pk": {"S": "C#messenger.1.probe"}, "sk": {"S": "META"}}
VALUE = {":v": {"S": "probe"}}
ASK = "last_seq, seen_seq, agent_id, agent_until"
PAYROLL = "payroll"
"""A table, a queue and a bucket of somebody else in the same account."""
REFUSALS = ("AccessDenied", "AuthorizationError", "UnauthorizedOperation")
"""How the services say it."""


@dataclass(frozen=True, slots=True)
class Probe:
    """One call.

    Attributes:
        name: What it is and on what, such as ``sqs:SendMessage AckQueue``.
    """

    name: str
    call: Callable[[Person], Any]

    def is_refused(self, person: Person) -> bool:
        """Try it; any other failure than a refusal means that it was let through."""
        try:
            self.call(person)
        except ClientError as error:
            return any(word in error.response["Error"]["Code"] for word in REFUSALS)
        return False


def make_payroll(root: Person) -> None:
    """Give the account something that is none of ours."""
    keys = [("pk", "HASH"), ("sk", "RANGE")]
    root.client("dynamodb").create_table(
        TableName=PAYROLL,
        KeySchema=[{"AttributeName": name, "KeyType": kind} for name, kind in keys],
        AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name, _ in keys],
        BillingMode="PAY_PER_REQUEST",
    )
    root.client("sqs").create_queue(QueueName=PAYROLL)
    root.client("s3").create_bucket(Bucket=PAYROLL)


def probes(stage: Stage) -> list[Probe]:
    """List them all; names are unique."""
    made = [Probe(name, call) for group in _GROUPS for name, call in group(stage)]
    assert len({probe.name for probe in made}) == len(made)
    return made


_Named = Iterator[tuple[str, Callable[[Person], Any]]]


def _do(service: str, operation: str, **request: Any) -> Callable[[Person], Any]:
    return lambda person: getattr(person.client(service), operation)(**request)


_dynamodb = partial(_do, "dynamodb")
_sqs = partial(_do, "sqs")
_ssm = partial(_do, "ssm")
_s3 = partial(_do, "s3")
_iam = partial(_do, "iam")
_users = partial(_do, "cognito-idp")


def _table(stage: Stage) -> _Named:
    table = stage.ids["ConversationTable"]
    here = {"TableName": table, "Key": KEY}
    yield "dynamodb:GetItem", _dynamodb("get_item", **here)
    yield "dynamodb:GetItem, who waits", _dynamodb("get_item", **here, ProjectionExpression=ASK)
    yield "dynamodb:GetItem, a name", _dynamodb("get_item", **here, ProjectionExpression=f"{ASK}, contact_name")
    put = {"TableName": table, "Item": {**KEY, "probe": {"S": "1"}}}
    yield "dynamodb:PutItem", _dynamodb("put_item", **put)
    update = {**here, "UpdateExpression": "SET probe = :v", "ExpressionAttributeValues": VALUE}
    yield "dynamodb:UpdateItem", _dynamodb("update_item", **update)
    parts = [{"Put": {**put, "Item": {"pk": {"S": "C#p"}, "sk": {"S": "M#1"}}}}, {"Update": update}]
    yield "dynamodb:TransactWriteItems, put and update", _dynamodb("transact_write_items", TransactItems=parts)
    yield "dynamodb:TransactWriteItems, delete", _dynamodb("transact_write_items", TransactItems=[{"Delete": here}])
    check = {"ConditionCheck": {**here, "ConditionExpression": "attribute_exists(pk)"}}
    yield "dynamodb:TransactWriteItems, check", _dynamodb("transact_write_items", TransactItems=[check])
    yield "dynamodb:TransactGetItems", _dynamodb("transact_get_items", TransactItems=[{"Get": here}])
    yield "dynamodb:BatchGetItem", _dynamodb("batch_get_item", RequestItems={table: {"Keys": [KEY]}})
    batch = {table: [{"PutRequest": {"Item": KEY}}]}
    yield "dynamodb:BatchWriteItem", _dynamodb("batch_write_item", RequestItems=batch)
    yield "dynamodb:DeleteItem", _dynamodb("delete_item", **here)
    yield "dynamodb:Scan", _dynamodb("scan", TableName=table)
    equals = {"KeyConditionExpression": "pk = :v", "ExpressionAttributeValues": VALUE}
    yield "dynamodb:Query", _dynamodb("query", TableName=table, **equals)
    select = f'SELECT * FROM "{table}"'  # noqa: S608 - the probe is the statement
    yield "dynamodb:PartiQLSelect", _dynamodb("execute_statement", Statement=select)
    yield "dynamodb:DescribeTable", _dynamodb("describe_table", TableName=table)
    ttl = {"AttributeName": "sk", "Enabled": True}
    yield "dynamodb:UpdateTimeToLive", _dynamodb("update_time_to_live", TableName=table, TimeToLiveSpecification=ttl)
    off = {"PointInTimeRecoveryEnabled": False}
    yield (
        "dynamodb:UpdateContinuousBackups",
        _dynamodb("update_continuous_backups", TableName=table, PointInTimeRecoverySpecification=off),
    )
    yield "dynamodb:CreateBackup", _dynamodb("create_backup", TableName=table, BackupName="probe")


def _indexes(stage: Stage) -> _Named:
    table = stage.ids["ConversationTable"]
    for index in ("due", "waiting"):
        equals = {"KeyConditionExpression": f"{index}_pk = :v", "ExpressionAttributeValues": VALUE}
        yield f"dynamodb:Query {index}", _dynamodb("query", TableName=table, IndexName=index, **equals)
        yield f"dynamodb:Scan {index}", _dynamodb("scan", TableName=table, IndexName=index)


def _other_tables(_: Stage) -> _Named:
    there = {"TableName": PAYROLL}
    yield "dynamodb:GetItem of another table", _dynamodb("get_item", **there, Key=KEY)
    yield "dynamodb:PutItem to another table", _dynamodb("put_item", **there, Item=KEY)
    # Refused or not, it does not exist: nothing is lost.
    yield "dynamodb:DeleteTable", _dynamodb("delete_table", TableName="gone")
    yield "dynamodb:ListTables", _dynamodb("list_tables")


def _queues(stage: Stage) -> _Named:
    for name in (*QUEUES, PAYROLL):
        url = stage.queue(name)
        taken = {"QueueUrl": url, "ReceiptHandle": "none"}
        yield f"sqs:SendMessage {name}", _sqs("send_message", QueueUrl=url, MessageBody="{}")
        yield f"sqs:ReceiveMessage {name}", _sqs("receive_message", QueueUrl=url, VisibilityTimeout=0)
        yield f"sqs:DeleteMessage {name}", _sqs("delete_message", **taken)
        hide = _sqs("change_message_visibility", **taken, VisibilityTimeout=0)
        yield f"sqs:ChangeMessageVisibility {name}", hide
        yield f"sqs:GetQueueAttributes {name}", _sqs("get_queue_attributes", QueueUrl=url, AttributeNames=["All"])
        later = {"DelaySeconds": "0"}
        yield f"sqs:SetQueueAttributes {name}", _sqs("set_queue_attributes", QueueUrl=url, Attributes=later)
        yield f"sqs:PurgeQueue {name}", _sqs("purge_queue", QueueUrl=url)
        yield f"sqs:GetQueueUrl {name}", _sqs("get_queue_url", QueueName=url.rpartition("/")[2])
    yield "sqs:CreateQueue", _sqs("create_queue", QueueName="probe")
    yield "sqs:ListQueues", _sqs("list_queues")


def _mail(stage: Stage) -> _Named:
    bucket = stage.ids["MailBucket"]
    for of, key in (("a mail", "mail/probe"), ("what is no mail", "probe")):
        there = {"Bucket": bucket, "Key": key}
        yield f"s3:GetObject of {of}", _s3("get_object", **there)
        yield f"s3:PutObject of {of}", _s3("put_object", **there, Body=b"probe")
        yield f"s3:DeleteObject of {of}", _s3("delete_object", **there)
    yield "s3:ListBucket of mails", _s3("list_objects_v2", Bucket=bucket)


def _recordings(stage: Stage) -> _Named:
    bucket = stage.ids["CallBucket"]
    for of, key in (("a recording", "recordings/probe"), ("what is no recording", "probe")):
        there = {"Bucket": bucket, "Key": key}
        yield f"s3:GetObject of {of}", _s3("get_object", **there)
        yield f"s3:PutObject of {of}", _s3("put_object", **there, Body=b"probe")
        yield f"s3:DeleteObject of {of}", _s3("delete_object", **there)
    yield "s3:ListBucket of recordings", _s3("list_objects_v2", Bucket=bucket)


OF_X = {
    "X's API secret": "consumer_secret",  # pragma: allowlist secret
    "X's API key": "consumer_key",
    "a token of X": "oauth1/1730000000000000042",
    "a token of X that ends": "oauth2/1730000000000000042",
    "X's token of the app": "bearer",
}
OF_TELEGRAM = {
    "a bot's secret": "secret_token/6200000017",  # pragma: allowlist secret
    "a bot's token": "access_token/6200000017",
}
OF_LINKEDIN = {"LinkedIn's secret": "client_secret", "a page's token": "oauth2/3300771"}  # pragma: allowlist secret
OF_TWILIO = {
    "a token of Twilio's": "auth_token/AC00000000000000000000000000000777",
    "a key of Twilio's": "api_key/AC00000000000000000000000000000777",
}
OF_RELAYS = {
    "a relay's secret": "source/contact-form",  # pragma: allowlist secret
    "what signs for a relay": "reply/contact-form",
    "what signs for a system": "out/crm",
}


OF_GOOGLE = {
    "Google's pushing account": "push/email",
    "a stand-in's issuer": "push/issuer",
    "Google's client": "client",
    "a token of Google": "oauth2/1014159265358",
}
OF_LINE = {
    "a LINE account's secret": "channel_secret/U00000000000000000000000000000001",  # pragma: allowlist secret
    "a LINE account's token": "access_token/U00000000000000000000000000000001",
}


def _parameters(stage: Stage) -> _Named:
    own = "/nightbell/local/meta"
    names = {
        "the app secret": f"{own}/app_secret",
        "the verify token": f"{own}/verify_token",
        "the Instagram app secret": f"{own}/instagram_app_secret",
        "an access token": f"{own}/access_token/{stage.account_id}",
        **{whose: f"/nightbell/local/x/{name}" for whose, name in OF_X.items()},
        **{whose: f"/nightbell/local/telegram/{name}" for whose, name in OF_TELEGRAM.items()},
        **{whose: f"/nightbell/local/linkedin/{name}" for whose, name in OF_LINKEDIN.items()},
        **{whose: f"/nightbell/local/twilio/{name}" for whose, name in OF_TWILIO.items()},
        **{whose: f"/nightbell/local/standard/{name}" for whose, name in OF_RELAYS.items()},
        **{whose: f"/nightbell/local/google/{name}" for whose, name in OF_GOOGLE.items()},
        **{whose: f"/nightbell/local/line/{name}" for whose, name in OF_LINE.items()},
        "a place where the team reads": "/nightbell/local/notify/shop-floor",
        "another stage": "/nightbell/prod/meta/app_secret",
        "somebody else": "/payroll/key",
    }
    for whose, name in names.items():
        yield f"ssm:GetParameter of {whose}", _ssm("get_parameter", Name=name, WithDecryption=True)
    secret = names["the app secret"]
    yield "ssm:GetParameters", _ssm("get_parameters", Names=[secret])
    yield "ssm:GetParametersByPath", _ssm("get_parameters_by_path", Path=own)
    yield "ssm:GetParameterHistory", _ssm("get_parameter_history", Name=secret)
    yield "ssm:PutParameter", _ssm("put_parameter", Name=f"{own}/probe", Value="x", Type="String")
    # One that exists is refused by the service itself, after the right to write it was judged.
    tokens = {
        "an Instagram token": f"{own}/access_token/17841400000000009",
        "a Page's token": f"{own}/access_token/{stage.account_id}",
        "a token of X that ends": names["a token of X that ends"],
        "a token of X": names["a token of X"],
    }
    for whose, name in tokens.items():
        yield f"ssm:PutParameter of {whose}", _ssm("put_parameter", Name=name, Value="x", Type="String")
    yield "ssm:DeleteParameter", _ssm("delete_parameter", Name=f"{own}/probe")
    yield "ssm:DescribeParameters", _ssm("describe_parameters")
    yield "secretsmanager:GetSecretValue", _do("secretsmanager", "get_secret_value", SecretId=PAYROLL)


def _functions(stage: Stage) -> _Named:
    for name in FUNCTIONS:
        # A dry run: rights are judged and nothing runs.
        dry = _do("lambda", "invoke", FunctionName=stage.name(name), InvocationType="DryRun")
        yield f"lambda:InvokeFunction {name}", dry
        assume = _do("sts", "assume_role", RoleArn=stage.role_arn(name), RoleSessionName="probe")
        yield f"sts:AssumeRole {name}", assume
    some = {"FunctionName": stage.name("ReceiveWebhook")}
    yield "lambda:GetFunction", _do("lambda", "get_function", **some)
    longer = _do("lambda", "update_function_configuration", FunctionName="gone", Timeout=10)
    yield "lambda:UpdateFunctionConfiguration", longer
    yield "lambda:ListFunctions", _do("lambda", "list_functions")


def _people(stage: Stage) -> _Named:
    pool = {"UserPoolId": stage.ids[POOL]}
    yield "cognito-idp:ListUsersInGroup", _users("list_users_in_group", **pool, GroupName="agents")
    yield "cognito-idp:ListUsers", _users("list_users", **pool)
    yield "cognito-idp:AdminCreateUser", _users("admin_create_user", **pool, Username="probe")
    joined = {"Username": "probe", "GroupName": "leads"}
    yield "cognito-idp:AdminAddUserToGroup", _users("admin_add_user_to_group", **pool, **joined)
    password = {"Username": "probe", "Password": "of nobody at all", "Permanent": True}  # pragma: allowlist secret
    yield "cognito-idp:AdminSetUserPassword", _users("admin_set_user_password", **pool, **password)
    # It does not exist: nothing is lost.
    yield "cognito-idp:DeleteUserPool", _users("delete_user_pool", UserPoolId="us-east-1_gone00000")


def _logs(stage: Stage) -> _Named:
    line = [{"timestamp": 1_795_000_000_000, "message": "probe"}]
    for name in FUNCTIONS:
        stream = {"logGroupName": stage.name(f"{name}Logs"), "logStreamName": "probe"}
        yield f"logs:CreateLogStream {name}", _do("logs", "create_log_stream", **stream)
        yield f"logs:PutLogEvents {name}", _do("logs", "put_log_events", **stream, logEvents=line)
    yield "logs:FilterLogEvents", _do("logs", "filter_log_events", logGroupName=stage.name("ReceiveWebhookLogs"))
    yield "logs:DeleteLogGroup", _do("logs", "delete_log_group", logGroupName="gone")


def _account(stage: Stage) -> _Named:
    empty = '{"Version": "2012-10-17", "Statement": []}'
    yield "iam:ListRoles", _iam("list_roles")
    yield "iam:GetRole", _iam("get_role", RoleName=stage.name("ReceiveWebhookRole"))
    yield "iam:PutRolePolicy", _iam("put_role_policy", RoleName="gone", PolicyName="probe", PolicyDocument=empty)
    trust = _iam("update_assume_role_policy", RoleName="gone", PolicyDocument=empty)
    yield "iam:UpdateAssumeRolePolicy", trust
    yield "iam:CreateUser", _iam("create_user", UserName="probe")
    yield "s3:ListAllMyBuckets", _do("s3", "list_buckets")
    yield "s3:CreateBucket", _do("s3", "create_bucket", Bucket="probe")
    yield "s3:GetObject", _do("s3", "get_object", Bucket=PAYROLL, Key="x")
    yield "s3:PutObject", _do("s3", "put_object", Bucket=PAYROLL, Key="x", Body=b"x")
    yield "kms:Decrypt", _do("kms", "decrypt", CiphertextBlob=b"x" * 64)
    yield "kms:CreateKey", _do("kms", "create_key")
    yield "cloudformation:DescribeStacks", _do("cloudformation", "describe_stacks", StackName=STACK)
    yield "events:ListRules", _do("events", "list_rules")
    yield "sns:CreateTopic", _do("sns", "create_topic", Name="probe")
    yield "apigateway:GET", _do("apigatewayv2", "get_apis")
    yield "ec2:DescribeInstances", _do("ec2", "describe_instances")


_GROUPS = (
    *(_table, _indexes, _other_tables, _queues, _mail, _recordings),
    *(_parameters, _functions, _people, _logs, _account),
)
