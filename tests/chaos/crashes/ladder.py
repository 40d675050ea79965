"""The part ``ladder``: each step in public and in private at most once, whatever dies, fails or comes late."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from unittest.mock import patch

from nightbell.adapters import table_expressions as e
from nightbell.adapters.unit_table import UnitTable
from nightbell.domain.unit import Unit
from nightbell.platforms.channel import ReadBack
from nightbell.services.recover_unit import RecoverUnit
from tests.chaos.crashes.explorer import Found, explore
from tests.chaos.crashes.ladder_world import LadderExplorer
from tests.chaos.crashes.scenario import Scenario
from tests.chaos.crashes.scenarios import ONE, TWO, Bound
from tests.chaos.crashes.spread import spread
from tests.chaos.crashes.stories import told
from tests.chaos.crashes.variants import Change
from tests.chaos.part import Part, Report, Run

CUT_AFTER_S = 120.0
SHORT_S = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Climbed:
    """A beginning, its bounds, and the bound within ``make test``."""

    scenario: Scenario
    bounds: tuple[Bound, ...]
    short: Bound | None = None


CLIMBED = (
    Climbed(scenario=Scenario(name="a comment", racing=(ONE,)), bounds=((1, 9), (2, 2), (3, 0)), short=(1, 1)),
    Climbed(
        scenario=Scenario(name="a comment, agent at the desk", racing=(ONE,), desk=1),
        bounds=((1, 2), (2, 1)),
        short=(1, 0),
    ),
    Climbed(scenario=Scenario(name="a comment delivered twice at once", racing=(ONE, ONE)), bounds=((1, 2), (2, 1))),
    Climbed(scenario=Scenario(name="two comments", racing=(ONE, TWO)), bounds=((0, 4), (1, 2)), short=(0, 1)),
    Climbed(
        scenario=Scenario(name="a comment, found by the real Sweep", racing=(ONE,), sweep=True),
        bounds=((2, 1), (3, 0)),
        short=(1, 0),
    ),
)


def _climb_without_condition(self: UnitTable, unit: Unit, update: str, condition: str = "", /, **used: Any) -> Any:
    if update.startswith(e.CLIMB[:60]):
        arms = e.OURS.split(" AND ")
        condition = " AND ".join(f"({arm} OR NOT ({arm}))" for arm in arms)
    return _ours(self, unit, update, condition, **used)


_ours = UnitTable._ours


def _never_looks(self: RecoverUnit, case: Any, unit: Unit) -> ReadBack:
    del self, case, unit
    return ReadBack.ABSENT


def _any_key() -> Any:
    arm = "(attribute_not_exists(ack_key) OR ack_key = :key)"
    return patch.object(e, "START_IF", e.START_IF.replace(arm, f"({arm} OR NOT {arm})"))


def _keeps_the_step() -> Any:
    return patch.object(e, "CLIMB", e.CLIMB.replace("ack_key = :key", "ack_key = if_not_exists(ack_key, :key)"))


UNSAFE: Mapping[str, tuple[Change, Bound, tuple[str, ...]]] = {
    "climb without condition": (
        lambda: patch.object(UnitTable, "_ours", _climb_without_condition),
        (1, 1),
        ("NO SUCH MOVE", "NOT FINAL AND NOT DUE"),
    ),
    "a second line without looking": (lambda: patch.object(RecoverUnit, "_look", _never_looks), (1, 0), ()),
    "a late start of the line begins the reply": (_any_key, (1, 1), ()),
    "the reply under the key of the line": (_keeps_the_step, (0, 0), ()),
}
"""Each with the bound at which it shows, and what it breaks at once by the letter."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One beginning and bound."""

    scenario: Scenario
    bound: Bound
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Reached:
    """What a job came to, in words."""

    job: Job
    found: Found
    violations: tuple[str, ...]


def prove(run: Run) -> Report:
    """Explore every beginning within its bounds, and see that each unsafe variant is caught."""
    jobs = _jobs(short=run.short)
    reached: list[Reached] = []
    for done in spread(_explore, jobs, alone=run.short):
        reached.append(done)
        run.progress(len(reached) / (len(jobs) + 1), f"explored {done.job.scenario.name}")
        _say(run, done)
    missed = [f"not caught: {name}" for name in UNSAFE if not caught(name)]
    figures: dict[str, int | float | str] = {
        "bounds reached": f"{sum(done.found.complete for done in reached)} of {len(jobs)}",
        "states": sum(done.found.states for done in reached),
        "unsafe variants caught": f"{len(UNSAFE) - len(missed)} of {len(UNSAFE)}",
    }
    bound_said = "Every order with so many faults (F) and preemptions (P): one or two comments of one contact."
    violations = (*(each for done in reached for each in done.violations), *missed)
    return Report(violations=violations, figures=figures, bound=bound_said)


def _jobs(*, short: bool) -> list[Job]:
    """List them, the longest first."""
    if short:
        return [Job(scenario=each.scenario, bound=each.short, seconds=SHORT_S) for each in CLIMBED if each.short]
    found = [Job(scenario=each.scenario, bound=bound, seconds=CUT_AFTER_S) for each in CLIMBED for bound in each.bounds]
    return sorted(found, key=lambda job: -sum(job.bound))


def _explore(job: Job) -> Reached:
    climber = LadderExplorer(job.scenario)
    found = explore(climber, *job.bound, seconds=job.seconds)
    violations = tuple(
        f"{job.scenario.name}: {what}\n{told(climber, path)}" for what, path in sorted(found.violations.items())
    )
    found.violations.clear()
    return Reached(job=job, found=found, violations=violations)


def caught(name: str) -> str:
    """Name what an unsafe variant breaks beyond the letter of the rule that it drops; empty when nothing."""
    change, bound, ignore = UNSAFE[name]
    with change():
        found = explore(
            LadderExplorer(CLIMBED[0].scenario), *bound, seconds=CUT_AFTER_S, first_only=True, ignore=ignore
        )
    return next((each for each in sorted(found.violations) if not each.startswith(ignore)), "")


def _say(run: Run, done: Reached) -> None:
    (faults, preemptions), found = done.job.bound, done.found
    if not run.short:
        print(
            f"  {done.job.scenario.name:38s} F{faults} P{preemptions} {found.states:>10,} states"
            f" {found.schedules:>9.1e} schedules {found.ends:>7,} ends{'' if found.complete else '  (cut)'}"
            f" {found.seconds:4.0f} s",
            flush=True,
        )


LADDER = Part(
    name="ladder",
    promise="A comment gets its line in public and its private reply at most once each, and the team hears of both.",
    minutes=1.5,
    prove=prove,
)
