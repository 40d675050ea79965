"""ReplayDelivery: stores what was spilled while the table could not be reached."""

from dataclasses import replace
from functools import cache
from typing import Any

from nightbell.adapters.aws_clients import WORK, AwsClients
from nightbell.adapters.clock import SystemClock
from nightbell.handlers.batch import each_record
from nightbell.handlers.build_receive import Storing
from nightbell.handlers.environment import read_environment
from nightbell.services.replay_delivery import ReplayDelivery
from nightbell.services.store_delivery import WORKERS

NEEDS = ("TABLE_NAME", "ACK_QUEUE_URL", "DUE_SHARDS", "META_APP_ID", "CLOCK_FILE")


@cache
def _service() -> ReplayDelivery:
    env = read_environment(NEEDS)
    aws, limits = AwsClients(), replace(WORK, connections=WORKERS)
    clock = SystemClock(env.clock_file)
    storing = Storing(env, clock, dynamodb=aws.make("dynamodb", limits), sqs=aws.make("sqs", limits))
    return ReplayDelivery(store=storing.table, store_delivery=storing.service, clock=clock)


def handler(event: dict[str, Any], context: object) -> dict[str, Any]:  # noqa: ARG001 - Lambda passes both
    """Replay each part of one batch from SpillQueue."""
    return each_record(event, _service(), names=lambda part: {"spill": str(part["id"])})
