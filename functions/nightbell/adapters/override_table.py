"""The table as it keeps what was opened or closed by hand: one small item for all brands."""

from collections.abc import Callable, Mapping
from typing import Any

from nightbell.adapters import override_expressions as e
from nightbell.adapters.table_client import Refused, TableClient
from nightbell.adapters.table_items import from_ms, values
from nightbell.domain.errors import UnavailableError
from nightbell.domain.hours_override import KEPT_FOR, Override, Scope
from nightbell.domain.keys import OVERRIDE_PK, OVERRIDE_SK

TRIES = 5
Said = tuple[Override, ...]


class OverrideTable:
    """Implements :class:`nightbell.services.live_hours.OverrideReader`, and changes what is said."""

    def __init__(self, table: TableClient) -> None:
        """Work on this table."""
        self._table = table

    def read(self) -> Said:
        """Read all that was said, and has not been over for long."""
        return _said(values(self._table.get(OVERRIDE_PK, OVERRIDE_SK) or {}))

    def change(self, change: Callable[[Said], Said]) -> Said:
        """Write what a change makes of what is there, and nothing in between gets lost.

        Raises:
            UnavailableError: It could not be written, or others kept writing.
        """
        for _ in range(TRIES):
            read = values(self._table.get(OVERRIDE_PK, OVERRIDE_SK) or {})
            after = change(_said(read))
            if not after and not read:
                return after
            # An item that holds nothing goes by itself, too.
            expires_at = int((max(each.until for each in after) + KEPT_FOR).timestamp()) if after else 1
            used: dict[str, object] = {"said": [_plain(each) for each in after], "expires_at": expires_at}
            rev = {"read": read["rev"]} if read else {}
            condition = e.SAY_IF if read else e.SAY_FIRST_IF
            found = self._table.update(OVERRIDE_PK, OVERRIDE_SK, e.SAY, condition, **used, **rev, zero=0, one=1)
            if not isinstance(found, Refused):
                return after
        raise UnavailableError("somebody else keeps changing the hours")


def _plain(each: Override) -> Mapping[str, object]:
    return {
        "brand": each.scope.brand,
        "channel": each.scope.channel,
        "account_id": each.scope.account_id,
        "open": each.is_open,
        "since": each.since,
        "until": each.until,
        "by": each.by,
        "reason": each.reason,
    }


def _said(read: Mapping[str, Any]) -> Said:
    try:
        return tuple(_override(each) for each in read.get("said", ()))
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        # Written by another version: whoever reads goes on with the plan.
        raise UnavailableError("what was said about the hours cannot be understood") from error


def _override(each: Mapping[str, Any]) -> Override:
    names = ("brand", "channel", "account_id")
    return Override(
        scope=Scope(**{name: str(each.get(name, "")) for name in names}),
        is_open=bool(each.get("open")),
        since=from_ms(each["since"]),
        until=from_ms(each["until"]),
        by=str(each["by"]),
        reason=str(each.get("reason", "")),
    )
