"""Compose the settings with the hours as they are right now."""

from nightbell.adapters.override_table import OverrideTable
from nightbell.adapters.table_client import TableClient
from nightbell.domain.business import BusinessSettings
from nightbell.handlers.settings import settings
from nightbell.services.live_hours import LiveHours, live_settings


def live(table: TableClient) -> BusinessSettings:
    """Compose them once for an execution environment: it remembers for half a minute what was said by hand."""
    return live_settings(settings(), LiveHours(OverrideTable(table), table.deadline.clock))
