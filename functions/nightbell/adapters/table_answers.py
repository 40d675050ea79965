"""What follows from the end of a unit that the desk made, in one transaction: A9 and A10."""

from typing import Any

from botocore.exceptions import ClientError

from nightbell.adapters import table_expressions as e
from nightbell.adapters.desk_expressions import ASKING
from nightbell.adapters.desk_items import desk_state_from, desk_state_write
from nightbell.adapters.table_client import TableClient
from nightbell.adapters.table_conversations import conversation_write
from nightbell.adapters.table_items import Item, attribute, key, message_item, unit_item
from nightbell.domain.closing import Closing
from nightbell.domain.desk_state import DeskState
from nightbell.domain.errors import UnavailableError
from nightbell.domain.keys import DESK, META, due_shard
from nightbell.domain.notice import KIND, Notice
from nightbell.domain.rating import ASKED, ASKS_SOON
from nightbell.domain.unit import Unit
from nightbell.services.ports import NumberedMessage

TRIES = 4


def read_desk(table: TableClient, pk: str) -> DeskState:
    """Read what people did about a conversation, consistently."""
    return desk_state_from(table.get(pk, DESK))


def write_closing(table: TableClient, case: Closing, shards: int) -> bool:
    """A9: close what was answered, and count. False when something has changed since it was read.

    Raises:
        UnavailableError: It may not have been written.
    """
    pk = case.unit.pk
    update, condition, used = desk_state_write(case.before, case.after)
    parts = [_update(table, pk, DESK, update, condition, used), _followed(table, case.unit)]
    if case.is_asked:
        used = {":asked": attribute(ASKED), ":soon": attribute(ASKS_SOON)}
        parts.append(_update(table, pk, META, e.NOW_ASKED, e.NOW_ASKED_IF, used))
    elif case.up_to or case.lets_go:
        parts.append(_update(table, pk, META, *_on_conversation(case)))
    if case.rating is not None:
        asked = parts[-1]["Update"]
        asked["UpdateExpression"] = asked["UpdateExpression"].replace("SET ", ASKING, 1)
        asked["ExpressionAttributeValues"][":asked"] = attribute(ASKS_SOON)
        parts.append(_new(table, unit_item(case.rating, due_shard(pk + case.rating.sk, shards))))
    return _transact(table, parts)


def _on_conversation(case: Closing) -> tuple[str, str, Item]:
    """Close up to a number, and let go where that was the agent's last word."""
    is_all = case.up_to == case.read.last_seq
    change = (e.ANSWERED_ALL, e.ANSWERED_ALL_IF) if is_all else (e.ANSWERED, e.ANSWERED_IF)
    used = {":up_to": attribute(case.up_to)}
    if not case.lets_go:
        return *change, used
    held = {":held_until": attribute(case.read.agent_until)}
    if not case.up_to:
        return e.LET_GO, e.DONE_WITH_IF, held
    update = e.CLOSE_ALL if is_all else e.CLOSE
    return update, f"{change[1]} AND {e.DONE_WITH_IF}", used | held


def write_notice(table: TableClient, notice: Notice, shards: int) -> bool:
    """A10: number a notice, and have the human queue told. False when something has changed since it was read.

    Raises:
        UnavailableError: It may not have been written.
    """
    pk, told = notice.unit.pk, notice.hand_off
    # No platform's own id is ever stored under this variant, whatever a contact may choose it to be.
    numbered = NumberedMessage(seq=told.seq, message=notice.message, variant=KIND)
    stored = message_item(pk, numbered, told.created_at), unit_item(told, due_shard(pk + told.sk, shards))
    conversation = conversation_write(table.table, pk, notice.read, notice.written)
    return _transact(table, [conversation, _followed(table, notice.unit), *(_new(table, each) for each in stored)])


def _followed(table: TableClient, unit: Unit) -> dict[str, Any]:
    return _update(table, unit.pk, unit.sk, e.FOLLOWED, e.FOLLOWED_IF, {":rev": attribute(unit.revision)})


def _new(table: TableClient, stored: Item) -> dict[str, Any]:
    """Write an item by an update: whoever sends may put none."""
    named = {name: value for name, value in stored.items() if name not in {"pk", "sk"}}
    update = "SET " + ", ".join(f"#{name} = :{name}" for name in named)
    used = {f":{name}": value for name, value in named.items()}
    part = _update(table, stored["pk"]["S"], stored["sk"]["S"], update, e.ABSENT, used)
    part["Update"]["ExpressionAttributeNames"] = {f"#{name}": name for name in named}
    return part


def _update(  # noqa: PLR0913, PLR0917 - the parts of a request
    table: TableClient, pk: str, sk: str, update: str, condition: str, used: Item
) -> dict[str, Any]:
    return {
        "Update": {
            "TableName": table.table,
            "Key": key(pk, sk),
            "UpdateExpression": update,
            "ConditionExpression": condition,
            "ExpressionAttributeValues": used,
        }
    }


def _transact(table: TableClient, parts: list[dict[str, Any]]) -> bool:
    for attempt in range(TRIES):
        try:
            table.call(lambda: table.client.transact_write_items(TransactItems=parts))
        except ClientError as error:
            reasons = error.response.get("CancellationReasons", [])
            if "ConditionalCheckFailed" in [reason.get("Code") for reason in reasons]:
                return False
            table.wait(attempt)
        else:
            return True
    raise UnavailableError("TransactionConflict")
