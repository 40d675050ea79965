"""Reads a queue and calls a handler as AWS Lambda does, more strictly than any emulator.

Source: AWS Lambda, "Handling errors for an SQS event source" (partial batch responses, what counts as a
complete success or failure) and "Amazon SQS at-least-once delivery".
"""

import hashlib
import json
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Protocol

from tests.chaos.town.faults import Died

UNTIL_RELEASED_S = 43_200
"""The queue itself hides a message for so long: when it is to be seen again is decided here, by another clock."""

Handler = Callable[[dict[str, Any]], object]


class Now(Protocol):
    def now(self) -> datetime: ...


@dataclass(slots=True, kw_only=True)
class StrictPoller:
    """One mapping of a queue to a function.

    Attributes:
        repeat: How likely it is that a message comes a second time although it was done.
        visible_after: Of a message that was not done.
        invocations: How often the handler was called.
    """

    sqs: Any
    queue_url: str
    handler: Handler
    clock: Now
    visible_after: timedelta
    batch_size: int = 1
    repeat: float = 0.0
    rng: random.Random = field(default_factory=random.Random)
    invocations: int = 0
    _held: list[tuple[datetime, str]] = field(default_factory=list)
    _again: list[dict[str, Any]] = field(default_factory=list)

    def poll(self) -> bool:
        """Call the handler with what there is; false when there is nothing."""
        self._release()
        received = self._receive()
        records = [*(_record(message) for message in received), *self._take_repeated()]
        if not records:
            return False
        self._again += [record for record in records[: len(received)] if self.rng.random() < self.repeat]
        failed = failures(self._invoke(records), [record["messageId"] for record in records])
        for message in received:
            if message["MessageId"] in failed:
                self._held.append((self.clock.now() + self.visible_after, message["ReceiptHandle"]))
            else:
                self.sqs.delete_message(QueueUrl=self.queue_url, ReceiptHandle=message["ReceiptHandle"])
        return True

    def drain(self) -> None:
        while self.poll():
            pass

    @property
    def has_work(self) -> bool:
        """Whether something that was held back here comes now; the queue may hold more."""
        return bool(self._again) or any(when <= self.clock.now() for when, _ in self._held)

    def _receive(self) -> list[dict[str, Any]]:
        answer = self.sqs.receive_message(
            QueueUrl=self.queue_url,
            MaxNumberOfMessages=self.batch_size,
            AttributeNames=["All"],
            VisibilityTimeout=UNTIL_RELEASED_S,
        )
        found: list[dict[str, Any]] = answer.get("Messages", [])
        return found

    def _take_repeated(self) -> list[dict[str, Any]]:
        taken, self._again = self._again[: self.batch_size], self._again[self.batch_size :]
        return taken

    def _release(self) -> None:
        now = self.clock.now()
        for _, handle in [each for each in self._held if each[0] <= now]:
            self.sqs.change_message_visibility(QueueUrl=self.queue_url, ReceiptHandle=handle, VisibilityTimeout=0)
        self._held = [each for each in self._held if each[0] > now]

    def _invoke(self, records: Sequence[Mapping[str, Any]]) -> object:
        self.invocations += 1
        try:
            # A copy by way of JSON, as it travels: a handler can neither keep nor change what is ours.
            return json.loads(json.dumps(self.handler(json.loads(json.dumps({"Records": records})))))
        except (Died, Exception):  # noqa: BLE001 - whatever it was, Lambda keeps the batch
            return FAILED


FAILED = "the function failed"


def failures(answer: object, sent: Sequence[str]) -> set[str]:
    """Tell which messages of a batch stay in the queue; whatever is malformed fails all of them."""
    if answer is None:
        return set()
    if not isinstance(answer, dict):
        return set(sent)
    listed = answer.get("batchItemFailures") or []
    if not isinstance(listed, list):
        return set(sent)
    named = [each.get("itemIdentifier") if isinstance(each, dict) else None for each in listed]
    well_formed = all(named) and set(named) <= set(sent)
    return {str(name) for name in named} if well_formed else set(sent)


def _record(message: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "messageId": message["MessageId"],
        "receiptHandle": message["ReceiptHandle"],
        "body": message["Body"],
        "attributes": dict(message.get("Attributes", {})),
        "messageAttributes": {},
        "md5OfBody": hashlib.md5(message["Body"].encode(), usedforsecurity=False).hexdigest(),
        "eventSource": "aws:sqs",
        "awsRegion": "us-east-1",
    }
