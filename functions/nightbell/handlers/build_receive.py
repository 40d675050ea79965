"""Compose the service that ReceiveWebhook and ReplayDelivery share."""

from typing import Any

from nightbell.adapters.queues import AckQueue
from nightbell.adapters.receipt_table import ReceiptTable
from nightbell.adapters.secrets import ParameterSecrets
from nightbell.adapters.table_client import Deadline, TableClient
from nightbell.handlers.environment import Environment
from nightbell.handlers.settings import accounts
from nightbell.platforms.registry import CHANNELS, PLATFORMS
from nightbell.services.ports import Clock, SpillQueue
from nightbell.services.receive_delivery import ReceiveDelivery
from nightbell.services.store_messages import StoreMessages


class Receiving:
    """The service, and what its handlers need beside it."""

    def __init__(  # noqa: PLR0913 - what differs between the two functions
        self,
        *,
        env: Environment,
        clock: Clock,
        dynamodb: Any,  # noqa: ANN401 - boto3 makes clients without types
        sqs: Any,  # noqa: ANN401 - as above
        ssm: Any,  # noqa: ANN401 - as above
        spill: SpillQueue | None,
    ) -> None:
        """Compose it once for an execution environment."""
        self.deadline = Deadline(clock)
        self.clock = clock
        self.store = ReceiptTable(TableClient(dynamodb, env.table_name, self.deadline), env.due_shards)
        self.secrets = ParameterSecrets(ssm, env.secrets_prefix, clock)
        self.service = ReceiveDelivery(
            platforms=PLATFORMS,
            secrets=self.secrets,
            store=self.store,
            store_messages=StoreMessages(self.store, accounts(), CHANNELS),
            hints=AckQueue(sqs, env.ack_queue_url, clock),
            spill=spill,
        )
