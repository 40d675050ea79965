"""The sweep on the real table: whatever is due is found, and nothing that cannot move hides what can."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from itertools import pairwise

import pytest

from nightbell.domain.errors import MisconfiguredError, UnavailableError
from nightbell.domain.unit import UnitState, back_off
from nightbell.services.sweep import PARKED_AFTER
from tests.contract.world import SWEEP_LIFE, World

MakeWorld = Callable[..., World]


def test_what_was_hinted_and_done_is_left_alone(world: World) -> None:
    world.write()
    world.work()
    world.pass_by(minutes=2)
    swept = world.sweeper(world.run(SWEEP_LIFE))
    assert (swept.facts, swept.oldest_due_s, world.hints.waiting) == ((), 0, [])


def test_nothing_is_touched_before_it_is_due(world: World) -> None:
    world.write()
    world.hints.waiting.clear()
    world.pass_by(seconds=59)
    world.sweep()
    assert world.hints.waiting == []
    world.pass_by(seconds=1)
    world.sweep()
    assert world.hints.waiting == [(world.pk(), world.unit(1).sk)]


def test_two_hints_that_lead_nowhere_are_followed_by_the_work_itself(world: World) -> None:
    world.write()
    for minutes in (1, 1, 2):
        assert world.visible() == []
        world.hints.waiting.clear()
        world.pass_by(minutes=minutes)
        world.sweep()
    assert len(world.visible()) == 1
    assert world.faults_at_rest() == []


def test_what_a_sweep_puts_off_is_due_when_the_next_but_that_many_begins(world: World) -> None:
    world.write()
    for minutes in (1, 1, 2):
        assert world.visible() == []
        world.hints.waiting.clear()
        world.pass_by(minutes=minutes)
        began = world.clock.now()
        world.pass_by(seconds=0.2)  # what it takes to come to this unit
        world.sweep()
        world.pass_by(seconds=(began - world.clock.now()).total_seconds())
    assert len(world.visible()) == 1


def test_attempts_come_more_and_more_rarely_and_the_age_keeps_growing(world: World) -> None:
    world.secrets.token = None
    world.write()
    began = world.clock.now()
    attempts = []
    for _ in range(10):
        world.hints.waiting.clear()
        due_at = world.unit(1).due_at
        assert due_at is not None
        attempts.append(due_at)
        world.clock.advance((due_at - world.clock.now()).total_seconds())
        swept = world.sweeper(world.run(SWEEP_LIFE))
        assert swept.oldest_due_s == int((world.clock.now() - began).total_seconds())
    gaps = [round((later - earlier).total_seconds() / 60) for earlier, later in pairwise(attempts)]
    assert gaps[:2] == [1, 2]
    assert gaps == sorted(gaps)
    assert max(gaps) <= 60
    assert sum(fact.name == "parked" for fact in swept.facts) == 1
    assert world.unit(1).sweeps > PARKED_AFTER


def test_back_off_doubles_up_to_an_hour() -> None:
    minutes = [back_off(attempts) / timedelta(minutes=1) for attempts in range(10)]
    assert minutes == [1, 1, 2, 4, 8, 16, 32, 60, 60, 60]


@pytest.mark.parametrize(
    "error",
    [UnavailableError("busy"), MisconfiguredError("the schema"), KeyError("a defect")],
    ids=lambda error: type(error).__name__,
)
def test_units_that_fail_every_time_hide_no_fresh_one(world: World, error: Exception) -> None:
    poisoned = [f"{n}" for n in range(20)]
    for by in [*poisoned, "fresh"]:
        world.write(by=by)
    for minutes in (1, 1):
        world.hints.waiting.clear()
        world.pass_by(minutes=minutes)
        world.sweep()
    world.hints.waiting.clear()
    send = world.human_queue.send

    def refuse_poisoned(message: Mapping[str, object]) -> None:
        if message["conversation_id"] != world.pk("fresh"):
            raise error
        send(message)

    world.human_queue.send = refuse_poisoned  # type: ignore[method-assign]
    world.pass_by(minutes=2)
    world.sweep()
    assert world.last_word("fresh") == "acknowledged"
    assert world.counted("sweeps_failed") == 20
    world.human_queue.send = send  # type: ignore[method-assign]
    world.rest()
    assert [world.faults_at_rest(by) for by in poisoned] == [[] for _ in poisoned]


def test_a_fresh_unit_is_reached_in_its_minute_behind_many_that_are_parked(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("nightbell.services.sweep.PAGE", 7)
    world.secrets.token = None
    world.deliver(*(world.message(by=f"{n}") for n in range(60)))
    world.hints.waiting.clear()
    for minutes in (1, 1, 2, 4):
        world.pass_by(minutes=minutes)
        world.sweep()
        world.hints.waiting.clear()
    world.secrets.token = "works"
    world.write(by="fresh")
    world.hints.waiting.clear()
    written_at = world.clock.now()
    world.pass_by(seconds=60)
    world.sweep()
    world.work()
    assert len(world.visible("fresh")) == 1
    assert world.clock.now() - written_at <= timedelta(minutes=1)


def test_a_sweep_without_time_leaves_the_work_to_the_next(world: World) -> None:
    world.write()
    world.hints.waiting.clear()
    world.pass_by(minutes=1)
    assert world.sweeper(world.run(timedelta(seconds=18))).facts == ()
    world.sweep()
    assert len(world.hints.waiting) == 1


def test_two_sweeps_at_once_move_a_marker_once(world: World) -> None:
    world.write()
    world.hints.waiting.clear()
    world.pass_by(minutes=1)
    mark = world.units.read_mark

    def after_another(due: object) -> object:
        world.units.read_mark = mark  # type: ignore[method-assign]
        found = mark(due)  # type: ignore[arg-type]
        world.sweep()
        return found

    world.units.read_mark = after_another  # type: ignore[method-assign, assignment]
    world.sweep()
    assert (len(world.hints.waiting), world.unit(1).sweeps) == (1, 1)


def test_an_open_breaker_alarms_until_it_closes(world: World) -> None:
    world.secrets.token = None
    world.write()
    world.work()
    world.pass_by(minutes=2)
    world.sweep()
    assert [fact.name for fact in world.facts if fact.alarm].count("breakers_still_open") == 1
    world.secrets.token = "works"
    world.rest()
    world.facts.clear()
    world.pass_by(hours=2)
    world.sweep()
    assert world.facts == []


def test_dropping_every_hint_finishes_everything(make_world: MakeWorld) -> None:
    world = make_world()
    contacts = [f"{n}" for n in range(40)]
    world.deliver(*(world.message(by=by) for by in contacts))
    for minutes in (1, 1, 2):
        world.hints.waiting.clear()
        world.pass_by(minutes=minutes)
        world.sweep()
    assert [world.unit(1, by).state for by in contacts] == [UnitState.SENT] * 40
    assert [world.faults_at_rest(by) for by in contacts] == [[] for _ in contacts]


def test_a_hint_that_was_lost_is_given_again_from_every_shard(world: World) -> None:
    contacts = [f"{number}" for number in range(12)]
    world.deliver(*(world.message(by=by) for by in contacts))
    world.hints.waiting.clear()
    world.pass_by(minutes=2)
    world.sweep()
    assert sorted(pk for pk, _ in world.hints.waiting) == sorted(world.pk(by) for by in contacts)
