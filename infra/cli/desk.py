"""``nightbell desk``: take a conversation and read it, close what was shown, or let it go."""

import argparse
import getpass
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from infra.cli.aws_errors import aws_errors
from infra.cli.desk_meaning import Told, describe
from infra.cli.desk_page import page
from infra.cli.outcome import OK, CliError, UsageError
from infra.cli.printing import print_json, print_lines, say
from infra.cli.settings import BUSINESS
from infra.cli.stack import Deployment, find_deployment
from infra.cli.visible import visible
from nightbell.adapters.business_file import read_business
from nightbell.adapters.desk_table import DeskTable
from nightbell.adapters.public_holidays import LibraryCalendars
from nightbell.adapters.table_client import Deadline, TableClient
from nightbell.adapters.unit_table import UnitTable
from nightbell.domain.business import BusinessSettings
from nightbell.domain.conversation import Conversation
from nightbell.domain.settings_problem import SettingsError
from nightbell.services.desk import Desk
from nightbell.services.desk_errors import DeskError

LONGEST_NAME = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Tools:
    """What the commands work with."""

    desk: Desk
    table: DeskTable
    units: UnitTable

    def told(self, pk: str, conversation: Conversation) -> Told:
        """Find what the customer was sent last, what everybody can read, and whatever else was decided since."""
        sent = self.units.read_unit(pk, conversation.ack_seq) if conversation.ack_seq else None
        newest = self.units.read_unit(pk, conversation.unit_seq) if conversation.unit_seq else None
        lined = self.units.read_unit(pk, conversation.lined) if conversation.lined else None
        return Told(sent=sent, newest=newest, lined=lined)


def take(arguments: argparse.Namespace) -> int:
    """Hold a conversation and print what waits in it."""
    agent = find_agent(arguments.agent, os.environ)
    tools = open_desk(find_deployment(arguments.stage))
    with _refusals(f"take {visible(arguments.id)}"):
        taken = tools.desk.take(arguments.id, agent)
        told = tools.told(arguments.id, taken.conversation)
    meaning = describe(arguments.id, taken, told, read_settings())
    if arguments.json:
        print_json(meaning)
    else:
        print_lines(page(meaning))
    say(f"You ({agent}) hold it now. When you have answered: nightbell desk close '{visible(arguments.id)}'")
    return OK


def close(arguments: argparse.Namespace) -> int:
    """Close what the agent was shown."""
    agent = find_agent(arguments.agent, os.environ)
    tools = open_desk(find_deployment(arguments.stage))
    with _refusals(f"close {visible(arguments.id)}"):
        closed = tools.desk.close(arguments.id, agent)
    if arguments.json:
        print_json({"closed_up_to": closed.up_to, "still_waiting": closed.still_waiting})
    else:
        print_lines([f"Closed up to message {closed.up_to}.", _left(closed.still_waiting)])
    if closed.still_waiting:
        say(f"To read on: nightbell desk take '{visible(arguments.id)}'")
    return OK


def release(arguments: argparse.Namespace) -> int:
    """Let go of a conversation."""
    agent = find_agent(arguments.agent, os.environ)
    tools = open_desk(find_deployment(arguments.stage))
    with _refusals(f"release {visible(arguments.id)}"):
        tools.desk.release(arguments.id, agent)
        waiting = tools.table.read_conversation(arguments.id).waiting_count
    if arguments.json:
        print_json({"still_waiting": waiting})
    else:
        print_lines([f"Released. {_left(waiting)}"])
    return OK


def open_desk(deployment: Deployment) -> Tools:
    """Work on a deployment's table, on the clock that its functions go by.

    Raises:
        CliError: It cannot be found.
    """
    name = deployment.outputs()["ConversationTableName"]
    client = TableClient(deployment.client("dynamodb"), name, Deadline(deployment.clock))
    table = DeskTable(client)
    # Shards are where work that is due is found, and the desk makes none due.
    return Tools(desk=Desk(table, deployment.clock), table=table, units=UnitTable(client, due_shards=1))


def find_agent(given: str | None, environment: Mapping[str, str]) -> str:
    """Tell who is at the desk.

    Raises:
        UsageError: Nothing tells, or not in a way that others can read.
    """
    name = given if given is not None else environment.get("NIGHTBELL_AGENT") or _login_name()
    name = name.strip()
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        raise UsageError(
            f"Who are you? Say it with --agent NAME, in up to {LONGEST_NAME} letters; or set NIGHTBELL_AGENT."
        )
    return name


def read_settings() -> BusinessSettings | None:
    """Read whose clock and which names apply; without them the desk still works, in UTC."""
    try:
        return read_business(BUSINESS, LibraryCalendars())
    except SettingsError as error:
        say(f"Times are in UTC, because the settings cannot be read: {error}")
        return None


@contextmanager
def _refusals(doing: str) -> Iterator[None]:
    try:
        with aws_errors(doing):
            yield
    except DeskError as error:
        raise CliError(visible(str(error))) from error


def _login_name() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        return ""


def _left(count: int) -> str:
    if not count:
        return "Nothing waits in it any more."
    return f"{count} {'message waits' if count == 1 else 'messages wait'} in it."
