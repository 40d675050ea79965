"""The reader in docs/human-queue.md keeps the queue's rules, and the page explains every field."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from infra.build.template import ROOT
from nightbell.adapters import hand_off_schema
from nightbell.adapters.clock import SystemClock
from nightbell.adapters.hand_off_schema import CheckedHumanQueue
from nightbell.adapters.queues import HumanQueue
from nightbell.domain.conversation import Conversation
from nightbell.domain.hand_off import Place, hand_off
from nightbell.domain.unit import Unit, UnitKind, UnitState
from tests.contract.conftest import ClientMaker
from tests.contract.conversation_table import make_table

PAGE = (ROOT / "docs" / "human-queue.md").read_text()
AT = datetime(2026, 11, 22, 8, tzinfo=UTC)


def told(pk: str, revision: int, waiting: int) -> dict[str, object]:
    unit = Unit(pk=pk, seq=1, kind=UnitKind.HAND_OFF, created_at=AT)
    conversation = Conversation(last_seq=waiting, episode=1, episode_at=AT, contact_at=AT, name="Ada \u202e")
    place = Place(channel="messenger", account_id="1", account_name=None, contact_id=pk, reply_window=None)
    return hand_off(unit, conversation, place, revision=revision, outcome=UnitState.SUPPRESSED)


def run_example(table: str, queue: str) -> list[str]:
    (example,) = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    assert len([line for line in example.splitlines() if line]) <= 30
    done = subprocess.run(
        [sys.executable, "-c", example],
        env=os.environ | {"HUMAN_QUEUE_URL": queue, "TABLE_NAME": table},
        check=False,
        capture_output=True,
        text=True,
    )
    assert done.stderr == ""
    return done.stdout.splitlines()


@pytest.fixture
def queue(aws: ClientMaker) -> str:
    return str(aws("sqs").create_queue(QueueName="docs", Attributes={"VisibilityTimeout": "900"})["QueueUrl"])


@pytest.fixture
def table(aws: ClientMaker) -> str:
    name = make_table(aws("dynamodb"))
    later = int(SystemClock().now().timestamp() + 1800) * 1000
    for whose, seen, until in (("open", 0, 0), ("answered", 3, 0), ("held", 0, later), ("lapsed", 0, 1)):
        pk = f"C#messenger.1.{whose}"
        numbers = {"last_seq": {"N": "3"}, "seen_seq": {"N": str(seen)}}
        numbers |= {"agent_until": {"N": str(until)}} if until else {}
        aws("dynamodb").put_item(TableName=name, Item={"pk": {"S": pk}, "sk": {"S": "META"}, **numbers})
    return name


def test_the_reader_keeps_the_highest_revision_and_deletes_only_what_no_longer_waits(
    aws: ClientMaker, queue: str, table: str
) -> None:
    out = CheckedHumanQueue(HumanQueue(aws("sqs"), queue, SystemClock()))
    for name, revision, waiting in (
        ("open", 1004, 3),
        ("answered", 1000, 1),
        ("held", 1000, 2),
        ("open", 1002, 1),
        ("lapsed", 1000, 1),
    ):
        out.send(told(f"C#messenger.1.{name}", revision, waiting))
    assert sorted(run_example(table, queue)) == [
        "'Ada \\u202e' question 1 nothing promised C#messenger.1.lapsed",
        "'Ada \\u202e' question 3 nothing promised C#messenger.1.open",
        "1 held by colleagues",
    ]
    names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    left = aws("sqs").get_queue_attributes(QueueUrl=queue, AttributeNames=names)["Attributes"]
    # Those of the conversations that wait come back later, held or not; that of the answered one does not.
    assert [left[name] for name in names] == ["0", "4"]


def fields(schema: dict[str, Any]) -> Iterator[str]:
    for name, below in schema.get("properties", {}).items():
        yield name
        for inner in (below, *below.get("anyOf", ())):
            yield from fields(inner)


def test_the_page_explains_every_field() -> None:
    schema = json.loads(hand_off_schema.FILE.read_bytes())
    assert {name for name in fields(schema) if f"`{name}`" not in PAGE} == set()


def test_the_page_explains_every_state_of_an_acknowledgement() -> None:
    schema = json.loads(hand_off_schema.FILE.read_bytes())
    states = schema["properties"]["acknowledgement"]["properties"]["state"]["enum"]
    assert [state for state in states if f"`{state}`" not in PAGE] == []
