"""``nightbell forget``: remove what a contact wrote and who they are; that something was there stays."""

import argparse
import os
import sys
from collections.abc import Iterator

from infra.cli.agent import find_agent
from infra.cli.aws_errors import aws_errors
from infra.cli.elsewhere import private_beside
from infra.cli.outcome import OK, REFUSED, CliError, UsageError
from infra.cli.printing import print_json, print_lines, say
from infra.cli.stack import Deployment, find_deployment
from infra.cli.visible import visible
from nightbell.adapters.buckets import open_buckets
from nightbell.adapters.forgetting_table import ForgettingTable
from nightbell.adapters.platform_http import PlatformHttp
from nightbell.adapters.quarantine_table import QuarantineTable
from nightbell.adapters.table_client import Deadline, TableClient
from nightbell.domain.keys import conversation_pk
from nightbell.services.discard_beside import DiscardBeside
from nightbell.services.discard_whole import DiscardWhole
from nightbell.services.forget import Forget, Forgotten

REMAINS = (
    "Out of reach of this command, and gone by themselves: hand-offs in HumanQueue and deliveries in SpillQueue or "
    "among the dead letters (14 days at most), parts of spilled deliveries (30 days), a second copy of a mail that was "
    "sent twice (MailRetentionDays), and what point-in-time recovery holds (35 days). Deliveries that nobody could "
    "read (400 days) are yours to look through: nightbell quarantine list"
)


def forget(arguments: argparse.Namespace) -> int:
    """Forget one contact: the conversation, those that are joined to it, and what they said below other posts."""
    pk = conversation_id(arguments)
    who = find_agent(arguments.agent, os.environ)
    deployment = find_deployment(arguments.stage)
    if not arguments.yes:
        confirm(pk, deployment.stage)
    with aws_errors(f"forget {visible(pk)}"):
        others = [] if arguments.only else private_beside(pk)
        done = open_forget(deployment)([pk, *others], who, follow=not arguments.only)
    if not done.conversations:
        raise CliError(f"There is no conversation {visible(pk)}. Copy its id from a queue message's conversation_id.")
    if arguments.json:
        print_json(plain(done))
    else:
        print_lines(lines(done))
    say(REMAINS)
    if done.still_moving:
        say("An acknowledgement is under way, and its text is needed until it is settled. Repeat this in five minutes.")
    return OK if done.is_finished else REFUSED


def conversation_id(arguments: argparse.Namespace) -> str:
    """Read which conversation is meant.

    Raises:
        UsageError: None, or two in different words.
    """
    parts = [arguments.channel, arguments.account, arguments.contact]
    if arguments.id and not any(parts) and arguments.id.startswith("C#"):
        return str(arguments.id)
    if not arguments.id and all(parts):
        return conversation_pk(*parts)
    raise UsageError(
        "Whom? Give the conversation's id, which begins with C#; or --channel, --account and --contact, all three."
    )


def confirm(pk: str, stage: str) -> None:
    """Ask a person; there is no way back.

    Raises:
        UsageError: Nobody can be asked.
        CliError: They said no.
    """
    if not sys.stdin.isatty():
        raise UsageError("This cannot be undone. Where nobody can be asked, say that you are sure: --yes")
    say(
        f"All that was written in {visible(pk)} of stage {stage} is removed for good, with name and address.",
        "Type forget to go on:",
    )
    if sys.stdin.readline().strip().lower() != "forget":
        raise CliError("Nothing was changed.")


def open_forget(deployment: Deployment) -> Forget:
    """Work on a deployment's table, on the clock that its functions go by.

    Raises:
        CliError: It cannot be found.
    """
    outputs = deployment.outputs()
    table = TableClient(deployment.client("dynamodb"), outputs["ConversationTableName"], Deadline(deployment.clock))
    http = PlatformHttp(sign=deployment.aws.signature())
    buckets = open_buckets(outputs.get("MailBucketName", ""), outputs.get("CallBucketName", ""), http)
    discard = DiscardBeside(DiscardWhole(QuarantineTable(table), deployment.clock), buckets)
    return Forget(store=ForgettingTable(table), discard=discard, clock=deployment.clock)


def lines(done: Forgotten) -> Iterator[str]:
    """Say what was done, for people."""
    for pk in done.conversations:
        yield f"Forgotten: {visible(pk)}"
    if not done.changed:
        yield "Nothing was left to remove: it was forgotten before, and nothing has come since."
        return
    counts = {
        "messages": done.messages,
        "sent texts": done.units,
        "addresses given": done.consents,
        "acts at the desk": done.logs,
        "reference codes": done.references,
        "oversized messages in quarantine": done.wholes,
        "mails and recordings": done.objects,
    }
    yield "Removed: " + ", ".join(f"{what} {count}" for what, count in counts.items() if count)


def plain(done: Forgotten) -> dict[str, object]:
    """Say what was done, for programs."""
    return {
        "conversations": done.conversations,
        "messages": done.messages,
        "units": done.units,
        "consents": done.consents,
        "acts": done.logs,
        "references": done.references,
        "oversized": done.wholes,
        "objects": done.objects,
        "still_moving": done.still_moving,
        "finished": done.is_finished,
    }
