"""What is stored while messages begin to go elsewhere, on the real table: no message is ever in two places.

Each case lets something else happen between a reading and the write that was decided on it, and then delivers the
message again, as platforms do.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from nightbell.domain.conversation import Join
from nightbell.domain.errors import UnavailableError
from nightbell.domain.events import Message
from nightbell.domain.unit import UnitState
from nightbell.services.join_reply import NOBODY_ANSWERS_SOONER
from tests.contract.faults import Faults
from tests.contract.test_joins import NUMBER, USER_ID, from_user_id, moved
from tests.contract.test_ladder import ANA, Page
from tests.contract.world import World

ANOTHER, THIRD = "34611", "34622"
Which = Callable[[str, Mapping[str, Any]], bool]


def is_join(operation: str, request: Mapping[str, Any]) -> bool:
    return operation == "update_item" and "joins" in request["UpdateExpression"]


def is_store(operation: str, _: Mapping[str, Any]) -> bool:
    return operation == "transact_write_items"


class Meanwhile:
    """The table's client, before whose first call of one kind something else happens; ``times`` says how often."""

    def __init__(self, client: Any, which: Which, happens: Callable[[], object], times: int = 1) -> None:
        self._client, self._which, self._happens, self.left = client, which, happens, times
        self._is_busy = False

    def __getattr__(self, operation: str) -> Callable[..., Any]:
        def call(**request: Any) -> Any:
            if self._which(operation, request) and self.left and not self._is_busy:
                self.left, self._is_busy = self.left - 1, True
                self._happens()
                self._is_busy = False
            return getattr(self._client, operation)(**request)

        return call


def let(world: World, which: Which, happens: Callable[[], object], times: int = 1) -> Meanwhile:
    meanwhile = Meanwhile(world.dynamodb, which, happens, times)
    world.build(Faults(), dynamodb=meanwhile)
    return meanwhile


def both(world: World) -> tuple[list[int], list[int]]:
    """List the numbers under the number and under the user id."""
    return world.numbers(NUMBER), world.numbers(USER_ID)


def test_a_message_that_comes_while_its_sender_is_recognised_stays_where_it_was_stored(world: World) -> None:
    world.deliver(world.message("hello", by=NUMBER))
    early = world.message("it is me", by=USER_ID)
    assert let(world, is_join, lambda: world.deliver(early)).left == 1
    world.deliver(from_user_id(world))
    world.deliver(early)
    assert both(world) == ([1], [1, 2])
    assert world.conversation(USER_ID).joins == ()


def test_a_message_that_comes_before_the_news_of_its_new_id_is_written_stays_where_it_was_stored(world: World) -> None:
    world.deliver(world.message("hello", by=NUMBER))
    news = moved(world)
    world.pass_by(seconds=2)
    early = world.message("it is me", by=USER_ID)
    let(world, is_join, lambda: world.deliver(early))
    world.deliver(news)
    world.deliver(early)
    world.pass_by(seconds=1)
    world.deliver(world.message("later", by=USER_ID))
    assert both(world) == ([1, 2], [1])


def test_a_join_is_counted_from_the_newest_message_again_when_another_came(world: World) -> None:
    world.deliver(world.message("hello", by=NUMBER))
    world.deliver(world.message("who is this?", by=USER_ID))
    news = moved(world)
    said: list[Message] = []

    def says_more() -> None:
        world.pass_by(seconds=2)
        said.append(world.message("it is me", by=USER_ID))
        world.deliver(said[-1])

    let(world, is_join, says_more, times=2)
    world.deliver(news)
    world.deliver(*said)
    world.pass_by(seconds=1)
    world.deliver(world.message("later", by=USER_ID))
    assert both(world) == ([1, 2], [1, 2, 3])


def test_a_contact_who_never_stops_writing_is_not_said_to_be_joined(world: World) -> None:
    world.deliver(world.message("hello", by=NUMBER))
    let(world, is_join, lambda: world.deliver(world.message("and?", by=USER_ID)), times=9)
    with pytest.raises(UnavailableError):
        world.receive(world.platform.holding([moved(world)], world.clock.now()))
    assert world.conversation(USER_ID).joins == ()


def test_a_message_whose_sender_is_joined_while_it_is_stored_goes_where_it_is_looked_for(world: World) -> None:
    world.deliver(world.message("hello", by=NUMBER))
    early = world.message("it is me", by=USER_ID)
    let(world, is_store, lambda: world.deliver(moved(world)))
    world.deliver(early)
    world.deliver(early)
    assert both(world) == ([1, 2], [])
    assert world.counted("messages_stored") == 2
    assert world.counted("messages_repeated") == 1


def test_only_what_belongs_elsewhere_goes_there_when_a_join_comes_while_it_is_stored(world: World) -> None:
    world.deliver(world.message("hello", by=NUMBER))
    world.deliver(world.message("who is this?", by=USER_ID))
    early = world.message("an old phone", by=USER_ID)
    world.pass_by(seconds=3)
    news = moved(world)
    late = world.message("a new phone", by=USER_ID)
    let(world, is_store, lambda: world.deliver(news))
    world.deliver(early, late)
    world.deliver(early, late)
    assert both(world) == ([1, 2], [1, 2])


def test_a_message_whose_conversation_is_joined_time_and_again_is_never_said_to_be_stored(world: World) -> None:
    world.deliver(world.message("hello", by=NUMBER))
    pk = world.pk(NUMBER)

    def is_joined() -> None:
        read = world.conversation(NUMBER)
        later = Join(since=world.clock.now() + timedelta(days=1 + len(read.joins)), pk=world.pk(ANOTHER))
        assert world.truth.join(pk, read, later)

    let(world, is_store, is_joined, times=99)
    with pytest.raises(UnavailableError, match="time and again"):
        world.store_messages(pk, [world.message("hello?", by=NUMBER)], world.clock.now())
    assert world.numbers(NUMBER) == [1]


def test_what_an_earlier_join_brought_elsewhere_is_not_looked_for_by_a_later_one(world: World) -> None:
    world.deliver(world.message("hello", by=NUMBER))
    world.deliver(world.message("hello", by=ANOTHER))
    world.deliver(moved(world))
    news = moved(world, old=ANOTHER)
    world.pass_by(seconds=2)
    early = world.message("it is me", by=USER_ID)
    world.deliver(early)
    world.deliver(news)
    world.deliver(early)
    world.pass_by(seconds=1)
    world.deliver(world.message("later", by=USER_ID))
    assert (*both(world), world.numbers(ANOTHER)) == ([1, 2], [], [1, 2])


def test_a_third_join_takes_nothing_that_the_second_one_brought_elsewhere(world: World) -> None:
    for number in (NUMBER, ANOTHER, THIRD):
        world.deliver(world.message("hello", by=number))
    world.deliver(moved(world))
    world.pass_by(seconds=1)
    world.deliver(moved(world, old=ANOTHER))
    news = moved(world, old=THIRD)
    world.pass_by(seconds=2)
    early = world.message("it is me", by=USER_ID)
    world.deliver(early)
    world.deliver(news)
    world.deliver(early)
    assert [world.numbers(by) for by in (NUMBER, ANOTHER, THIRD, USER_ID)] == [[1], [1, 2], [1], []]


def test_late_news_of_a_second_move_takes_nothing_that_was_stored_before_the_first(world: World) -> None:
    for number in (NUMBER, ANOTHER):
        world.deliver(world.message("hello", by=number))
    late_news = moved(world, old=ANOTHER)
    world.pass_by(seconds=2)
    early = world.message("it is me", by=USER_ID)
    world.deliver(early)
    world.pass_by(seconds=2)
    world.deliver(moved(world))
    world.deliver(late_news)
    world.deliver(early)
    assert [world.numbers(by) for by in (NUMBER, ANOTHER, USER_ID)] == [[1], [1], [1]]


def test_an_open_send_and_an_agent_stay_with_the_conversation_that_a_new_id_joins(world: World) -> None:
    world.deliver(world.message("it is broken", by=NUMBER))
    world.desk.take(world.pk(NUMBER), "ana")
    before = world.conversation(NUMBER)
    world.pass_by(seconds=5)
    world.deliver(from_user_id(world))
    after = world.conversation(NUMBER)
    kept = ("episode", "episode_at", "agent_id", "agent_until", "kind", "reasons", "via", "unit_seq")
    assert [getattr(after, name) for name in kept] == [getattr(before, name) for name in kept]
    assert (after.waiting_count, after.address) == (2, USER_ID)
    world.rest()
    assert world.unit(1, NUMBER).state is UnitState.SUPPRESSED
    assert world.faults_at_rest(NUMBER) == []


def test_a_send_that_waits_goes_to_the_id_that_the_contact_has_now(world: World) -> None:
    world.deliver(world.message("hello", by=NUMBER))
    world.deliver(from_user_id(world))
    world.rest()
    assert [to for to, _, _ in world.api.seen] == [USER_ID]
    assert world.unit(1, NUMBER).state in {UnitState.SENT, UnitState.CONFIRMED}


def test_what_a_contact_says_while_their_reply_is_joined_stays_where_it_was_stored(dynamodb: Any, table: str) -> None:
    page = Page(dynamodb, table)
    said: list[Message] = []

    def answers() -> None:
        page.pass_by(seconds=NOBODY_ANSWERS_SOONER.total_seconds() + 2)
        said.append(page.message("Thank you!", mid="private.1"))
        page.writes_privately("Thank you!", mid="private.1")

    let(page, is_join, answers)
    page.comments()
    page.work()
    assert len(said) == 1
    (join,) = page.truth.read_conversation(page.private_pk()).joins
    assert (join.pk, join.since) == (page.pk(ANA), page.clock.now() + NOBODY_ANSWERS_SOONER)
    page.writes_privately("Thank you!", mid="private.1", sent_at=said[0].sent_at)
    page.pass_by(seconds=NOBODY_ANSWERS_SOONER.total_seconds())
    page.writes_privately("And another thing", mid="private.2")
    assert page.truth.read_conversation(page.private_pk()).last_seq == 1
    assert page.numbers(ANA) == [1, 2]


def test_a_reply_is_joined_after_all_that_the_platforms_clock_says_was_said(dynamodb: Any, table: str) -> None:
    page = Page(dynamodb, table)
    ahead = page.clock.now() + timedelta(minutes=1)
    page.writes_privately("Are you there?", mid="private.1", sent_at=ahead)
    page.comments()
    page.work()
    page.writes_privately("Are you there?", mid="private.1", sent_at=ahead)
    private = page.truth.read_conversation(page.private_pk())
    assert (private.joins[0].since, private.last_seq) == (ahead + timedelta(milliseconds=1), 1)
    assert page.numbers(ANA) == [1]


def test_a_message_is_free_from_the_tick_after_the_newest(world: World) -> None:
    world.write()
    read, now = world.conversation(), world.clock.now()
    assert read.free_from(now) == now + timedelta(milliseconds=1)
    assert read.free_from(now - timedelta(days=1)) == now + timedelta(milliseconds=1)
    assert read.free_from(now + timedelta(days=1)) == now + timedelta(days=1)
    assert replace(read, newest_at=None).free_from(now) == now
