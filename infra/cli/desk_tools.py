"""What the commands of the desk work with: the services of the desk's pages, on a deployment's own table and clock."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from infra.cli.aws_errors import aws_errors
from infra.cli.outcome import CliError
from infra.cli.printing import print_json, print_lines, say
from infra.cli.settings import BUSINESS
from infra.cli.stack import Deployment
from infra.cli.visible import visible
from nightbell.adapters.business_file import read_business
from nightbell.adapters.clock import SystemClock
from nightbell.adapters.desk_reading import DeskReadingTable
from nightbell.adapters.desk_table import DeskTable
from nightbell.adapters.override_table import OverrideTable
from nightbell.adapters.public_holidays import LibraryCalendars
from nightbell.adapters.queues import AckQueue
from nightbell.adapters.table_client import Deadline, TableClient
from nightbell.adapters.unit_table import UnitTable
from nightbell.domain.business import BusinessSettings
from nightbell.domain.settings_problem import SettingsError
from nightbell.platforms.registry import CHANNELS, SENDERS
from nightbell.services.desk import Desk
from nightbell.services.desk_errors import Code, DeskError
from nightbell.services.desk_list import WaitingList
from nightbell.services.desk_promise import WordPromise
from nightbell.services.desk_rows import DeskRows
from nightbell.services.desk_say import Business
from nightbell.services.desk_story import Story
from nightbell.services.live_hours import LiveHours, live_settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Tools:
    """One deployment's desk."""

    clock: SystemClock
    settings: BusinessSettings
    desk: Desk
    table: DeskTable
    units: UnitTable
    waiting: WaitingList
    story: Story
    word_promise: WordPromise

    def read(self, pk: str) -> dict[str, Any]:
        """Read a conversation's whole story.

        Raises:
            DeskError: There is none.
            UnavailableError: The table does not answer.
        """
        story = self.story(pk)
        if story is None:
            raise DeskError(
                Code.UNKNOWN, f"There is no conversation {pk}. Copy its id from nightbell desk list, or from the queue."
            )
        return story


def open_desk(deployment: Deployment) -> Tools:
    """Work on a deployment's table, on the clock that its functions go by.

    Raises:
        CliError: It cannot be found.
    """
    outputs, clock = deployment.outputs(), deployment.clock
    client = TableClient(deployment.client("dynamodb"), outputs["ConversationTableName"], Deadline(clock))
    settings = live_settings(read_settings(), LiveHours(OverrideTable(client), clock))
    # What is said is due in the first shard, which is swept however many there are.
    table, units = DeskTable(client), UnitTable(client, due_shards=1)
    business = Business(accounts=settings.accounts, channels=CHANNELS, senders=SENDERS)
    hints = AckQueue(deployment.client("sqs"), outputs["AckQueueUrl"], clock)
    rows, reading = DeskRows(settings, CHANNELS, SENDERS), DeskReadingTable(client)
    return Tools(
        clock=clock,
        settings=settings,
        desk=Desk(table, clock, hints, business),
        table=table,
        units=units,
        waiting=WaitingList(reading, rows, clock),
        story=Story(reading, rows, clock),
        word_promise=WordPromise(reading, rows, clock),
    )


def read_settings() -> BusinessSettings:
    """Read whose clock and which names apply; without them the desk can still be read, in UTC."""
    try:
        return read_business(BUSINESS, LibraryCalendars())
    except SettingsError as error:
        say(f"Times are in UTC, and nothing can be answered: the settings cannot be read: {error}")
        return BusinessSettings(brands={}, accounts={})


def zone_of(story: dict[str, Any]) -> ZoneInfo:
    """Find the clock that a conversation's times are on."""
    return ZoneInfo(story["zone"])


@contextmanager
def refusals(doing: str, *, json: bool = False) -> Iterator[None]:
    """Turn what the desk refuses, and what AWS does, into sentences.

    Raises:
        CliError: It was refused; what the checks object to is printed.
    """
    try:
        with aws_errors(doing):
            yield
    except DeskError as error:
        objections = [{"code": each.code, "sentence": each.sentence} for each in error.objections]
        if json:
            print_json({"refused": error.code.value, "objections": objections})
        else:
            print_lines(f"! {visible(each['sentence'])}" for each in objections)
        hint = ' To say it all the same: --override "why".' if objections else ""
        raise CliError(visible(str(error)) + hint) from error
