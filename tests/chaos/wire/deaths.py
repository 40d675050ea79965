"""Exact deaths: each function dies before and after each of its calls, and everything comes to rest as promised."""

import itertools
import random
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from contextlib import nullcontext
from dataclasses import dataclass

from infra.local.platforms.meta.people import WHATSAPP
from tests.chaos.part import Part, Report, Run
from tests.chaos.wire import situations as s
from tests.chaos.wire import stage
from tests.chaos.wire import surfaces as o
from tests.chaos.wire.checks import at_rest
from tests.chaos.wire.dying import Death, DyingLane
from tests.chaos.wire.lane import DOWN
from tests.chaos.wire.plays import play_on

LANES = 4
SHORT_SCENES = 2
SHORT_DEATHS = 4
MISTAKE = "the hand-off comes after the final write"
MOST_CALLS = 12
RECEIVE, ACKNOWLEDGE, SWEEP, REPLAY = "receive_webhook", "acknowledge", "sweep", "replay_delivery"
CHECK = "check_accounts"

SCENES: Sequence[tuple[str, s.Situation]] = (
    *(
        (RECEIVE, situation)
        for situation in (
            s.RECEIVE,
            s.WRITE_AGAIN,
            s.SPILL,
            s.QUARANTINE,
            s.NEW_KIND,
            s.ECHO,
            s.ECHO_OF_UNKNOWN,
            s.STATUS_LATE,
            s.STATUS_FAILED,
            s.PERSON,
            s.OTHER_APP,
            s.GIVEN_AWAY,
            o.COMMENT,
            o.INSTAGRAM_COMMENT,
            o.MENTION,
            o.UNSAID,
            o.PERSON_IN_PUBLIC,
            o.JOINED,
            o.INSTAGRAM_ECHO,
            o.TAKE_BACK,
            o.EDIT_LATE,
            o.LONG,
            o.DELETION,
            o.DEAUTHORIZE,
            o.BLOCKED,
            o.UNBLOCKED,
        )
    ),
    *(
        (ACKNOWLEDGE, situation)
        for situation in (
            s.ACKNOWLEDGE,
            s.ACKNOWLEDGE_WHATSAPP,
            s.ECHO_FIRST,
            s.REFUSED,
            s.NOT_NOW,
            s.TOKEN_DEAD,
            s.PARKED,
            s.PROBE,
            s.UNANSWERED,
            s.SUPPRESSED,
            s.COMPLAINT,
            s.RECOVER,
            s.RECOVER_ABSENT,
            s.UNCERTAIN,
            s.TOLD,
            o.LADDER,
            o.LINE_FOUND,
            o.LINE_ABSENT,
            o.REPLY_AGAIN,
            o.REPLY_IN_DOUBT,
            o.REPLY_REFUSED,
            o.NOT_ASKED,
            o.BY_PAGE,
            o.LOOKED_UP,
            o.INSTAGRAM_LADDER,
            o.INSTAGRAM_LINE_FOUND,
            o.INSTAGRAM,
            o.INSTAGRAM_FOUND,
        )
    ),
    (SWEEP, s.SWEEP),
    (SWEEP, s.SWEEP_DIRECT),
    (SWEEP, o.DELETION_SWEPT),
    (SWEEP, o.TAKEN_BACK_SWEPT),
    (SWEEP, o.WHOLE_TAKEN_BACK),
    (SWEEP, o.JOINED_TAKEN_BACK),
    (CHECK, o.CHECK),
    (REPLAY, s.REPLAY),
    (REPLAY, s.REPLAY_ECHO),
    (REPLAY, s.REPLAY_PARTS),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """Where to die: in which scene, at which of the function's calls; 0 is nowhere."""

    scene: int
    when: str = "never"
    at: int = 0
    defect: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of it."""

    point: Point
    calls: tuple[str, ...]
    died: bool
    violations: tuple[str, ...]

    @property
    def name(self) -> str:
        function, situation = SCENES[self.point.scene]
        call = self.calls[-1] if self.died else "nothing"
        return f"{function} ({situation.name}) dies {self.point.when} call {self.point.at}, {call}"


def die(point: Point) -> Outcome:
    """Play a scene on this worker's lane, with one death in it."""
    lane = stage.lane()
    assert isinstance(lane, DyingLane)
    function, situation = SCENES[point.scene]
    lane.begin()
    play = play_on(lane, situation)
    situation.before(play)
    lane.death = death = Death(function=function, when=point.when, at=point.at, calls=[], defect=point.defect)
    with lane.broken([DOWN]) if situation.table_down else nullcontext():
        situation.act(play)
    lane.death = None
    play.rest()
    # Between the two writes around a send, only a channel whose sends can be read back knows what became of it.
    violations = at_rest(play, seen_once=situation.seen_once and play.channel != WHATSAPP)
    if violations:
        lane.empty()
    return Outcome(point=point, calls=tuple(death.calls), died=death.died, violations=tuple(violations))


def prove(run: Run) -> Report:
    """Die everywhere."""
    chosen = random.Random(run.seed)
    scenes = list(range(len(SCENES)))
    if run.short:
        scenes = chosen.sample(scenes, SHORT_SCENES)
    began = time.monotonic()
    with stage.workers(1 if run.short else LANES, make=DyingLane) as pool:
        alive = _all(pool, [Point(scene=scene) for scene in scenes], run, 0.0, 0.05)
        points = _points(alive)
        if run.short:
            points = chosen.sample(points, min(SHORT_DEATHS, len(points)))
        outcomes = _all(pool, points, run, 0.05, 1.0)
        blind = [] if run.short else _blind(pool, run)
    return _report(alive, outcomes, blind, time.monotonic() - began)


def _blind(pool: ProcessPoolExecutor, run: Run) -> list[str]:
    """Build a mistake into Acknowledge: one of its deaths must tell."""
    scene = SCENES.index((ACKNOWLEDGE, s.ACKNOWLEDGE))
    points = [Point(scene=scene, when="after", at=at, defect=MISTAKE) for at in range(1, MOST_CALLS)]
    return [] if any(each.violations for each in _all(pool, points, run, 1.0, 1.0)) else [MISTAKE]


def _points(alive: Sequence[Outcome]) -> list[Point]:
    return [
        Point(scene=each.point.scene, when=when, at=at)
        for each in alive
        for at, when in itertools.product(range(1, len(each.calls) + 1), ("before", "after"))
    ]


def _all(pool: ProcessPoolExecutor, points: Sequence[Point], run: Run, begin: float, end: float) -> list[Outcome]:
    outcomes: list[Outcome] = []
    for done in as_completed([pool.submit(die, point) for point in points]):
        outcomes.append(done.result())
        share = len(outcomes) / len(points)
        run.progress(begin + (end - begin) * share, f"{len(outcomes)} of {len(points)} deaths")
    return outcomes


def _report(alive: Sequence[Outcome], outcomes: Sequence[Outcome], blind: Sequence[str], took_s: float) -> Report:
    died = [each for each in outcomes if each.died]
    return Report(
        violations=(
            *(f"the checker does not see that {name}" for name in blind),
            *(f"{each.name}: {'; '.join(each.violations)}" for each in (*alive, *outcomes) if each.violations),
        ),
        figures={
            "scenes": len(alive),
            "calls in them": sum(len(each.calls) for each in alive),
            "deaths": len(died),
            "not reached": len(outcomes) - len(died),
            "seconds a death": f"{took_s / max(1, len(outcomes)):.1f}",
        },
        bound="One death in each case, at every call, before and after it.",
    )


DEATHS = Part(
    name="deaths",
    promise="A function may die before or after any call it makes, and nothing is lost, doubled or left unsaid.",
    minutes=5,
    prove=prove,
)
