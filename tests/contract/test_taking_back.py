"""What a contact takes back is gone from the table, in whatever order things arrive and whatever fails."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from itertools import permutations
from typing import Any, ClassVar

import pytest

from nightbell.adapters.forgetting_table import ForgettingTable
from nightbell.adapters.quarantine_table import QuarantineTable
from nightbell.adapters.table_client import Deadline, TableClient
from nightbell.domain.conversation import Join, PriorityReason
from nightbell.domain.events import Attachment, Message, MessageRole, Silent
from nightbell.domain.keys import message_sk
from nightbell.domain.requests import TAKEN_BACK, taken_back_sk
from nightbell.services.blank_taken_back import BlankTakenBack
from nightbell.services.discard_beside import DiscardBeside, ObjectStore
from nightbell.services.discard_whole import DiscardWhole
from nightbell.services.sweep import Sweep
from tests.contract.conversation_table import indexed
from tests.contract.faults import Crash, Faults, FaultyDynamo, How
from tests.contract.world import OPEN, SHARDS, SWEEP_LIFE, World

CANARY = "canary"
MakeWorld = Callable[..., World]


def said(world: World, **more: Any) -> Message:
    photo = Attachment(kind="image", reference="1", detail=f"{CANARY}.png")
    more = {"attachments": (photo,), "choice": f"{CANARY} tap", "raw": '{"odd": "canary"}'} | more
    return world.message(f"{CANARY} hello", mid="X", **more)


def taking_back(world: World, target: str = "X", **more: Any) -> Message:
    return world.message(
        "",
        mid=f"{target}:unsend",
        role=MessageRole.CHANGE,
        attachments=(Attachment(kind="unsend_of", reference=target),),
        **more,
    )


def edit(world: World, number: int = 1) -> Message:
    return world.message(
        f"{CANARY} edited {number}",
        mid=f"X:edit:{number}",
        role=MessageRole.CHANGE,
        attachments=(Attachment(kind="edit_of", reference="X"),),
    )


def sweep(world: World, faults: Faults | None = None, objects: Mapping[str, ObjectStore] | None = None) -> None:
    client = TableClient(FaultyDynamo(world.dynamodb, faults or Faults()), world.table, Deadline(world.clock))
    job = BlankTakenBack(
        store=ForgettingTable(client),
        discard=DiscardBeside(DiscardWhole(QuarantineTable(client), world.clock), objects or {}),
        clock=world.clock,
    )
    sweeper = Sweep(
        store=world.units,
        hints=world.hints,
        acknowledge=world.acknowledge,
        clock=world.clock,
        due_shards=SHARDS,
        jobs={TAKEN_BACK: job},
    )
    with suppress(Crash):
        world.facts += sweeper(world.run(SWEEP_LIFE)).facts


def settle(world: World) -> None:
    """Let Sweep do what is left."""
    for _ in range(4):
        world.pass_by(minutes=2)
        sweep(world)
        world.work()


def stored(world: World, message_id: str = "X") -> dict[str, Any]:
    return next(item for item in world.stored() if item["sk"] == message_sk(message_id))


def test_the_words_are_gone_with_the_transaction_that_stores_the_taking_back(world: World) -> None:
    world.deliver(said(world))
    before = stored(world)
    world.pass_by(minutes=1)
    world.deliver(taking_back(world))
    assert CANARY not in str(world.stored())
    after = stored(world)
    kept = {"pk", "sk", "seq", "event", "sent_at", "got_at", "content_hash"}
    assert {name: before[name] for name in kept} == {name: after[name] for name in kept}
    assert after["blanked_at"] == int(world.clock.now().timestamp() * 1000)


@pytest.mark.parametrize("order", [1, -1], ids=["after it", "before it"])
def test_what_an_answer_would_have_repeated_is_gone_too(world: World, order: int) -> None:
    events = [said(world, about={"subject": f"{CANARY} bread"}, silent=Silent.BOT), taking_back(world)]
    for event in events[::order]:
        world.deliver(event)
        world.pass_by(minutes=1)
    assert CANARY not in str(world.stored())


def test_the_preview_goes_too(world: World) -> None:
    world.deliver(said(world))
    assert world.conversation().preview
    world.deliver(taking_back(world))
    assert world.conversation().preview is None


def test_what_is_delivered_again_stays_blank(world: World) -> None:
    first = said(world)
    world.deliver(first)
    world.deliver(taking_back(world))
    numbers = world.numbers()
    world.deliver(first)
    assert world.numbers() == numbers
    assert CANARY not in str(world.stored())


def test_a_message_that_comes_after_it_was_taken_back_is_stored_blank_and_gets_no_acknowledgement(world: World) -> None:
    late = said(world)
    world.deliver(taking_back(world))
    world.deliver(late)
    settle(world)
    assert CANARY not in str(world.stored())
    assert sorted(item["seq"] for item in world.stored() if item["sk"].startswith("M#") and "seq" in item) == [1, 2]
    assert world.visible() == []
    assert world.counted("messages_taken_back_before") == 1
    world.deliver(late)
    assert CANARY not in str(world.stored())
    assert world.conversation().last_seq == 2


@pytest.mark.parametrize("order", list(permutations(range(4))))
def test_whatever_the_order_nothing_of_it_stays(make_world: MakeWorld, order: tuple[int, ...]) -> None:
    world = make_world()
    events = [said(world), edit(world), taking_back(world), replace(said(world), text=f"{CANARY} other words")]
    for number in order:
        world.deliver(events[number])
        world.pass_by(seconds=5)
    settle(world)
    assert CANARY not in str(world.stored())
    page = world.desk.take(world.pk(), "ana") if world.conversation().is_waiting else None
    if page:
        assert [message.seq for message in page.messages] == list(range(1, world.conversation().last_seq + 1))


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_one_delivery_may_bring_all_of_it_in_any_order(make_world: MakeWorld, order: tuple[int, ...]) -> None:
    world = make_world()
    events = [said(world), taking_back(world), edit(world)]
    world.deliver(*(events[number] for number in order))
    settle(world)
    assert CANARY not in str(world.stored())
    assert world.conversation().last_seq == 3


def test_all_edits_and_variants_go_within_two_sweeps(world: World) -> None:
    world.deliver(said(world), edit(world, 1), edit(world, 2))
    world.deliver(replace(said(world), text=f"{CANARY} other words"))
    world.deliver(taking_back(world))
    settle(world)
    assert CANARY not in str(world.stored())
    assert (world.pk(), taken_back_sk("X")) not in indexed(world.dynamodb, world.table, "due")


def test_what_was_written_before_two_conversations_were_joined_is_found_there(world: World) -> None:
    """Its taking back comes later, and so to the other conversation."""
    world.write("in public", by="post/7")
    world.deliver(said(world))
    world.rest()
    world.pass_by(minutes=1)
    join = Join(since=world.clock.now(), pk=world.pk("post/7"))
    assert world.truth.join(world.pk(), world.conversation(), join)
    world.pass_by(minutes=1)
    world.deliver(taking_back(world))
    settle(world)
    assert CANARY not in str(world.stored())


def test_what_was_written_between_two_joins_is_found_where_the_first_led(world: World) -> None:
    """Two private replies to one contact, and what they took back they had written in between."""
    for post in ("post/7", "other/7"):
        world.write("in public", by=post)
        join = Join(since=world.clock.now(), pk=world.pk(post))
        assert world.truth.join(world.pk(), world.conversation(), join)
        world.pass_by(minutes=1)
        world.deliver(said(world) if post == "post/7" else taking_back(world))
        world.pass_by(minutes=1)
    settle(world)
    assert CANARY not in str(world.stored("post/7"))
    assert CANARY not in str(world.stored("other/7"))


def test_what_comes_long_after_it_was_taken_back_elsewhere_is_stored_blank(world: World) -> None:
    """A platform tries again for an hour; where the message belongs, nothing but Sweep's mark tells that it is gone."""
    world.write("in public", by="post/7")
    late, changed = said(world), edit(world)
    world.pass_by(minutes=1)
    join = Join(since=world.clock.now(), pk=world.pk("post/7"))
    assert world.truth.join(world.pk(), world.conversation(), join)
    world.pass_by(minutes=1)
    world.deliver(taking_back(world))
    settle(world)
    world.deliver(late)
    world.deliver(changed)
    settle(world)
    assert CANARY not in str(world.stored())
    assert CANARY not in str(world.stored("post/7"))
    assert [item["seq"] for item in world.stored() if item["sk"].startswith("M#") and "seq" in item] == [1, 2]


def test_an_edit_that_comes_long_after_is_stored_blank(world: World) -> None:
    world.deliver(said(world), taking_back(world))
    settle(world)
    world.deliver(edit(world))
    assert CANARY not in str(world.stored())
    assert world.conversation().last_seq == 3


def test_an_edit_keeps_the_older_words(world: World) -> None:
    """A promise may hang on what was said first; it goes with the message, or when the contact is forgotten."""
    world.deliver(said(world))
    world.deliver(edit(world))
    settle(world)
    assert stored(world)["txt"] == f"{CANARY} hello"
    assert stored(world, "X:edit:1")["txt"] == f"{CANARY} edited 1"


def test_other_messages_are_left_alone(world: World) -> None:
    world.deliver(said(world), world.message("mine", mid="X2"), world.message("too", mid="X:other"))
    world.deliver(taking_back(world))
    settle(world)
    assert {stored(world, name)["txt"] for name in ("X2", "X:other")} == {"mine", "too"}


def test_the_whole_of_an_oversized_message_goes_from_quarantine(world: World) -> None:
    world.deliver(said(world, attachments=()))
    world.deliver(replace(said(world), text=f"{CANARY} " * 60_000, message_id="Y"))
    quarantine = QuarantineTable(TableClient(world.dynamodb, world.table, Deadline(world.clock)))
    [entry] = quarantine.entries(f"{OPEN:%Y-%m}")
    assert quarantine.read_body(entry)
    world.deliver(taking_back(world, "Y"))
    settle(world)
    [entry] = quarantine.entries(f"{OPEN:%Y-%m}")
    assert entry.discarded
    assert quarantine.read_body(entry) is None


def test_what_it_was_made_of_goes_from_the_bucket(world: World) -> None:
    class Bucket:
        deleted: ClassVar[list[str]] = []

        def delete(self, key: str) -> None:
            self.deleted.append(key)

    world.deliver(replace(said(world), kept_in=("mail/x",)))
    world.deliver(taking_back(world))
    assert stored(world)["kept_in"] == ["mail/x"]
    world.pass_by(minutes=2)
    sweep(world, objects={"mail": Bucket()})
    assert Bucket.deleted == ["mail/x"]
    assert "kept_in" not in stored(world)


def test_something_taken_back_that_never_comes_is_no_message_for_an_agent(world: World) -> None:
    world.write("hello")
    world.deliver(taking_back(world))
    page = world.desk.take(world.pk(), "ana")
    assert [message.seq for message in page.messages] == [1, 2]
    assert world.desk.close(world.pk(), "ana").still_waiting == 0


def test_an_agent_sees_that_something_was_taken_back(world: World) -> None:
    world.deliver(said(world))
    world.deliver(taking_back(world))
    page = world.desk.take(world.pk(), "ana")
    assert [(message.text, message.is_blank) for message in page.messages] == [("", True), ("", False)]


def test_a_public_complaint_that_is_taken_back_is_noted_and_told(world: World) -> None:
    world.deliver(world.message("It is broken!", mid="X", thread="X"))
    world.rest()
    world.deliver(taking_back(world, thread="X"))
    world.rest()
    assert PriorityReason.WITHDRAWN in world.conversation().reasons
    told = world.human_queue.last_word(world.pk())
    assert told is not None
    assert "taken the public complaint back" in str(told["priority"])
    assert "broken" not in str(world.stored())


def test_a_complaint_that_was_answered_is_noted_without_waking_anybody(world: World) -> None:
    world.deliver(world.message("It is broken!", mid="X", thread="X"))
    world.rest()
    world.desk.take(world.pk(), "ana")
    world.desk.close(world.pk(), "ana")
    world.deliver(taking_back(world, thread="X"))
    conversation = world.conversation()
    assert (conversation.is_waiting, conversation.reasons) == (False, (PriorityReason.WITHDRAWN,))


@pytest.mark.parametrize("text", ["It is broken!", "Is it open?"])
def test_in_private_nobody_withdraws_a_complaint(world: World, text: str) -> None:
    world.deliver(world.message(text, mid="X"))
    world.deliver(taking_back(world))
    assert PriorityReason.WITHDRAWN not in world.conversation().reasons


@pytest.mark.parametrize("how", [How.CRASH_BEFORE, How.CRASH_AFTER, How.FAILED, How.LOST])
def test_whatever_call_fails_it_is_blank_in_the_end(make_world: MakeWorld, how: How) -> None:
    for at in range(1, 30):
        world = make_world()
        world.deliver(said(world), edit(world))
        faults = Faults(at=at, how=how)
        world.build(faults)
        world.deliver(taking_back(world))
        world.build(Faults())
        received = len(faults.sites)
        world.pass_by(minutes=2)
        later = Faults(at=at - received, how=how)
        sweep(world, later)
        settle(world)
        assert CANARY not in str(world.stored())
        assert (world.pk(), taken_back_sk("X")) not in indexed(world.dynamodb, world.table, "due")
        if received + len(later.sites) < at:
            return
    raise AssertionError("it never ends")


def test_an_edit_that_is_delivered_again_after_its_message_was_taken_back_is_known(world: World) -> None:
    """Its words are taken out before it is stored, and what it is known by must not go with them."""
    changed = edit(world)
    world.deliver(said(world), changed)
    world.deliver(taking_back(world))
    settle(world)
    numbers = world.numbers()
    world.deliver(changed)
    assert world.numbers() == numbers
    assert world.counted("messages_repeated") == 1
