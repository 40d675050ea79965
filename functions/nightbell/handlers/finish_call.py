"""FinishCall: brings each call to the voicemail into its conversation, and its recording to where only we hear it."""

from functools import cache
from typing import Any

from nightbell.adapters.aws_clients import RECEIVE_ONCE, WORK, AwsClients
from nightbell.adapters.call_table import CallTable
from nightbell.adapters.clock import SystemClock
from nightbell.adapters.platform_http import PlatformHttp
from nightbell.adapters.queues import AckQueue
from nightbell.adapters.recording_store import RecordingBucket
from nightbell.adapters.secrets import ParameterSecrets
from nightbell.adapters.unit_table import UnitTable
from nightbell.handlers.batch import each_record
from nightbell.handlers.build_access import ADDRESSES, build_access
from nightbell.handlers.build_receive import Storing
from nightbell.handlers.environment import read_environment
from nightbell.handlers.report import report_stale
from nightbell.handlers.settings import accounts
from nightbell.platforms.twilio import recordings
from nightbell.services.call_conversations import CallConversations
from nightbell.services.finish_call import FinishCall, Outside

NEEDS = ("TABLE_NAME", "DUE_SHARDS", "ACK_QUEUE_URL", "CALL_BUCKET", "SECRETS_PREFIX", *ADDRESSES, "CLOCK_FILE")
PLATFORM = "twilio"


class _Finishing:
    """The service, and what the handler needs beside it."""

    def __init__(self) -> None:
        env = read_environment(NEEDS)
        aws = AwsClients()
        self.clock = SystemClock(env.clock_file)
        sqs = aws.make("sqs", WORK)
        storing = Storing(env, self.clock, dynamodb=aws.make("dynamodb", WORK), sqs=sqs)
        self.secrets = ParameterSecrets(aws.make("ssm", RECEIVE_ONCE), env.secrets_prefix, self.clock)
        http = PlatformHttp(sign=aws.signature())
        access = build_access(env, self.secrets, http, self.clock)
        self.service = FinishCall(
            CallTable(storing.client, env.due_shards),
            CallConversations(
                storing.table,
                storing.store_messages,
                UnitTable(storing.client, env.due_shards),
                AckQueue(sqs, env.ack_queue_url, self.clock),
            ),
            Outside(
                access=lambda account: access(PLATFORM, account),
                send=http.send,
                recordings=recordings,
                kept=RecordingBucket(env.call_bucket, http),
            ),
            accounts(),
        )


@cache
def _finishing() -> _Finishing:
    return _Finishing()


def handler(event: dict[str, Any], context: object) -> dict[str, Any]:  # noqa: ARG001 - Lambda passes both
    """Look at the call of each hint in a batch from CallQueue."""
    finishing = _finishing()
    answer = each_record(event, lambda hint: finishing.service(hint["call_id"], finishing.clock.now()))
    report_stale(finishing.secrets.stale)
    return answer
