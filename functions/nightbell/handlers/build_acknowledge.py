"""Compose the service that Acknowledge and Sweep share."""

from datetime import timedelta
from typing import Any, Protocol
from uuid import uuid4

from nightbell.adapters.aws_clients import WORK, AwsClients
from nightbell.adapters.clock import SystemClock
from nightbell.adapters.hand_off_schema import CheckedHumanQueue
from nightbell.adapters.outbox_table import OutboxTable
from nightbell.adapters.platform_http import PlatformHttp
from nightbell.adapters.queues import HumanQueue
from nightbell.adapters.secrets import ParameterSecrets
from nightbell.adapters.table_client import Deadline, TableClient
from nightbell.adapters.unit_table import UnitTable
from nightbell.handlers.build_access import ADDRESSES, build_access
from nightbell.handlers.environment import Environment
from nightbell.handlers.live_settings import live
from nightbell.platforms.registry import CHANNELS, LOOK_UPS, QUESTIONS, SENDERS
from nightbell.services.acknowledge import Acknowledge
from nightbell.services.case import Invocation
from nightbell.services.ports import Clock
from nightbell.services.ports import HumanQueue as HumanQueueOfServices
from nightbell.services.tell_human_queue import TellHumanQueue
from nightbell.services.write_outbox import WriteOutbox

NEEDS = (
    "TABLE_NAME",
    "HUMAN_QUEUE_URL",
    "SECRETS_PREFIX",
    "DUE_SHARDS",
    "DESK_URL",
    "CLOCK_FILE",
    *ADDRESSES,
)


class LambdaContext(Protocol):
    """The part of Lambda's context that we use."""

    def get_remaining_time_in_millis(self) -> int:
        """Tell how long until the sandbox is killed."""


class Acknowledging:
    """The service, and what its handlers need beside it."""

    def __init__(self, env: Environment) -> None:
        """Compose it once for an execution environment."""
        self.clock: Clock = SystemClock(env.clock_file)
        aws = AwsClients()
        self.sqs: Any = aws.make("sqs", WORK)
        self.table = TableClient(aws.make("dynamodb", WORK), env.table_name, Deadline(self.clock))
        self.settings = live(self.table)
        known = self.settings.accounts
        self.store = UnitTable(self.table, env.due_shards)
        queue = CheckedHumanQueue(HumanQueue(self.sqs, env.human_queue_url, self.clock))
        self.secrets = ParameterSecrets(aws.make("ssm", WORK), env.secrets_prefix, self.clock)
        self.api = PlatformHttp(sign=aws.signature())
        self.service = Acknowledge(
            store=self.store,
            platform_api=self.api,
            access=build_access(env, self.secrets, self.api, self.clock),
            tell=TellHumanQueue(self._told(queue), self.store, known, CHANNELS, env.desk_url),
            accounts=known,
            channels=CHANNELS,
            senders=SENDERS,
            look_ups=LOOK_UPS,
            questions=QUESTIONS,
            clock=self.clock,
        )

    def _told(self, queue: HumanQueueOfServices) -> HumanQueueOfServices:
        """Tell the business's own systems what the team is told, and the team's own places, where there are any."""
        told = self.settings.webhooks
        if told:
            queue = WriteOutbox(queue, OutboxTable(self.table), told, self.clock)
        if not self.settings.team:
            return queue
        from nightbell.services.write_alerts import WriteAlerts  # noqa: PLC0415 - a cold start without it pays nothing

        places, brands = self.settings.team, self.settings.brands
        return WriteAlerts(queue, OutboxTable(self.table), places, brands, self.clock)

    def run(self, context: LambdaContext) -> Invocation:
        """Name this invocation's worker and its end."""
        left = timedelta(milliseconds=context.get_remaining_time_in_millis())
        return Invocation(worker=str(uuid4()), deadline=self.clock.now() + left)
