"""Write a conversation's own item as a decision left it, if it still is what the decision was made on."""

from typing import Any

from nightbell.adapters import table_expressions as e
from nightbell.adapters.table_items import Item, attribute, conversation_values, item, key
from nightbell.adapters.table_joins import joins_as_read
from nightbell.domain.conversation import Conversation
from nightbell.domain.keys import META, waiting_shard


def conversation_write(table: str, pk: str, read: Conversation, written: Conversation) -> dict[str, Any]:
    """Make the part of a transaction that does it."""
    condition, used = _as_read(read)
    update, names, set_values = _change(read, written)
    return {
        "Update": {
            "TableName": table,
            "Key": key(pk, META),
            "UpdateExpression": update,
            "ConditionExpression": condition,
            "ExpressionAttributeNames": names,
            "ExpressionAttributeValues": used | set_values,
        }
    }


def _as_read(read: Conversation) -> tuple[str, Item]:
    """Require that the conversation is still what the decision was made on."""
    same, joins = joins_as_read(read)
    used = {f":{name}": attribute(value) for name, value in joins.items()}
    if not read.exists:
        return f"{e.R1_NEW} AND {same}", used
    condition = [e.R1_AS_READ, same]
    used |= {":read_last": attribute(read.last_seq), ":read_seen": attribute(read.seen_seq)}
    for name in e.R1_AGENT_FIELDS:
        value = getattr(read, name)
        if value is None:
            condition.append(f"attribute_not_exists({name})")
        else:
            condition.append(f"{name} = :read_{name}")
            used[f":read_{name}"] = attribute(value)
    return " AND ".join(condition), used


def _change(read: Conversation, written: Conversation) -> tuple[str, dict[str, str], Item]:
    """Write only what differs, so that an index entry is touched only when its key changes."""
    before = item(_with_list(read)) if read.exists else {}
    after = item(_with_list(written))
    changed = [name for name in after if before.get(name) != after[name]]
    gone = [name for name in before if name not in after]
    update = "SET " + ", ".join(f"#{name} = :{name}" for name in changed)
    if gone:
        update += " REMOVE " + ", ".join(f"#{name}" for name in gone)
    return update, {f"#{n}": n for n in [*changed, *gone]}, {f":{n}": after[n] for n in changed}


def _with_list(c: Conversation) -> dict[str, object]:
    """Add the entry of the ``waiting`` index; its key stays the same for a whole episode."""
    listed = {"waiting_pk": waiting_shard(c.brand), "waiting_at": c.episode_at} if c.is_waiting else {}
    return conversation_values(c) | listed
