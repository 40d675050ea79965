"""An operator finds what could not be read or stored, has it stored once, or gives it up with a record."""

import io
import json
import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from infra.build.template import load_template
from infra.cli.__main__ import main
from infra.cli.outcome import CliError
from infra.cli.settings import load_settings
from nightbell.adapters.clock import SystemClock
from nightbell.adapters.quarantine_table import QuarantineTable
from nightbell.adapters.receipt_table import ReceiptTable
from nightbell.adapters.table_client import Deadline, TableClient
from nightbell.domain.errors import UnavailableError
from nightbell.domain.events import Delivery
from nightbell.domain.keys import conversation_pk, spilled_pk
from nightbell.domain.spill import cut
from nightbell.services.kept import Entry
from tests.contract.conftest import ClientMaker
from tests.contract.conversation_table import partition

STAGE = "kept"
STACK = f"nightbell-{STAGE}"
AT = datetime.now(UTC).replace(microsecond=0) - timedelta(days=2)
MONTH = f"{AT:%Y-%m}"
ACCOUNT = next(account for channel, account in load_settings().accounts if channel == "messenger")
LARGE = random.Random(1).randbytes(400_000).hex()

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(aws: ClientMaker, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:  # noqa: ARG001 - it points the command at the emulator
    def one(*argv: str) -> tuple[int, str, str]:
        monkeypatch.setattr("sys.stdin", io.StringIO(""))
        code = main([*argv, "--stage", STAGE])
        said = capsys.readouterr()
        return code, said.out, said.err

    return one


def delivery(body: bytes) -> Delivery:
    return Delivery(platform="meta", path="", method="POST", headers={}, query={}, body=body, received_at=AT)


class Stack:
    """What the commands work on, seen past them."""

    def __init__(self, aws: ClientMaker) -> None:
        cloudformation = aws("cloudformation")
        if STACK not in {stack["StackName"] for stack in cloudformation.describe_stacks()["Stacks"]}:
            cloudformation.create_stack(StackName=STACK, TemplateBody=json.dumps(_small_template()))
            cloudformation.get_waiter("stack_create_complete").wait(StackName=STACK, WaiterConfig={"Delay": 0.2})
        found = cloudformation.describe_stacks(StackName=STACK)["Stacks"][0]["Outputs"]
        self.outputs = {output["OutputKey"]: output["OutputValue"] for output in found}
        self.dynamodb, self.sqs = aws("dynamodb"), aws("sqs")
        self.table = self.outputs["ConversationTableName"]
        client = TableClient(self.dynamodb, self.table, Deadline(SystemClock()))
        self.receipts = ReceiptTable(client, 3)
        self.quarantine, self.records = QuarantineTable(client), QuarantineTable(client, spilled_pk)

    def keep(self, body: bytes, reason: str = "value is not an object", **more: Any) -> str:
        described: dict[str, Any] = {"platform": "meta", "kind": "messenger.message", "received_at": AT} | more
        return self.receipts.quarantine(body, reason=reason, **described)

    def entry(self, name: str) -> Entry:
        entry = self.quarantine.find(name, MONTH)
        assert entry is not None
        return entry

    def spill(self, body: bytes, *, leave_out: int = 0) -> str:
        """Put a delivery among the dead letters; returns its id."""
        parts = cut(delivery(body))
        for part in parts:
            if part["part"] != leave_out:
                self.sqs.send_message(QueueUrl=self.outputs["SpillDeadLettersUrl"], MessageBody=json.dumps(part))
        return str(parts[0]["id"])

    def part(self, body: bytes, number: int) -> dict[str, object]:
        return cut(delivery(body))[number - 1]

    def dead(self) -> list[str]:
        """Read the bodies that anybody can receive right now, and put them back."""
        url = self.outputs["SpillDeadLettersUrl"]
        found: dict[str, Any] = {}
        while some := self.sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages"):
            found |= {message["MessageId"]: message for message in some}
        for message in found.values():
            self.sqs.change_message_visibility(
                QueueUrl=url, ReceiptHandle=message["ReceiptHandle"], VisibilityTimeout=0
            )
        return [message["Body"] for message in found.values()]

    def texts(self, contact: str) -> list[str]:
        """Read what is stored of a contact's messages."""
        pk = conversation_pk("messenger", ACCOUNT, contact)
        found = [item for item in partition(self.dynamodb, self.table, pk) if item["sk"].startswith("M#")]
        return [item.get("txt", "") for item in sorted(found, key=lambda item: int(item["seq"]))]

    def units(self, contact: str) -> list[dict[str, Any]]:
        pk = conversation_pk("messenger", ACCOUNT, contact)
        return [item for item in partition(self.dynamodb, self.table, pk) if item["sk"].startswith("A#")]


@pytest.fixture
def stack(aws: ClientMaker) -> Stack:
    return Stack(aws)


def _small_template() -> dict[str, Any]:
    whole = load_template()
    table = {
        key: whole["Resources"]["ConversationTable"]["Properties"][key]
        for key in ("KeySchema", "AttributeDefinitions", "GlobalSecondaryIndexes", "BillingMode")
    }
    queues = ("AckQueue", "SpillQueue", "SpillDeadLetters")
    return {
        "Parameters": {"DueShards": {"Type": "Number", "Default": 3}},
        "Resources": {
            "ConversationTable": {"Type": "AWS::DynamoDB::Table", "Properties": table},
            **{name: {"Type": "AWS::SQS::Queue", "Properties": {"VisibilityTimeout": 600}} for name in queues},
        },
        "Outputs": {
            "ConversationTableName": {"Value": {"Ref": "ConversationTable"}},
            **{f"{name}Url": {"Value": {"Ref": name}} for name in queues},
        },
    }


@pytest.fixture
def contact(request: pytest.FixtureRequest) -> str:
    return str(random.Random(request.node.name).randrange(10**15, 10**16))


def messenger(contact: str, *texts: Any) -> bytes:
    """Write a delivery of Messenger; a text that is no text is what the parser cannot read."""
    events = [
        {
            "sender": {"id": contact},
            "recipient": {"id": ACCOUNT},
            "timestamp": int(AT.timestamp() * 1000),
            "message": {"mid": f"m_{contact}_{number}", "text": text},
        }
        for number, text in enumerate(texts)
    ]
    return json.dumps({"object": "page", "entry": [{"id": ACCOUNT, "time": 1, "messaging": events}]}).encode()


# What is kept


def test_a_list_says_what_it_is_and_nothing_that_anybody_wrote(run: Run, stack: Stack, contact: str) -> None:
    name = stack.keep(messenger(contact, ["my \u202eword"]), reason="text is not a text")
    code, out, err = run("quarantine", "list", "--json")
    assert code == 0
    (mine,) = (entry for entry in json.loads(out) if entry["id"] == name)
    size = len(messenger(contact, ["my \u202eword"]))
    assert (mine["platform"], mine["kind"], mine["reason"]) == ("meta", "messenger.message", "text is not a text")
    assert (mine["month"], mine["received_at"], mine["size"]) == (MONTH, AT.isoformat(), size)
    assert "in quarantine" in err
    text = run("quarantine", "list", "--month", MONTH)[1]
    assert name in text
    assert f"{size} bytes" in text
    assert "word" not in out + text


def test_a_month_without_anything_is_empty_and_a_word_is_none(run: Run, stack: Stack) -> None:
    assert stack.keep(b"x")
    assert run("quarantine", "list", "--month", "2020-01", "--json")[:2] == (0, "[]\n")
    assert run("quarantine", "list", "--month", "January")[0] == 2


def test_a_look_shows_the_structure_and_the_content_only_when_asked(run: Run, stack: Stack, contact: str) -> None:
    name = stack.keep(messenger(contact, {"word": "secret \u202eword"}))
    code, out, _ = run("quarantine", "show", name)
    assert code == 0
    assert "entry[0].messaging[0].message.text.word: text of 12" in out
    assert contact not in out
    assert "secret" not in out + run("quarantine", "show", name, "--json")[1]
    assert "secret <U+202E>word" in run("quarantine", "show", name, "--content")[1]
    assert "secret" in json.loads(run("quarantine", "show", name, "--content", "--json")[1])["content"]


def test_a_body_in_several_items_is_read_whole(run: Run, stack: Stack) -> None:
    name = stack.keep(LARGE.encode())
    assert stack.entry(name).parts == 2
    assert json.loads(run("quarantine", "show", name, "--content", "--json")[1])["content"] == LARGE
    run("quarantine", "discard", name, "--reason", "too long")
    kept = [item for item in partition(stack.dynamodb, stack.table, f"Q#{MONTH}") if item["sk"].startswith(name)]
    assert len(kept) == 2
    assert not [item for item in kept if "body_gzip" in item]


def test_an_unknown_id_is_refused(run: Run, stack: Stack) -> None:
    assert stack.table
    for verb in (["show"], ["replay"], ["discard", "--reason", "why"]):
        code, out, err = run("quarantine", *verb, "\x1b[2J")
        assert (code, out) == (1, "")
        assert "There is no <U+001B>[2J in quarantine" in err


# Replaying


def test_a_replay_stores_once_however_often_and_only_then_says_so(run: Run, stack: Stack, contact: str) -> None:
    name = stack.keep(messenger(contact, "now it can be read"))
    for _ in range(2):
        code, out, _ = run("quarantine", "replay", name, "--agent", "marta")
        assert code == 0
        assert "messages_" in out
    assert stack.texts(contact) == ["now it can be read"]
    assert len(stack.units(contact)) == 1
    replayed = stack.entry(name).replayed
    assert replayed is not None
    assert replayed.who == "marta"
    assert name not in run("quarantine", "list")[1]
    assert "replayed by marta" in run("quarantine", "list", "--all")[1]


def test_a_replayed_message_is_due_where_sweep_looks(run: Run, stack: Stack, contact: str) -> None:
    run("quarantine", "replay", stack.keep(messenger(contact, "hello")))
    (unit,) = stack.units(contact)
    assert unit["due_pk"] in {f"DUE#{shard}" for shard in range(3)}
    assert int(unit["created_at"]) == int(AT.timestamp() * 1000)


def test_what_is_still_not_understood_stays(run: Run, stack: Stack, contact: str) -> None:
    name = stack.keep(b"not json at all", kind="delivery")
    code, _, err = run("quarantine", "replay", name)
    assert code == 1
    assert "still not understood" in err
    assert stack.entry(name).is_open
    assert stack.quarantine.read_body(stack.entry(name)) == b"not json at all"
    assert name in run("quarantine", "list")[1]
    assert stack.texts(contact) == []


def test_of_a_whole_delivery_the_broken_part_is_kept_by_itself(run: Run, stack: Stack, contact: str) -> None:
    name = stack.keep(messenger(contact, "one", ["two"], "three"), kind="delivery")
    code, out, err = run("quarantine", "replay", name, "--json")
    (part,) = json.loads(out)["kept_as"]
    assert (code, stack.texts(contact)) == (1, ["one", "three"])
    assert f"nightbell quarantine show {part}" in err
    assert not stack.entry(name).is_open
    assert stack.entry(part).is_open


def test_a_part_of_a_delivery_is_read_again_by_itself(run: Run, stack: Stack, contact: str) -> None:
    """What the parser keeps of a broken event is a delivery; learnt, it is stored like any other."""
    run("quarantine", "replay", stack.keep(messenger(contact, "one", ["two"]), kind="delivery"))
    (part,) = (
        e for e in stack.quarantine.entries(MONTH) if contact in str(stack.quarantine.read_body(e)) and e.is_open
    )
    body = stack.quarantine.read_body(part)
    assert body is not None
    code, _, _ = run("quarantine", "replay", part.name)
    assert code == 1
    learnt = stack.keep(body.replace(b'["two"]', b'"two"'))
    assert run("quarantine", "replay", learnt)[0] == 0
    assert stack.texts(contact) == ["one", "two"]


def test_the_whole_of_a_message_that_was_cut_is_no_delivery(run: Run, stack: Stack) -> None:
    name = stack.keep(b'{"text": "very long"}', platform="messenger", reason="too large for one item")
    code, _, err = run("quarantine", "replay", name)
    assert code == 1
    assert "whose beginning is stored" in err


def test_settings_that_nobody_can_read_store_nothing(
    run: Run, stack: Stack, contact: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken() -> None:
        raise CliError("a fault")

    monkeypatch.setattr("infra.cli.storing.load_settings", broken)
    name = stack.keep(messenger(contact, "hello"))
    code, _, err = run("quarantine", "replay", name)
    assert (code, err) == (1, "a fault\n")
    assert stack.entry(name).is_open


# Giving up


def test_a_discard_keeps_who_when_and_why_and_no_content(run: Run, stack: Stack, contact: str) -> None:
    name = stack.keep(messenger(contact, "hello"))
    assert run("quarantine", "discard", name, "--reason", "a test", "--agent", "marta")[0] == 0
    run("quarantine", "discard", name, "--reason", "again", "--agent", "luis")
    discarded = stack.entry(name).discarded
    assert discarded is not None
    assert (discarded.who, discarded.why) == ("marta", "a test")
    assert stack.quarantine.read_body(stack.entry(name)) is None
    assert name not in run("quarantine", "list")[1]
    assert "discarded by marta" in run("quarantine", "show", name)[1]
    code, _, err = run("quarantine", "replay", name)
    assert (code, stack.texts(contact)) == (1, [])
    assert "was discarded by marta" in err


def test_what_was_discarded_and_comes_again_stays_discarded(run: Run, stack: Stack, contact: str) -> None:
    body = messenger(contact, ["hello"])
    run("quarantine", "discard", stack.keep(body), "--reason", "a test")
    assert stack.quarantine.read_body(stack.entry(stack.keep(body))) is None


@pytest.mark.parametrize("reason", ["", "  ", "two\nlines", "x" * 501])
def test_a_reason_says_something_in_one_line(run: Run, stack: Stack, reason: str) -> None:
    name = stack.keep(b"reason")
    assert run("quarantine", "discard", name, "--reason", reason)[0] == 2
    assert stack.entry(name).discarded is None


# Spilled deliveries


def test_a_look_at_the_dead_letters_loses_none_and_hides_none(run: Run, stack: Stack, contact: str) -> None:
    name = stack.spill(messenger(contact, "hello"))
    before = sorted(stack.dead())
    found = [entry for entry in json.loads(run("spill", "list", "--json")[1]) if entry["id"] == name]
    assert [(entry["platform"], entry["kind"], entry["month"]) for entry in found] == [("meta", "delivery", MONTH)]
    code, out, _ = run("spill", "show", name)
    assert code == 0
    assert "entry[0].messaging[0].message.text: text of 5" in out
    assert sorted(stack.dead()) == before
    run("spill", "discard", name, "--reason", "tidy")


def test_a_spilled_delivery_is_stored_once_and_then_gone(run: Run, stack: Stack, contact: str) -> None:
    body = messenger(contact, "hello")
    name = stack.spill(body)
    assert stack.spill(body) == name
    code, out, _ = run("spill", "replay", name, "--agent", "marta")
    assert (code, out) == (0, "messages_stored 1\n")
    assert [each for each in stack.dead() if name in each] == []
    stack.spill(body)
    assert run("spill", "replay", name)[0] == 0
    assert stack.texts(contact) == ["hello"]
    assert "replayed by marta" in run("spill", "list", "--all")[1]


def test_parts_in_the_table_complete_the_dead_letters(run: Run, stack: Stack, contact: str) -> None:
    body = messenger(contact, "hello") + b" " * 10 + LARGE.encode()
    name = stack.spill(body, leave_out=1)
    code, _, err = run("spill", "replay", name)
    assert code == 1
    assert "missing 1 of 2 parts" in err
    assert len([each for each in stack.dead() if name in each]) == 1
    stack.receipts.keep_spill_part(stack.part(body, 1), AT)
    code, out, err = run("spill", "replay", name)
    assert (code, out) == (0, "quarantined 1\n")
    assert "nightbell quarantine show" in err
    assert [each for each in stack.dead() if name in each] == []
    assert stack.receipts.read_spill_part(name, 1) is None


def test_a_discarded_delivery_leaves_neither_letters_nor_parts(run: Run, stack: Stack, contact: str) -> None:
    body = messenger(contact, "hello") + LARGE.encode()
    name = stack.spill(body, leave_out=1)
    stack.receipts.keep_spill_part(stack.part(body, 1), AT)
    assert run("spill", "discard", name, "--reason", "a flood", "--agent", "marta")[0] == 0
    assert [each for each in stack.dead() if name in each] == []
    # A late copy of the part does not bring it back.
    stack.receipts.keep_spill_part(stack.part(body, 1), AT)
    assert stack.receipts.read_spill_part(name, 1) is None
    record = stack.records.find(name, MONTH)
    assert record is not None
    assert record.discarded is not None
    assert record.discarded.why == "a flood"


def test_a_letter_that_is_no_part_can_be_seen_and_discarded_only(run: Run, stack: Stack) -> None:
    body = '{"id": "x", "part": 3, "of": 2}'
    sent = stack.sqs.send_message(QueueUrl=stack.outputs["SpillDeadLettersUrl"], MessageBody=body)["MessageId"]
    assert "not a part of a delivery" in run("spill", "list")[1]
    assert run("spill", "replay", sent)[0] == 1
    assert body in stack.dead()
    assert run("spill", "discard", sent, "--reason", "junk")[0] == 0
    assert body not in stack.dead()


def test_a_damaged_part_stays_until_it_is_discarded(run: Run, stack: Stack, contact: str) -> None:
    part = stack.part(messenger(contact, "hello"), 1) | {"body": "AAAA"}
    stack.sqs.send_message(QueueUrl=stack.outputs["SpillDeadLettersUrl"], MessageBody=json.dumps(part))
    code, _, err = run("spill", "replay", str(part["id"]))
    assert code == 1
    assert "is damaged" in err
    assert "cannot be put together" in run("spill", "show", str(part["id"]))[2]
    assert run("spill", "discard", str(part["id"]), "--reason", "damaged")[0] == 0
    assert stack.texts(contact) == []


def test_a_table_that_does_not_answer_leaves_the_letter(
    run: Run, stack: Stack, contact: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing(*_: object) -> None:
        raise UnavailableError("InternalServerError")

    name = stack.spill(messenger(contact, "hello"))
    with monkeypatch.context() as patch:
        patch.setattr(ReceiptTable, "store", failing)
        code, _, err = run("spill", "replay", name)
    assert (code, stack.texts(contact)) == (1, [])
    assert "Trying again is safe" in err
    assert run("spill", "replay", name)[0] == 0
    assert stack.texts(contact) == ["hello"]
