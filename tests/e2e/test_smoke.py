"""The smoke test goes through the deployed functions, leaves nothing behind, and finds what is broken."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from infra.cli.outcome import CliError
from infra.cli.smoke import PK, run_smoke
from infra.cli.smoke_delivery import TEXT, deliver, webhook_url
from infra.cli.smoke_secret import current_secrets
from infra.cli.stack import Deployment
from infra.local.cloud import LocalCloud
from infra.local.waiting import wait_for
from nightbell.adapters.aws_clients import AwsClients
from nightbell.adapters.clock import SystemClock
from nightbell.adapters.secret_parameters import SecretParameters
from tests.e2e.conftest import SOON_S, Shop

SECRET = "/nightbell/local/standard/source/nightbell-smoke"  # pragma: allowlist secret
BRIEF_S = 5.0


@pytest.fixture(autouse=True, scope="module")
def empty_queue(cloud: LocalCloud) -> None:
    """Take out what other tests have left: the smoke test looks at a hundred messages and no more."""
    cloud.handles.client("sqs").purge_queue(QueueUrl=cloud.handles.human_queue_url)


@pytest.fixture
def deployment(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> Deployment:
    for name, value in shop.cloud.handles.environment.items():
        monkeypatch.setenv(name, value)
    clock: Any = shop.cloud.clock
    return Deployment(stage="local", aws=AwsClients(), clock=clock)


def put_secret(shop: Shop, value: str) -> None:
    ssm = shop.cloud.handles.client("ssm")
    ssm.put_parameter(Name=SECRET, Value=value, Type="SecureString", Overwrite=True)


def handed_over(shop: Shop) -> list[dict[str, Any]]:
    return [message for message in shop.cloud.human_queue() if message["conversation_id"] == PK]


@contextmanager
def without(shop: Shop, role: str, action: str) -> Iterator[None]:
    """Take a right from a deployed role for a while."""
    stack, iam = shop.cloud.handles.client("cloudformation"), shop.cloud.handles.client("iam")
    found = stack.describe_stack_resource(StackName="nightbell-local", LogicalResourceId=role)
    name = found["StackResourceDetail"]["PhysicalResourceId"]
    (policy,) = iam.list_role_policies(RoleName=name)["PolicyNames"]
    document = iam.get_role_policy(RoleName=name, PolicyName=policy)["PolicyDocument"]
    left = [each for each in document["Statement"] if action not in each["Action"]]
    assert len(left) == len(document["Statement"]) - 1
    try:
        iam.put_role_policy(
            RoleName=name, PolicyName=policy, PolicyDocument=json.dumps({**document, "Statement": left})
        )
        yield
    finally:
        iam.put_role_policy(RoleName=name, PolicyName=policy, PolicyDocument=json.dumps(document))


def test_it_comes_through_and_leaves_nothing_that_anybody_wrote(shop: Shop, deployment: Deployment) -> None:
    customer = shop.somebody()
    shop.write(customer)
    shop.told(customer, "acknowledged")
    done = run_smoke(deployment, SOON_S)
    assert done.seen
    assert handed_over(shop) == []
    items = shop.items(PK)
    assert items
    assert TEXT not in str(items)
    meta = next(item for item in items if item["sk"] == "META")
    assert meta["seen_seq"] == meta["last_seq"]
    assert "waiting_pk" not in meta
    # What lay in the queue before lies there still.
    assert shop.hand_off(customer)["acknowledgement"]["state"] == "acknowledged"


def test_nobody_needs_to_wait_before_the_next_one(deployment: Deployment) -> None:
    """Not for the functions to forget a secret, either: that takes them five minutes."""
    assert run_smoke(deployment, SOON_S).seen
    assert run_smoke(deployment, SOON_S).seen


def test_what_a_run_left_that_was_broken_off_is_no_hindrance(shop: Shop, deployment: Deployment) -> None:
    keys = current_secrets(
        SecretParameters(deployment.client("ssm"), deployment.secrets_prefix), SystemClock(None).now()
    )
    deliver(webhook_url(deployment.outputs()), keys, deployment.clock.now(), BRIEF_S)
    assert wait_for(lambda: handed_over(shop), SOON_S)
    assert run_smoke(deployment, SOON_S).seen
    assert handed_over(shop) == []


def test_another_secret_than_the_functions_know_is_found(shop: Shop, deployment: Deployment) -> None:
    run_smoke(deployment, SOON_S)
    right = shop.cloud.handles.client("ssm").get_parameter(Name=SECRET, WithDecryption=True)["Parameter"]["Value"]
    put_secret(shop, "whsec_" + "QUJD" * 10)
    try:
        with pytest.raises(CliError, match=r"answered with 401\. ReceiveWebhook knows another secret") as refused:
            run_smoke(deployment, BRIEF_S)
    finally:
        put_secret(shop, right)
    assert "QUJD" not in str(refused.value)


def test_a_right_that_is_missing_is_found_and_named(shop: Shop, deployment: Deployment) -> None:
    with (
        without(shop, "AcknowledgeRole", "sqs:SendMessage"),
        pytest.raises(CliError, match=r"was stored, and nobody was told: its unit is READY") as refused,
    ):
        run_smoke(deployment, BRIEF_S)
    assert "Acknowledge wrote:" in str(refused.value)
    assert run_smoke(deployment, SOON_S).seen


def test_a_queue_that_is_not_the_teams_is_found(
    shop: Shop, deployment: Deployment, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = shop.cloud.handles.client("sqs").create_queue(QueueName="somebody-elses")["QueueUrl"]
    outputs = {**deployment.outputs(), "HumanQueueUrl": other}
    monkeypatch.setattr(Deployment, "outputs", lambda _: outputs)
    with pytest.raises(CliError, match="the functions tell another"):
        run_smoke(deployment, SOON_S)
