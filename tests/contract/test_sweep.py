"""The sweep on the real table: whatever is due is found, and nothing that cannot move hides what can."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from types import SimpleNamespace

import pytest

from nightbell.domain.errors import MisconfiguredError, UnavailableError
from nightbell.domain.facts import Fact
from nightbell.domain.unit import UnitState, back_off
from nightbell.handlers import sweep as handlers_sweep
from nightbell.services.ports import Due, DueMark
from nightbell.services.sweep import PARKED_AFTER, Swept
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
    world.pass_by(seconds=49)
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


# Failures of the table


def test_a_shard_that_cannot_be_listed_keeps_no_other_from_its_turn(world: World) -> None:
    contacts = [f"{number}" for number in range(12)]
    world.deliver(*(world.message(by=by) for by in contacts))
    world.hints.waiting.clear()
    world.pass_by(minutes=2)
    due = world.units.due
    listed: list[Due] = []

    def fail_first(shard: int, now: datetime, limit: int) -> Sequence[Due]:
        if shard == 0:
            raise UnavailableError("throttled")
        listed.extend(found := due(shard, now, limit))
        return found

    world.units.due = fail_first  # type: ignore[method-assign]
    swept = world.sweeper(world.run(SWEEP_LIFE))
    assert sorted(world.hints.waiting) == sorted((item.pk, item.sk) for item in listed)
    assert 0 < len(listed) < len(contacts)
    assert isinstance(swept.failure, UnavailableError)
    assert swept.oldest_due_s == 120


@pytest.mark.parametrize(("call", "known_to_be_due_for_s"), [("read_mark", 60), ("put_off", 61)])
@pytest.mark.parametrize("error", [UnavailableError("throttled"), KeyError("a defect")], ids=["table", "defect"])
def test_items_whose_markers_fail_keep_no_other_from_its_turn(
    world: World, monkeypatch: pytest.MonkeyPatch, call: str, known_to_be_due_for_s: int, error: Exception
) -> None:
    monkeypatch.setattr("nightbell.services.sweep.PAGE", 3)
    poisoned = {f"{number}" for number in range(20)}
    world.deliver(*(world.message(by=by) for by in sorted(poisoned)))
    world.pass_by(seconds=1)
    world.write(by="fresh")
    world.hints.waiting.clear()
    world.pass_by(minutes=1)
    works, pks = getattr(world.units, call), {world.pk(by) for by in poisoned}

    def fail_poisoned(about: Due | DueMark, *more: datetime) -> object:
        if about.pk in pks:
            raise error
        return works(about, *more)

    setattr(world.units, call, fail_poisoned)
    swept = world.sweeper(world.run(SWEEP_LIFE))
    assert world.hints.waiting == [(world.pk("fresh"), world.unit(1, "fresh").sk)]
    assert sum(fact.name == "sweeps_failed" for fact in swept.facts) == len(poisoned)
    assert (swept.oldest_due_s, swept.failure) == (known_to_be_due_for_s, None)


def test_what_no_marker_could_be_read_of_has_been_due_since_it_was_listed(world: World) -> None:
    world.write()
    world.hints.waiting.clear()
    world.pass_by(minutes=1)

    def fail(item: Due) -> DueMark | None:
        raise UnavailableError(item.sk)

    world.units.read_mark = fail  # type: ignore[method-assign]
    assert world.sweeper(world.run(SWEEP_LIFE)).oldest_due_s == 10


@pytest.mark.parametrize("oldest_due_s", [0, 400])
def test_what_could_not_be_seen_fails_the_function_after_all_else_was_told(
    monkeypatch: pytest.MonkeyPatch, oldest_due_s: int
) -> None:
    told: list[Fact] = []
    failed = Swept(
        facts=(Fact(name="swept"),), oldest_due_s=oldest_due_s, failure=UnavailableError("a shard did not answer")
    )
    monkeypatch.setattr(handlers_sweep, "_composed", lambda: (SimpleNamespace(run=lambda _: None), lambda _: failed))
    monkeypatch.setattr(handlers_sweep, "report", told.extend)
    with pytest.raises(UnavailableError, match="a shard did not answer"):
        handlers_sweep.handler({}, SimpleNamespace())
    assert [fact.name for fact in told] == ["swept", *(["oldest_due_s"] if oldest_due_s else [])]


def test_what_a_worker_that_died_left_is_done_within_two_minutes_whenever_sweep_comes(make_world: MakeWorld) -> None:
    for phase in range(0, 60, 5):
        world = make_world()
        world.write()
        world.hints.waiting.clear()
        written_at = world.clock.now()
        world.pass_by(seconds=phase)
        while not world.visible():
            world.sweep()
            world.pass_by(seconds=5)
            world.work()
            world.pass_by(seconds=55)
        sent_from = world.unit(1).sent_from
        assert sent_from is not None
        assert sent_from - written_at < timedelta(minutes=2)
