"""Compose what Sweep does beside units: what people want deleted, and calls."""

from collections.abc import Mapping

from nightbell.adapters.buckets import open_buckets
from nightbell.adapters.deletion_table import DeletionTable
from nightbell.adapters.forgetting_table import ForgettingTable
from nightbell.adapters.quarantine_table import QuarantineTable
from nightbell.adapters.queues import CallQueue
from nightbell.domain.call_keys import CALL_SK
from nightbell.domain.requests import DELETION_SK, LENT, TAKEN_BACK
from nightbell.handlers.build_acknowledge import Acknowledging
from nightbell.handlers.environment import Environment
from nightbell.handlers.settings import accounts
from nightbell.platforms.registry import CHANNELS
from nightbell.services.blank_in_time import BlankInTime
from nightbell.services.blank_taken_back import BlankTakenBack
from nightbell.services.delete_on_request import DeleteOnRequest
from nightbell.services.discard_beside import DiscardBeside
from nightbell.services.discard_whole import DiscardWhole
from nightbell.services.forget import Forget
from nightbell.services.hint_calls import HintCalls
from nightbell.services.sweep import Job


def build_jobs(acknowledging: Acknowledging, env: Environment) -> Mapping[str, Job]:
    """Compose them once for an execution environment."""
    table, clock = acknowledging.table, acknowledging.clock
    store, whole = ForgettingTable(table), DiscardWhole(QuarantineTable(table), clock)
    discard = DiscardBeside(whole, open_buckets(env.mail_bucket, env.call_bucket, acknowledging.api))
    forget = Forget(store=store, discard=discard, clock=clock)
    on_request = DeleteOnRequest(
        store=DeletionTable(table, env.due_shards),
        forget=forget,
        accounts=accounts(),
        channels=CHANNELS,
        clock=clock,
    )
    return {
        DELETION_SK: on_request,
        TAKEN_BACK: BlankTakenBack(store=store, discard=discard, clock=clock),
        CALL_SK: HintCalls(CallQueue(acknowledging.sqs, env.call_queue_url, clock), clock),
        LENT: BlankInTime(store=store, whole=whole, discard=discard, clock=clock),
    }
