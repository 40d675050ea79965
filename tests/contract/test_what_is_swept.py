"""What Sweep counts, when it counts something as parked, and where it stops."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest

from nightbell.domain.errors import UnavailableError
from nightbell.domain.facts import Fact
from nightbell.domain.unit import back_off
from nightbell.services.ports import Breaker, Due, DueMark
from nightbell.services.sweep import EARLY, HINTS_FIRST, NEEDS, PARKED_AFTER, Sweep, Swept
from tests.contract.world import SHARDS, SWEEP_LIFE, World


def swept(world: World) -> Swept:
    return world.sweeper(world.run(SWEEP_LIFE))


def said(found: Swept) -> list[tuple[str, bool, dict[str, Any]]]:
    names = {"conversation", "unit"}  # what lines are found by
    told = [(fact, {name: each for name, each in fact.fields.items() if name not in names}) for fact in found.facts]
    return [(fact.name, fact.alarm, fields) for fact, fields in told]


def until_due(world: World) -> None:
    """Let time pass to the very moment at which the unit is due."""
    due_at = world.unit(1).due_at
    assert due_at is not None
    world.clock.advance((due_at - world.clock.now()).total_seconds())


def test_a_unit_that_is_hinted_is_counted_as_swept(world: World) -> None:
    world.write()
    world.hints.waiting.clear()
    until_due(world)
    assert said(swept(world)) == [("swept", False, {})]
    assert world.hints.waiting == [(world.pk(), world.unit(1).sk)]
    assert world.unit(1).due_at == world.clock.now() + back_off(1) - EARLY


def test_the_third_sweep_does_the_work_and_says_what_came_of_it(world: World) -> None:
    world.write()
    for _ in range(HINTS_FIRST):
        until_due(world)
        swept(world)
        world.hints.waiting.clear()
    until_due(world)
    found = said(swept(world))
    assert [name for name, _, _ in found] == ["swept", "sends_sent", "hand_offs"]
    assert world.hints.waiting == []


def test_it_counts_as_parked_from_the_ninth_attempt(world: World) -> None:
    world.secrets.token = None
    world.write()
    parked = []
    for _ in range(PARKED_AFTER + 2):
        world.hints.waiting.clear()
        until_due(world)
        parked.append("parked" in [name for name, _, _ in said(swept(world))])
    assert parked == [False] * 8 + [True] * 2


def test_a_breaker_that_stays_open_says_how_often_it_was_looked_at(world: World) -> None:
    # Without a unit, which would open it anew where its shard happens to come first.
    until = world.clock.now() + timedelta(minutes=1)
    world.units.open_breaker(world.channel.name, world.account.account_id, Breaker(open_until=until, cause="token"))
    for attempts in (1, 2, 3):
        world.pass_by(hours=1)
        found = said(swept(world))
        assert ("breakers_still_open", True, {"attempts": attempts}) in found


@pytest.mark.parametrize(
    ("error", "alarm", "because"),
    [(UnavailableError("x" * 99), False, "x" * 80), (KeyError("of a contact"), True, "KeyError")],
)
def test_what_fails_is_counted_with_a_reason_that_names_nobody(
    world: World, error: Exception, because: str, *, alarm: bool
) -> None:
    def fail(*_: object) -> None:
        raise error

    world.write()
    until_due(world)
    world.hints.hint = fail  # type: ignore[method-assign, assignment]
    assert said(swept(world))[-1] == ("sweeps_failed", alarm, {"because": because})


def test_an_item_takes_its_turn_only_where_it_can_be_finished(world: World) -> None:
    world.write()
    until_due(world)
    late = world.run(NEEDS)
    assert world.sweeper(late).facts == ()
    just = world.run(NEEDS + timedelta(milliseconds=1))
    assert [fact.name for fact in world.sweeper(just).facts] == ["swept"]


def test_time_that_runs_out_within_a_list_leaves_the_rest_to_the_next(world: World) -> None:
    world.deliver(*(world.message(by=f"{n}") for n in range(6)))
    world.hints.waiting.clear()
    world.pass_by(minutes=2)
    hint = world.hints.hint

    def slow(pk: str, sk: str) -> None:
        hint(pk, sk)
        world.pass_by(seconds=10)

    world.hints.hint = slow  # type: ignore[method-assign]
    world.sweeper(world.run(NEEDS + timedelta(seconds=15)))
    assert len(world.hints.waiting) == 2


def test_the_age_is_that_of_what_is_due_longest(world: World) -> None:
    world.write(by="1")
    world.pass_by(seconds=30)
    world.write(by="2")
    world.pass_by(seconds=90)
    found = swept(world)
    assert found.oldest_due_s == 120
    assert found.failure is None


def test_a_marker_that_the_index_shows_late_moves_nothing(world: World) -> None:
    world.write()
    until_due(world)
    due_at = world.unit(1).due_at
    assert due_at is not None
    late = Due(pk=world.pk(), sk=world.unit(1).sk, due_at=due_at - timedelta(seconds=1))
    assert world.units.read_mark(late) is None
    mark = world.units.read_mark(Due(pk=world.pk(), sk=world.unit(1).sk, due_at=due_at))
    assert mark is not None
    assert (mark.due_at, mark.since, mark.sweeps) == (due_at, world.unit(1).due_since, 0)
    assert world.units.read_mark(Due(pk=world.pk(), sk="A#000000000099", due_at=due_at)) is None
    world.work()
    assert world.units.read_mark(Due(pk=world.pk(), sk=world.unit(1).sk, due_at=due_at)) is None


def test_what_is_due_and_no_unit_is_done_by_its_own_job(world: World) -> None:
    done: list[tuple[str, bool]] = []

    def job(mark: DueMark, has_time: Callable[[], bool]) -> list[Fact]:
        done.append((mark.sk, has_time()))
        return [Fact(name="jobs_done")]

    world.write()
    world.hints.waiting.clear()
    sweeper = Sweep(
        store=world.units,
        hints=world.hints,
        acknowledge=world.acknowledge,
        clock=world.clock,
        due_shards=SHARDS,
        jobs={"A": job},
    )
    until_due(world)
    assert said(sweeper(world.run(SWEEP_LIFE))) == [("swept", False, {}), ("jobs_done", False, {})]
    assert done == [(world.unit(1).sk, True)]
    assert world.hints.waiting == []


def test_a_page_grows_by_what_was_listed_before(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("nightbell.services.sweep.PAGE", 2)
    world.deliver(*(world.message(by=f"{n}") for n in range(8)))
    world.hints.waiting.clear()
    world.pass_by(minutes=2)
    listed = world.units.due
    asked: dict[int, list[int]] = {}

    def due(shard: int, now: datetime, limit: int) -> Sequence[Due]:
        asked.setdefault(shard, []).append(limit)
        return listed(shard, now, limit)

    world.units.due = due  # type: ignore[method-assign]
    swept(world)
    assert len(world.hints.waiting) == 8
    for limits in asked.values():
        assert limits[0] == 2
        assert limits == sorted(limits)
        assert max(limits) <= 2 + 8
