"""Compose what answers the requests that platforms make for a person."""

from nightbell.adapters.deletion_table import DeletionTable
from nightbell.adapters.table_client import TableClient
from nightbell.adapters.unit_table import UnitTable
from nightbell.handlers.environment import Environment
from nightbell.handlers.settings import accounts
from nightbell.platforms.registry import CALLBACKS, CHANNELS
from nightbell.services.answer_callback import AnswerCallback
from nightbell.services.ports import Secrets


def build_callbacks(env: Environment, table: TableClient, secrets: Secrets) -> AnswerCallback:
    """Compose the service once for an execution environment."""
    return AnswerCallback(
        readers=CALLBACKS,
        secrets=secrets,
        store=DeletionTable(table, env.due_shards),
        breakers=UnitTable(table, env.due_shards),
        accounts=accounts(),
        channels=CHANNELS,
    )
