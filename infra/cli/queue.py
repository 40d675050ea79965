"""``nightbell queue``: look at the human queue without taking anything from it."""

import argparse
import json
from collections.abc import Iterator, Mapping
from datetime import datetime, tzinfo
from typing import Any

from infra.cli.aws_errors import aws_errors
from infra.cli.desk_tools import Tools, open_desk, refusals
from infra.cli.outcome import OK
from infra.cli.printing import print_json, print_lines, say
from infra.cli.queue_look import look
from infra.cli.stack import find_deployment
from infra.cli.visible import visible
from infra.local.human_queue import latest
from infra.local.progress import bold, faint
from nightbell.domain.conversation import Conversation

HIDDEN_S = 60
"""How long a message is out of others' sight if this command is interrupted."""
MOST = 1000
"""Messages in one look; the oldest of more are found by looking again when these are answered."""


def peek(arguments: argparse.Namespace) -> int:
    """List what the queue says of conversations that still wait, by the table."""
    deployment = find_deployment(arguments.stage)
    tools = open_desk(deployment)
    url = deployment.outputs()["HumanQueueUrl"]
    sqs = deployment.client("sqs")
    with aws_errors("look into the human queue"):
        with look(sqs, url, hidden_s=HIDDEN_S, most=MOST) as found:
            messages = latest([json.loads(str(message["Body"])) for message in found.messages])
        standing = {m["conversation_id"]: tools.table.read_conversation(m["conversation_id"]) for m in messages}
    now = deployment.clock.now()
    waiting = [
        message | _standing(read, now)
        for message in messages
        if (read := standing[message["conversation_id"]]).is_waiting
    ]
    waiting.sort(key=lambda message: (-message["priority"]["score"], message["first_message_at"]))
    if arguments.json:
        print_json(waiting)
    else:
        zones = {key: brand.zone for key, brand in tools.settings.brands.items()}
        print_lines(line for message in waiting for line in lines(message, zones.get(message["brand"])))
    answered = len(messages) - len(waiting)
    say(f"{len(waiting)} waiting." + (f" The queue also speaks of {answered} that are answered." if answered else ""))
    return OK


def count(arguments: argparse.Namespace) -> int:
    """Count what the queue holds, roughly, and what the table says."""
    deployment = find_deployment(arguments.stage)
    tools = open_desk(deployment)
    with refusals("count what waits"):
        queue = holds(deployment.client("sqs"), deployment.outputs()["HumanQueueUrl"])
        table = _really(tools)
    if arguments.json:
        print_json({"queue": queue, "table": table})
    else:
        print_lines(_counts(queue, table))
    return OK


def holds(sqs: Any, url: str) -> dict[str, int]:  # noqa: ANN401 - botocore makes its clients at run time
    """Ask a queue how much it holds; SQS counts roughly (Amazon SQS API "GetQueueAttributes")."""
    found = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=list(_COUNTS.values()))["Attributes"]
    return {name: int(found[theirs]) for name, theirs in _COUNTS.items()}


_COUNTS = {
    "in_sight": "ApproximateNumberOfMessages",
    "out_of_sight": "ApproximateNumberOfMessagesNotVisible",
    "delayed": "ApproximateNumberOfMessagesDelayed",
}


def _really(tools: Tools) -> dict[str, int]:
    listed = tools.waiting(snoozed=True)
    return {
        "conversations": len(listed.rows),
        "messages": sum(int(str(row["waiting_count"])) for row in listed.rows),
        "held": sum(row["held_by"] is not None for row in listed.rows),
        "snoozed": sum(row["snoozed_until"] is not None for row in listed.rows),
        "promise_broken": sum(row["is_broken"] is True for row in listed.rows),
        "more_than_listed": len(listed.more),
    }


def _counts(queue: Mapping[str, int], table: Mapping[str, int]) -> Iterator[str]:
    more = "more than " if table["more_than_listed"] else ""
    yield bold(f"{more}{table['conversations']} conversations wait, with {table['messages']} messages")
    yield f"  {table['held']} held, {table['snoozed']} for later, {table['promise_broken']} with a broken promise"
    yield f"The queue holds about {queue['in_sight']} messages, and {queue['out_of_sight']} that somebody looks at"


def _standing(read: Conversation, now: datetime) -> dict[str, Any]:
    """Tell what only the table knows by now: not every message is told to the queue anew."""
    return {
        "waiting_count": read.waiting_count,
        "via": read.via,
        "via_account": {"id": read.via_account, "name": None} if read.via_account else None,
        "held_by": read.agent_id if read.is_held(now) else None,
    }


def lines(message: Mapping[str, Any], zone: tzinfo | None) -> Iterator[str]:
    """Write one conversation for people; times are on the brand's clock, or on this machine's where none is known."""
    contact, told = message["contact"], message["acknowledgement"]
    held = f", held by {visible(message['held_by'])}" if message["held_by"] else ""
    yield f"{message['priority']['score']:4}  {bold(visible(message['conversation_id']))}"
    name = visible(contact["display_name"] or contact["id"])
    channel = f"{message['channel']}, now on {message['via']}" if message.get("via") else message["channel"]
    yield f"      {name} on {channel}: {message['kind']}, {message['waiting_count']} waiting{held}"
    promised = f", promised by {_when(told['promised_by'], zone)}" if told["promised_by"] else ""
    yield f"      since {_when(message['first_message_at'], zone)}; {told['state']}{promised}"
    # A message may be older than this field.
    if line := message.get("public_line"):
        yield f"      in public: {line['state']}{': ' + visible(line['text']) if line['text'] else ''}"
    yield from (f"      {faint(reason)}" for reason in message["priority"]["reasons"])


def _when(moment: str, zone: tzinfo | None) -> str:
    return f"{datetime.fromisoformat(moment).astimezone(zone):%a %d %b %H:%M %Z}"
