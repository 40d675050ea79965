"""The deployed stack is watched: what functions print sets alarms off, and a message is followed through the logs."""

import json
import os
import subprocess
import sys
from typing import Any
from uuid import uuid4

import pytest

from infra.build.template import ROOT
from infra.cli.stack import Deployment
from infra.cli.trace import log_groups
from infra.local.waiting import wait_for
from nightbell.adapters.aws_clients import AwsClients
from nightbell.adapters.clock import SystemClock
from tests.e2e.conftest import SOON_S, Shop
from tests.watching import ALARMS, printed

NAME = "nightbell-local-Defects"


@pytest.fixture
def queue_of_alarms(shop: Shop) -> Any:
    """Subscribe a queue to the topic that every alarm tells."""
    sqs, sns = shop.cloud.handles.client("sqs"), shop.cloud.handles.client("sns")
    url = sqs.create_queue(QueueName=f"alarms-{uuid4()}")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    allowed = {"Effect": "Allow", "Principal": "*", "Action": "sqs:SendMessage", "Resource": arn}
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": json.dumps({"Statement": [allowed]})})
    topic = shop.cloud.handles.outputs["AlarmTopicArn"]
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn)
    return lambda: [json.loads(message["Body"]) for message in sqs.receive_message(QueueUrl=url).get("Messages", ())]


def put(shop: Shop, messages: list[str]) -> int:
    """Do what CloudWatch does with lines in the embedded metric format; this cloud leaves it undone."""
    cloudwatch, count = shop.cloud.handles.client("cloudwatch"), 0
    for message in messages:
        for sample in printed(message, 0):
            dimensions = [{"Name": name, "Value": value} for name, value in sample.dimensions.items()]
            datum = {"MetricName": sample.name, "Value": sample.value, "Unit": sample.unit, "Dimensions": dimensions}
            cloudwatch.put_metric_data(Namespace=sample.namespace, MetricData=[datum])
            count += sample.name == "defects"
    return count


def printed_by(shop: Shop, group: str) -> list[str]:
    """Read the lines of metrics that a deployed function has printed."""
    found = shop.cloud.handles.client("logs").filter_log_events(logGroupName=group, filterPattern="_aws")["events"]
    return [event["message"] for event in found if event["message"].startswith("{")]


def test_the_deployed_alarms_are_those_of_the_template(shop: Shop) -> None:
    found = shop.cloud.handles.client("cloudwatch").describe_alarms(AlarmNamePrefix="nightbell-local-", MaxRecords=100)
    names = {alarm["AlarmName"].removeprefix("nightbell-local-") for alarm in found["MetricAlarms"]}
    # What watches a part that this stage leaves out is left out with it.
    assert names == set(ALARMS) - {"HumanQueueOld"}


def test_what_a_deployed_function_prints_sets_the_deployed_alarm_off(shop: Shop, queue_of_alarms: Any) -> None:
    handles = shop.cloud.handles
    groups = {name: group for group, name in log_groups(deployment(shop)).items()}
    broken = {"Records": [{"messageId": "1", "body": "no hint"}]}
    handles.client("lambda").invoke(FunctionName=handles.outputs["AcknowledgeName"], Payload=json.dumps(broken))
    assert wait_for(lambda: put(shop, printed_by(shop, groups["Acknowledge"])), SOON_S)
    cloudwatch = handles.client("cloudwatch")

    def state() -> str | None:
        [alarm] = cloudwatch.describe_alarms(AlarmNames=[NAME])["MetricAlarms"]
        return "ALARM" if alarm["StateValue"] == "ALARM" else None

    assert wait_for(state, SOON_S)
    told: list[dict[str, Any]] = []

    def ours() -> dict[str, Any] | None:
        told.extend(json.loads(each["Message"]) for each in queue_of_alarms())
        return next((each for each in told if (each["AlarmName"], each["NewStateValue"]) == (NAME, "ALARM")), None)

    said = wait_for(ours, SOON_S)
    assert said, told
    assert said["AlarmDescription"].endswith("#alarms")


def deployment(shop: Shop) -> Deployment:
    os.environ.update(shop.cloud.handles.environment)
    return Deployment(stage="local", aws=AwsClients(), clock=SystemClock())


def trace(shop: Shop, *arguments: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "infra.cli", "trace", *arguments, "--stage", "local"]
    environment = os.environ | shop.cloud.handles.environment
    return subprocess.run(command, check=False, cwd=ROOT, env=environment, capture_output=True, text=True)


def test_one_command_follows_a_message_through_all_functions(shop: Shop) -> None:
    contact = shop.somebody()
    shop.write(contact, "Is my canary ready?")
    shop.answer(contact)
    pk = shop.conversation(contact)

    def traced() -> list[dict[str, Any]] | None:
        done = trace(shop, pk, "--json")
        lines = json.loads(done.stdout or "[]")
        return lines if {"messages_stored", "sends_sent"} <= {line["name"] for line in lines} else None

    lines = wait_for(traced, SOON_S)
    assert lines, trace(shop, pk).stderr
    assert {"ReceiveWebhook", "Acknowledge"} <= {line["function"] for line in lines}
    assert [line["at"] for line in lines] == sorted(line["at"] for line in lines)
    assert "canary" not in str(lines)
    assert contact.contact_id not in str(lines)
    [delivery] = {line["fields"]["delivery"] for line in lines if line["name"] == "messages_stored"}
    by_delivery = json.loads(trace(shop, delivery, "--json").stdout)
    assert {"messages_stored", "sends_sent"} <= {line["name"] for line in by_delivery}
    message = next(item for item in shop.items(pk, "M#"))["sk"].removeprefix("M#")
    assert "sends_sent" in trace(shop, message.replace("%2E", ".")).stdout


def test_what_nobody_wrote_down_is_told_as_such(shop: Shop) -> None:
    done = trace(shop, "C#messenger.1.nobody")
    assert (done.returncode, done.stdout) == (1, "")
    assert "--since 7d" in done.stderr
    assert trace(shop, "C#messenger.1.nobody", "--since", "yesterday").returncode == 2


def test_every_function_of_the_stack_can_be_followed(shop: Shop) -> None:
    names = set(log_groups(deployment(shop)).values())
    assert {"HttpApi", "ReceiveWebhook", "Acknowledge", "Sweep", "ReplayDelivery", "CheckAccounts"} <= names
