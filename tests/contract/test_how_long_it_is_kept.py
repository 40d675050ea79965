"""When the table itself removes what nobody needs any more: DynamoDB's time to live counts whole seconds since 1970."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from nightbell.domain.business import Choice
from nightbell.domain.choices import payload
from nightbell.domain.events import Attachment, Message, MessageRole
from tests.contract.conversation_table import partition
from tests.contract.world import CLOSED, World

DAY = timedelta(days=1)


def left(world: World, found: dict[str, Any]) -> timedelta:
    return timedelta(seconds=found["expires_at"] - int(world.clock.now().timestamp()))


def everything(world: World) -> list[dict[str, Any]]:
    """Read every item of the table."""
    pks = sorted({found["pk"]["S"] for found in world.dynamodb.scan(TableName=world.table)["Items"]})
    return [found for pk in pks for found in partition(world.dynamodb, world.table, pk)]


def one(world: World, prefix: str) -> dict[str, Any]:
    (found,) = (each for each in everything(world) if each["pk"].startswith(prefix))
    return found


def taking_back(message: Message) -> Message:
    gone = Attachment(kind="unsend_of", reference=message.message_id)
    name = f"{message.message_id}:remove"
    return replace(message, message_id=name, role=MessageRole.CHANGE, text="", attachments=(gone,))


def test_a_comment_leads_to_its_conversation_for_more_than_a_year(world: World) -> None:
    world.deliver(world.message(by="post/9", mid="c1", thread="c1"))
    pointer = one(world, "T#")
    assert pointer["conversation"] == world.pk("post/9")
    assert left(world, pointer) == 400 * DAY


def test_a_code_leads_back_for_half_a_year(world: World) -> None:
    world.clock.advance((CLOSED - world.clock.now()).total_seconds())
    world.write()
    world.write("By e-mail", choice=payload(Choice.EMAIL_US))
    assert left(world, one(world, "REF#")) == 180 * DAY


def test_what_could_not_be_read_is_kept_for_more_than_a_year(world: World) -> None:
    now = world.clock.now()
    world.receipts.quarantine(b"\xff", platform="fake", kind="delivery", reason="no JSON", received_at=now)
    assert left(world, one(world, "Q#")) == 400 * DAY


def test_the_work_on_what_was_taken_back_goes_after_a_month(world: World) -> None:
    said = world.message()
    world.deliver(said)
    world.pass_by(minutes=1)
    world.deliver(taking_back(said))
    (work,) = (found for found in world.stored() if found["sk"].startswith("B#"))
    assert left(world, work) == 30 * DAY


def test_conversations_and_messages_stay(world: World) -> None:
    world.write()
    world.rest()
    assert [found["sk"] for found in world.stored() if "expires_at" in found] == []
