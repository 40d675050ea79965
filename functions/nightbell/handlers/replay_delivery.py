"""ReplayDelivery: stores what was spilled while the table could not be reached."""

from dataclasses import replace
from functools import cache
from typing import Any

from nightbell.adapters.aws_clients import WORK, AwsClients
from nightbell.adapters.clock import SystemClock
from nightbell.handlers.batch import each_record
from nightbell.handlers.build_receive import Receiving
from nightbell.handlers.environment import read_environment
from nightbell.services.receive_delivery import WORKERS
from nightbell.services.replay_delivery import ReplayDelivery

NEEDS = ("TABLE_NAME", "ACK_QUEUE_URL", "SECRETS_PREFIX", "DUE_SHARDS", "CLOCK_FILE")


@cache
def _service() -> ReplayDelivery:
    env = read_environment(NEEDS)
    aws, limits = AwsClients(), replace(WORK, connections=WORKERS)
    receiving = Receiving(
        env=env,
        clock=SystemClock(env.clock_file),
        dynamodb=aws.make("dynamodb", limits),
        sqs=aws.make("sqs", limits),
        ssm=aws.make("ssm", WORK),
        spill=None,
    )
    return ReplayDelivery(store=receiving.store, receive=receiving.service, clock=receiving.clock)


def handler(event: dict[str, Any], context: object) -> dict[str, Any]:  # noqa: ARG001 - Lambda passes both
    """Replay each part of one batch from SpillQueue."""
    return each_record(event, _service())
