"""The part ``crashes``: every schedule within bounds, then random ones beyond them."""

import gc
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from multiprocessing import get_context
from typing import TypeVar

from tests.chaos.crashes.explorer import Bound, Explorer, Found, deepen
from tests.chaos.crashes.replay import name_of
from tests.chaos.crashes.scenario import Scenario
from tests.chaos.crashes.scenarios import EXPLORED, LADDER, WALK_S, WALKED
from tests.chaos.crashes.schedules import Walked, Walks, again, walk_all
from tests.chaos.crashes.stories import told
from tests.chaos.part import Part, Report, Run

CORES = 2
EXPLORE_S = 640.0
OTHER_WALKS_S = 15.0
SHORT_WALK_S = 0.5
"""Of all cores together: for every exploration, for the walks of a scenario and class, and of a scenario in short."""
RARELY = (20_000, 20, 100)
"""Most of what is made stays: the collector of garbage need not look at it so often."""
CLASSES = ("K", "E", "W", "N")
STORIES = 5

Job = TypeVar("Job")
Result = TypeVar("Result")


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
    """Explore and walk; print every bound as it is reached."""
    explorations = list(_explorations(short=run.short))
    walks = list(_walks(run))
    explored: list[Explorations] = []
    for done in _spread(_explore, explorations, alone=run.short):
        explored.append(done)
        _say(run, done, len(explored) / (len(explorations) + len(walks)))
    walked: list[Walked] = []
    for each in _spread(walk_all, walks, alone=run.short):
        walked.append(each)
        if not run.short:
            print(f"  {each.name:61s} {each.schedules:>10,} random schedules  {each.seconds:4.0f} s", flush=True)
        share = (len(explorations) + len(walked)) / (len(explorations) + len(walks))
        run.progress(share, f"{sum(w.schedules for w in walked):,} random schedules")
    return _report(explored, walked, short=run.short)


def _explorations(*, short: bool) -> Iterator[Exploration]:
    shares = sum(each.share * len(each.classes.split()) for each in EXPLORED)
    for each in EXPLORED:
        bounds = LADDER if not short else ((each.short,) if each.short else ())
        for recovery in each.classes.split():
            if bounds and not (short and recovery in {"K1", "W"}):
                seconds = EXPLORE_S * each.share / shares
                yield Exploration(scenario=each.scenario, recovery=recovery, bounds=bounds, seconds=seconds)


def _walks(run: Run) -> Iterator[Walks]:
    for scenario in WALKED:
        for recovery in CLASSES:
            seconds = SHORT_WALK_S / len(CLASSES) if run.short else WALK_S.get(scenario.name, OTHER_WALKS_S)
            yield Walks(scenario=scenario, recovery=recovery, seed=run.seed, first=0, last=10**9, seconds=seconds)


def _spread(work: Callable[[Job], Result], jobs: Iterable[Job], *, alone: bool) -> Iterator[Result]:
    """Do jobs on two cores, each in a process of its own that gives its memory back."""
    if alone:
        yield from map(work, jobs)
        return
    with get_context("spawn").Pool(CORES, gc.set_threshold, RARELY, maxtasksperchild=4) as pool:
        yield from pool.imap_unordered(work, jobs)


def _explore(job: Exploration) -> Explorations:
    explorer = Explorer(job.scenario, job.recovery)
    bounds = deepen(explorer, job.bounds, seconds=job.seconds)
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
    figures: dict[str, int | float | str] = {} if short else dict(_reached(explored))
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
        "Exhausted: every order with so many faults (F) and preemptions (P), one or two messages, as deep as the time "
        "allows. Random: up to six faults, four deliveries, two contacts, the real Sweep."
    )
    return Report(violations=tuple(shown), figures=figures, bound=bound)


def _deepest(done: Explorations) -> int:
    return max((each.found.schedules for each in done.whole), default=0)


def _reached(explored: list[Explorations]) -> dict[str, str]:
    """Say of each bound how many scenarios and classes were exhausted to it."""
    counts = {bound: sum(any(each.bound == bound for each in done.whole) for done in explored) for bound in LADDER}
    return {f"exhausted to F{f} P{p}": f"{count} of {len(explored)}" for (f, p), count in counts.items() if count}


CRASHES = Part(
    name="crashes",
    promise="Whatever dies, fails or comes late in whatever order, nothing is lost, sent twice, unseen or untrue.",
    minutes=13,
    prove=prove,
)
