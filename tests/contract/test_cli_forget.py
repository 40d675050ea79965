"""``nightbell forget`` asks first, does it for good, and says what it did and what it cannot reach."""

import io
import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from infra.build.template import load_template
from infra.cli.__main__ import main
from infra.cli.settings import load_settings
from nightbell.adapters.clock import SystemClock
from nightbell.adapters.receipt_table import ReceiptTable
from nightbell.adapters.table_client import Deadline, TableClient
from nightbell.domain.events import Contact, Message
from nightbell.domain.keys import conversation_pk
from nightbell.platforms.registry import CHANNELS
from nightbell.services.store_messages import StoreMessages
from tests.contract.conftest import ClientMaker
from tests.contract.conversation_table import MADE_FROM, partition

STAGE = "forget"
STACK = f"nightbell-{STAGE}"
BUCKET, CALLS = "mails-to-forget", "calls-to-forget"
ACCOUNT = next(account for channel, account in load_settings().accounts if channel == "messenger")
Run = Callable[..., tuple[int, str, str]]


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture
def run(aws: ClientMaker, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:  # noqa: ARG001 - it points the command at the emulator
    def one(*argv: str, typed: str | None = None) -> tuple[int, str, str]:
        monkeypatch.setattr("sys.stdin", io.StringIO("") if typed is None else Terminal(f"{typed}\n"))
        code = main(["forget", *argv, "--stage", STAGE])
        said = capsys.readouterr()
        return code, said.out, said.err

    return one


class Ada:
    """A contact who wrote, and was acknowledged."""

    def __init__(self, aws: ClientMaker, contact_id: str) -> None:
        cloudformation = aws("cloudformation")
        if STACK not in {stack["StackName"] for stack in cloudformation.describe_stacks()["Stacks"]}:
            table = load_template()["Resources"]["ConversationTable"]["Properties"]
            made = {"Type": "AWS::DynamoDB::Table", "Properties": {key: table[key] for key in MADE_FROM}}
            outputs = {
                "ConversationTableName": {"Value": {"Ref": "ConversationTable"}},
                "MailBucketName": {"Value": BUCKET},
                "CallBucketName": {"Value": CALLS},
            }
            small = {"Resources": {"ConversationTable": made}, "Outputs": outputs}
            cloudformation.create_stack(StackName=STACK, TemplateBody=json.dumps(small))
            cloudformation.get_waiter("stack_create_complete").wait(StackName=STACK, WaiterConfig={"Delay": 0.2})
        [stack] = cloudformation.describe_stacks(StackName=STACK)["Stacks"]
        told = {each["OutputKey"]: each["OutputValue"] for each in stack["Outputs"]}
        self.dynamodb, self.table = aws("dynamodb"), told["ConversationTableName"]
        self.client = TableClient(self.dynamodb, self.table, Deadline(SystemClock()))
        self.contact = Contact(contact_id=contact_id, address=contact_id, name="canary Rossi")
        self.pk = conversation_pk("messenger", ACCOUNT, contact_id)
        self.written = 0

    def comment(self, post: str, by: str = "") -> str:
        """Say something below a post; returns the conversation's id."""
        contact = Contact(contact_id=f"{post}/{by or self.contact.contact_id}", address=post, name="canary Rossi")
        pk = self.write("hello", "facebook_comments", contact)
        self.is_acknowledged(pk)
        return pk

    def write(
        self, text: str, channel: str = "messenger", contact: Contact | None = None, kept_in: tuple[str, ...] = ()
    ) -> str:
        self.written += 1
        contact = contact or self.contact
        pk = conversation_pk(channel, ACCOUNT, contact.contact_id)
        message = Message(
            kind=f"{channel}.message",
            channel=channel,
            account_id=ACCOUNT,
            contact=contact,
            message_id=f"m{self.written}",
            sent_at=datetime.now(UTC),
            text=f"canary {text}",
            thread=f"c{self.written}" if channel == "facebook_comments" else None,
            kept_in=kept_in,
        )
        StoreMessages(ReceiptTable(self.client, 2), load_settings().accounts, CHANNELS)(
            pk, [message], datetime.now(UTC)
        )
        return pk

    def is_acknowledged(self, pk: str = "") -> None:
        for item in self.items(pk):
            if item["sk"].startswith("A#"):
                self.client.update(
                    pk or self.pk, item["sk"], "SET st = :SENT, txt = :txt REMOVE due_pk, due_at", txt="canary"
                )

    def items(self, pk: str = "") -> list[dict[str, Any]]:
        return partition(self.dynamodb, self.table, pk or self.pk)


@pytest.fixture
def ada(aws: ClientMaker, request: pytest.FixtureRequest) -> Ada:
    ada = Ada(aws, request.node.name)
    ada.write("hello")
    ada.is_acknowledged()
    return ada


def test_a_person_who_confirms_has_it_done_and_is_told_what(run: Run, ada: Ada) -> None:
    code, out, err = run(ada.pk, "--agent", "marta", typed="forget")
    assert code == 0
    assert out == f"Forgotten: {ada.pk}\nRemoved: messages 1, sent texts 1\n"
    for word in ("HumanQueue", "SpillQueue", "35 days", "14 days", "30 days", "400 days"):
        assert word in err
    assert "canary" not in str(ada.items())
    [record] = [item for item in ada.items() if item["sk"].startswith("FORGOTTEN#")]
    assert record["forgotten_by"] == "marta"


@pytest.mark.parametrize("typed", ["", "y", "yes", "no", "forget it"])
def test_a_person_who_does_not_confirm_changes_nothing(run: Run, ada: Ada, typed: str) -> None:
    before = ada.items()
    code, out, err = run(ada.pk, typed=typed)
    assert (code, out) == (1, "")
    assert "Nothing was changed." in err
    assert ada.items() == before


def test_where_nobody_can_be_asked_it_must_be_said(run: Run, ada: Ada) -> None:
    before = ada.items()
    code, _, err = run(ada.pk)
    assert (code, ada.items()) == (2, before)
    assert "--yes" in err
    assert run(ada.pk, "--yes")[0] == 0


def test_a_contact_is_found_by_channel_account_and_id(run: Run, ada: Ada) -> None:
    parts = ("--channel", "messenger", "--account", ACCOUNT, "--contact", ada.contact.contact_id)
    assert run(*parts, "--yes")[0] == 0
    assert "canary" not in str(ada.items())


@pytest.mark.parametrize("begin", ["messenger", "comment"])
def test_what_the_same_contact_said_below_other_posts_goes_too(run: Run, ada: Ada, begin: str) -> None:
    first, second, others = ada.comment("p_1"), ada.comment("p_2"), ada.comment("p_1", by="somebody else")
    code, out, err = run(ada.pk if begin == "messenger" else first, "--yes")
    assert code == 0, err + out
    assert {line for line in out.splitlines() if line.startswith("Forgotten")} == {
        f"Forgotten: {pk}" for pk in (ada.pk, first, second)
    }
    assert "canary" not in str([*ada.items(), *ada.items(first), *ada.items(second)])
    assert "canary" in str(ada.items(others))


def test_only_one_conversation_is_forgotten_on_demand(run: Run, ada: Ada) -> None:
    other = ada.comment("p_1")
    assert run(ada.pk, "--yes", "--only")[0] == 0
    assert "canary" in str(ada.items(other))


def test_doing_it_again_says_that_nothing_was_left(run: Run, ada: Ada) -> None:
    run(ada.pk, "--yes")
    code, out, _ = run(ada.pk, "--yes")
    assert code == 0
    assert "Nothing was left to remove" in out


def test_while_an_acknowledgement_is_under_way_it_is_not_done(run: Run, ada: Ada) -> None:
    ada.client.update(ada.pk, "A#000000000001", "SET st = :SENDING")
    code, _, err = run(ada.pk, "--yes")
    assert code == 1
    assert "Repeat this in five minutes" in err


def test_the_mail_that_a_message_was_made_of_goes_from_the_bucket(run: Run, ada: Ada, aws: ClientMaker) -> None:
    s3 = aws("s3")
    s3.create_bucket(Bucket=BUCKET)
    for key in ("mail/hers", "mail/another"):
        s3.put_object(Bucket=BUCKET, Key=key, Body=b"canary")
    ada.write("by mail", kept_in=("mail/hers",))
    _, out, _ = run(ada.pk, "--yes")
    assert "mails and recordings 1" in out
    assert [each["Key"] for each in s3.list_objects_v2(Bucket=BUCKET)["Contents"]] == ["mail/another"]


def test_a_recording_goes_from_its_own_bucket(run: Run, ada: Ada, aws: ClientMaker) -> None:
    s3 = aws("s3")
    s3.create_bucket(Bucket=CALLS)
    for key in ("recordings/AC1/hers.mp3", "recordings/AC1/another.mp3"):
        s3.put_object(Bucket=CALLS, Key=key, Body=b"canary")
    ada.write("by telephone", kept_in=("recordings/AC1/hers.mp3",))
    _, out, _ = run(ada.pk, "--yes")
    assert "mails and recordings 1" in out
    assert [each["Key"] for each in s3.list_objects_v2(Bucket=CALLS)["Contents"]] == ["recordings/AC1/another.mp3"]


def test_programs_read_json(run: Run, ada: Ada) -> None:
    code, out, _ = run(ada.pk, "--yes", "--json")
    assert code == 0
    assert json.loads(out) == {
        "conversations": [ada.pk],
        "messages": 1,
        "units": 1,
        "consents": 0,
        "acts": 0,
        "references": 0,
        "oversized": 0,
        "objects": 0,
        "still_moving": 0,
        "finished": True,
    }


@pytest.mark.parametrize(
    "argv",
    [
        (),
        ("--channel", "messenger"),
        ("--channel", "messenger", "--account", "1"),
        ("C#messenger.1.2", "--contact", "2"),
        ("messenger.1.2",),
        ("ACC#messenger.1",),
        ("Q#2026-11",),
        ("ASK#" + "a" * 26,),
    ],
)
def test_what_is_no_conversation_is_refused(run: Run, ada: Ada, argv: tuple[str, ...]) -> None:
    before = ada.items()
    assert run(*argv, "--yes")[0] == 2
    assert ada.items() == before


def test_a_conversation_that_there_is_not_is_named(run: Run, ada: Ada) -> None:
    code, _, err = run("C#messenger.1.\x1b[2J", "--yes")
    assert code == 1
    assert "There is no conversation C#messenger.1.<U+001B>[2J" in err
    assert "canary" in str(ada.items())
