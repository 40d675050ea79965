"""Where the functions store: the emulator, or memory where thousands of simulated minutes must take seconds."""

import json
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import botocore.session
from botocore import UNSIGNED
from botocore.config import Config

from infra.build.template import load_template
from infra.local.ministack import CREDENTIALS, MiniStack, free_port
from infra.replay.table import Table
from nightbell.adapters.table_items import Item
from tests.chaos.town.memory_sqs import MemorySqs
from tests.contract.conversation_table import make_table
from tests.contract.fake_clock import FakeClock

QUEUES = ("Ack", "Human", "Spill")


@dataclass(frozen=True, slots=True, kw_only=True)
class Backend:
    """Clients, and names of what they reach.

    Attributes:
        queues: URLs, by the names in ``template.yaml``: ``AckQueue``, ``AckDeadLetters`` and so on.
        items: Reads the whole table.
        due: Lists what has a due marker.
        waiting: Tells whether anything is on the list of what waits for people.
    """

    dynamodb: Any
    sqs: Any
    table: str
    queues: Mapping[str, str]
    items: Callable[[], list[Item]]
    due: Callable[[], list[Item]]
    waiting: Callable[[], bool]


def in_memory(clock: FakeClock) -> Backend:
    table, sqs = Table(), MemorySqs(clock)
    return Backend(
        dynamodb=table,
        sqs=sqs,
        table="conversations",
        queues=_make_queues(sqs, ""),
        items=lambda: list(table.items.values()),
        due=lambda: table.in_index("due_pk"),
        waiting=lambda: bool(table.in_index("waiting_pk")),
    )


class OpenMiniStack(MiniStack):
    """One that checks no signatures: who may call what is proven elsewhere, and signing takes a tenth of the time."""

    def _environment(self) -> dict[str, str]:
        return {**super()._environment(), "AUTH": "false"}


@contextmanager
def on_emulator(folder: Path) -> Iterator[Backend]:
    with OpenMiniStack(free_port(), folder) as cloud:
        cloud.wait()
        session = botocore.session.get_session()
        config = Config(
            parameter_validation=False, max_pool_connections=20, signature_version=UNSIGNED, user_agent="chaos"
        )
        dynamodb, sqs = (
            session.create_client(
                name, endpoint_url=cloud.endpoint, config=config, region_name=CREDENTIALS["AWS_REGION"]
            )
            for name in ("dynamodb", "sqs")
        )
        table = make_table(dynamodb)
        yield Backend(
            dynamodb=dynamodb,
            sqs=sqs,
            table=table,
            queues=_make_queues(sqs, uuid.uuid4().hex[:8]),
            items=lambda: _scan(dynamodb, TableName=table),
            due=lambda: _scan(dynamodb, TableName=table, IndexName="due"),
            waiting=lambda: bool(_scan(dynamodb, TableName=table, IndexName="waiting")),
        )


def _scan(dynamodb: Any, **which: str) -> list[Item]:
    pages = dynamodb.get_paginator("scan").paginate(**which)
    return [item for page in pages for item in page["Items"]]


def queue_properties(name: str) -> Mapping[str, Any]:
    """Read a queue's settings as they are deployed."""
    properties: Mapping[str, Any] = load_template()["Resources"][name]["Properties"]
    return properties


def _make_queues(sqs: Any, suffix: str) -> dict[str, str]:
    urls: dict[str, str] = {}
    for name in QUEUES:
        dead = f"{name}DeadLetters"
        urls[dead] = sqs.create_queue(QueueName=dead + suffix)["QueueUrl"]
        arn = sqs.get_queue_attributes(QueueUrl=urls[dead], AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
        described = queue_properties(f"{name}Queue")
        redrive = {
            "deadLetterTargetArn": arn,
            "maxReceiveCount": described["RedrivePolicy"]["maxReceiveCount"],
        }
        attributes = {
            "VisibilityTimeout": str(described["VisibilityTimeout"]),
            "RedrivePolicy": json.dumps(redrive),
        }
        urls[f"{name}Queue"] = sqs.create_queue(QueueName=f"{name}Queue{suffix}", Attributes=attributes)["QueueUrl"]
    return urls
