"""Compose what answers calls; loaded by the first of them, because few businesses have a voicemail."""

from nightbell.adapters.call_table import CallTable
from nightbell.adapters.table_client import TableClient
from nightbell.handlers.live_settings import live
from nightbell.services.answer_call import AnswerCall
from nightbell.services.calls import CallHints
from nightbell.services.word_calls import word_calls


def build_calls(table: TableClient, due_shards: int, hints: CallHints) -> AnswerCall:
    """Compose it once for an execution environment."""
    return AnswerCall(CallTable(table, due_shards), hints, live(table).accounts, word_calls)
