"""SendWebhooks: every minute, tells the business's own systems what is due."""

from datetime import timedelta
from functools import cache
from typing import Any

from nightbell.adapters.aws_clients import WORK, AwsClients
from nightbell.adapters.clock import SystemClock
from nightbell.adapters.outbox_table import OutboxTable
from nightbell.adapters.platform_http import PlatformHttp
from nightbell.adapters.secrets import ParameterSecrets
from nightbell.adapters.table_client import Deadline, TableClient
from nightbell.handlers.build_acknowledge import LambdaContext
from nightbell.handlers.environment import read_environment
from nightbell.handlers.report import report, report_stale
from nightbell.handlers.settings import webhooks
from nightbell.services.send_webhooks import SendWebhooks

NEEDS = ("TABLE_NAME", "SECRETS_PREFIX", "CLOCK_FILE")


class _Sending:
    """The service, and what its handler needs beside it."""

    def __init__(self) -> None:
        env = read_environment(NEEDS)
        self.clock = SystemClock(env.clock_file)
        aws = AwsClients()
        self.secrets = ParameterSecrets(aws.make("ssm", WORK), env.secrets_prefix, self.clock)
        table = TableClient(aws.make("dynamodb", WORK), env.table_name, Deadline(self.clock))
        self.service = SendWebhooks(
            store=OutboxTable(table), api=PlatformHttp(), secrets=self.secrets, webhooks=webhooks(), clock=self.clock
        )


@cache
def _sending() -> _Sending:
    return _Sending()


def handler(event: dict[str, Any], context: LambdaContext) -> None:  # noqa: ARG001 - the schedule says nothing
    """Send once; what fails is reported and tried again when its time has come."""
    sending = _sending()
    left = timedelta(milliseconds=context.get_remaining_time_in_millis())
    report(sending.service(sending.clock.now() + left))
    report_stale(sending.secrets.stale)
