"""Where what a version wrote is put down, and where today's code finds it: the real table and queues."""

import json
from base64 import b64decode, b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from unittest.mock import patch

from nightbell.adapters.queues import AckQueue, CallQueue, HumanQueue, SpillQueue
from nightbell.adapters.table_client import Deadline, TableClient
from nightbell.adapters.table_items import unit_from
from nightbell.domain.unit import UnitState
from tests.contract import world as worlds
from tests.contract.conversation_table import make_table
from tests.contract.faults import Faults
from tests.contract.world import OPEN, World
from tests.fakes import READABLE, FakeChannel, FakeSpillQueue

LEFT = {UnitState.SENT, UnitState.CONFIRMED}
QUEUES = ("ack", "human", "spill", "call")
Items = list[dict[str, Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Recording:
    """What one scene has come to half-way.

    Attributes:
        at: The time by which it was written.
        items: As DynamoDB gives them.
        messages: The bodies in each queue.
    """

    at: datetime
    items: Items
    messages: Mapping[str, list[str]]

    def to_json(self) -> str:
        """Write it so that two versions can be compared line by line."""
        whole = {"at": self.at.isoformat(), "items": self.items, "messages": dict(self.messages)}
        return json.dumps(whole, indent=1, sort_keys=True, default=lambda value: b64encode(value).decode()) + "\n"

    @classmethod
    def from_json(cls, text: str) -> "Recording":
        read = json.loads(text)
        items = [_with_bytes(item) for item in read["items"]]
        return cls(at=datetime.fromisoformat(read["at"]), items=items, messages=read["messages"])


class Stage(World):
    """A world of its own table, whose account has the same id in every run.

    Attributes:
        spill: SpillQueue as a list.
        called: Calls that CallQueue hints at.
    """

    def __init__(self, dynamodb: Any, table: str, channel: FakeChannel = READABLE, now: datetime = OPEN) -> None:
        with patch.object(worlds, "_accounts_made", 0):
            super().__init__(dynamodb, table, channel, now)
        self.spill = FakeSpillQueue()
        self.called: list[str] = []

    @property
    def client(self) -> TableClient:
        return TableClient(self.dynamodb, self.table, Deadline(self.clock))

    def hint(self, call_id: str) -> None:
        """Be CallQueue."""
        self.called.append(call_id)

    def looks_after_promises(self) -> None:
        self.holds = True
        self.build(Faults())

    def everything(self) -> Items:
        """Read every item of the table as it is stored."""
        pages = self.dynamodb.get_paginator("scan").paginate(TableName=self.table, ConsistentRead=True)
        found = [item for page in pages for item in page["Items"]]
        return sorted(found, key=lambda item: (item["pk"]["S"], item["sk"]["S"]))

    def item(self, prefix: str, sk: str = "") -> dict[str, Any]:
        """Find the one item whose key begins so."""
        [found] = [each for each in self.everything() if (each["pk"]["S"] + each["sk"]["S"]).startswith(prefix + sk)]
        return dict(found)


Act = Callable[[Stage], None]
Make = Callable[[Any, str], Stage]


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """Something that is under way when a version is replaced.

    Attributes:
        begin: By the version that writes; afterwards something is still to be done.
        end: By the version that reads: carries it to its end, and sees that this is right.
    """

    begin: Act
    end: Act
    make: Make = Stage


class Cloud:
    """The emulator's table and queues."""

    def __init__(self, dynamodb: Any, sqs: Any) -> None:
        self._dynamodb, self._sqs = dynamodb, sqs
        self._urls = {name: str(sqs.create_queue(QueueName=f"versions-{name}")["QueueUrl"]) for name in QUEUES}

    def record(self, scene: Scene) -> Recording:
        """Play a scene half-way, and read what stands in table and queues then."""
        stage = scene.make(self._dynamodb, make_table(self._dynamodb))
        scene.begin(stage)
        self._send(stage)
        messages = {name: self._receive(name) for name in QUEUES}
        return Recording(at=stage.clock.now(), items=stage.everything(), messages=messages)

    def restore(self, scene: Scene, recording: Recording) -> Stage:
        """Put what was recorded into a new table and the queues, and have today's code find it there."""
        stage = scene.make(self._dynamodb, make_table(self._dynamodb))
        stage.clock.advance((recording.at - stage.clock.now()).total_seconds())
        for item in recording.items:
            self._dynamodb.put_item(TableName=stage.table, Item=item)
        stage.contacts |= {item["pk"]["S"].rpartition(".")[2] for item in recording.items if _is_conversation(item)}
        # What has left before is what the contacts see.
        units = [unit_from(item) for item in recording.items if item.get("st", {}).get("S") in LEFT]
        stage.api.seen += [(unit.pk.rpartition(".")[2], unit.text, unit.tag) for unit in units]
        for name in QUEUES:
            for body in recording.messages[name]:
                self._sqs.send_message(QueueUrl=self._urls[name], MessageBody=body)
        self._take(stage)
        return stage

    def _send(self, stage: Stage) -> None:
        """Have the adapters write what waits in the stage's lists."""
        at, clock = self._urls, stage.clock
        for pk, sk in stage.hints.waiting:
            AckQueue(self._sqs, at["ack"], clock).hint(pk, sk)
        for message in stage.human_queue.messages:
            HumanQueue(self._sqs, at["human"], clock).send(message)
        SpillQueue(self._sqs, at["spill"], clock).send(stage.spill.parts)
        for call_id in stage.called:
            CallQueue(self._sqs, at["call"], clock).hint(call_id)

    def _take(self, stage: Stage) -> None:
        """Read what the queues hold as the handlers read it."""
        stage.hints.waiting += [(hint["pk"], hint["sk"]) for hint in map(json.loads, self._receive("ack"))]
        stage.human_queue.messages += map(json.loads, self._receive("human"))
        stage.spill.parts += map(json.loads, self._receive("spill"))
        stage.called += [hint["call_id"] for hint in map(json.loads, self._receive("call"))]

    def _receive(self, name: str) -> list[str]:
        bodies: list[str] = []
        while found := self._sqs.receive_message(QueueUrl=self._urls[name], MaxNumberOfMessages=10).get("Messages"):
            for message in found:
                self._sqs.delete_message(QueueUrl=self._urls[name], ReceiptHandle=message["ReceiptHandle"])
            bodies += [str(message["Body"]) for message in found]
        return bodies


def until(stage: Stage, at: datetime) -> None:
    """Let time pass until an instant, sweep there, and do what is hinted at."""
    stage.pass_by(seconds=max((at - stage.clock.now()).total_seconds(), 0))
    stage.sweep()
    stage.work()


def minute(stage: Stage) -> None:
    until(stage, stage.clock.now() + timedelta(minutes=1))


def _with_bytes(item: dict[str, Any]) -> dict[str, Any]:
    """Take binary attributes back from how JSON holds them; there are none within others."""
    return {name: {"B": b64decode(value["B"])} if "B" in value else value for name, value in item.items()}


def _is_conversation(item: Mapping[str, Any]) -> bool:
    return str(item["pk"]["S"]).startswith("C#")
