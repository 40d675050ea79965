"""``nightbell spill``: deliveries that were spilled and could not be replayed."""

import argparse
import json
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from infra.cli.agent import find_agent
from infra.cli.kept_page import lines, page, plain, plain_page
from infra.cli.outcome import OK
from infra.cli.printing import print_json, print_lines, say
from infra.cli.queue_look import Look, Message, look
from infra.cli.stack import Deployment, find_deployment
from infra.cli.storing import check_reason, open_custody, refusals, stored
from infra.cli.visible import visible
from nightbell.adapters.quarantine_table import QuarantineTable
from nightbell.domain.keys import spilled_pk
from nightbell.services.kept import Entry, months_until
from nightbell.services.spilled import Letter, SpilledDeliveries, is_part

HIDDEN_S = 120
MOST = 500
"""Messages in one look, of up to 342 KiB each."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Tools:
    deployment: Deployment
    spilled: SpilledDeliveries
    records: QuarantineTable


class _DeadLetters:
    """Implements :class:`nightbell.services.spilled.DeadLetters`."""

    def __init__(self, found: Look) -> None:
        self._found = found
        self.letters: Sequence[Letter] = [_letter(message) for message in found.messages]

    def delete(self, letters: Sequence[Letter]) -> None:
        """Take them away for good."""
        self._found.delete([letter.message_id for letter in letters])


def list_all(arguments: argparse.Namespace) -> int:
    """List the dead letters by delivery; with ``--all`` also what was done with earlier ones."""
    with _open(arguments, "list what was spilled") as tools:
        now = tools.deployment.clock.now()
        found = [spilled.entry(now) for spilled in tools.spilled.all()]
        if arguments.all:
            found += [entry for month in months_until(now) for entry in tools.records.entries(month)]
        waiting = _waiting(tools.deployment)
    found.sort(key=lambda entry: entry.received_at)
    if arguments.json:
        print_json([plain(entry) for entry in found])
    else:
        print_lines(line for entry in found for line in lines(entry))
    dead = sum(entry.is_open for entry in found)
    say(f"{dead} spilled deliveries that could not be replayed; {waiting} messages wait to be tried by themselves.")
    return OK


def show(arguments: argparse.Namespace) -> int:
    """Show how one is built, or what it says."""
    with _open(arguments, f"show {visible(arguments.id)}") as tools:
        spilled = tools.spilled.find(arguments.id)
        entry = spilled.entry(tools.deployment.clock.now())
    delivery = spilled.delivery()
    raw = delivery.body if delivery else None
    if arguments.json:
        print_json(plain_page(entry, raw, content=arguments.content))
    else:
        print_lines(page(entry, raw, content=arguments.content))
    say("Its content cannot be put together." if raw is None else f"To store it: nightbell spill replay {entry.name}")
    return OK


def replay(arguments: argparse.Namespace) -> int:
    """Store one, then take its messages from the dead letters."""
    who = find_agent(arguments.agent, os.environ)
    with _open(arguments, f"replay {visible(arguments.id)}") as tools:
        facts = tools.spilled.replay(arguments.id, who)
    if arguments.json:
        print_json({"facts": [{"name": fact.name, "count": fact.count} for fact in facts]})
    else:
        print_lines([stored(facts)])
    for fact in facts:
        if fact.name == "quarantined":
            say(f"A part of it is not understood and is kept: nightbell quarantine show {fact.fields['id']}")
    return OK


def discard(arguments: argparse.Namespace) -> int:
    """Give one up; a record of who and why stays."""
    who, why = find_agent(arguments.agent, os.environ), check_reason(arguments.reason)
    with _open(arguments, f"discard {visible(arguments.id)}") as tools:
        entry: Entry = tools.spilled.discard(arguments.id, who, why)
    if arguments.json:
        print_json([plain(entry)])
    say(f"Discarded {visible(arguments.id)}: its content is gone; who did it and why is kept.")
    return OK


@contextmanager
def _open(arguments: argparse.Namespace, doing: str) -> Iterator[_Tools]:
    """Look at the dead letters; what is not deleted is in the queue as before when this ends."""
    deployment = find_deployment(arguments.stage)
    custody = open_custody(deployment)
    url = deployment.outputs()["SpillDeadLettersUrl"]
    records = QuarantineTable(custody.client, spilled_pk)
    with refusals(doing), look(deployment.client("sqs"), url, hidden_s=HIDDEN_S, most=MOST) as found:
        spilled = SpilledDeliveries(
            dead=_DeadLetters(found),
            parts=custody.receipts,
            records=records,
            store_delivery=custody.store_delivery,
            clock=deployment.clock,
        )
        yield _Tools(deployment=deployment, spilled=spilled, records=records)


def _letter(message: Message) -> Letter:
    body = str(message["Body"])
    part = _json(body)
    return Letter(
        message_id=message["MessageId"],
        handle=message["ReceiptHandle"],
        part=part if is_part(part) else None,
        size=len(body),
    )


def _json(body: str) -> Mapping[str, Any] | None:
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def _waiting(deployment: Deployment) -> int:
    names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    url = deployment.outputs()["SpillQueueUrl"]
    found = deployment.client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"]
    return sum(int(count) for count in found.values())
