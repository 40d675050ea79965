"""Where messages go instead: written by those who receive, and by those whose answer opens another channel."""

from nightbell.adapters import table_expressions as e
from nightbell.adapters.table_client import Refused, TableClient
from nightbell.adapters.table_items import join_values
from nightbell.domain.conversation import Conversation, Join
from nightbell.domain.keys import META


def write_join(table: TableClient, pk: str, read: Conversation, join: Join) -> bool:
    """Send what comes from now on to another conversation. False when another join came first."""
    condition, used = e.JOIN_FIRST_IF, {"joins": join_values(read.joined(join))}
    if read.joins:
        condition, used = e.JOIN_NEXT_IF, used | {"read": join_values(read.joins)}
    return not isinstance(table.update(pk, META, e.JOIN, condition, **used), Refused)
