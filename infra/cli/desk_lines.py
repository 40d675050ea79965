"""The waiting list for people: a table on a terminal, and tabs between the columns elsewhere."""

import sys
import unicodedata
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from infra.cli.visible import visible
from infra.local.progress import bold, faint, red
from nightbell.services.desk_reading import Row

HEADS = ("DUE", "CUSTOMER", "ON", "WHAT", "N", "STANDS", "ID")
WIDEST = 24
TWO_CELLS = frozenset("WF")
"""East Asian widths that a terminal shows in two cells (Unicode Standard Annex 11)."""


def table(rows: Sequence[Row], now: datetime) -> Iterator[str]:
    """Write the list, a line each."""
    cells = [_cells(row, now) for row in rows]
    if not sys.stdout.isatty():
        yield from ("\t".join(each) for each in cells)
        return
    widths = [max(map(_width, column)) for column in zip(HEADS, *cells, strict=True)]
    if cells:
        yield faint(_line(HEADS, widths))
    for row, each in zip(rows, cells, strict=True):
        line = _line(each, widths)
        yield red(line) if row["is_broken"] else bold(line) if _is_urgent(row) else line


def _cells(row: Any, now: datetime) -> tuple[str, ...]:  # noqa: ANN401 - as JSON has it
    who = visible(row["contact"]["display_name"] or row["contact"]["id"])
    return (
        due(row["promised_by"], now),
        who if _width(who) <= WIDEST else f"{who[: WIDEST // 2]}…",
        str(row["via"] or row["channel"]),
        str(row["kind"]),
        str(row["waiting_count"]),
        _stands(row),
        visible(row["conversation_id"]),
    )


def due(promised_by: str | None, now: datetime) -> str:
    """Say how much time is left, or how long a promise has been broken."""
    if promised_by is None:
        return "-"
    left = datetime.fromisoformat(promised_by) - now
    return f"{_span(left)}" if left >= timedelta(0) else f"{_span(-left)} late"


def _span(span: timedelta) -> str:
    minutes = int(span.total_seconds() // 60)
    if minutes < 60:  # noqa: PLR2004 - in an hour
        return f"{minutes} min"
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes:02}" if hours < 48 else f"{hours // 24} days"  # noqa: PLR2004 - hours of two days


def _stands(row: Any) -> str:  # noqa: ANN401 - as JSON has it
    if row["held_by"]:
        return f"held by {visible(row['held_by'])}"
    if row["snoozed_until"]:
        return "for later"
    return "" if row["acknowledgement"] == "acknowledged" else str(row["acknowledgement"])


def _is_urgent(row: Any) -> bool:  # noqa: ANN401 - as JSON has it
    return "emergency" in row["priority"]["codes"]


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    padded = (cell + " " * (width - _width(cell)) for cell, width in zip(cells, widths, strict=True))
    return "  ".join(padded).rstrip()


def _width(text: str) -> int:
    return sum(
        2 if unicodedata.east_asian_width(each) in TWO_CELLS else 0 if unicodedata.combining(each) else 1
        for each in text
    )
