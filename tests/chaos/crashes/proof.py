"""The part ``crashes``: every schedule within bounds, then random ones beyond them."""

from dataclasses import dataclass
from functools import partial

from tests.chaos.crashes.explorer import Bound, Explorer, Found, deepen
from tests.chaos.crashes.ladder_world import CLASS
from tests.chaos.crashes.replay import name_of
from tests.chaos.crashes.scenario import Scenario
from tests.chaos.crashes.scenarios import COMMENTS, EXPLORED, FLOOR, LADDER, OTHER_WALKS, WALKED, WALKS
from tests.chaos.crashes.schedules import Walked, Walks, again, walk_all
from tests.chaos.crashes.spread import spread
from tests.chaos.crashes.stories import told
from tests.chaos.part import Part, Report, Run

MOST_S = 960.0
"""Of both cores together. The random schedules come first, all of them; the explorations have what is left."""
SHORT_WALKS = 12
CLASSES = ("K", "E", "W", "N")
STORIES = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Exploration:
    """One scenario and class, and the bounds to exhaust one after the other."""

    scenario: Scenario
    recovery: str
    bounds: tuple[Bound, ...]
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Exhausted:
    """What one bound came to, without the machinery."""

    bound: Bound
    found: Found
    stories: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Explorations:
    """What one scenario and class came to; the bounds in the order in which they were tried."""

    job: Exploration
    tried: tuple[Exhausted, ...]

    @property
    def whole(self) -> tuple[Exhausted, ...]:
        """Those bounds that were exhausted."""
        return tuple(each for each in self.tried if each.found.complete)


def prove(run: Run) -> Report:
    """Walk and explore; print every bound as it is reached."""
    walked: list[Walked] = []
    walks = _walks(run)
    for each in spread(walk_all, walks, alone=run.short):
        walked.append(each)
        _say_walked(run, each, len(walked) / len(walks) / 3)
    left = MOST_S - sum(each.seconds for each in walked)
    explorations = _explorations(left, short=run.short)
    explored: list[Explorations] = []
    for done in spread(_explore, explorations, alone=run.short):
        explored.append(done)
        _say(run, done, (1 + 2 * len(explored) / len(explorations)) / 3)
    return _report(explored, walked, short=run.short)


def _explorations(left_s: float, *, short: bool) -> list[Exploration]:
    """Share the time out, the longest first."""
    shares = sum(each.share * len(each.classes.split()) for each in EXPLORED)
    found: list[Exploration] = []
    for each in EXPLORED:
        bounds = LADDER if not short else ((each.short,) if each.short else ())
        for recovery in each.classes.split():
            if bounds and not (short and recovery in {"K1", "W"}):
                seconds = left_s * each.share / shares
                found.append(Exploration(scenario=each.scenario, recovery=recovery, bounds=bounds, seconds=seconds))
    return sorted(found, key=lambda job: -job.seconds)


def _walks(run: Run) -> list[Walks]:
    make = partial(Walks, seed=run.seed)
    found = [
        make(
            scenario=scenario,
            recovery=recovery,
            number=SHORT_WALKS if run.short else WALKS.get(scenario.name, OTHER_WALKS),
        )
        for scenarios, classes in ((WALKED, CLASSES), (COMMENTS, (CLASS,)))
        for scenario in scenarios
        for recovery in classes
    ]
    return sorted(found, key=lambda job: -job.number)


def _say_walked(run: Run, each: Walked, share: float) -> None:
    run.progress(share, f"walked {each.name}")
    if not run.short:
        print(f"  {each.name:61s} {each.schedules:>10,} random schedules  {each.seconds:4.0f} s", flush=True)


def _explore(job: Exploration) -> Explorations:
    explorer = Explorer(job.scenario, job.recovery)
    bounds = deepen(explorer, job.bounds, floor=len(FLOOR), seconds=job.seconds)
    return Explorations(job=job, tried=tuple(_told(explorer, bound, found) for bound, found in bounds))


def _told(explorer: Explorer, bound: Bound, found: Found) -> Exhausted:
    stories = tuple(
        (violation, f"{again(name_of(explorer, bound, path))}\n{told(explorer, path)}")
        for violation, path in sorted(found.violations.items())
    )
    found.violations.clear()
    return Exhausted(bound=bound, found=found, stories=stories)


def _say(run: Run, done: Explorations, share: float) -> None:
    run.progress(share, f"explored {done.job.scenario.name}")
    if run.short:
        return
    for each in done.tried:
        (faults, preemptions), found = each.bound, each.found
        print(
            f"  {done.job.scenario.name:58s} {done.job.recovery:2s} F{faults} P{preemptions} {found.states:>10,} states"
            f" {found.schedules:>9.1e} schedules {found.ends:>7,} ends{'' if found.complete else '  (cut)'}"
            f" {found.seconds:4.0f} s",
            flush=True,
        )


def _report(explored: list[Explorations], walked: list[Walked], *, short: bool) -> Report:
    failures = [
        (f"{done.job.scenario.name}, class {done.job.recovery}: {violation}", story)
        for done in explored
        for violation, story in {what: story for each in reversed(done.tried) for what, story in each.stories}.items()
    ]
    failures += [failure for each in walked for failure in each.failures]
    shown = [f"{what}\n{story}" if number < STORIES else what for number, (what, story) in enumerate(failures)]
    seconds = sum(each.found.seconds for done in explored for each in done.tried)
    states = sum(each.found.states for done in explored for each in done.tried)
    schedules = sum(w.schedules for w in walked)
    figures: dict[str, int | float | str] = {} if short else {**_reached(explored), **_deepest_of_each(explored)}
    figures |= {
        "states": states,
        "states a second and core": round(states / max(seconds, 1)),
        "schedules they stand for": f"{sum(_deepest(done) for done in explored):.1e}",
        "random schedules": schedules,
        "random ones a second and core": round(schedules / max(sum(w.seconds for w in walked), 1)),
        "operations in them": sum(w.operations for w in walked),
        "faults in them": sum(w.faults for w in walked),
    }
    bound = (
        "Exhausted: every order with so many faults (F) and preemptions (P), one or two messages: to one of each "
        "always, then as deep as the time allows. Random: up to six faults, four deliveries, two contacts, the real "
        "Sweep."
    )
    return Report(violations=tuple(shown), figures=figures, bound=bound)


def _deepest_of_each(explored: list[Explorations]) -> dict[str, str]:
    """Say of each scenario how deep it was exhausted, class by class."""
    said: dict[str, str] = {}
    for done in sorted(explored, key=lambda each: (each.job.scenario.name, each.job.recovery)):
        name, (faults, preemptions) = done.job.scenario.name, max(each.bound for each in done.whole)
        said[name] = f"{said.get(name, '')}  {done.job.recovery} F{faults} P{preemptions}".strip()
    return said


def _deepest(done: Explorations) -> int:
    return max((each.found.schedules for each in done.whole), default=0)


def _reached(explored: list[Explorations]) -> dict[str, str]:
    """Say of each bound how many scenarios and classes were exhausted to it."""
    counts = {bound: sum(any(each.bound == bound for each in done.whole) for done in explored) for bound in LADDER}
    return {f"exhausted to F{f} P{p}": f"{count} of {len(explored)}" for (f, p), count in counts.items() if count}


CRASHES = Part(
    name="crashes",
    promise="Whatever dies, fails or comes late in whatever order, nothing is lost, sent twice, unseen or untrue.",
    minutes=9,
    prove=prove,
)
