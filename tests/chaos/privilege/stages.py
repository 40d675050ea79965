"""Where the proof plays: the deployed stack, or only what bears on rights, for a run of seconds."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from infra.build.template import load_template
from infra.local.cloud import Ports, local_cloud
from infra.local.deployment import STACK, STAGE
from infra.local.ministack import MiniStack, free_port
from infra.local.platforms.meta.acts import Writing
from infra.local.platforms.meta.people import MESSENGER, Contact
from infra.local.progress import Progress
from infra.local.secrets import put_secrets
from infra.local.waiting import wait_for
from nightbell.domain.spill import cut
from tests.chaos.privilege.cast import Person, Stage, read_stage, root_of
from tests.chaos.privilege.probes import OF_GOOGLE, OF_LINE, OF_LINKEDIN, OF_RELAYS, OF_TELEGRAM, OF_TWILIO, OF_X
from tests.platforms.fixtures import read_fixtures

ACCOUNT_ID = "104200000000017"
KEPT = frozenset(
    f"AWS::{kind}"
    for kind in (
        "IAM::Role",
        "IAM::ManagedPolicy",
        "DynamoDB::Table",
        "SQS::Queue",
        "Logs::LogGroup",
        "S3::Bucket",
    )
)
MAIL = {"MailDomain": "mail.example.test", "MailAddresses": "hello@mail.example.test", "WebhooksOut": "yes"}
CALLS = {"RecordsCalls": "yes", "NotifyTeam": "yes"}
ANSWER_S = 30.0


@contextmanager
def rights_alone() -> Iterator[tuple[Stage, Person]]:
    """Make the template's table, queues, roles and policies, and nothing that runs."""
    with TemporaryDirectory() as folder, MiniStack(free_port(), Path(folder)) as cloud:
        cloud.wait()
        root = root_of(cloud.endpoint)
        pool = root.client("cognito-idp").create_user_pool(PoolName=STACK)["UserPool"]
        root.client("cognito-idp").create_group(UserPoolId=pool["Id"], GroupName="agents")
        cloudformation = root.client("cloudformation")
        cloudformation.create_stack(
            StackName=STACK,
            TemplateBody=json.dumps(_what_bears_on_rights(pool["Arn"])),
            Parameters=[
                {"ParameterKey": name, "ParameterValue": value}
                for name, value in {"Stage": STAGE, **MAIL, **CALLS}.items()
            ],
            Capabilities=["CAPABILITY_IAM"],
        )
        cloudformation.get_waiter("stack_create_complete").wait(StackName=STACK, WaiterConfig={"Delay": 0.2})
        names = ("app_secret", "instagram_app_secret", "verify_token", f"access_token/{ACCOUNT_ID}")
        put_secrets(root.client("ssm"), "meta", dict.fromkeys(names, "a secret of twenty-four characters"))
        for platform, named in (
            ("x", OF_X),
            ("telegram", OF_TELEGRAM),
            ("linkedin", OF_LINKEDIN),
            ("twilio", OF_TWILIO),
            ("google", OF_GOOGLE),
            ("line", OF_LINE),
            ("standard", OF_RELAYS),
        ):
            secrets = dict.fromkeys(named.values(), "a secret of twenty-four characters")
            put_secrets(root.client("ssm"), platform, secrets)
        yield read_stage(root, cloud.endpoint, ACCOUNT_ID), root


def _what_bears_on_rights(pool_arn: str) -> dict[str, Any]:
    """Leave out what runs, and the nested stack, whose user pool is made beside it."""
    nested = json.dumps({"Fn::GetAtt": ["DeskSignIn", "Outputs.PoolArn"]})
    whole = json.loads(json.dumps(load_template()).replace(nested, json.dumps(pool_arn)))
    resources = {name: each for name, each in whole["Resources"].items() if each["Type"] in KEPT}
    return {"Parameters": whole["Parameters"], "Conditions": whole["Conditions"], "Resources": resources}


@contextmanager
def deployed(failed: list[str]) -> Iterator[tuple[Stage, Person]]:
    """Deploy the stack; what its functions then fail to do with just their own rights is added to ``failed``."""
    with (
        TemporaryDirectory() as folder,
        local_cloud(Ports.free(), Progress(quiet=True), Path(folder)) as cloud,
    ):
        root = root_of(cloud.handles.endpoint)
        account = cloud.meta.account(MESSENGER)
        stage = read_stage(root, cloud.handles.endpoint, account.account_id)
        ada = Contact(channel=MESSENGER, account_id=account.account_id, contact_id="5000000000000001", name="Ada")
        cloud.meta.write(ada, Writing(text="Is my cake ready?"))
        if not wait_for(lambda: any(b.author == "business" for b in cloud.meta.transcript(ada)), ANSWER_S):
            failed.append("a customer wrote and got no answer")
        if not wait_for(cloud.human_queue, ANSWER_S):
            failed.append("a customer wrote and the human queue was told nothing")
        failed += _background(stage, root)
        yield stage, root


def _background(stage: Stage, root: Person) -> Iterator[str]:
    """Run what no customer starts: a sweep, and a replay of something spilled."""
    fixture = next(each for each in read_fixtures("valid") if each.name == "messenger_text")
    records = [{"messageId": "1", "body": json.dumps(part)} for part in cut(fixture.delivery())]
    for function, event in (("Sweep", {}), ("ReplayDelivery", {"Records": records}), ("CheckAccounts", {})):
        answer = root.client("lambda").invoke(FunctionName=stage.name(function), Payload=json.dumps(event))
        said = json.loads(answer["Payload"].read() or b"null")
        if "FunctionError" in answer or (said or {}).get("batchItemFailures"):
            yield f"{function} failed with just its own rights"
