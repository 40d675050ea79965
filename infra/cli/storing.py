"""Store deliveries from the command line, by the service that ReceiveWebhook and ReplayDelivery use."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from infra.cli.aws_errors import aws_errors
from infra.cli.outcome import CliError, UsageError
from infra.cli.settings import load_settings
from infra.cli.stack import Deployment
from infra.cli.visible import visible
from nightbell.adapters.queues import AckQueue
from nightbell.adapters.receipt_table import ReceiptTable
from nightbell.adapters.table_client import Deadline, TableClient
from nightbell.adapters.unit_table import UnitTable
from nightbell.domain.events import Delivery
from nightbell.domain.facts import Fact
from nightbell.platforms.registry import CHANNELS, PLATFORMS, SENDERS
from nightbell.services.account_news import ApplyAccountNews
from nightbell.services.quarantine import KeptError
from nightbell.services.store_delivery import StoreDelivery
from nightbell.services.store_messages import StoreMessages

LONGEST_REASON = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Custody:
    """A deployment's table, and the way into it.

    Attributes:
        store_delivery: Reads the settings only when it is used: looking works without them.
    """

    client: TableClient
    receipts: ReceiptTable
    store_delivery: Callable[[Delivery], Sequence[Fact]]


def open_custody(deployment: Deployment) -> Custody:
    """Work on a deployment's table, on the clock that its functions go by.

    Raises:
        CliError: It cannot be found.
    """
    outputs = deployment.outputs()
    client = TableClient(deployment.client("dynamodb"), outputs["ConversationTableName"], Deadline(deployment.clock))
    # Work that is due lies where Sweep looks only if it is spread as the functions spread it.
    shards = int(deployment.parameters()["DueShards"])
    receipts = ReceiptTable(client, shards)
    hints = AckQueue(deployment.client("sqs"), outputs["AckQueueUrl"], deployment.clock)

    def store_delivery(delivery: Delivery) -> Sequence[Fact]:
        if delivery.platform not in PLATFORMS:
            raise KeptError(f'No platform is called "{delivery.platform}", so nothing can read this.')
        accounts = load_settings().accounts
        storing = StoreDelivery(
            platforms=PLATFORMS,
            store=receipts,
            store_messages=StoreMessages(receipts, accounts, CHANNELS, SENDERS),
            hints=hints,
            own_apps=deployment.parameters().get("MetaAppId", "").split(","),
            account_news=ApplyAccountNews(UnitTable(client, shards), accounts, CHANNELS),
        )
        return storing(delivery, platform_waits=False)

    return Custody(client=client, receipts=receipts, store_delivery=store_delivery)


@contextmanager
def refusals(doing: str) -> Iterator[None]:
    """Turn what the services refuse, and what AWS does, into sentences."""
    try:
        with aws_errors(doing):
            yield
    except KeptError as error:
        raise CliError(visible(str(error))) from error


def check_reason(reason: str) -> str:
    """Take a reason that others can read later.

    Raises:
        UsageError: It says nothing, or not in one line.
    """
    reason = reason.strip()
    if not reason or len(reason) > LONGEST_REASON or not reason.isprintable():
        raise UsageError(f"Why? Say it with --reason, in one line of up to {LONGEST_REASON} characters.")
    return reason


def stored(facts: Sequence[Fact]) -> str:
    """Say what feeding a delivery came to: counts, never content."""
    counts: dict[str, int] = {}
    for fact in facts:
        counts[fact.name] = counts.get(fact.name, 0) + fact.count
    return ", ".join(f"{name} {count}" for name, count in counts.items())
