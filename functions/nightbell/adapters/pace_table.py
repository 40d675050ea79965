"""The table as the pace of sends uses it: one number on the account's breaker, and one item for each storm's line."""

from datetime import datetime, timedelta

from nightbell.adapters import pace_expressions as e
from nightbell.adapters.table_client import Refused, TableClient
from nightbell.adapters.table_items import values
from nightbell.domain.keys import BREAKER_SK, account_pk, line_sk

LINE_KEPT_FOR = timedelta(days=90)


def draw(table: TableClient, key: tuple[str, str], step: timedelta, now: datetime, latest: datetime) -> bool:
    """Move the bucket's moment on where it lies before ``latest``; one write where it is full."""
    pk, step_ms = account_pk(*key), max(step // timedelta(milliseconds=1), 1)
    drawn = table.update(pk, BREAKER_SK, e.DRAW_FULL, e.DRAW_FULL_IF, now=now, after=now + step)
    if isinstance(drawn, Refused):
        drawn = table.update(pk, BREAKER_SK, e.DRAW, e.DRAW_IF, now=now, latest=latest, step=step_ms)
    return not isinstance(drawn, Refused)


def slow_down(table: TableClient, key: tuple[str, str], until: datetime, seen: int) -> None:
    """Let nothing leave before; the next such pause is longer."""
    used = {"until": until, "seen": seen, "zero": 0, "one": 1}
    table.update(account_pk(*key), BREAKER_SK, e.SLOW_DOWN, e.SLOW_DOWN_IF, **used)


def ease(table: TableClient, key: tuple[str, str], until: datetime) -> None:
    """Let nothing leave before."""
    table.update(account_pk(*key), BREAKER_SK, e.EASE, e.EASE_IF, until=until)


def say_line(table: TableClient, key: tuple[str, str], post: str, unit: str, now: datetime) -> str:
    """Claim the one line of a storm below a post; tells which unit has it."""
    used = {"unit": unit, "expires_at": int((now + LINE_KEPT_FOR).timestamp())}
    claimed = table.update(account_pk(*key), line_sk(post), e.SAY_LINE, e.SAY_LINE_IF, **used)
    found = claimed.old if isinstance(claimed, Refused) else claimed
    said_by: str = values(found or {}).get("said_by", "")
    return said_by


def leave_line(table: TableClient, key: tuple[str, str], post: str, unit: str) -> None:
    """Give up the claim of a unit that will not say it."""
    table.update(account_pk(*key), line_sk(post), e.LEAVE_LINE, e.LEAVE_LINE_IF, unit=unit)
