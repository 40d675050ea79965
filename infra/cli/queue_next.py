"""Find the next conversation to answer by reading the human queue, one message at a time, and take it.

The rule of every reader (``docs/human-queue.md``): what no longer waits is deleted; what somebody holds, or nobody
wants to see yet, comes back; the rest may be taken, and its message stays until the conversation no longer waits.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from infra.cli.desk_tools import Tools
from infra.cli.outcome import CliError
from infra.cli.printing import say
from infra.cli.stack import Deployment
from nightbell.domain.conversation import Conversation
from nightbell.services.desk_acting import LEASE
from nightbell.services.desk_errors import Code, DeskError

LOOK = timedelta(seconds=30)
"""Out of others' sight while one message is judged: some reads and a write. If this ends before, it comes back then."""
HELD_FOR = timedelta(minutes=1)
"""Until what somebody holds is offered again: they may let go at any time, and however many look, one of them a minute
finds it."""
LATER_FOR = timedelta(minutes=15)
"""Until what nobody wants to see yet is offered again, as the queue itself does."""
MOST = 200
"""Messages in one search."""

Message = Mapping[str, Any]


def next_in_queue(deployment: Deployment, tools: Tools, agent: str) -> str:
    """Take a conversation, and return its id.

    Where the queue has nothing in sight, because another reader looks at it or because its message is out of sight for
    somebody who has let go meanwhile, the table's own list is asked.

    Raises:
        CliError: Nothing waits that nobody holds.
    """
    outputs = deployment.outputs()
    queue = _Queue(deployment.client("sqs"), outputs["HumanQueueUrl"])
    for _ in range(MOST):
        message = queue.receive()
        if message is None:
            break
        if pk := _judge(message, queue, tools, agent):
            return pk
    return _from_the_list(tools, agent)


def _judge(message: Message, queue: "_Queue", tools: Tools, agent: str) -> str | None:
    pk = conversation_of(message)
    if pk is None:
        # Nobody can tell whose it is; it comes back by itself, and in time to the dead letters.
        return None
    try:
        wait = _try(pk, tools, agent)
    except BaseException:
        queue.hide(message, timedelta(0))
        raise
    if wait is None:
        queue.delete(message)
        return None
    queue.hide(message, wait)
    return pk if wait == LEASE else None


def _try(pk: str, tools: Tools, agent: str) -> timedelta | None:
    """Take it if that can be; returns for how long its message is to be out of sight, ``None`` for ever."""
    conversation = tools.table.read_conversation(pk)
    if not conversation.is_waiting:
        return None
    if wait := _not_now(pk, conversation, tools):
        return wait
    try:
        tools.desk.take(pk, agent)
    except DeskError as error:
        if error.code is Code.NOTHING_WAITS:
            return None
        if error.code is Code.HELD:
            return HELD_FOR
        raise
    return LEASE


def _not_now(pk: str, conversation: Conversation, tools: Tools) -> timedelta | None:
    now = tools.clock.now()
    if conversation.is_held(now):
        return HELD_FOR
    return LATER_FOR if tools.table.read_desk(pk).is_snoozed(conversation, now) else None


def _from_the_list(tools: Tools, agent: str) -> str:
    for row in tools.waiting().rows:
        pk = str(row["conversation_id"])
        if row["held_by"] is None and _try(pk, tools, agent) == LEASE:
            say("The queue had nothing in sight; this is the first of the list.")
            return pk
    raise CliError("Nothing waits that nobody holds.")


def conversation_of(message: Message) -> str | None:
    """Read which conversation a message tells about; ``None`` where it is not one of ours."""
    try:
        pk = json.loads(message["Body"])["conversation_id"]
    except (ValueError, TypeError, KeyError):
        return None
    return pk if isinstance(pk, str) and pk else None


@dataclass(frozen=True, slots=True)
class _Queue:
    """The human queue, by single messages: what is not needed is not received."""

    sqs: Any
    url: str

    def receive(self) -> Message | None:
        """Take one message out of others' sight, just long enough."""
        found = self.sqs.receive_message(
            QueueUrl=self.url, MaxNumberOfMessages=1, VisibilityTimeout=int(LOOK.total_seconds()), WaitTimeSeconds=1
        )
        messages: list[Message] = found.get("Messages", [])
        return messages[0] if messages else None

    def hide(self, message: Message, wait: timedelta) -> None:
        """Put it back, to be seen after a while."""
        self.sqs.change_message_visibility(
            QueueUrl=self.url, ReceiptHandle=message["ReceiptHandle"], VisibilityTimeout=int(wait.total_seconds())
        )

    def delete(self, message: Message) -> None:
        """Take it away for good."""
        self.sqs.delete_message(QueueUrl=self.url, ReceiptHandle=message["ReceiptHandle"])
