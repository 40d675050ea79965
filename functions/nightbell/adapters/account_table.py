"""The table as CheckAccounts uses it: breakers to read, and when each account was last in order."""

from datetime import datetime

from nightbell.adapters import table_expressions as e
from nightbell.adapters.table_client import TableClient
from nightbell.adapters.table_items import breaker_from, from_ms, values
from nightbell.domain.keys import BREAKER_SK, CHECK_SK, account_pk
from nightbell.services.ports import Breaker


class AccountTable:
    """Implements :class:`nightbell.services.check_accounts.CheckStore`."""

    def __init__(self, table: TableClient) -> None:
        """Work on this table."""
        self._table = table

    def read_breaker(self, channel: str, account_id: str) -> Breaker:
        """Read consistently; one that never was is closed."""
        return breaker_from(self._table.get(account_pk(channel, account_id), BREAKER_SK))

    def close_breaker(self, channel: str, account_id: str) -> None:
        """Forget failures."""
        self._table.update(account_pk(channel, account_id), BREAKER_SK, e.CLOSE_BREAKER)

    def read_checked_at(self, channel: str, account_id: str) -> datetime | None:
        """Tell when the account was last found in order."""
        found = values(self._table.get(account_pk(channel, account_id), CHECK_SK) or {})
        return from_ms(found["checked_at"]) if "checked_at" in found else None

    def note_checked(self, channel: str, account_id: str, at: datetime) -> None:
        """Note that it is in order."""
        self._table.update(account_pk(channel, account_id), CHECK_SK, e.CHECKED, at=at)
