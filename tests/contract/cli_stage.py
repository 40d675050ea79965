"""A small deployment that the nightbell command finds: the table, and the queues with their dead letters."""

import io
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from infra.build.template import load_template
from infra.cli.__main__ import main
from infra.cli.settings import load_settings
from nightbell.adapters.clock import SystemClock
from nightbell.adapters.queues import HumanQueue
from nightbell.adapters.receipt_table import ReceiptTable
from nightbell.adapters.table_client import Deadline, TableClient
from nightbell.adapters.unit_table import UnitTable
from nightbell.domain.events import Attachment, Contact, Message
from nightbell.domain.keys import conversation_pk
from nightbell.domain.unit import UnitState
from nightbell.platforms.registry import CHANNELS
from nightbell.services.ports import Attempt, Sending
from nightbell.services.store_messages import StoreMessages
from nightbell.services.tell_human_queue import TellHumanQueue
from tests.contract.conftest import ClientMaker

STAGE = "cli"
AT = datetime.now(UTC)
QUEUES = ("Ack", "Human", "Spill")
Run = Callable[..., tuple[int, str, str]]


class Terminal(io.StringIO):
    """Somebody types here."""

    def isatty(self) -> bool:
        return True


def runner(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, stage: str = STAGE) -> Run:
    """Run the command in this process: its exit code, and what it says."""

    def one(*argv: str, stdin: str = "", typed: str | None = None, stage: str = stage) -> tuple[int, str, str]:
        monkeypatch.setattr("sys.stdin", io.StringIO(stdin) if typed is None else Terminal(f"{typed}\n"))
        code = main([*argv, "--stage", stage])
        said = capsys.readouterr()
        return code, said.out, said.err

    return one


def deploy(aws: ClientMaker, stage: str = STAGE) -> dict[str, str]:
    """Deploy it once, and tell its outputs."""
    cloudformation, name = aws("cloudformation"), f"nightbell-{stage}"
    if name not in {stack["StackName"] for stack in cloudformation.describe_stacks()["Stacks"]}:
        cloudformation.create_stack(StackName=name, TemplateBody=json.dumps(_template()))
        cloudformation.get_waiter("stack_create_complete").wait(StackName=name, WaiterConfig={"Delay": 0.2})
    found = cloudformation.describe_stacks(StackName=name)["Stacks"][0]["Outputs"]
    return {output["OutputKey"]: output["OutputValue"] for output in found}


def _template() -> dict[str, Any]:
    whole = load_template()["Resources"]
    table = {key: whole["ConversationTable"]["Properties"][key] for key in ("KeySchema", "AttributeDefinitions")}
    table |= {key: whole["ConversationTable"]["Properties"][key] for key in ("GlobalSecondaryIndexes", "BillingMode")}
    resources: dict[str, Any] = {"ConversationTable": {"Type": "AWS::DynamoDB::Table", "Properties": table}}
    outputs = {"ConversationTableName": {"Value": {"Ref": "ConversationTable"}}}
    for queue in QUEUES:
        dead = f"{queue}DeadLetters"
        redrive = {"deadLetterTargetArn": {"Fn::GetAtt": [dead, "Arn"]}, "maxReceiveCount": 1000}
        resources[dead] = {"Type": "AWS::SQS::Queue"}
        resources[f"{queue}Queue"] = {
            "Type": "AWS::SQS::Queue",
            "Properties": {"VisibilityTimeout": 900, "RedrivePolicy": redrive},
        }
        outputs |= {f"{name}Url": {"Value": {"Ref": name}} for name in (f"{queue}Queue", dead)}
    return {"Resources": resources, "Outputs": outputs}


class Customer:
    """Writes to the shop past the webhook, straight into the table."""

    def __init__(self, aws: ClientMaker, outputs: dict[str, str], contact_id: str) -> None:
        self.accounts = load_settings().accounts
        self.channel, self.account_id = next(key for key in self.accounts if key[0] == "messenger")
        account = self.accounts[self.channel, self.account_id]
        self.account_name = account.name or self.account_id
        self.contact = Contact(contact_id=contact_id, address=contact_id, name="Ada \u202eRossi")
        self.pk = conversation_pk(self.channel, self.account_id, contact_id)
        table = TableClient(aws("dynamodb"), outputs["ConversationTableName"], Deadline(SystemClock()))
        self.receipts, self.units = ReceiptTable(table, 8), UnitTable(table, 8)
        self.queue = HumanQueue(aws("sqs"), outputs["HumanQueueUrl"], SystemClock())
        self.written = 0

    def write(self, text: str, *attachments: Attachment) -> None:
        self.written += 1
        message = Message(
            kind="messenger.message",
            channel=self.channel,
            account_id=self.account_id,
            contact=self.contact,
            message_id=f"m{self.written}",
            sent_at=AT,
            text=text,
            attachments=attachments,
        )
        StoreMessages(self.receipts, self.accounts, CHANNELS)(self.pk, [message], AT)

    def is_told(self, text: str) -> None:
        """Have the acknowledgement leave, and the human queue told."""
        unit = self.units.read_unit(self.pk, 1)
        assert unit is not None
        assert unit.text_id is not None
        attempt = Attempt(worker="w", now=AT, lease=AT + timedelta(seconds=40))
        sending = Sending(text_id=unit.text_id.value, text=text, promised_by=AT + timedelta(hours=1))
        sent = self.units.start(unit, attempt, sending)
        assert sent is not None
        TellHumanQueue(self.queue, self.units, self.accounts, CHANNELS)(sent, UnitState.SENT)
        assert self.units.finish(sent, UnitState.SENT)
