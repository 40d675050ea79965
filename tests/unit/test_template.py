"""template.yaml and the code, tested against each other."""

import importlib
import re
from collections.abc import Iterator, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from botocore import xform_name
from botocore.session import get_session

from infra.build.dependencies import OPERATIONS
from infra.build.snapshot_version import RULE
from infra.build.template import ROOT, functions, load_template
from nightbell.domain.business import Account
from nightbell.domain.keys import (
    BRANDS_PK,
    OVERRIDE_PK,
    account_pk,
    author_pk,
    conversation_pk,
    quarantine_pk,
    reference_pk,
    thread_pk,
)
from nightbell.domain.requests import request_pk
from nightbell.domain.unit import FIRST_DUE
from nightbell.platforms.care import Care
from nightbell.platforms.registry import CALLBACKS, CARES, PLATFORM_OF, PLATFORMS
from nightbell.services.attempts import LEASE_MARGIN
from nightbell.services.send_webhooks import TIMEOUT_S
from tests.chaos.privilege.needs import NEEDS as PRIVILEGES

TEMPLATE = load_template()
RESOURCES: dict[str, dict[str, Any]] = TEMPLATE["Resources"]
FUNCTIONS = functions(TEMPLATE)
ROLES = {name: resource for name, resource in RESOURCES.items() if resource["Type"] == "AWS::IAM::Role"}
QUEUES = {name: r["Properties"] for name, r in RESOURCES.items() if r["Type"] == "AWS::SQS::Queue"}
WORK_QUEUES = {name: queue for name, queue in QUEUES.items() if not name.endswith("DeadLetters")}
each_function = pytest.mark.parametrize("name", FUNCTIONS)
each_queue = pytest.mark.parametrize("name", QUEUES)


def as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def statements(name: str) -> Iterator[dict[str, Any]]:
    """Yield the statements of a role or a managed policy."""
    properties = RESOURCES[name]["Properties"]
    policies = properties.get("Policies", [properties])
    for policy in policies:
        # What is for some stacks only is judged as if it were for all.
        yield from (each.get("Fn::If", [None, each])[1] for each in policy["PolicyDocument"]["Statement"])


def actions_on(name: str, resource: Any) -> set[str]:
    found = (s for s in statements(name) if resource in as_list(s["Resource"]))
    return {action for statement in found for action in as_list(statement["Action"])}


def evaluate(expression: Any, parameters: dict[str, Any]) -> Any:
    """Evaluate what Rules and Conditions may contain."""
    if not isinstance(expression, dict):
        return expression
    [(function, argument)] = expression.items()
    if function == "Ref":
        return parameters[argument]
    values = [evaluate(value, parameters) for value in argument]
    if function == "Fn::Equals":
        return str(values[0]) == str(values[1])
    assert function == "Fn::Not", function
    return not values[0]


def refused(**given: str) -> bool:
    """Tell whether the template's rules refuse these parameters."""
    parameters = {name: p.get("Default") for name, p in TEMPLATE["Parameters"].items()} | given
    rules = [rule for rule in TEMPLATE["Rules"].values() if evaluate(rule["RuleCondition"], parameters)]
    return not all(evaluate(a["Assert"], parameters) for rule in rules for a in rule["Assertions"])


@each_function
def test_the_handler_of_a_function_can_be_called(name: str) -> None:
    module, attribute = FUNCTIONS[name]["Handler"].rsplit(".", 1)
    assert callable(getattr(importlib.import_module(module), attribute))


@each_function
def test_a_function_is_given_exactly_the_variables_it_reads(name: str) -> None:
    module = importlib.import_module(FUNCTIONS[name]["Handler"].rsplit(".", 1)[0])
    common = TEMPLATE["Globals"]["Function"]["Environment"]["Variables"]
    given = common | FUNCTIONS[name].get("Environment", {}).get("Variables", {})
    # Read by the libraries, not by us.
    ours = {variable for variable in given if not variable.startswith(("AWS_", "POWERTOOLS_", "RES_"))}
    assert ours == set(module.NEEDS)


@each_function
def test_a_function_has_a_role_of_its_own(name: str) -> None:
    users = [other for other, function in FUNCTIONS.items() if function["Role"] == FUNCTIONS[name]["Role"]]
    assert users == [name]


@pytest.mark.parametrize("name", [*ROLES, "HumanQueueReaderPolicy", "OperatorPolicy"])
def test_nothing_is_allowed_that_is_not_named(name: str) -> None:
    for statement in statements(name):
        for action in as_list(statement["Action"]):
            assert "*" not in action
            assert not re.search(r":(Scan|BatchWrite|Delete(Item|Table|Queue)|Purge)", action)
        for resource in as_list(statement["Resource"]):
            assert resource != "*"
            assert set(resource) <= {"Fn::GetAtt", "Fn::Sub"}


SIGNED = {"s3:DeleteObject", "s3:GetObject", "s3:PutObject", "ses:SendEmail", "ses:SendRawEmail"}
"""What is called without a client, by a request that is signed."""
UNSIGNED = {f"cognito-idp:{name}" for name in ("InitiateAuth", "RespondToAuthChallenge", "RevokeToken")}
"""What anybody may call: whoever signs in has no rights yet."""


def test_roles_allow_the_operations_that_a_built_function_knows() -> None:
    """A transaction is allowed by the actions of its parts; the poller receives and Lambda logs in our name."""
    allowed = {action for role in ROLES for statement in statements(role) for action in as_list(statement["Action"])}
    pollers = {"sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"}
    known = {f"{service}:{name}" for service, names in OPERATIONS.items() for name in names} | SIGNED
    needed = known - UNSIGNED - {"dynamodb:TransactWriteItems"}
    logging = {"logs:CreateLogStream", "logs:PutLogEvents"}
    assert allowed - logging - pollers == needed


def test_adapters_call_the_operations_that_a_built_function_knows() -> None:
    sources = [path.read_text() for path in (ROOT / "functions" / "nightbell" / "adapters").glob("*.py")]
    called = {name for source in sources for name in re.findall(r"\.([a-z_]+)[(,]", source)}
    for service, known in OPERATIONS.items():
        names = get_session().get_service_model(service).operation_names
        assert {name for name in names if xform_name(name) in called} == known


@pytest.mark.parametrize(
    ("role", "expected"),
    [
        ("ReceiveWebhookRole", {"dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem"}),
        ("ReplayDeliveryRole", {"dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem"}),
        ("CheckAccountsRole", {"dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem"}),
        ("ReceiveMailRole", {"dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem"}),
        ("FinishCallRole", {"dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem"}),
        ("AcknowledgeRole", {"dynamodb:GetItem", "dynamodb:UpdateItem"}),
        ("SweepRole", {f"dynamodb:{name}" for name in ("BatchGetItem", "GetItem", "Query", "UpdateItem")}),
        ("SendWebhooksRole", {"dynamodb:GetItem", "dynamodb:UpdateItem"}),
        ("CountDaysRole", {"dynamodb:PutItem", "dynamodb:Query", "dynamodb:UpdateItem"}),
        ("NotifyRole", {"dynamodb:BatchGetItem", "dynamodb:GetItem", "dynamodb:UpdateItem"}),
        (
            "ServeDeskRole",
            {f"dynamodb:{name}" for name in ("BatchGetItem", "GetItem", "PutItem", "Query", "UpdateItem")},
        ),
    ],
)
def test_a_role_may_do_what_the_threat_model_says_to_the_table(role: str, expected: set[str]) -> None:
    assert actions_on(role, {"Fn::GetAtt": ["ConversationTable", "Arn"]}) == expected


@pytest.mark.parametrize(
    ("role", "queues"),
    [
        ("ReceiveWebhookRole", {"AckQueue", "SpillQueue", "CallQueue"}),
        ("ReplayDeliveryRole", {"AckQueue"}),
        ("CheckAccountsRole", {"AckQueue"}),
        ("ReceiveMailRole", {"AckQueue"}),
        ("AcknowledgeRole", {"HumanQueue"}),
        ("FinishCallRole", {"AckQueue"}),
        ("SweepRole", {"AckQueue", "HumanQueue", "CallQueue"}),
        ("SendWebhooksRole", set()),
        ("NotifyRole", set()),
        ("ServeDeskRole", {"AckQueue"}),
    ],
)
def test_nobody_sends_to_the_queue_that_triggers_it(role: str, queues: set[str]) -> None:
    sends = {q for q in QUEUES if "sqs:SendMessage" in actions_on(role, {"Fn::GetAtt": [q, "Arn"]})}
    assert sends == queues


def test_the_teams_policy_is_about_the_human_queue_and_who_waits() -> None:
    """Of the table only conversations, and of these nothing that tells who somebody is or what they wrote."""
    queue, table = statements("HumanQueueReaderPolicy")
    assert queue["Resource"] == {"Fn::GetAtt": ["HumanQueue", "Arn"]}
    assert (table["Action"], table["Resource"]) == (
        "dynamodb:GetItem",
        {"Fn::GetAtt": ["ConversationTable", "Arn"]},
    )
    assert table["Condition"] == {
        "ForAllValues:StringLike": {"dynamodb:LeadingKeys": ["C#*"]},
        "ForAllValues:StringEquals": {
            "dynamodb:Attributes": ["pk", "sk", "last_seq", "seen_seq", "agent_id", "agent_until"]
        },
        "StringEqualsIfExists": {"dynamodb:Select": "SPECIFIC_ATTRIBUTES"},
        "Null": {"dynamodb:Attributes": "false"},
    }


@pytest.mark.parametrize("name", ROLES)
def test_a_function_is_granted_nothing_by_condition_or_exception(name: str) -> None:
    """What a statement says is what it means: exact resources, no NotAction, no managed policy beside it."""
    assert set(RESOURCES[name]["Properties"]) == {"AssumeRolePolicyDocument", "PermissionsBoundary", "Policies"}
    narrowed = {"Condition"} if name in {"CountDaysRole", "ServeDeskRole", "ShowHoursRole"} else set()
    for statement in statements(name):
        assert set(statement) - narrowed == {"Effect", "Action", "Resource"}


def test_the_desk_writes_to_conversations_alone_and_reads_little_more() -> None:
    """Not the breakers, not the requests of people, not the references: what a person could not need."""
    table = [s for s in statements("ServeDeskRole") if s["Resource"] == {"Fn::GetAtt": ["ConversationTable", "Arn"]}]
    reads, writes = (each["Condition"]["ForAllValues:StringLike"]["dynamodb:LeadingKeys"] for each in table)
    assert table[1]["Action"] == ["dynamodb:PutItem", "dynamodb:UpdateItem"]
    assert writes == ["C#*"]
    assert reads == ["C#*", "BY#*", BRANDS_PK, OVERRIDE_PK, "REPORT#*"]
    assert conversation_pk("c", "a", "p").startswith("C#")
    assert author_pk("a", "p").startswith("BY#")
    assert [s for s in statements("ServeDeskRole") if s not in table and "Condition" in s] == []


def test_the_desk_asks_the_user_pool_for_names_and_changes_nobody() -> None:
    asked = [s for s in statements("ServeDeskRole") if "cognito" in str(s["Action"])]
    pool = {"Fn::GetAtt": ["DeskSignIn", "Outputs.PoolArn"]}
    assert asked == [{"Effect": "Allow", "Action": "cognito-idp:ListUsersInGroup", "Resource": pool}]


SECRET = re.compile(r":parameter/nightbell/\$\{Stage\}/(.+)$")
SENDS: Mapping[str, set[str]] = {
    "meta": {"access_token/*", "app_secret"},
    "x": {"consumer_key", "consumer_secret", "oauth1/*", "oauth2/*"},
    "telegram": {"access_token/*"},
    "twilio": {"api_key/*"},
    "linkedin": {"oauth2/*"},
    "google": {"client", "oauth2/*"},
    "standard": {"reply/*"},
    "line": {"access_token/*"},
    "email": set(),
}
"""What a platform's sends are signed with, by platform; a pattern ends in a star where an account's id follows."""
TOKENS_OF_INSTAGRAM = "meta/access_token/17841*"
TOKENS_RENEWED = ("x/oauth2/*",)
"""Of the platforms in the registry's renewals."""


def secrets_named(role: str) -> set[str]:
    """List the secrets that a role may read or write, below the stage."""
    named = [r["Fn::Sub"] for s in statements(role) for r in as_list(s["Resource"]) if "ssm:" in str(s["Action"])]
    return {match[1] for each in named if (match := SECRET.search(each))}


def proving(platform: str) -> set[str]:
    """List the secrets that deliveries of a platform are verified with, a star for any account."""
    nobody: Any = None
    of_any = [
        Account(channel=channel, account_id="*", business_account_id="*", brand=nobody, hours=nobody)
        for channel, owner in PLATFORM_OF.items()
        if owner == platform
    ]
    asked = [PLATFORMS[platform].secrets_of(account) for account in of_any]
    reader = CALLBACKS[platform].secrets if platform in CALLBACKS else ()
    return {name for each in asked for name in (*each.needed, *each.optional)} | set(reader)


def caring(care: Care) -> set[str]:
    """List the secrets that looking after an account takes beside those of a send."""
    return {pattern.format(account="*", owner="*") for pattern in care.credentials}


def test_what_receives_may_read_what_proves_a_delivery_and_nothing_that_sends() -> None:
    wanted = {f"{platform}/{name}" for platform in PLATFORMS for name in proving(platform)}
    assert secrets_named("ReceiveWebhookRole") == wanted


@pytest.mark.parametrize("role", ["AcknowledgeRole", "SweepRole", "CheckAccountsRole"])
def test_what_sends_may_read_what_its_calls_are_signed_with(role: str) -> None:
    wanted = {f"{platform}/{name}" for platform in PLATFORMS for name in SENDS[platform]}
    if role == "CheckAccountsRole":
        wanted |= {f"{platform}/{name}" for platform, care in CARES.items() for name in caring(care)}
    assert secrets_named(role) - {TOKENS_OF_INSTAGRAM} == wanted


@pytest.mark.parametrize("role", ["ReplayDeliveryRole", "ShowHoursRole", "ReceiveMailRole", "ServeDeskRole"])
def test_what_neither_receives_nor_sends_reads_no_secret(role: str) -> None:
    assert secrets_named(role) == set()


def test_what_tells_other_systems_reads_their_secrets_and_no_other() -> None:
    assert secrets_named("SendWebhooksRole") == {"standard/out/*"}
    assert not [role for role in ROLES if role != "SendWebhooksRole" and "standard/out/*" in secrets_named(role)]


def test_without_webhooks_nothing_of_them_is_there_and_nothing_costs() -> None:
    names = {name for name in RESOURCES if name.startswith("SendWebhooks")}
    assert names == {"SendWebhooks", "SendWebhooksLogs", "SendWebhooksRole"}
    assert {RESOURCES[name]["Condition"] for name in names} == {"SendsWebhooks"}
    given = {"WebhooksOut": TEMPLATE["Parameters"]["WebhooksOut"]["Default"]}
    assert evaluate(TEMPLATE["Conditions"]["SendsWebhooks"], given) is False


def test_what_tells_the_team_reads_its_addresses_and_no_other_secret() -> None:
    assert secrets_named("NotifyRole") == {"notify/*"}
    assert not [role for role in ROLES if role != "NotifyRole" and "notify/*" in secrets_named(role)]


def test_without_a_team_to_tell_nothing_of_it_is_there_and_nothing_costs() -> None:
    names = {name for name in RESOURCES if name.startswith("Notify")}
    assert names == {"Notify", "NotifyLogs", "NotifyRole", "NotifyAlarms", "NotifyAlarmsPermission"}
    assert {RESOURCES[name]["Condition"] for name in names} == {"NotifiesTeam", "TellsTeamOfAlarms"}
    given = {"NotifyTeam": TEMPLATE["Parameters"]["NotifyTeam"]["Default"]}
    assert evaluate(TEMPLATE["Conditions"]["NotifiesTeam"], given) is False


def test_a_run_that_tells_is_over_before_the_next_starts() -> None:
    assert FUNCTIONS["SendWebhooks"]["Events"]["EveryMinute"]["Properties"]["Schedule"] == "rate(1 minute)"
    assert 2 * TIMEOUT_S < FUNCTIONS["SendWebhooks"]["Timeout"] < 60


def test_what_finishes_calls_fetches_from_the_platform_and_reads_no_recording_of_ours() -> None:
    assert secrets_named("FinishCallRole") == {"twilio/api_key/*"}
    kept = {"Fn::Sub": "${CallBucket.Arn}/recordings/*"}
    assert actions_on("FinishCallRole", kept) == {"s3:PutObject"}


def test_recordings_are_kept_encrypted_and_not_for_ever() -> None:
    bucket = RESOURCES["CallBucket"]["Properties"]
    [rule] = bucket["BucketEncryption"]["ServerSideEncryptionConfiguration"]
    assert rule["ServerSideEncryptionByDefault"] == {"SSEAlgorithm": "aws:kms"}
    rules = bucket["LifecycleConfiguration"]["Rules"]
    assert [(each["Prefix"], each["ExpirationInDays"]) for each in rules] == [
        ("recordings/", {"Ref": "RecordingRetentionDays"})
    ]
    assert set(bucket["PublicAccessBlockConfiguration"].values()) == {True}
    [denied] = RESOURCES["CallBucketPolicy"]["Properties"]["PolicyDocument"]["Statement"]
    assert (denied["Effect"], denied["Condition"]) == ("Deny", {"Bool": {"aws:SecureTransport": "false"}})


def test_without_a_voicemail_there_is_nothing_that_records() -> None:
    calls = {name for name in RESOURCES if name.startswith(("FinishCall", "CallBucket"))}
    assert {RESOURCES[name].get("Condition") for name in calls} == {"TakesCalls", "KeepsRecordings"}
    assert evaluate(TEMPLATE["Conditions"]["TakesCalls"], {"RecordsCalls": "no"}) is False
    assert TEMPLATE["Parameters"]["RecordsCalls"]["Default"] == "no"


def test_only_tokens_that_are_renewed_can_be_replaced() -> None:
    writers = {role for role in ROLES for s in statements(role) if "ssm:PutParameter" in as_list(s["Action"])}
    assert writers == {"CheckAccountsRole"}
    [written] = [s["Resource"] for s in statements("CheckAccountsRole") if s["Action"] == "ssm:PutParameter"]
    names = [each["Fn::Sub"].partition(":parameter/nightbell/${Stage}/")[2] for each in as_list(written)]
    assert names == [TOKENS_OF_INSTAGRAM, *TOKENS_RENEWED]


@each_function
def test_a_function_logs_to_a_group_of_its_own_that_forgets(name: str) -> None:
    group = FUNCTIONS[name]["LoggingConfig"]["LogGroup"]["Ref"]
    assert group == f"{name}Logs"
    assert actions_on(f"{name}Role", {"Fn::GetAtt": [group, "Arn"]}) == {"logs:CreateLogStream", "logs:PutLogEvents"}


def test_every_log_group_forgets() -> None:
    groups = [r["Properties"] for r in RESOURCES.values() if r["Type"] == "AWS::Logs::LogGroup"]
    assert len(groups) == len(FUNCTIONS) + 1
    assert all(group["RetentionInDays"] == {"Ref": "LogRetentionDays"} for group in groups)


def test_the_access_log_holds_no_secret() -> None:
    """Meta's handshake carries the verify token in the query."""
    logged = RESOURCES["HttpApiStage"]["Properties"]["AccessLogSettings"]["Format"]
    allowed = {"requestId", "routeKey", "status", "identity.sourceIp", "responseLength"}
    allowed |= {"responseLatency", "integrationLatency", "error.message"}
    assert set(re.findall(r"\$context\.([A-Za-z.]+)", logged)) == allowed


@each_queue
def test_a_queue_is_encrypted(name: str) -> None:
    assert QUEUES[name]["SqsManagedSseEnabled"] is True


@pytest.mark.parametrize("name", WORK_QUEUES)
def test_a_queue_has_dead_letters_that_are_kept_for_14_days(name: str) -> None:
    letters = name.removesuffix("Queue") + "DeadLetters"
    assert WORK_QUEUES[name]["RedrivePolicy"]["deadLetterTargetArn"] == {"Fn::GetAtt": [letters, "Arn"]}
    assert QUEUES[letters]["MessageRetentionPeriod"] == 14 * 24 * 3600


@pytest.mark.parametrize(
    ("name", "queue"),
    [
        ("Acknowledge", "AckQueue"),
        ("ReplayDelivery", "SpillQueue"),
        ("ReceiveMail", "MailQueue"),
        ("FinishCall", "CallQueue"),
    ],
)
def test_a_queue_waits_for_six_lives_of_its_function(name: str, queue: str) -> None:
    [event] = FUNCTIONS[name]["Events"].values()
    mapping = event["Properties"]
    assert mapping["Queue"] == {"Fn::GetAtt": [queue, "Arn"]}
    window = mapping.get("MaximumBatchingWindowInSeconds", 0)
    assert QUEUES[queue]["VisibilityTimeout"] == 6 * FUNCTIONS[name]["Timeout"] + window
    assert mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    assert mapping["ScalingConfig"]["MaximumConcurrency"]


def test_an_acknowledgements_lease_ends_before_its_due_marker() -> None:
    """By as much as a hint may take until it is worked on."""
    lease = timedelta(seconds=FUNCTIONS["Acknowledge"]["Timeout"]) + LEASE_MARGIN
    assert lease + timedelta(seconds=10) <= FIRST_DUE


def test_what_a_dead_worker_left_is_found_within_two_minutes_and_with_time_to_send_it() -> None:
    assert FIRST_DUE + timedelta(minutes=1) + timedelta(seconds=10) <= timedelta(minutes=2)


def test_a_sweep_is_over_before_the_next_starts() -> None:
    assert FUNCTIONS["Sweep"]["Events"]["EveryMinute"]["Properties"]["Schedule"] == "rate(1 minute)"
    assert FUNCTIONS["Sweep"]["Timeout"] < 60


def test_the_table_can_be_recovered_and_not_be_deleted() -> None:
    table = RESOURCES["ConversationTable"]
    assert table["DeletionPolicy"] == table["UpdateReplacePolicy"] == "Retain"
    assert table["Properties"]["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}
    assert table["Properties"]["SSESpecification"]["SSEEnabled"] is True
    protected = table["Properties"]["DeletionProtectionEnabled"]["Fn::If"]
    assert protected == ["IsLocal", False, True]
    assert evaluate(TEMPLATE["Conditions"]["IsLocal"], {"Stage": "prod"}) is False


def test_the_indexes_hold_keys_only() -> None:
    """Anything more would cost write units each time an item changes."""
    indexes = RESOURCES["ConversationTable"]["Properties"]["GlobalSecondaryIndexes"]
    assert {index["IndexName"]: index["Projection"]["ProjectionType"] for index in indexes} == {
        "due": "KEYS_ONLY",
        "waiting": "KEYS_ONLY",
    }


def test_only_this_api_may_call_a_function_and_only_by_its_own_routes() -> None:
    every = {name: r["Properties"] for name, r in RESOURCES.items() if r["Type"] == "AWS::Lambda::Permission"}
    by_topic = every.pop("NotifyAlarmsPermission")
    assert by_topic["Principal"] == "sns.amazonaws.com"
    assert by_topic["SourceArn"] == {"Fn::GetAtt": ["WatchStack", "Outputs.AlarmTopicArn"]}
    permissions = list(every.values())
    # ReceiveWebhook by its alias where it has one.
    named = [p["FunctionName"].get("Fn::If", [p["FunctionName"]])[-1] for p in permissions]
    sources = [p["SourceArn"]["Fn::Sub"].rpartition(":")[2] for p in permissions]
    allowed = {name["Ref"]: source for name, source in zip(named, sources, strict=True)}
    assert allowed == {
        "ReceiveWebhook": "${HttpApi}/$default/*/webhooks/*",
        "ShowHours": "${HttpApi}/$default/GET/hours*",
        "ServeDesk": "${HttpApi}/$default/*/desk*",
    }
    assert len(permissions) == len(allowed)


def test_a_snapshot_is_called_by_its_alias_and_costs_nothing_where_nobody_wants_it() -> None:
    assert evaluate(TEMPLATE["Conditions"]["HasSnapStart"], {"SnapStart": "no"}) is False
    assert TEMPLATE["Parameters"]["SnapStart"]["Default"] == "no"
    alias, version = RESOURCES["ReceiveWebhookAlias"], RESOURCES["ReceiveWebhookVersion"]
    assert alias["Condition"] == version["Condition"] == "HasSnapStart"
    assert alias["Properties"]["FunctionVersion"] == {"Fn::GetAtt": ["ReceiveWebhookVersion", "Version"]}
    # One that was replaced would be paid for as long as it is kept.
    assert version["DeletionPolicy"] == version["UpdateReplacePolicy"] == "Delete"
    by_alias = {"Ref": "ReceiveWebhookAlias"}
    integration, permission = RESOURCES["WebhookIntegration"], RESOURCES["ReceiveWebhookPermission"]
    function = {"Fn::GetAtt": ["ReceiveWebhook", "Arn"]}
    assert integration["Properties"]["IntegrationUri"] == {"Fn::If": ["HasSnapStart", by_alias, function]}
    name = {"Ref": "ReceiveWebhook"}
    assert permission["Properties"]["FunctionName"] == {"Fn::If": ["HasSnapStart", by_alias, name]}
    # Otherwise switching it would leave the API without permission for a moment.
    assert integration["DependsOn"] == "ReceiveWebhookPermission"
    taken = {"Fn::If": ["HasSnapStart", {"ApplyOn": "PublishedVersions"}, {"Ref": "AWS::NoValue"}]}
    assert [name for name, each in FUNCTIONS.items() if "SnapStart" in each] == ["ReceiveWebhook"]
    assert FUNCTIONS["ReceiveWebhook"]["SnapStart"] == taken


def test_a_snapshot_without_a_version_of_its_own_or_of_an_old_python_is_refused() -> None:
    assert not refused(SnapStart="no", Runtime="python3.11")
    assert refused(SnapStart="yes")
    prepared = {name: rule for name, rule in TEMPLATE["Rules"].items() if name != RULE}
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(TEMPLATE, "Rules", prepared)
        assert not refused(SnapStart="yes", Runtime="python3.12")
        assert refused(SnapStart="yes", Runtime="python3.11")


def test_google_and_the_desk_are_checked_by_the_api_and_only_where_they_are_served() -> None:
    routes = {n: r["Properties"] for n, r in RESOURCES.items() if r["Type"] == "AWS::ApiGatewayV2::Route"}
    checked = {name for name, route in routes.items() if route["AuthorizationType"] != "NONE"}
    assert checked == {"GoogleRoute", "DeskApiRoute", "DeskReadRoute"}
    assert routes["GoogleRoute"]["RouteKey"] == "POST /webhooks/google"
    assert routes["GoogleRoute"]["AuthorizerId"] == {"Ref": "GoogleAuthorizer"}
    assert routes["GoogleRoute"]["Target"] == routes["WebhookRoute"]["Target"]
    authorizer = RESOURCES["GoogleAuthorizer"]["Properties"]
    assert authorizer["JwtConfiguration"] == {
        "Issuer": {"Ref": "GooglePushIssuer"},
        "Audience": [{"Ref": "GooglePushAudience"}],
    }
    assert {RESOURCES[name]["Condition"] for name in ("GoogleRoute", "GoogleAuthorizer")} == {"ServesGoogle"}


def test_whatever_the_desk_knows_about_customers_needs_a_token_of_its_own_pool() -> None:
    routes = {n: r["Properties"] for n, r in RESOURCES.items() if n.startswith("Desk") and n.endswith("Route")}
    proven = {route["RouteKey"] for route in routes.values() if route["AuthorizationType"] == "JWT"}
    assert proven == {"ANY /desk/api/{proxy+}", "GET /desk/api/{proxy+}"}
    assert {route["AuthorizerId"]["Ref"] for route in routes.values() if "AuthorizerId" in route} == {"DeskAuthorizer"}
    assert {route["RouteKey"] for route in routes.values()} - proven == {
        "ANY /desk/session",
        "GET /desk",
        "GET /desk/{proxy+}",
    }
    assert RESOURCES["DeskAuthorizer"]["Properties"]["JwtConfiguration"] == {
        "Issuer": {"Fn::GetAtt": ["DeskSignIn", "Outputs.Issuer"]},
        "Audience": [{"Fn::GetAtt": ["DeskSignIn", "Outputs.ClientId"]}],
    }


def test_passwords_cannot_be_guessed_by_the_hundred() -> None:
    stage = RESOURCES["HttpApiStage"]["Properties"]
    condition, limits, without = stage["RouteSettings"]["Fn::If"]
    assert (condition, without) == ("HasDesk", {"Ref": "AWS::NoValue"})
    [(route, limit)] = limits.items()
    [waits_for] = stage["StageVariables"]["Fn::If"][1].values()
    assert route == RESOURCES[waits_for["Ref"]]["Properties"]["RouteKey"]
    assert limit["ThrottlingRateLimit"] <= 10


def test_without_a_desk_there_is_nothing_of_it() -> None:
    desk = {name for name in RESOURCES if name.startswith(("Desk", "ServeDesk"))}
    assert len(desk) > 8
    assert {RESOURCES[name].get("Condition") for name in desk} == {"HasDesk"}
    assert evaluate(TEMPLATE["Conditions"]["HasDesk"], {"Desk": "no"}) is False


def test_a_domain_takes_the_place_of_the_apis_own_address_everywhere() -> None:
    """Whatever names the API's address names the domain first; what platforms sign is the address they call."""
    text = (ROOT / "template.yaml").read_text()
    named = [line for line in text.splitlines() if "${HttpApi}.execute-api" in line]
    assert named
    assert [line for line in named if "https://${DomainName}" not in line] == []
    for name, function in FUNCTIONS.items():
        url = function.get("Environment", {}).get("Variables", {}).get("PUBLIC_URL")
        if url is not None:
            condition, given, otherwise = url["Fn::If"]
            assert (name, condition, given) == (name, "HasPublicUrl", {"Ref": "PublicUrl"})
            assert otherwise["Fn::If"][:2] == ["HasDomain", {"Fn::Sub": "https://${DomainName}"}]
    assert refused(DomainName="hooks.example.com")
    assert not refused(
        DomainName="hooks.example.com", CertificateArn="arn:aws:acm:eu-west-1:123456789012:certificate/1"
    )


def test_hand_offs_lead_to_the_desk_that_there_is() -> None:
    """To the team's own place where it names one, else to the stack's own, else nowhere."""
    for name in ("Acknowledge", "Sweep"):
        condition, named, otherwise = FUNCTIONS[name]["Environment"]["Variables"]["DESK_URL"]["Fn::If"]
        assert (condition, named) == ("HasDeskUrl", {"Ref": "DeskUrl"})
        assert otherwise["Fn::If"][0] == "HasDesk"
        domain, own = otherwise["Fn::If"][1]["Fn::If"][1:]
        assert domain["Fn::Sub"] == "https://${DomainName}/desk"
        assert own["Fn::Sub"].endswith("/desk")
        assert otherwise["Fn::If"][2] == ""


def test_the_public_page_reaches_nothing_of_ours() -> None:
    """No conversation, no queue, no secret: of the table only what was opened or closed by hand."""
    table, log = statements("ShowHoursRole")
    assert (table["Action"], table["Condition"]) == (
        "dynamodb:GetItem",
        {"ForAllValues:StringEquals": {"dynamodb:LeadingKeys": [OVERRIDE_PK]}},
    )
    assert log["Resource"] == {"Fn::GetAtt": ["ShowHoursLogs", "Arn"]}
    assert set(FUNCTIONS["ShowHours"]["Environment"]["Variables"]) == {"TABLE_NAME"}
    common = TEMPLATE["Globals"]["Function"]["Environment"]["Variables"]
    harmless = [{"Ref": "ClockFile"}, {"Fn::Sub": "Nightbell/${Stage}"}]
    assert not [value for value in common.values() if isinstance(value, dict) and value not in harmless]


def test_an_operator_may_forget_contacts_and_touch_nothing_else() -> None:
    """Not the breakers, not the requests of people, and no item may be put or deleted."""
    stack, table, by_hand, mails, recordings = statements("OperatorPolicy")
    assert by_hand["Action"] == ["dynamodb:GetItem", "dynamodb:UpdateItem"]
    assert by_hand["Condition"] == {"ForAllValues:StringEquals": {"dynamodb:LeadingKeys": [OVERRIDE_PK]}}
    assert (mails["Action"], mails["Resource"]) == ("s3:DeleteObject", {"Fn::Sub": "${MailBucket.Arn}/mail/*"})
    assert (recordings["Action"], recordings["Resource"]) == (
        "s3:DeleteObject",
        {"Fn::Sub": "${CallBucket.Arn}/recordings/*"},
    )
    assert stack["Action"] == "cloudformation:DescribeStacks"
    assert stack["Resource"]["Fn::Sub"].endswith(":${AWS::AccountId}:stack/${AWS::StackName}/*")
    assert table["Action"] == ["dynamodb:GetItem", "dynamodb:Query", "dynamodb:UpdateItem"]
    assert table["Resource"] == {"Fn::GetAtt": ["ConversationTable", "Arn"]}
    keys = table["Condition"]["ForAllValues:StringLike"]["dynamodb:LeadingKeys"]
    assert keys == ["C#*", "REF#*", "GIVEN#*", "Q#*", "BY#*"]
    for pk in (conversation_pk("c", "a", "p"), reference_pk("b", "c"), quarantine_pk("2026-11")):
        assert any(pk.startswith(key[:-1]) for key in keys)
    for pk in (account_pk("c", "a"), request_pk("c"), thread_pk("c", "a", "t")):
        assert not any(pk.startswith(key[:-1]) for key in keys)


@pytest.mark.parametrize(
    "given",
    [
        {"ClockFile": "clock.json"},
        {"GraphApiUrl": "http://127.0.0.1:4790"},
        {"GraphApiUrl": "https://a.example"},
        {"InstagramApiUrl": "https://a.example"},
        {"PlatformsUrl": "http://127.0.0.1:4790"},
        {"GooglePushIssuer": "http://127.0.0.1:4790/google"},
    ],
)
def test_only_the_local_stage_shifts_its_clock_or_replaces_a_platform(given: dict[str, str]) -> None:
    assert refused(Stage="prod", **given)
    assert not refused(Stage="local", **given)
    assert not refused(Stage="prod")


def test_what_ships_is_what_lies_in_functions() -> None:
    """No test, note or secret: everything below functions/ is deployed."""
    assert TEMPLATE["Globals"]["Function"]["CodeUri"] == "functions/"
    kept = {path.name for path in (ROOT / "functions").iterdir() if not path.name.startswith((".", "__"))}
    assert kept == {"business.toml", "nightbell", "requirements.in", "requirements.txt"}
    assert not list(Path(ROOT / "functions" / "nightbell").rglob("test_*"))


def test_every_role_and_policy_is_tried_by_the_proof_of_privileges() -> None:
    kinds = {"AWS::IAM::Role": "Role", "AWS::IAM::ManagedPolicy": "Policy"}
    found = {
        name.removesuffix(kinds[resource["Type"]])
        for name, resource in TEMPLATE["Resources"].items()
        if resource["Type"] in kinds
    }
    assert found == set(PRIVILEGES)


def test_every_parameter_is_explained() -> None:
    table = (ROOT / "docs" / "operations.md").read_text().partition("\n### Parameters\n")[2].partition("\n### ")[0]
    said: dict[str, str] = {}
    for row in re.findall(r"^\| (`.*?) \| (.*?) \|", table, re.MULTILINE):
        names, defaults = re.findall(r"`(\w+)`", row[0]), row[1].replace("`", "").split(", ")
        said |= dict(zip(names, defaults if len(defaults) >= len(names) else defaults * len(names), strict=False))
    assert said.keys() == TEMPLATE["Parameters"].keys()
    local = {"GraphApiUrl", "InstagramApiUrl", "PlatformsUrl", "GooglePushIssuer", "ClockFile"}
    theirs = {name: str(each["Default"]) or "empty" for name, each in TEMPLATE["Parameters"].items()}
    assert {name: said[name] for name in said if name not in local} == {
        n: d for n, d in theirs.items() if n not in local
    }


def test_every_alarm_says_what_to_do() -> None:
    explained = (ROOT / "docs" / "operations.md").read_text()
    sources = [path.read_text() for path in (ROOT / "functions" / "nightbell").rglob("*.py")]
    told = re.compile(r'(?:Fact|Finding)\(\s*name="(\w+)", alarm=True')
    names = {name for source in sources for name in told.findall(source)}
    assert len(names) > 5
    assert {name for name in names if f"`{name}`" not in explained} == set()


MAIL = {"MailBucket", "MailTopic", "MailQueue", "MailDeadLetters", "ReceiveMail", "MailRule", "MailSending"}


def test_without_a_domain_there_is_nothing_of_mail() -> None:
    assert {name for name in MAIL if "Condition" not in RESOURCES[name]} == set()
    assert not refused()
    assert refused(MailDomain="mail.example.com")
    assert not refused(MailDomain="mail.example.com", MailAddresses="hello@mail.example.com")


def test_only_ses_can_say_that_a_mail_arrived() -> None:
    """The topic takes from SES for this account, the queue from the topic, the bucket from SES's rules."""
    names = [name for name in RESOURCES if "Mail" in name and name.endswith("Policy")]
    policies = {name: RESOURCES[name]["Properties"]["PolicyDocument"]["Statement"] for name in names}
    [topic], [queue], [bucket, secure] = (
        policies[name] for name in ("MailTopicPolicy", "MailQueuePolicy", "MailBucketPolicy")
    )
    account = {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}
    assert (topic["Principal"], topic["Action"]) == ({"Service": "ses.amazonaws.com"}, "sns:Publish")
    assert topic["Condition"] == {"StringEquals": account}
    assert (queue["Principal"], queue["Action"]) == ({"Service": "sns.amazonaws.com"}, "sqs:SendMessage")
    assert queue["Condition"] == {"ArnEquals": {"aws:SourceArn": {"Ref": "MailTopic"}}}
    assert (bucket["Principal"], bucket["Action"]) == ({"Service": "ses.amazonaws.com"}, "s3:PutObject")
    assert bucket["Condition"]["StringEquals"] == account
    assert secure["Fn::If"][0] == "IsLocal"
    assert set(policies) == {"MailTopicPolicy", "MailQueuePolicy", "MailBucketPolicy"}


def test_a_mail_is_kept_for_longer_than_the_queue_tells_of_it() -> None:
    days = TEMPLATE["Parameters"]["MailRetentionDays"]
    kept = timedelta(seconds=QUEUES["MailQueue"]["MessageRetentionPeriod"])
    assert timedelta(days=days["MinValue"]) > kept
    rules = RESOURCES["MailBucket"]["Properties"]["LifecycleConfiguration"]["Rules"]
    assert [(rule["Prefix"], rule["ExpirationInDays"]) for rule in rules] == [("mail/", {"Ref": "MailRetentionDays"})]
    assert RESOURCES["MailBucket"]["Properties"]["PublicAccessBlockConfiguration"] == dict.fromkeys(
        ("BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets"), True
    )


def test_mail_is_sent_for_its_own_domain_only() -> None:
    for role in ("AcknowledgeRole", "SweepRole"):
        [sends] = [s for s in statements(role) if "ses:SendEmail" in as_list(s["Action"])]
        named = [resource["Fn::Sub"].rpartition(":")[2] for resource in sends["Resource"]]
        assert named == ["identity/${MailDomain}", "identity/*@${MailDomain}", "configuration-set/nightbell-${Stage}"]
