"""Receiving on the real table: every message is kept once, with the next number, whatever comes between."""

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from nightbell.domain.errors import UnavailableError
from nightbell.domain.events import Attachment, Author, Broken, OutsideAnswer, Unknown
from nightbell.domain.facts import Fact
from nightbell.domain.keys import quarantine_pk
from nightbell.domain.storable import MAX_BYTES, MAX_NAME, SHORTENED, is_storable, shortened, stored_bytes
from nightbell.domain.unit import UnitKind, UnitState
from nightbell.services.store_delivery import MOST_AT_ONCE, MOST_MESSAGES
from tests.contract.conversation_table import partition
from tests.contract.faults import Faults, How
from tests.contract.world import CLOSED, CONTACT, World
from tests.fakes import FakeSpillQueue

MakeWorld = Callable[..., World]
ITEM_BYTES = 409_600
TRANSACTION_BYTES = 4_194_304
"""Amazon DynamoDB, "Service quotas": what the emulator does not enforce."""


class Limits:
    """Enforces the quotas of the real table before the emulator sees a request."""

    def __init__(self, dynamodb: Any) -> None:
        self._dynamodb = dynamodb
        self.largest = 0
        self.most = 0

    def __getattr__(self, operation: str) -> Any:
        return getattr(self._dynamodb, operation)

    def transact_write_items(self, **request: Any) -> Any:
        items = request["TransactItems"]
        keys = {repr(next(iter(each.values())).get("Key") or _key(each["Put"]["Item"])) for each in items}
        sizes = [size(next(iter(each.values()))) for each in items]
        assert len(keys) == len(items) <= 100
        assert max(sizes) <= ITEM_BYTES
        assert sum(sizes) <= TRANSACTION_BYTES
        self.largest, self.most = max(self.largest, *sizes), max(self.most, len(items))
        return self._dynamodb.transact_write_items(**request)


def _key(stored: dict[str, Any]) -> dict[str, Any]:
    return {"pk": stored["pk"], "sk": stored["sk"]}


def size(value: Any) -> int:
    """Count a request rather too large: every name and value in UTF-8."""
    if isinstance(value, dict):
        return sum(len(str(name).encode()) + size(each) for name, each in value.items())
    if isinstance(value, list):
        return sum(size(each) + 1 for each in value)
    return len(value if isinstance(value, bytes) else str(value).encode())


def facts_named(facts: tuple[Fact, ...], name: str) -> int:
    return sum(fact.count for fact in facts if fact.name == name)


def stand_still(seconds: float) -> None:
    assert seconds > 0


def spilling(world: World) -> FakeSpillQueue:
    spill = FakeSpillQueue()
    world.build(Faults(), spill=spill)
    return spill


# Identity


def test_a_delivery_repeated_days_later_changes_nothing(world: World) -> None:
    message = world.message()
    world.deliver(message)
    world.rest()
    world.pass_by(days=5)
    before = world.stored()
    assert facts_named(world.deliver(message).facts, "messages_repeated") == 1
    assert world.stored() == before
    assert world.hints.waiting == []


def test_messages_that_come_again_in_another_batch_keep_their_numbers(world: World) -> None:
    first, second, third = (world.message(f"number {n}") for n in range(3))
    world.deliver(first, second)
    world.deliver(second, third, first)
    assert world.numbers() == [1, 2, 3]


def test_one_delivery_that_says_the_same_twice_stores_it_once(world: World) -> None:
    message = world.message()
    world.deliver(message, message)
    assert world.numbers() == [1]


def test_other_content_under_the_same_id_is_kept_as_a_revision(world: World) -> None:
    world.write("at two", mid="m.1")
    received = world.write("at three", mid="m.1")
    assert facts_named(received.facts, "messages_with_other_content") == 1
    assert world.numbers() == [1, 2]
    assert {item["txt"] for item in world.stored() if item["sk"].startswith("M#")} == {"at two", "at three"}


def test_two_contents_under_one_id_are_two_in_any_order_and_however_often(world: World) -> None:
    one, other = world.message("at two", mid="m.1"), world.message("at three", mid="m.1")
    world.deliver(other, one)
    for again in ([one, other], [other], [one], [other, one]):
        world.deliver(*again)
    assert world.numbers() == [1, 2]


def test_one_id_in_two_conversations_is_two_messages(world: World) -> None:
    world.deliver(world.message(mid="m.1"), world.message(mid="m.1", by="8"))
    assert (world.numbers(), world.numbers("8")) == ([1], [1])


# Many at once


def test_a_thousand_messages_of_one_contact_are_numbered_without_a_gap(world: World) -> None:
    limits = Limits(world.dynamodb)
    spill = FakeSpillQueue()
    world.build(Faults(), spill=spill, dynamodb=limits)
    world.deliver(*(world.message(f"number {n}") for n in range(1000)))
    for part in spill.parts:
        world.replay(part)
    assert world.numbers() == list(range(1, 1001))
    assert limits.most > 90
    world.rest()
    assert world.faults_at_rest() == []


def test_a_thousand_contacts_in_one_delivery_are_spilled_and_stored_by_replay(world: World) -> None:
    spill = spilling(world)
    messages = [world.message(by=f"{n}") for n in range(1000)]
    received = world.deliver(*messages)
    assert facts_named(received.facts, "large_deliveries_spilled") == 1
    (part,) = spill.parts
    world.replay(part)
    assert all(world.conversation(f"{n}").last_seq == 1 for n in range(0, 1000, 37))
    assert len(world.hints.waiting) == 1000


@pytest.mark.parametrize(("contacts", "spilled"), [(MOST_AT_ONCE, 0), (MOST_AT_ONCE + 1, 1)])
def test_a_delivery_is_spilled_only_when_it_is_too_large_to_wait_for(world: World, contacts: int, spilled: int) -> None:
    spill = spilling(world)
    world.deliver(*(world.message(by=f"{n}") for n in range(contacts)))
    assert len(spill.parts) == spilled


@pytest.mark.parametrize(("messages", "spilled"), [(MOST_MESSAGES, 0), (MOST_MESSAGES + 1, 1)])
def test_a_contact_with_too_much_to_say_at_once_is_spilled_too(world: World, messages: int, spilled: int) -> None:
    spill = spilling(world)
    world.deliver(*(world.message(f"number {n}") for n in range(messages)))
    assert len(spill.parts) == spilled


def test_concurrent_deliveries_of_one_contact_are_numbered_without_a_gap(world: World) -> None:
    spill = spilling(world)
    world.clock.sleep = stand_still  # type: ignore[method-assign]  # threads share the clock
    deliveries = [
        world.platform.holding([world.message(f"{n}.{m}") for m in range(3)], world.clock.now()) for n in range(8)
    ]
    deliveries += deliveries[:4]
    threads = [threading.Thread(target=world.receive, args=(delivery,)) for delivery in deliveries]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for part in spill.parts:
        world.replay(part)
    assert world.numbers() == list(range(1, 25))
    assert [unit.seq for unit in world.units_of() if unit.kind is UnitKind.ACKNOWLEDGEMENT] == [1]


# Sizes


@pytest.mark.parametrize(
    "more",
    [
        {"text": "🔔" * 200_000},
        {"text": "x" * 1_000_000},
        {"raw": "{" + "x" * 500_000 + "}"},
        {"attachments": tuple(Attachment(kind="image", reference="r" * 900, detail="d" * 900) for _ in range(400))},
        {"attachments": tuple(Attachment(kind="image") for _ in range(20_000))},
        {"choice": "c" * 500_000},
        {"given_email": "a" * 500_000 + "@b.example"},
    ],
    ids=["emoji", "text", "raw", "long attachments", "many attachments", "choice", "address"],
)
def test_a_message_too_large_for_an_item_is_shortened_and_kept_whole_elsewhere(
    world: World, more: dict[str, Any]
) -> None:
    limits = Limits(world.dynamodb)
    world.build(Faults(), dynamodb=limits)
    small = world.message("And this?")
    large = replace(world.message(), **more)
    received = world.deliver(large, small)
    assert facts_named(received.facts, "messages_shortened") == 1
    assert world.numbers() == [1, 2]
    stored = next(item for item in world.stored() if item.get("seq") == 1)
    kept = stored["att"][-1]
    assert kept["kind"] == SHORTENED
    month = quarantine_pk(f"{world.clock.now():%Y-%m}")
    parts = [item for item in partition(world.dynamodb, world.table, month) if item["sk"].startswith(kept["reference"])]
    assert len(parts) == parts[0]["of"]
    world.deliver(large, small)
    assert world.numbers() == [1, 2]


def test_a_name_of_any_length_leaves_the_conversation_small(world: World) -> None:
    message = world.message()
    world.deliver(replace(message, contact=replace(message.contact, name="n" * 500_000)))
    assert len(world.meta()["contact_name"]) == MAX_NAME
    world.rest()
    assert world.faults_at_rest() == []


def test_large_messages_are_spread_over_transactions(world: World) -> None:
    limits = Limits(world.dynamodb)
    world.build(Faults(), dynamodb=limits)
    text = "x" * (MAX_BYTES - 2000)
    world.deliver(*(world.message(text) for _ in range(20)))
    assert world.numbers() == list(range(1, 21))
    assert limits.largest > MAX_BYTES - 3000


def test_what_was_shortened_fits(world: World) -> None:
    message = world.message("🔔" * 200_000)
    assert not is_storable(message)
    assert is_storable(shortened(message, "elsewhere"))
    assert stored_bytes(message) > 800_000


# What is not a message


def test_broken_events_are_quarantined_and_the_good_ones_stored(world: World) -> None:
    broken = Broken(kind="fake.message", channel="fake", reason="no id", raw='{"a": 1}')
    received = world.deliver(world.message(), broken)
    assert facts_named(received.facts, "quarantined") == 1
    assert world.numbers() == [1]


def test_a_new_kind_of_event_alarms_once(world: World) -> None:
    unknown = Unknown(kind="fake.dance", channel="fake")
    alarms = [[fact.name for fact in world.deliver(unknown).facts if fact.alarm] for _ in range(2)]
    assert alarms == [["new_kinds_of_event"], []]


# Failures


def test_a_lost_hint_is_made_good_by_the_sweep(world: World) -> None:
    world.write()
    world.hints.waiting.clear()
    world.rest()
    assert len(world.visible()) == 1
    assert world.clock.now() <= world.unit(1).created_at + timedelta(seconds=61)
    assert world.faults_at_rest() == []


def test_a_hint_queue_that_is_down_delays_and_loses_nothing(world: World) -> None:
    def refuse(pk: str, sk: str) -> None:
        raise UnavailableError(pk + sk)

    world.hints.hint = refuse  # type: ignore[method-assign]
    assert facts_named(world.write().facts, "hints_lost") == 1
    world.rest()
    assert len(world.visible()) == 1
    assert world.clock.now() <= world.unit(1).created_at + timedelta(minutes=5)


def test_a_table_that_fails_for_one_contact_spills_the_delivery_and_keeps_the_others(world: World) -> None:
    spill = spilling(world)
    world.faults.at, world.faults.how = 1, How.FAILED
    world.deliver(world.message(), world.message(by="8"))
    assert len(spill.parts) == 1
    assert world.numbers() + world.numbers("8") == [1]
    world.replay(spill.parts[0])
    assert (world.numbers(), world.numbers("8")) == ([1], [1])


def test_a_policy_that_fails_hands_the_message_over_undecided(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("nightbell.services.draft_messages.decide", fail)
    received = world.write()
    assert [fact.name for fact in received.facts if fact.alarm] == ["policy_failed"]
    world.rest()
    assert (world.visible(), world.unit(1).kind, world.unit(1).state) == (
        [],
        UnitKind.UNDECIDED,
        UnitState.SUPPRESSED,
    )
    assert world.last_word() == "suppressed"


def test_an_account_that_nobody_declared_is_handed_over(world: World) -> None:
    world.accounts.clear()
    world.write()
    world.rest()
    assert (world.visible(), world.last_word()) == ([], "suppressed")
    assert world.faults_at_rest() == []


def test_settling_what_this_stack_never_sent_does_not_block_a_delivery(world: World) -> None:
    world.write()
    received = world.deliver(world.settlement(world.unit(1).tag), world.message())
    assert facts_named(received.facts, "settlements_without_send") == 1
    assert world.numbers() == [1, 2]


# Episodes and stretches


def test_further_messages_of_an_episode_get_no_further_acknowledgement(world: World) -> None:
    for minute in range(2):
        world.write(f"number {minute}")
        world.rest()
        world.pass_by(minutes=1)
    assert len(world.visible()) == 1


def test_a_new_stretch_of_opening_time_allows_one_more(world: World) -> None:
    for hours in (0, 4.5, 0.1):
        world.pass_by(hours=hours)
        world.write(f"after {hours}")
        world.rest()
    texts = [text for _, text, _ in world.api.seen]
    assert len(texts) == 2
    assert "We open" in texts[1]
    assert world.faults_at_rest() == []


def test_an_episode_nobody_answers_lapses_after_seven_days_and_is_flagged(world: World) -> None:
    world.write("first")
    world.rest()
    world.pass_by(days=7)
    world.write("still there?")
    world.rest()
    assert world.conversation().episode == 2
    assert len(world.visible()) == 2
    word = world.human_queue.last_word(world.pk())
    assert word is not None
    assert (word["waiting_count"], word["episode"]) == (2, 2)
    assert "seven days" in str(word["priority"])
    assert world.faults_at_rest() == []


def test_one_minute_less_is_the_same_episode(world: World) -> None:
    world.write("first")
    world.rest()
    world.pass_by(days=7, minutes=-2)
    world.write("still there?")
    assert world.conversation().episode == 1


def test_a_person_in_the_platforms_inbox_closes_what_they_answer(world: World) -> None:
    world.write()
    world.rest()
    world.pass_by(minutes=3)
    answer = OutsideAnswer(
        kind="fake.echo",
        channel=world.channel.name,
        account_id=world.account.account_id,
        contact_ids=(CONTACT,),
        author=Author.PERSON,
        sent_at=world.clock.now(),
    )
    assert facts_named(world.deliver(answer).facts, "answered_outside") == 1
    assert not world.conversation().is_waiting
    assert "waiting_pk" not in world.meta()
    late = replace(answer, sent_at=world.clock.now())
    world.pass_by(minutes=20)
    world.write("one more thing")
    world.deliver(late)
    assert world.conversation().is_waiting
    world.rest()
    assert len(world.visible()) == 2


# Choices, opting out, loops


def test_a_tap_is_answered_once(make_world: MakeWorld) -> None:
    world = make_world(now=CLOSED)
    world.write()
    world.rest()
    for _ in range(2):
        world.pass_by(minutes=1)
        world.write("", choice="nightbell.choice.email_us")
        world.rest()
    texts = [text for _, text, _ in world.api.seen]
    assert len(texts) == 2
    assert str(world.conversation().reference) in texts[1]
    assert world.faults_at_rest() == []


def test_a_new_episode_forgets_what_was_chosen_in_the_last(make_world: MakeWorld) -> None:
    world = make_world(now=CLOSED)
    for _ in range(2):
        world.write()
        world.write("", choice="nightbell.choice.here")
        world.rest()
        assert world.conversation().follow_up == "here"
        world.desk.take(world.pk(), "ana")
        world.desk.close(world.pk(), "ana")
        world.pass_by(minutes=30)
    assert len(world.visible()) == 4
    world.write()
    assert "follow_up" not in world.meta()


def test_who_opts_out_hears_that_once_and_then_nothing_until_opting_in(world: World) -> None:
    for text in ("stop", "stop", "hello?", "start", "hello again?"):
        world.write(text)
        world.rest()
        world.pass_by(minutes=1)
    texts = [text for _, text, _ in world.api.seen]
    assert texts[:2] == ["No more. START undoes it.", "Welcome back."]
    assert world.faults_at_rest() == []


def test_another_automatic_sender_is_answered_three_times_at_most(world: World) -> None:
    for turn in range(30):
        world.write(f"I am a bot {turn}")
        world.rest()
        agent = world.conversation()
        if agent.loop_seen_seq is None:
            world.desk.take(world.pk(), "ana")
            world.desk.close(world.pk(), "ana")
        world.pass_by(seconds=10)
    assert len(world.visible()) <= 3
    word = world.human_queue.last_word(world.pk())
    assert "automatic" in str(word).lower()


def test_twenty_messages_a_minute_silence_us_until_a_person_acts(world: World) -> None:
    world.deliver(*(world.message(f"number {n}") for n in range(20)))
    world.rest()
    assert (world.visible(), world.last_word()) == ([], "suppressed")
    world.pass_by(hours=1)
    world.write("still silent")
    world.rest()
    assert world.visible() == []
    world.desk.take(world.pk(), "ana")
    world.desk.close(world.pk(), "ana")
    world.write("and now?")
    world.rest()
    assert len(world.visible()) == 1


def test_two_other_contents_of_a_known_comment_in_one_delivery_are_both_kept(world: World) -> None:
    """They lead to the same thread, and a transaction may touch an item only once."""
    world.deliver(world.message("first", mid="c1", thread="c1"))
    world.deliver(world.message("second", mid="c1", thread="c1"), world.message("third", mid="c1", thread="c1"))
    assert sorted(item["txt"] for item in world.stored() if item["sk"].startswith("M#")) == ["first", "second", "third"]
