"""SQS in memory, on a clock that a test moves: visibility, receive counts and dead letters."""

import itertools
import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)


class Now(Protocol):
    def now(self) -> datetime: ...


@dataclass(slots=True, kw_only=True)
class _Message:
    message_id: str
    body: str
    receipt: str = ""
    received: int = 0
    visible_at: datetime = LONG_AGO


@dataclass(slots=True, kw_only=True)
class _Queue:
    visibility_s: int = 30
    most_receives: int = 0
    dead_letters: str = ""
    messages: dict[str, _Message] = field(default_factory=dict)


class MemorySqs:
    """The part of the client that we use, in boto3's shapes; a queue's URL is its name."""

    def __init__(self, clock: Now) -> None:
        self.queues: dict[str, _Queue] = {}
        self._clock = clock
        self._numbers = itertools.count(1)

    def create_queue(self, *, QueueName: str, Attributes: dict[str, str] | None = None) -> dict[str, str]:  # noqa: N803 - AWS's own words
        given = Attributes or {}
        redrive = json.loads(given.get("RedrivePolicy", "{}"))
        self.queues[QueueName] = _Queue(
            visibility_s=int(given.get("VisibilityTimeout", 30)),
            most_receives=int(redrive.get("maxReceiveCount", 0)),
            dead_letters=str(redrive.get("deadLetterTargetArn", "")).rpartition(":")[2],
        )
        return {"QueueUrl": QueueName}

    def get_queue_attributes(self, *, QueueUrl: str, AttributeNames: list[str]) -> dict[str, Any]:  # noqa: N803
        del AttributeNames
        waiting = str(len(self.queues[QueueUrl].messages))
        return {"Attributes": {"QueueArn": f"arn:aws:sqs:x:0:{QueueUrl}", "ApproximateNumberOfMessages": waiting}}

    def send_message(self, *, QueueUrl: str, MessageBody: str) -> dict[str, str]:  # noqa: N803
        name = f"message-{next(self._numbers)}"
        self.queues[QueueUrl].messages[name] = _Message(message_id=name, body=MessageBody)
        return {"MessageId": name}

    def receive_message(
        self,
        *,
        QueueUrl: str,  # noqa: N803
        MaxNumberOfMessages: int = 1,  # noqa: N803
        VisibilityTimeout: int | None = None,  # noqa: N803
        AttributeNames: list[str] | None = None,  # noqa: N803
    ) -> dict[str, Any]:
        del AttributeNames
        queue, now = self.queues[QueueUrl], self._clock.now()
        hidden_s = queue.visibility_s if VisibilityTimeout is None else VisibilityTimeout
        taken: list[dict[str, Any]] = []
        for message in list(queue.messages.values()):
            if len(taken) == MaxNumberOfMessages:
                break
            if message.visible_at <= now and not self._is_dead(queue, message):
                taken.append(self._hand_out(message, now + timedelta(seconds=hidden_s)))
        return {"Messages": taken} if taken else {}

    def _is_dead(self, queue: _Queue, message: _Message) -> bool:
        if not queue.most_receives or message.received < queue.most_receives:
            return False
        del queue.messages[message.message_id]
        self.queues[queue.dead_letters].messages[message.message_id] = message
        return True

    def _hand_out(self, message: _Message, visible_at: datetime) -> dict[str, Any]:
        message.received += 1
        message.visible_at = visible_at
        message.receipt = f"{message.message_id}/{message.received}"
        return {
            "MessageId": message.message_id,
            "ReceiptHandle": message.receipt,
            "Body": message.body,
            "Attributes": {"ApproximateReceiveCount": str(message.received)},
        }

    def change_message_visibility(self, *, QueueUrl: str, ReceiptHandle: str, VisibilityTimeout: int) -> None:  # noqa: N803
        message = self.queues[QueueUrl].messages.get(ReceiptHandle.rpartition("/")[0])
        if message is not None and message.receipt == ReceiptHandle:
            message.visible_at = self._clock.now() + timedelta(seconds=VisibilityTimeout)

    def delete_message(self, *, QueueUrl: str, ReceiptHandle: str) -> None:  # noqa: N803
        self.queues[QueueUrl].messages.pop(ReceiptHandle.rpartition("/")[0], None)

    def purge_queue(self, *, QueueUrl: str) -> None:  # noqa: N803
        self.queues[QueueUrl].messages.clear()
