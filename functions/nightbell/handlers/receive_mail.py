"""ReceiveMail: stores the mails that SES has received, and what it says of those that we sent."""

from dataclasses import replace
from functools import cache, partial
from typing import Any

from nightbell.adapters.aws_clients import WORK, AwsClients
from nightbell.adapters.clock import SystemClock
from nightbell.adapters.mail_store import MailBucket
from nightbell.adapters.platform_http import PlatformHttp
from nightbell.handlers.batch import each_record
from nightbell.handlers.build_receive import Storing
from nightbell.handlers.environment import read_environment
from nightbell.handlers.settings import accounts_by_platform
from nightbell.services.receive_mail import PLATFORM, ReceiveMail
from nightbell.services.store_delivery import WORKERS

NEEDS = ("TABLE_NAME", "ACK_QUEUE_URL", "DUE_SHARDS", "MAIL_BUCKET", "CLOCK_FILE")


@cache
def _service() -> ReceiveMail:
    env = read_environment(NEEDS)
    aws, limits = AwsClients(), replace(WORK, connections=WORKERS)
    clock = SystemClock(env.clock_file)
    storing = Storing(env, clock, dynamodb=aws.make("dynamodb", limits), sqs=aws.make("sqs", limits))
    return ReceiveMail(
        mails=MailBucket(env.mail_bucket, PlatformHttp(sign=aws.signature())),
        accounts=accounts_by_platform().get(PLATFORM, ()),
        store_delivery=partial(storing.service, platform_waits=False),
        clock=clock,
    )


def handler(event: dict[str, Any], context: object) -> dict[str, Any]:  # noqa: ARG001 - Lambda passes both
    """Store each message of one batch from MailQueue."""
    return each_record(event, _service(), read=str.encode)
