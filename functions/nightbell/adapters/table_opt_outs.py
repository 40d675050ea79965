"""H6: a contact told the platform itself that we must not write, or may again."""

from datetime import datetime

from nightbell.adapters import table_expressions as e
from nightbell.adapters.table_client import Refused, TableClient
from nightbell.domain.keys import META


def note_opt_out(table: TableClient, pk: str, at: datetime, *, opted_out: bool) -> bool:
    """Note it; the newest word counts. False where it changed nothing."""
    if opted_out:
        written = table.update(pk, META, e.OPTED_OUT, e.OPTED_OUT_IF, at=at, yes=True)
    else:
        written = table.update(pk, META, e.OPTED_IN, e.OPTED_IN_IF, at=at)
    return not isinstance(written, Refused)
