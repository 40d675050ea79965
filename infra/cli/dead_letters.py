"""``nightbell dlq``: what could not be handled, and how it gets another try.

A message lies here that was received many times and never done: hints to send, hand-offs to people, spilled deliveries,
news of mails, hints to calls.
Everything that reads the queues recognises what is done already, so that another try does no harm.
"""

import argparse
import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from botocore.exceptions import ClientError

from infra.cli.aws_errors import aws_errors, code_of
from infra.cli.outcome import OK, CliError
from infra.cli.printing import print_json, print_lines, say
from infra.cli.queue import holds
from infra.cli.stack import Deployment, find_deployment
from infra.cli.visible import visible
from infra.local.progress import bold, faint
from nightbell.domain.told import iso
from nightbell.services.ports import Clock

AT_ONCE = 10
LOOKS = 5
"""Messages of one queue that are shown: five times ten at most."""
MOVING_S = 300
MOVING = frozenset({"RUNNING", "CANCELLING"})
NOT_THERE = frozenset({"InvalidAction", "UnsupportedOperation", "AWS.SimpleQueueService.UnsupportedOperation"})
"""What a queue service answers that cannot move messages by itself, as emulators do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """A queue and its dead letters.

    Attributes:
        again: What another try of its messages does.
    """

    name: str
    url: str
    dead_url: str
    again: str


_AGAIN = {
    "ack": ("Ack", "Acknowledge looks at each of them again; what was sent already is not sent twice"),
    "human": ("Human", "readers are told again; what no longer waits, they delete"),
    "spill": ("Spill", "ReplayDelivery tries each of them again; what is stored already is recognised"),
    "mail": ("Mail", "ReceiveMail reads each of them again; what is stored already is recognised"),
    "call": ("Call", "FinishCall looks at each of them again; what is finished already is recognised"),
}


def list_all(arguments: argparse.Namespace) -> int:
    """Show what lies in each of them, without hiding anything from anybody."""
    deployment = find_deployment(arguments.stage)
    sqs, found = deployment.client("sqs"), []
    with aws_errors("look into the dead letters"):
        for pair in _pairs(deployment):
            count = holds(sqs, pair.dead_url)
            found.append((pair, sum(count.values()), _look(sqs, pair.dead_url)))
    if arguments.json:
        print_json([_plain(pair, count, messages) for pair, count, messages in found])
    else:
        print_lines(line for each in found for line in _lines(*each))
    for pair, about, _ in found:
        if about:
            say(f"To give them another try: nightbell dlq redrive {pair.name} --stage {deployment.stage}")
    return OK


def redrive(arguments: argparse.Namespace) -> int:
    """Put them back into the queue they came from."""
    deployment = find_deployment(arguments.stage)
    sqs = deployment.client("sqs")
    pair = next((pair for pair in _pairs(deployment) if pair.name == arguments.queue), None)
    if pair is None:
        raise CliError(
            f"Stage {deployment.stage} has no {arguments.queue} queue. To see what it has: nightbell dlq list"
        )
    with aws_errors("count the dead letters"):
        count = sum(holds(sqs, pair.dead_url).values())
    say(f"About {count} messages go back from the dead letters of the {pair.name} queue: {pair.again}.")
    if not arguments.yes:
        _confirm()
    with aws_errors("put the dead letters back"):
        moved = move(sqs, pair, deployment.clock)
    if arguments.json:
        print_json({"queue": pair.name, "moved": moved})
    else:
        print_lines([f"{moved} messages are back in the {pair.name} queue."])
    return OK


def _pairs(deployment: Deployment) -> list[Pair]:
    """List those of the stage: without a domain for mail there is no queue of mails."""
    outputs = deployment.outputs()
    return [
        Pair(name=name, url=outputs[f"{prefix}QueueUrl"], dead_url=outputs[f"{prefix}DeadLettersUrl"], again=again)
        for name, (prefix, again) in _AGAIN.items()
        if f"{prefix}QueueUrl" in outputs and f"{prefix}DeadLettersUrl" in outputs
    ]


def _confirm() -> None:
    if not sys.stdin.isatty():
        raise CliError("Nothing was moved. Say --yes to move them without being asked.")
    say("Go on? Type yes:")
    if sys.stdin.readline().strip().lower() != "yes":
        raise CliError("Nothing was moved.")


def _look(sqs: Any, url: str) -> Sequence[Mapping[str, Any]]:  # noqa: ANN401 - botocore makes its clients at run time
    """Read some messages that stay in everybody's sight. A receive counts for nothing here: these are dead already."""
    found: dict[str, Mapping[str, Any]] = {}
    for _ in range(LOOKS):
        answer = sqs.receive_message(
            QueueUrl=url, MaxNumberOfMessages=AT_ONCE, VisibilityTimeout=0, MessageSystemAttributeNames=["All"]
        )
        before = len(found)
        found |= {message["MessageId"]: message for message in answer.get("Messages", [])}
        if len(found) == before:
            break
    return list(found.values())


def move(sqs: Any, pair: Pair, clock: Clock) -> int:  # noqa: ANN401 - as above
    """Have SQS move them; where it cannot, one after the other.

    Returns:
        How many were moved.

    Raises:
        CliError: It failed, or goes on for longer than anybody waits.
    """
    source = _arn(sqs, pair.dead_url)
    try:
        sqs.start_message_move_task(SourceArn=source, DestinationArn=_arn(sqs, pair.url))
    except ClientError as error:
        if code_of(error) not in NOT_THERE:
            raise
        return sum(_carry(sqs, pair))
    return _watch(sqs, source, clock)


def _watch(sqs: Any, source: str, clock: Clock) -> int:  # noqa: ANN401 - as above
    ends = clock.monotonic() + MOVING_S
    while clock.monotonic() < ends:
        (task,) = sqs.list_message_move_tasks(SourceArn=source, MaxResults=1)["Results"]
        if task["Status"] == "FAILED":
            raise CliError(
                f"SQS has given up: {task.get('FailureReason', 'it does not say why')}. Trying again is safe."
            )
        if task["Status"] not in MOVING:
            return int(task.get("ApproximateNumberOfMessagesMoved", 0))
        clock.sleep(1)
    raise CliError("SQS goes on moving them by itself. To see what is left: nightbell dlq list")


def _carry(sqs: Any, pair: Pair) -> Iterator[int]:  # noqa: ANN401 - as above
    """Receive, send, delete, in this order: if this breaks off, a message is there twice, and never gone."""
    while True:
        answer = sqs.receive_message(QueueUrl=pair.dead_url, MaxNumberOfMessages=AT_ONCE, VisibilityTimeout=60)
        messages = answer.get("Messages", [])
        if not messages:
            return
        for message in messages:
            sqs.send_message(QueueUrl=pair.url, MessageBody=message["Body"])
            sqs.delete_message(QueueUrl=pair.dead_url, ReceiptHandle=message["ReceiptHandle"])
        yield len(messages)


def _arn(sqs: Any, url: str) -> str:  # noqa: ANN401 - as above
    found = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])
    return str(found["Attributes"]["QueueArn"])


def _plain(pair: Pair, count: int, messages: Sequence[Mapping[str, Any]]) -> dict[str, object]:
    return {"queue": pair.name, "about": count, "shown": [_about(message) for message in messages]}


def _about(message: Mapping[str, Any]) -> dict[str, object]:
    attributes = message.get("Attributes", {})
    sent_ms = attributes.get("SentTimestamp")
    return {
        "id": message["MessageId"],
        "sent_at": iso(datetime.fromtimestamp(int(sent_ms) / 1000, UTC)) if sent_ms else None,
        "receives": int(attributes.get("ApproximateReceiveCount", 0)),
        "tells_about": _tells_about(message["Body"]),
    }


def _tells_about(body: str) -> str | None:
    """Name what a message is about: pointers only, nothing that anybody wrote."""
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        return None
    if not isinstance(value, dict):
        return None
    mail = value.get("mail")
    named = (value.get("conversation_id"), value.get("pk"), value.get("id"), *_ids_of(mail))
    return next((each for each in named if isinstance(each, str)), None)


def _ids_of(mail: object) -> tuple[object, ...]:
    """Name a mail as SES does (Amazon SES "Notification contents": "messageId")."""
    return (mail.get("messageId"),) if isinstance(mail, dict) else ()


def _lines(pair: Pair, count: int, messages: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    yield bold(f"{pair.name}: about {count}" if count else f"{pair.name}: none")
    for about in map(_about, messages):
        what = visible(str(about["tells_about"] or "not understood"))
        told = f"sent {about['sent_at']}, received {about['receives']} times"
        yield f"  {what}  {faint(told)}"
    if count > len(messages):
        yield faint(f"  and about {count - len(messages)} more")
