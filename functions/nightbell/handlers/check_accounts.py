"""CheckAccounts: every hour, sees that each account's token lives and that everything is subscribed."""

from datetime import datetime, timedelta
from functools import cache
from typing import Any

from nightbell.adapters.account_table import AccountTable
from nightbell.adapters.aws_clients import WORK, AwsClients
from nightbell.adapters.clock import SystemClock
from nightbell.adapters.heard_table import HeardTable
from nightbell.adapters.platform_http import PlatformHttp
from nightbell.adapters.queues import AckQueue
from nightbell.adapters.receipt_table import ReceiptTable
from nightbell.adapters.secret_parameters import SecretParameters
from nightbell.adapters.secrets import ParameterSecrets
from nightbell.adapters.table_client import Deadline, TableClient
from nightbell.handlers.build_access import ADDRESSES, build_access
from nightbell.handlers.build_acknowledge import LambdaContext
from nightbell.handlers.environment import Environment, read_environment
from nightbell.handlers.live_settings import live
from nightbell.handlers.report import report
from nightbell.platforms.registry import CARES, CHANNELS, PLATFORM_OF, RENEWALS, SENDERS
from nightbell.services.care_for_platforms import CareForPlatforms
from nightbell.services.check_accounts import CheckAccounts
from nightbell.services.count_heard import NoticeQuiet
from nightbell.services.look_at_accounts import LookAtAccounts
from nightbell.services.read_back_missed import ReadBackMissed
from nightbell.services.renew_token import RenewToken
from nightbell.services.store_messages import StoreMessages

NEEDS = ("TABLE_NAME", "ACK_QUEUE_URL", "SECRETS_PREFIX", "DUE_SHARDS", "CLOCK_FILE", *ADDRESSES)
LAST = timedelta(seconds=60)
"""What the last account may take when Meta drips: up to six calls of 8 s, and the writes after them."""


class _Checking:
    """The service, and when it must be done."""

    def __init__(self, env: Environment) -> None:
        self.clock = SystemClock(env.clock_file)
        self.ends = self.clock.now()
        aws, api = AwsClients(), PlatformHttp()
        client = TableClient(aws.make("dynamodb", WORK), env.table_name, Deadline(self.clock))
        known = live(client).accounts
        ssm, receipts = aws.make("ssm", WORK), ReceiptTable(client, env.due_shards)
        secrets, tokens = (
            ParameterSecrets(ssm, env.secrets_prefix, self.clock),
            SecretParameters(ssm, env.secrets_prefix),
        )
        access, store = build_access(env, secrets, api, self.clock), AccountTable(client)
        self.care = CareForPlatforms(
            cares=CARES,
            renewals=RENEWALS,
            api=api,
            access=access,
            secrets=secrets,
            tokens=tokens,
            store=store,
            accounts=known.values(),
            channels=CHANNELS,
            platform_of=PLATFORM_OF,
            clock=self.clock,
        )
        self.notice_quiet = NoticeQuiet(HeardTable(client), known.values(), self.clock)
        self.service = CheckAccounts(
            look=LookAtAccounts(api, access),
            renew=RenewToken(api, access, tokens),
            read_back=ReadBackMissed(
                api=api,
                access=access,
                store=receipts,
                store_messages=StoreMessages(receipts, known, CHANNELS, SENDERS),
                hints=AckQueue(aws.make("sqs", WORK), env.ack_queue_url, self.clock),
                clock=self.clock,
                deadline=lambda: self.ends,
            ),
            store=store,
            accounts=known,
            channels=CHANNELS,
            clock=self.clock,
        )

    def until(self, milliseconds_left: int) -> datetime:
        """Set when this run must be done."""
        self.ends = self.clock.now() + timedelta(milliseconds=milliseconds_left) - LAST
        return self.ends


@cache
def _checking() -> _Checking:
    return _Checking(read_environment(NEEDS))


def handler(event: dict[str, Any], context: LambdaContext) -> None:  # noqa: ARG001 - the schedule says nothing
    """Check once; what fails is reported and tried again in an hour."""
    checking = _checking()
    ends = checking.until(context.get_remaining_time_in_millis())
    # First, and for half the time at most: each asks little, and a history that is read back may take all there is.
    report(checking.care(checking.clock.now() + (ends - checking.clock.now()) / 2))
    report(checking.notice_quiet())
    report(checking.service(ends))
