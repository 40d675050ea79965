"""The table as it keeps how much an account hears: an item a week, a number an hour."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta

from nightbell.adapters.heard_expressions import HOURS, add_in
from nightbell.adapters.table_client import TableClient
from nightbell.adapters.table_items import values
from nightbell.domain.keys import account_pk, heard_sk
from nightbell.domain.quiet import HOUR, WEEKS, week_of

KEPT_FOR = timedelta(weeks=WEEKS + 2)
"""As long as a week may be compared with those after it."""


class HeardTable:
    """Implements :class:`nightbell.services.count_heard.HeardStore`."""

    def __init__(self, table: TableClient) -> None:
        """Work on this table."""
        self._table = table

    def add_heard(self, channel: str, account_id: str, hour: datetime, count: int) -> None:
        """Add to what was heard in the hour that begins then."""
        at = hour.astimezone(UTC)
        week = week_of(at)
        pk, sk, expires_at = account_pk(channel, account_id), heard_sk(week.date()), int((at + KEPT_FOR).timestamp())
        self._table.update(pk, sk, add_in((at - week) // HOUR), heard=count, zero=0, expires_at=expires_at)

    def read_heard(self, channel: str, account_id: str, week: date) -> Mapping[int, int]:
        """Read what was heard in the week that begins on that Monday (UTC), by the hour."""
        found = values(self._table.get(account_pk(channel, account_id), heard_sk(week)) or {})
        return {hour: found[name] for hour, name in enumerate(HOURS) if name in found}
