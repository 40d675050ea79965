"""``nightbell smoke``: send one signed delivery all the way to the human queue, and clean up behind it.

Nothing is sent to anybody: the source has no address for it. What is stored belongs to a contact of its own, and is
forgotten whatever happens; what a run left that was broken off, the next one removes before it begins.
"""

import argparse
import json
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass

from infra.build.smoke_source import SOURCE
from infra.cli.aws_errors import aws_errors
from infra.cli.forget import open_forget
from infra.cli.outcome import OK, CliError, UsageError
from infra.cli.printing import print_json, print_lines
from infra.cli.queue import holds
from infra.cli.queue_look import look
from infra.cli.smoke_delivery import CONTACT, deliver, webhook_url
from infra.cli.smoke_errors import errors_since
from infra.cli.smoke_secret import current_secrets
from infra.cli.stack import Deployment, find_deployment
from infra.local.waiting import wait_for
from nightbell.adapters.clock import SystemClock
from nightbell.adapters.secret_parameters import SecretParameters
from nightbell.adapters.table_client import Deadline, TableClient
from nightbell.adapters.unit_table import UnitTable
from nightbell.domain.keys import conversation_pk
from nightbell.domain.unit import Unit

PK = conversation_pk("standard", SOURCE, CONTACT)
WHO = "nightbell smoke"
WITHIN_S = 120.0
"""When the hint is lost, Sweep comes within a minute."""
STORED_WITHIN_S = 5.0
"""A 200 says that it is stored, or spilled."""
LOOKS, MOST, HIDDEN_S = 5, 100, 10
"""Messages in one look, which others do not see for a second or two; or for so long, if the look is broken off."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Smoked:
    """How it went.

    Attributes:
        seen: The hand-off was found in the human queue, and deleted.
    """

    delivered_s: float
    handed_over_s: float
    seen: bool


def smoke(arguments: argparse.Namespace) -> int:
    """Run it, and say how long each part took."""
    if not arguments.within > 0:
        raise UsageError(f"--within is a number of seconds above 0, and {arguments.within:g} is none.")
    deployment = find_deployment(arguments.stage)
    done = run_smoke(deployment, arguments.within)
    if arguments.json:
        print_json({"stage": deployment.stage, **asdict(done)})
    else:
        print_lines([sentence(deployment.stage, done)])
    return OK


def sentence(stage: str, done: Smoked) -> str:
    """Say that it works."""
    queue = "found in HumanQueue" if done.seen else "told to HumanQueue, where somebody else has it before them"
    return (
        f"Stage {stage} works: a signed delivery was taken after {done.delivered_s:.1f} s, stored, handed over after "
        f"{done.handed_over_s:.1f} s, {queue}, and removed again."
    )


def run_smoke(deployment: Deployment, within_s: float = WITHIN_S) -> Smoked:
    """Send one through a deployment.

    Raises:
        CliError: It did not come through; the sentence says how far it came, and what the functions said.
    """
    run = _Run(deployment, within_s)
    began = SystemClock(None).now()
    try:
        with aws_errors(f"send a delivery through stage {deployment.stage}"):
            run.clean_up()
            return run()
    except CliError as error:
        said = errors_since(deployment, began)
        raise CliError("\n".join([f"Stage {deployment.stage} does not work. {error}", *said])) from error
    finally:
        with aws_errors("remove what the smoke test stored; the next run does it"):
            run.clean_up()


class _Run:
    """One delivery on its way."""

    def __init__(self, deployment: Deployment, within_s: float) -> None:
        self._deployment, self._outputs = deployment, deployment.outputs()
        self._within_s = within_s
        self._sqs = deployment.client("sqs")
        table = TableClient(
            deployment.client("dynamodb"), self._outputs["ConversationTableName"], Deadline(deployment.clock)
        )
        self._units = UnitTable(table, due_shards=1)

    def __call__(self) -> Smoked:
        store = SecretParameters(self._deployment.client("ssm"), self._deployment.secrets_prefix)
        keys = current_secrets(store, SystemClock(None).now())
        before = self._units.read_conversation(PK).last_seq
        began = time.monotonic()
        deliver(webhook_url(self._outputs), keys, self._deployment.clock.now(), self._within_s)
        delivered_s = time.monotonic() - began
        self._wait(lambda: self._units.read_conversation(PK).last_seq > before, STORED_WITHIN_S, _NOT_STORED)
        self._wait(self._is_told, self._within_s, _NOT_TOLD)
        handed_over_s = time.monotonic() - began
        return Smoked(delivered_s=round(delivered_s, 1), handed_over_s=round(handed_over_s, 1), seen=self._find())

    def _wait(self, look_for: Callable[[], bool], within_s: float, otherwise: str) -> None:
        if not wait_for(look_for, within_s, every_s=0.2):
            unit = self._unit()
            raise CliError(otherwise.format(state=unit.state if unit else "missing"))

    def _unit(self) -> Unit | None:
        return self._units.read_unit(PK, self._units.read_conversation(PK).unit_seq)

    def _is_told(self) -> bool:
        """Tell whether the human queue has taken the hand-off: only then the unit is not due any more."""
        unit = self._unit()
        return unit is not None and unit.state.is_final and unit.due_at is None

    def _find(self) -> bool:
        """Take the hand-off out of the human queue.

        Raises:
            CliError: It is certainly not there.
        """
        url = self._outputs["HumanQueueUrl"]
        for _ in range(LOOKS):
            with look(self._sqs, url, hidden_s=HIDDEN_S, most=MOST) as found:
                own = [each["MessageId"] for each in found.messages if _is_own(str(each["Body"]))]
                saw_all = len(found.messages) < MOST
                found.delete(own)
            if own:
                return True
        is_read = self._deployment.parameters().get("HumanQueueReader") == "yes"
        if saw_all and not is_read and not holds(self._sqs, url)["out_of_sight"]:
            raise CliError(f"A hand-off was sent, and it is not in the team's queue {url}: the functions tell another.")
        return False

    def clean_up(self) -> None:
        """Forget what was stored, by this run or one before."""
        if self._units.read_conversation(PK).is_waiting:
            open_forget(self._deployment)([PK], WHO, follow=False)


_NOT_STORED = (
    "A signed delivery was answered with 200 and is not in the table: it was spilled, because the table does not take "
    "what ReceiveWebhook writes. See: nightbell spill list"
)
_NOT_TOLD = (
    "A signed delivery was stored, and nobody was told: its unit is {state}. Acknowledge does not work, or must not "
    "write to HumanQueue; neither does Sweep."
)


def _is_own(body: str) -> bool:
    try:
        return bool(json.loads(body)["conversation_id"] == PK)
    except (ValueError, KeyError, TypeError):
        return False
