"""The nightbell command finds a deployed stack and works on its table, its secrets and its queue."""

import io
import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from infra.build.template import ROOT, load_template
from infra.cli.__main__ import main
from infra.cli.secret_values import needed
from infra.cli.settings import load_settings
from nightbell.adapters.clock import SystemClock
from nightbell.adapters.queues import HumanQueue
from nightbell.adapters.receipt_table import ReceiptTable
from nightbell.adapters.table_client import Deadline, TableClient
from nightbell.adapters.unit_table import UnitTable
from nightbell.domain.conversation import Consent, Conversation
from nightbell.domain.events import Attachment, Contact, Message
from nightbell.domain.keys import conversation_pk
from nightbell.domain.unit import UnitState
from nightbell.platforms.registry import CHANNELS
from nightbell.services.ports import Attempt, NumberedMessage, Sending, StoreRequest
from nightbell.services.store_messages import StoreMessages
from nightbell.services.tell_human_queue import TellHumanQueue
from tests.contract.conftest import ClientMaker

STAGE = "cli"
STACK = f"nightbell-{STAGE}"
AT = datetime.now(UTC)
KEY = "0123456789abcdef" * 2  # pragma: allowlist secret
OTHER = "fedcba9876543210" * 2  # pragma: allowlist secret

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(aws: ClientMaker, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:  # noqa: ARG001 - it points the command at the emulator
    def one(*argv: str, stdin: str = "", stage: str = STAGE) -> tuple[int, str, str]:
        monkeypatch.setattr("sys.stdin", io.StringIO(stdin))
        code = main([*argv, "--stage", stage])
        said = capsys.readouterr()
        return code, said.out, said.err

    return one


@pytest.fixture
def outputs(aws: ClientMaker) -> dict[str, str]:
    """Deploy the table and the queue as the template has them, once."""
    cloudformation = aws("cloudformation")
    if STACK not in {stack["StackName"] for stack in cloudformation.describe_stacks()["Stacks"]}:
        cloudformation.create_stack(StackName=STACK, TemplateBody=json.dumps(_small_template()))
        cloudformation.get_waiter("stack_create_complete").wait(StackName=STACK, WaiterConfig={"Delay": 0.2})
    found = cloudformation.describe_stacks(StackName=STACK)["Stacks"][0]["Outputs"]
    return {output["OutputKey"]: output["OutputValue"] for output in found}


def _small_template() -> dict[str, Any]:
    whole = load_template()["Resources"]
    table = {key: whole["ConversationTable"]["Properties"][key] for key in ("KeySchema", "AttributeDefinitions")}
    table |= {key: whole["ConversationTable"]["Properties"][key] for key in ("GlobalSecondaryIndexes", "BillingMode")}
    return {
        "Resources": {
            "ConversationTable": {"Type": "AWS::DynamoDB::Table", "Properties": table},
            "HumanQueue": {"Type": "AWS::SQS::Queue", "Properties": {"VisibilityTimeout": 900}},
        },
        "Outputs": {
            "ConversationTableName": {"Value": {"Ref": "ConversationTable"}},
            "HumanQueueUrl": {"Value": {"Ref": "HumanQueue"}},
        },
    }


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
        unit = self.units.read_unit(self.pk, 1)
        assert unit is not None
        assert unit.text_id is not None
        attempt = Attempt(worker="w", now=AT, lease=AT + timedelta(seconds=40))
        sending = Sending(text_id=unit.text_id.value, text=text, promised_by=AT + timedelta(hours=1))
        sent = self.units.start(unit, attempt, sending)
        assert sent is not None
        TellHumanQueue(self.queue, self.units, self.accounts, CHANNELS)(sent, UnitState.SENT)
        assert self.units.finish(sent, UnitState.SENT)


@pytest.fixture
def ada(aws: ClientMaker, outputs: dict[str, str], request: pytest.FixtureRequest) -> Customer:
    return Customer(aws, outputs, f"{request.node.name}")


# The desk


def test_an_agent_reads_all_that_waits_and_what_the_customer_was_told(run: Run, ada: Customer) -> None:
    ada.write(
        "Is it open?\r\n#9  I am a \u202eheading", Attachment(kind="image", reference="77", detail="a\x1bcake.png")
    )
    ada.is_told("Marta will answer you.")
    ada.write("Hello?")
    code, out, err = run("desk", "take", ada.pk, "--agent", "marta")
    assert code == 0
    assert f"Ada <U+202E>Rossi on messenger; {ada.account_name}\n" in out
    assert "  | Is it open?\n  | #9  I am a <U+202E>heading\n  + image a<U+001B>cake.png 77\n" in out
    assert "#2" in out
    assert "The customer was told: sent\n  | Marta will answer you.\n  promised by" in out
    assert "Nobody may mail or call" in out
    assert f"nightbell desk close '{ada.pk}'" in err


def test_times_are_on_the_brands_clock(run: Run, ada: Customer) -> None:
    ada.write("Hello")
    _, out, _ = run("desk", "take", ada.pk, "--agent", "marta", "--json")
    zone = next(iter(load_settings().brands.values())).zone
    message = json.loads(out)["messages"][0]
    assert message["sent_at"] == AT.astimezone(zone).isoformat(timespec="seconds")
    assert json.loads(out)["zone"] == zone.key


def test_a_consent_is_shown_with_the_words_that_asked_for_it(run: Run, ada: Customer) -> None:
    ada.write("Hello")
    read = ada.receipts.read_conversation(ada.pk)
    consent = Consent(channel="phone", address="+34 1", given_at=AT, wording="At which number?", seq=2)
    written = replace(read, last_seq=2, follow_up="call_me", reference="NB-2746-1904", consent=consent)
    _store(ada, read, written)
    _, out, _ = run("desk", "take", ada.pk, "--agent", "marta")
    assert "The customer chose: call_me, reference NB-2746-1904" in out
    assert "You may call +34 1, given on" in out
    assert "  | At which number?" in out
    assert "still on its way into this list" not in out


def _store(ada: Customer, read: Conversation, written: Conversation) -> None:
    message = Message(
        kind="messenger.message",
        channel=ada.channel,
        account_id=ada.account_id,
        contact=ada.contact,
        message_id="given",
        sent_at=AT,
        text="+34 1",
    )
    request = StoreRequest(
        pk=ada.pk, read=read, written=written, received_at=AT, messages=[NumberedMessage(seq=2, message=message)]
    )
    assert ada.receipts.store(request) is None


def test_closing_says_what_came_meanwhile(run: Run, ada: Customer) -> None:
    ada.write("Hello")
    run("desk", "take", ada.pk, "--agent", "marta")
    ada.write("One more thing")
    code, out, err = run("desk", "close", ada.pk, "--agent", "marta")
    assert (code, out) == (0, "Closed up to message 1.\n1 message waits in it.\n")
    assert f"nightbell desk take '{ada.pk}'" in err


def test_a_closed_conversation_has_nothing_to_take(run: Run, ada: Customer) -> None:
    ada.write("Hello")
    run("desk", "take", ada.pk, "--agent", "marta")
    assert run("desk", "close", ada.pk, "--agent", "marta", "--json")[1] == (
        '{\n  "closed_up_to": 1,\n  "still_waiting": 0\n}\n'
    )
    code, out, err = run("desk", "take", ada.pk, "--agent", "marta")
    assert (code, out) == (1, "")
    assert "Nothing waits in this conversation" in err


def test_two_agents_never_hold_one_conversation(run: Run, ada: Customer) -> None:
    ada.write("Hello")
    run("desk", "take", ada.pk, "--agent", "marta")
    code, _, err = run("desk", "take", ada.pk, "--agent", "luis")
    assert code == 1
    assert "marta holds this conversation" in err
    assert run("desk", "close", ada.pk, "--agent", "luis")[0] == 1
    assert run("desk", "release", ada.pk, "--agent", "marta")[:2] == (0, "Released. 1 message waits in it.\n")
    assert run("desk", "take", ada.pk, "--agent", "luis")[0] == 0


def test_an_unknown_conversation_is_refused(run: Run, outputs: dict[str, str]) -> None:
    assert outputs
    code, out, err = run("desk", "take", "C#messenger.1.\x1b[2J", "--agent", "marta")
    assert (code, out) == (1, "")
    assert "There is no conversation C#messenger.1.<U+001B>[2J" in err


# The queue


def test_a_peek_lists_what_waits_and_leaves_the_queue_as_it_was(run: Run, ada: Customer) -> None:
    ada.write("Hello")
    ada.is_told("Marta will answer you.")
    first, second = (run("queue", "peek", "--json")[1] for _ in range(2))
    mine = [found for found in json.loads(first) if found["conversation_id"] == ada.pk]
    assert [(found["waiting_count"], found["held_by"]) for found in mine] == [(1, None)]
    assert first == second


def test_a_peek_tells_where_the_contact_went_on_since_the_queue_was_told(
    run: Run, ada: Customer, aws: ClientMaker, outputs: dict[str, str]
) -> None:
    """A second message of an episode is told by the table alone."""
    ada.write("Hello")
    ada.is_told("Marta will answer you.")
    aws("dynamodb").update_item(
        TableName=outputs["ConversationTableName"],
        Key={"pk": {"S": ada.pk}, "sk": {"S": "META"}},
        UpdateExpression="SET via = :via",
        ExpressionAttributeValues={":via": {"S": "instagram_direct"}},
    )
    assert "on messenger, now on instagram_direct: question" in run("queue", "peek")[1]


def test_a_peek_leaves_out_what_is_answered(run: Run, ada: Customer) -> None:
    ada.write("Hello")
    ada.is_told("Marta will answer you.")
    run("desk", "take", ada.pk, "--agent", "marta")
    assert ada.pk in run("queue", "peek")[1]
    run("desk", "close", ada.pk, "--agent", "marta")
    assert ada.pk not in run("queue", "peek")[1]


# Secrets


def test_a_secret_from_stdin_is_stored_encrypted_and_said_by_nobody(run: Run, aws: ClientMaker) -> None:
    code, out, err = run("secrets", "set", "meta", "app_secret", stdin=f"{KEY}\n", stage="one")
    stored = aws("ssm").get_parameter(Name="/nightbell/one/meta/app_secret", WithDecryption=True)["Parameter"]
    assert (code, out, stored["Value"], stored["Type"]) == (0, "", KEY, "SecureString")
    assert KEY not in err


def test_a_secret_that_is_typed_does_not_show_on_the_terminal(aws: ClientMaker) -> None:
    command = [sys.executable, "-m", "infra.cli", "secrets", "set", "meta", "app_secret", "--stage", "typed"]
    # A terminal of its own: getpass asks the terminal itself, whatever stdin is.
    inside = f"import pty, sys; sys.exit(pty.spawn({command!r}) >> 8)"
    with subprocess.Popen(
        [sys.executable, "-c", inside], stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT, bufsize=0
    ) as terminal:
        assert terminal.stdin is not None
        assert terminal.stdout is not None
        shown = b""
        while b"is not shown): " not in shown and (more := terminal.stdout.read(1)):
            shown += more
        terminal.stdin.write(KEY.encode() + b"\n")
        shown += terminal.stdout.read()
    stored = aws("ssm").get_parameter(Name="/nightbell/typed/meta/app_secret", WithDecryption=True)["Parameter"]
    assert stored["Value"] == KEY
    assert b"Stored /nightbell/typed/meta/app_secret" in shown
    assert KEY.encode() not in shown


def test_the_previous_value_stays_accepted_unless_it_is_withdrawn(run: Run, aws: ClientMaker) -> None:
    def stored() -> str:
        found = aws("ssm").get_parameter(Name="/nightbell/two/meta/app_secret", WithDecryption=True)
        return str(found["Parameter"]["Value"])

    run("secrets", "set", "meta", "app_secret", stdin=KEY, stage="two")
    _, _, err = run("secrets", "set", "meta", "app_secret", stdin=OTHER, stage="two")
    assert stored() == f"{OTHER}\n{KEY}"
    assert "nightbell secrets set meta app_secret --stage two --only" in err
    run("secrets", "set", "meta", "app_secret", "--only", stdin=OTHER, stage="two")
    assert stored() == OTHER


def test_the_check_names_every_missing_secret_and_how_to_set_it(run: Run) -> None:
    stage = "three"
    code, out, err = run("secrets", "check", stage=stage)
    assert code == 1
    assert "→ nightbell secrets set meta app_secret --stage three" in out
    assert f"0 of {len(needed(load_settings().accounts.values()))} secrets are set" in err
    missing = json.loads(run("secrets", "check", "--json", stage=stage)[1])
    for each in missing:
        _, _, _, platform, name = each["parameter"].split("/", 4)
        run("secrets", "set", platform, name, stdin=KEY, stage=stage)
    code, out, _ = run("secrets", "check", stage=stage)
    assert code == 0
    assert out.count("1 value accepted  changed just now") == len(missing)
    assert KEY not in out


# What can go wrong


def test_a_stage_that_is_not_deployed_is_said_with_its_remedy(run: Run) -> None:
    code, _, err = run("desk", "take", "C#a.b.c", "--agent", "marta", stage="nowhere")
    assert code == 1
    assert "Stage nowhere is not deployed in region us-east-1. Deploy it: make deploy STAGE=nowhere." in err


def test_missing_credentials_are_said_with_their_remedy(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/nonexistent")
    monkeypatch.setenv("AWS_CONFIG_FILE", "/nonexistent")
    code, _, err = run("secrets", "check")
    assert code == 1
    assert "no AWS credentials were found. Sign in" in err


def test_an_endpoint_that_is_not_there_is_said(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    code, _, err = run("desk", "release", "C#a.b.c", "--agent", "marta")
    assert code == 1
    assert "Could not find stage cli: AWS does not answer" in err
