"""The part ``crashes``: every schedule within bounds, then random ones beyond them."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from multiprocessing import get_context
from typing import TypeVar

from tests.chaos.crashes.explorer import Explorer, Found, explore
from tests.chaos.crashes.replay import name_of
from tests.chaos.crashes.scenario import Scenario
from tests.chaos.crashes.scenarios import EXPLORED, WALKED, Bound
from tests.chaos.crashes.schedules import Walked, Walks, again, walk_all
from tests.chaos.crashes.stories import keep, told
from tests.chaos.part import Part, Report, Run

CORES = 2
CUT_AFTER_S = 60.0
WALK_S = 14.0
SHORT_WALK_S = 1.0
CLASSES = ("K", "E", "W", "N")
STORIES = 5

Job = TypeVar("Job")
Result = TypeVar("Result")


@dataclass(frozen=True, slots=True, kw_only=True)
class Exploration:
    """One bound to exhaust."""

    scenario: Scenario
    recovery: str
    bound: Bound


@dataclass(frozen=True, slots=True, kw_only=True)
class Exhausted:
    """What that came to, without the machinery."""

    job: Exploration
    found: Found
    stories: tuple[tuple[str, str, str], ...]


def prove(run: Run) -> Report:
    """Explore and walk; print every bound as it is reached."""
    explorations = list(_explorations(short=run.short))
    walks = list(_walks(run))
    exhausted: list[Exhausted] = []
    for done in _spread(_exhaust, explorations, alone=run.short):
        exhausted.append(done)
        _say(run, done, len(exhausted) / (len(explorations) + len(walks)))
    walked: list[Walked] = []
    for each in _spread(walk_all, walks, alone=run.short):
        walked.append(each)
        share = (len(explorations) + len(walked)) / (len(explorations) + len(walks))
        run.progress(share, f"{sum(w.schedules for w in walked):,} random schedules")
    return _report(exhausted, walked)


def _explorations(*, short: bool) -> Iterator[Exploration]:
    for each in EXPLORED:
        bounds = each.bounds if not short else ((each.short,) if each.short else ())
        for recovery in each.classes.split():
            for bound in bounds:
                if not (short and recovery in {"K1", "W"}):
                    yield Exploration(scenario=each.scenario, recovery=recovery, bound=bound)


def _walks(run: Run) -> Iterator[Walks]:
    for scenario in WALKED:
        for recovery in CLASSES:
            seconds = SHORT_WALK_S / len(CLASSES) if run.short else WALK_S
            yield Walks(scenario=scenario, recovery=recovery, seed=run.seed, first=0, last=10**9, seconds=seconds)


def _spread(work: Callable[[Job], Result], jobs: Iterable[Job], *, alone: bool) -> Iterator[Result]:
    """Do jobs on two cores, each in a process of its own that gives its memory back."""
    if alone:
        yield from map(work, jobs)
        return
    with get_context("spawn").Pool(CORES, maxtasksperchild=4) as pool:
        yield from pool.imap_unordered(work, jobs)


def _exhaust(job: Exploration) -> Exhausted:
    explorer = Explorer(job.scenario, job.recovery)
    found = explore(explorer, *job.bound, seconds=CUT_AFTER_S)
    stories = tuple(
        (
            violation,
            f"{again(name_of(explorer, job.bound, path))}\n{told(explorer, path)}",
            keep(explorer, violation, path),
        )
        for violation, path in sorted(found.violations.items())
    )
    found.violations.clear()
    return Exhausted(job=job, found=found, stories=stories)


def _say(run: Run, done: Exhausted, share: float) -> None:
    run.progress(share, f"explored {done.job.scenario.name}")
    if run.short:
        return
    faults, preemptions = done.job.bound
    found = done.found
    print(
        f"  {done.job.scenario.name:58s} {done.job.recovery:2s} F{faults} P{preemptions} {found.states:>10,} states"
        f" {found.schedules:>9.1e} schedules {found.ends:>7,} ends{'' if found.complete else '  (cut)'}"
        f" {found.seconds:4.0f} s",
        flush=True,
    )


def _report(exhausted: list[Exhausted], walked: list[Walked]) -> Report:
    failures = [
        (f"{done.job.scenario.name}, class {done.job.recovery}: {violation}", story)
        for done in exhausted
        for violation, story, _ in done.stories
    ]
    failures += [(violation, story) for each in walked for violation, story, _ in each.failures]
    shown = [f"{what}\n{story}" if number < STORIES else what for number, (what, story) in enumerate(failures)]
    cut = sum(not done.found.complete for done in exhausted)
    figures: dict[str, int | float | str] = {
        "bounds reached": f"{len(exhausted) - cut} of {len(exhausted)}",
        "states": sum(done.found.states for done in exhausted),
        "schedules they stand for": f"{sum(done.found.schedules for done in exhausted):.1e}",
        "random schedules": sum(w.schedules for w in walked),
        "operations in them": sum(w.operations for w in walked),
        "faults in them": sum(w.faults for w in walked),
    }
    bound = (
        "Exhausted: every order with so many faults (F) and preemptions (P), one or two messages. "
        "Random: up to six faults, four deliveries, two contacts, the real Sweep."
    )
    return Report(violations=tuple(shown), figures=figures, bound=bound)


CRASHES = Part(
    name="crashes",
    promise="Whatever dies, fails or comes late in whatever order, nothing is lost, sent twice, unseen or untrue.",
    minutes=10,
    prove=prove,
)
