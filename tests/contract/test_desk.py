"""Agents on the real table: one holder, nothing closed that nobody saw, nothing seen that stays open."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from nightbell.domain.unit import UnitKind
from nightbell.services.desk_acting import LEASE, TRIES
from nightbell.services.desk_errors import DeskError
from nightbell.services.ports import Page
from tests.contract.faults import Faults, How
from tests.contract.world import World

MakeWorld = Callable[..., World]


def texts(page: Page) -> list[str]:
    return [message.text for message in page.messages]


def test_two_agents_never_hold_one_conversation(world: World) -> None:
    world.write("hello")
    assert texts(world.desk.take(world.pk(), "ana")) == ["hello"]
    with pytest.raises(DeskError, match="ana holds this conversation until 09:40 UTC"):
        world.desk.take(world.pk(), "ben")
    assert world.desk.close(world.pk(), "ana").still_waiting == 0
    with pytest.raises(DeskError, match="Nothing waits"):
        world.desk.take(world.pk(), "ben")


def test_an_agent_who_goes_home_loses_it_to_the_next(world: World) -> None:
    world.write()
    world.desk.take(world.pk(), "ana")
    world.pass_by(seconds=LEASE.total_seconds() + 1)
    world.desk.take(world.pk(), "ben")
    with pytest.raises(DeskError, match="do not hold"):
        world.desk.close(world.pk(), "ana")
    assert world.conversation().is_waiting


def test_the_same_agent_may_take_it_again_and_longer(world: World) -> None:
    world.write()
    world.desk.take(world.pk(), "ana")
    world.pass_by(minutes=20)
    world.desk.take(world.pk(), "ana")
    assert world.conversation().agent_until == world.clock.now() + LEASE


@pytest.mark.parametrize("how", [How.FAILED, How.LOST])
def test_a_page_is_shown_although_nobody_knows_whether_that_was_noted(world: World, how: How) -> None:
    world.write("first")
    world.desk.take(world.pk(), "ana")
    world.write("second")
    world.build(Faults(at=6, how=how))
    assert texts(world.desk.take(world.pk(), "ana")) == ["first", "second"]
    assert world.faults.sites[5].startswith("update_item")
    # Otherwise it is taken once more.
    assert world.desk.close(world.pk(), "ana").still_waiting == (0 if how is How.LOST else 2)


def test_what_is_let_go_is_offered_at_once(world: World) -> None:
    world.write()
    world.desk.take(world.pk(), "ana")
    world.desk.release(world.pk(), "ana")
    world.desk.take(world.pk(), "ben")
    with pytest.raises(DeskError):
        world.desk.release(world.pk(), "ana")


def test_a_conversation_that_never_was_cannot_be_taken(world: World) -> None:
    with pytest.raises(DeskError, match="no conversation"):
        world.desk.take("C#x.y.z", "ana")


def test_a_message_that_comes_while_an_agent_reads_stays_waiting(world: World) -> None:
    world.write("first")
    world.desk.take(world.pk(), "ana")
    world.write("second")
    closed = world.desk.close(world.pk(), "ana")
    assert (closed.up_to, closed.still_waiting) == (1, 1)
    assert "waiting_pk" in world.meta()
    assert texts(world.desk.take(world.pk(), "ben")) == ["first", "second"]
    assert world.desk.close(world.pk(), "ben").still_waiting == 0
    assert "waiting_pk" not in world.meta()


def test_a_message_that_comes_after_all_is_closed_opens_an_episode_of_its_own(world: World) -> None:
    world.write("first")
    world.rest()
    world.desk.take(world.pk(), "ana")
    world.desk.close(world.pk(), "ana")
    world.write("second")
    world.rest()
    assert (world.conversation().episode, len(world.visible())) == (2, 2)
    assert world.faults_at_rest() == []


def test_a_message_that_is_not_readable_yet_is_never_closed(world: World) -> None:
    for text in ("first", "second", "third"):
        world.write(text)
    query = world.dynamodb.query

    def without_the_second(**request: Any) -> Any:
        answer = query(**request)
        return {**answer, "Items": [found for found in answer["Items"] if found["txt"]["S"] != "second"]}

    class Lagging:
        def __getattr__(self, operation: str) -> Any:
            return without_the_second if operation == "query" else getattr(world.dynamodb, operation)

    world.build(Faults(), dynamodb=Lagging())
    assert texts(world.desk.take(world.pk(), "ana")) == ["first", "third"]
    closed = world.desk.close(world.pk(), "ana")
    assert (closed.up_to, closed.still_waiting) == (1, 2)


def test_a_page_of_many_messages_is_whole_and_in_order(world: World) -> None:
    world.deliver(*(world.message(f"{n} {'x' * 20_000}") for n in range(90)))
    page = world.desk.take(world.pk(), "ana")
    assert [message.seq for message in page.messages] == list(range(1, 91))
    assert world.desk.close(world.pk(), "ana").still_waiting == 0


def test_closing_survives_any_one_fault(make_world: MakeWorld) -> None:
    plain = make_world()
    plain.write()
    plain.build(Faults())
    plain.desk.take(plain.pk(), "ana")
    plain.desk.close(plain.pk(), "ana")
    sites = len(plain.faults.sites)
    for at in range(1, sites + 1):
        for how in (How.CRASH_BEFORE, How.CRASH_AFTER, How.LOST, How.FAILED, How.REPEATED):
            world = make_world()
            world.write()
            world.build(Faults(at, how))
            for _ in range(TRIES):
                try:
                    world.desk.take(world.pk(), "ana")
                    world.desk.close(world.pk(), "ana")
                except DeskError:
                    assert not world.conversation().is_waiting
                    break
                except BaseException:  # noqa: BLE001, S112 - the agent tries again, whatever it was
                    continue
            assert not world.conversation().is_waiting, (at, how)
            assert "waiting_pk" not in world.meta(), (at, how)


def test_a_message_races_with_every_step_of_taking_and_closing(make_world: MakeWorld) -> None:
    plain = make_world()
    plain.write("first")
    plain.build(Faults())
    plain.desk.take(plain.pk(), "ana")
    plain.desk.close(plain.pk(), "ana")
    for at in range(1, len(plain.faults.sites) + 1):
        world = make_world()
        world.write("first")
        other = make_world()
        other.account, other.accounts, other.platform = world.account, world.accounts, world.platform
        other.sent = 1
        other.build(Faults())
        race_at(world, at, other)
        seen = texts(world.desk.take(world.pk(), "ana"))
        world.desk.close(world.pk(), "ana")
        left = world.conversation()
        assert left.is_waiting != (len(seen) == 2), at
        assert ("waiting_pk" in world.meta()) == left.is_waiting, at


def race_at(world: World, at: int, other: World) -> None:
    """Let a second message arrive just before the k-th call of the desk."""
    call = world.faults.call
    world.faults.sites.clear()

    def after_the_message(name: str, act: Any, lost: Any, failed: Any) -> Any:
        if len(world.faults.sites) + 1 == at:
            other.write("second")
        return call(name, act, lost, failed)

    world.faults.call = after_the_message  # type: ignore[method-assign]


def test_a_held_conversation_hands_over_what_comes_and_answers_nothing(world: World) -> None:
    world.write()
    world.rest()
    world.desk.take(world.pk(), "ana")
    world.desk.close(world.pk(), "ana")
    world.write("second")
    world.desk.take(world.pk(), "ana")
    world.rest()
    assert len(world.visible()) == 1
    assert [unit.kind for unit in world.units_of()] == [UnitKind.ACKNOWLEDGEMENT, UnitKind.ACKNOWLEDGEMENT]
    assert world.last_word() == "suppressed"
    assert world.clock.now() < world.unit(2).created_at + timedelta(minutes=5)
