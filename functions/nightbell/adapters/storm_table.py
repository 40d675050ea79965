"""The table as storms are watched by: who waits, what was heard, and the storm on the account's breaker."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime

from nightbell.adapters import pace_expressions as e
from nightbell.adapters.heard_table import HeardTable
from nightbell.adapters.hold_table import HoldTable
from nightbell.adapters.table_client import TableClient
from nightbell.adapters.table_items import from_ms, values
from nightbell.domain.keys import BREAKER_SK, account_pk
from nightbell.domain.storm import Storm, comes_first
from nightbell.services.hold_ports import Waiting

AT_ONCE = 50


class StormTable:
    """Implements :class:`nightbell.services.watch_storms.StormStore`."""

    def __init__(self, table: TableClient, due_shards: int) -> None:
        """Work on this table."""
        self._table, self._waiting, self._heard = table, HoldTable(table, due_shards), HeardTable(table)

    def waiting_between(self, brand: str, oldest: datetime, newest: datetime) -> Iterator[Waiting]:
        """List what waits since then, both ends included; may lag behind the table."""
        return self._waiting.waiting_between(brand, oldest, newest)

    def read_heard(self, channel: str, account_id: str, week: date) -> Mapping[int, int]:
        """Read what was heard in the week that begins on that Monday (UTC), by the hour that something came in."""
        return self._heard.read_heard(channel, account_id, week)

    def read_storm(self, key: tuple[str, str]) -> Storm | None:
        """Read an account's storm, consistently."""
        v = values(self._table.get(account_pk(*key), BREAKER_SK) or {})
        if "storm_since" not in v:
            return None
        return Storm(
            since=from_ms(v["storm_since"]),
            until=from_ms(v["storm_until"]),
            people=v["storm_people"],
            peak=v["storm_peak"],
            threshold=v["storm_threshold"],
            told_at=from_ms(v["storm_told_at"]),
        )

    def write_storm(self, key: tuple[str, str], storm: Storm | None) -> None:
        """Let it be so for all who send; ``None`` where it is over."""
        if storm is None:
            self._table.update(account_pk(*key), BREAKER_SK, e.STORM_OVER)
            return
        self._table.update(
            account_pk(*key),
            BREAKER_SK,
            e.STORM,
            since=storm.since,
            until=storm.until,
            told_at=storm.told_at,
            people=storm.people,
            peak=storm.peak,
            threshold=storm.threshold,
        )

    def count_first(self, pks: Sequence[str]) -> int:
        """Count the conversations that go before all others."""
        parts = (pks[start : start + AT_ONCE] for start in range(0, len(pks), AT_ONCE))
        return sum(comes_first(each.conversation) for part in parts for each in self._waiting.standings(part))

    def write_threshold(self, key: tuple[str, str], threshold: int) -> None:
        """Write down for all who send how many people in a minute are a storm."""
        self._table.update(account_pk(*key), BREAKER_SK, e.USUAL, threshold=threshold)
