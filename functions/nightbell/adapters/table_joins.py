"""Where messages go instead: written by those who receive, and by those whose answer opens another channel."""

from nightbell.adapters import table_expressions as e
from nightbell.adapters.table_client import Refused, TableClient
from nightbell.adapters.table_items import join_values
from nightbell.domain.conversation import Conversation, Join
from nightbell.domain.keys import META


def joins_as_read(read: Conversation) -> tuple[str, dict[str, object]]:
    """Require that messages still go where they went when the conversation was read."""
    return (e.JOINS_SAME_IF, {"read_joins": join_values(read.joins)}) if read.joins else (e.JOINS_NONE_IF, {})


def write_join(table: TableClient, pk: str, read: Conversation, join: Join) -> bool:
    """Send what comes from now on to another conversation. False when another join or a message came first."""
    same, used = joins_as_read(read)
    stored = e.JOIN_EMPTY_IF
    if read.exists:
        stored, used = e.JOIN_NOTHING_NEWER_IF, used | {"read_last": read.last_seq}
    written = table.update(pk, META, e.JOIN, f"{same} AND {stored}", joins=join_values(read.joined(join)), **used)
    return not isinstance(written, Refused)
