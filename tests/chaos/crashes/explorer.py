"""Every order in which the processes can run, and every fault in between, within stated bounds.

A state is a world, the processes in it, which of them ran last, and how many faults and preemptions are
left. A state that was visited is not visited again. Between any two operations any process may run; to
switch from one that could go on costs a preemption. When nothing can run, time passes: the platform
delivers again what got no 200, whatever is due is worked on, readers see the human queue again.
"""

import math
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import NamedTuple

from tests.chaos.crashes.programs import ENDED, Foresight, Op, Processes, Spec
from tests.chaos.crashes.promises import broken_at_rest
from tests.chaos.crashes.scenario import BEGIN, CHANNELS, CONTACT, Scenario, pk_of
from tests.chaos.crashes.world import HOUR_S, LONGEST_S, SETTLE_S, SHORT_S, Outcome, Start, World, Worlds

BACKGROUND = frozenset({"late"})
"""What may still happen after everything else has come to a halt, at any time."""
NAMED = frozenset({"acknowledge", "sweep", "agent"})


Bound = tuple[int, int]
"""Faults and preemptions."""


class State(NamedTuple):
    """Where everything stands."""

    world: int
    running: tuple[int, ...]
    current: int
    faults: int
    preemptions: int


class Step(NamedTuple):
    """What leads to a state: who ran which operation, and how it turned out."""

    node: int
    op: int
    how: str
    state: State


TIME_PASSES = "time passes"
DIES = "dies before it"


@dataclass(kw_only=True)
class Found:
    """What an exploration found.

    Attributes:
        states: How many were visited for the first time.
        schedules: How many all that can be reached stand for.
        violations: Each with the shortest path on which it was met first.
    """

    states: int = 0
    schedules: int = 0
    ends: int = 0
    flagged: int = 0
    complete: bool = True
    seconds: float = 0.0
    violations: dict[str, list[Step]] = field(default_factory=dict)


class Way(NamedTuple):
    """One way in which a process's next operation may turn out in a world, whoever else is there.

    Attributes:
        faults: How many it takes.
        how: In words; empty when all went well.
        world: As it is then.
        after: The process as it is then; none when that was its last operation.
        starts: What it starts.
    """

    faults: int
    how: str
    world: int
    after: int
    starts: tuple[Start, ...]


class Explorer:
    """One scenario on one class of channel."""

    def __init__(self, scenario: Scenario, recovery: str, *, lying: bool = False, worlds: Worlds | None = None) -> None:
        self.scenario = scenario
        self.worlds = worlds or Worlds(recovery, Processes(CHANNELS[recovery]), lying=lying)
        self.processes = self.worlds.processes
        self._item_names: dict[int, str | None] = {}
        self._ways: dict[tuple[int, int, int], list[Way]] = {}
        self._passed: dict[tuple[int, tuple[int, ...]], tuple[int, tuple[int, ...]] | None] = {}
        self._broken: dict[int, set[str]] = {}

    def begin(self, faults: int, preemptions: int) -> State:
        world = self.worlds.first(self.scenario.racing, self.scenario.later)
        starts: list[Start] = [("receive", (name,)) for name in self.scenario.racing]
        starts += [("agent", (pk_of(CHANNELS[self.worlds.recovery], CONTACT), frozenset()))] * self.scenario.desk
        pk = pk_of(CHANNELS[self.worlds.recovery], CONTACT)
        starts += [("speak", (pk, click)) for click in self.scenario.clicks]
        running = self._start(world, (), starts)
        return State(running[0], running[1], 0, faults, preemptions)

    def broken_at_rest(self, world: int) -> set[str]:
        """Name every promise that is broken when nothing can happen any more."""
        found = self._broken.get(world)
        if found is None:
            found = self._broken[world] = self.promises(self.worlds.worlds[world])
        return found

    def promises(self, world: World) -> set[str]:
        """Judge a world at rest."""
        return broken_at_rest(self.worlds, world)

    def is_background(self, node: int) -> bool:
        """Tell whether a process may go on after everything else has come to a halt."""
        return self.processes.spec(node).kind in BACKGROUND

    def successors(self, state: State) -> list[Step]:
        """List every way on."""
        world, running, current, faults, preemptions = state
        found = self.time_passes(state) if all(map(self.is_background, running)) else []
        must_stay = current in running
        before = -1
        for index, node in enumerate(running):
            left = preemptions - (must_stay and node != current)
            if node == before or left < 0:
                continue
            before = node
            op, others = self.processes.next(node), running[:index] + running[index + 1 :]
            if faults and self.processes.spec(node).kind not in {"late", "reveal"}:
                found.append(Step(node, op, DIES, State(world, others, 0, faults - 1, left)))
            for way in self._ways.get((world, node, faults)) or self._find_ways(world, node, faults):
                found.append(Step(node, op, way.how, self._then(way, others, faults, left)))
        return found

    def _find_ways(self, world: int, node: int, faults: int) -> list[Way]:
        outcomes = self.worlds.outcomes(world, self.processes.next(node))
        found = [self._way(node, outcome) for outcome in outcomes if outcome.faults <= faults]
        self._ways[world, node, faults] = found
        return found

    def take(self, state: State, node: int, outcome: Outcome, others: tuple[int, ...]) -> Step:
        """Let a process's next operation turn out in one of its ways."""
        after = self._then(self._way(node, outcome), others, state.faults, state.preemptions)
        return Step(node, self.processes.next(node), outcome.how, after)

    def _way(self, node: int, outcome: Outcome) -> Way:
        world = outcome.world
        after = self.processes.after(node, outcome.answer)
        alive = self._next(after, world) != ENDED
        if after in self.processes.broken:
            world = self._blame(world, self.processes.broken[after])
        return Way(outcome.faults, outcome.how, world, after if alive else 0, outcome.starts)

    def _then(self, way: Way, others: tuple[int, ...], faults: int, left: int) -> State:
        faults_taken, _, world, after, starts = way
        running = tuple(sorted((*others, after))) if after else others
        if starts:
            world, running = self._start(world, running, starts)
        return State(world, running, after, faults - faults_taken, left)

    def _next(self, node: int, world: int) -> int:
        return self.processes.next(node, lambda: self._foresight(world))

    def _foresight(self, world: int) -> Foresight:
        """Let all go well, and nobody come between."""

        def foresee(op: int) -> int:
            nonlocal world
            well = self.worlds.well(world, op)
            world = well.world
            return well.answer

        return foresee

    def _blame(self, world: int, what: str) -> int:
        before = self.worlds.worlds[world]
        return self.worlds.worlds(before._replace(bad=before.bad | {what}))

    def _start(self, world: int, running: tuple[int, ...], starts: Iterable[Start]) -> tuple[int, tuple[int, ...]]:
        """Start processes under the smallest names that nobody living or written down still bears."""
        processes = self.processes
        for kind, args in starts:
            if kind == "reveal" and not any(processes.spec(node).kind == "agent" for node in running):
                world = self.worlds.outcomes(world, args[0])[0].world
                continue
            used = self._names(world, running) if kind in NAMED else set()
            me = (
                next(name for number in range(1, 99) if (name := f"{kind[:2]}{number}") not in used)
                if used or kind in NAMED
                else ""
            )
            now = self.worlds.worlds[world].now if kind not in {"late", "reveal"} else 0
            node = processes.start(Spec(kind, args, me, now))
            if self._next(node, world) != ENDED:
                running = (*running, node)
        return world, tuple(sorted(running))

    def _names(self, world: int, running: tuple[int, ...]) -> set[str]:
        names = {self.processes.spec(node).me for node in running}
        for number in self.worlds.worlds[world].table:
            if number not in self._item_names:
                item = self.worlds.items[number] or {}
                self._item_names[number] = (item.get("worker") or item.get("agent_id") or {}).get("S")
            names.add(self._item_names[number] or "")
        for node in running:
            if self.processes.spec(node).kind == "late":
                names |= _names_in(self.processes.ops[self.processes.spec(node).args[0]].request)
        return names

    def time_passes(self, state: State) -> list[Step]:
        """Move on to where something can happen; nowhere when all is at rest."""
        name = (state.world, state.running)
        if name not in self._passed:
            self._passed[name] = self._later(*name)
        found = self._passed[name]
        if found is None:
            return []
        world, running = found
        over = self.worlds.worlds[world].now == 0
        left = (0, 0) if over else (state.faults, state.preemptions)
        return [Step(-1, -1, TIME_PASSES, State(world, running, 0, *left))]

    def _later(self, number: int, running: tuple[int, ...]) -> tuple[int, tuple[int, ...]] | None:
        world = self.worlds.worlds[number]
        sent_at = [op.request[1] for op in self._background(running) if op.what == "landing"]
        if sent_at and world.now + SHORT_S >= min(sent_at) + SETTLE_S:
            return None
        for _ in range(LONGEST_S // HOUR_S):
            if not self._is_restless(world):
                return None
            world = world._replace(now=world.now + (SHORT_S if sent_at else HOUR_S))
            if world.now > BEGIN.timestamp() + LONGEST_S:
                break
            world, starts = self._due(world, short=bool(sent_at))
            if starts:
                return self._start(self.worlds.worlds(world), running, starts)
            if sent_at:
                return None
        bad = world.bad | {"NEVER COMES TO REST"}
        return self.worlds.worlds(World(now=0, bad=bad)), ()

    def _background(self, running: tuple[int, ...]) -> list[Op]:
        return [self.processes.ops[self.processes.next(node)] for node in running]

    def _is_restless(self, world: World) -> bool:
        due = any(unit.due_at is not None for unit in self.worlds.units(world))
        return bool(due or world.unanswered or world.coming or self.worlds.works(world) or self._readers(world))

    def _readers(self, world: World) -> list[Start]:
        found: list[Start] = []
        for pk in sorted({pk for pk, _ in world.queue}):
            if self.worlds.is_waiting(world, pk):
                received = frozenset(revision for of, revision in world.queue if of == pk)
                found += [("agent", (pk, received))] * max(self.scenario.desk, self.scenario.readers)
        return found

    def _due(self, world: World, *, short: bool) -> tuple[World, list[Start]]:
        starts: list[Start] = [("receive", (name,)) for name in sorted(world.unanswered)]
        if not short and world.coming:
            starts.append(("receive", (world.coming[0],)))
            world = world._replace(unanswered=world.unanswered | {world.coming[0]}, coming=world.coming[1:])
        units = [unit for unit in self.worlds.units(world) if unit.due_at and unit.due_at.timestamp() <= world.now]
        works = [key for key, at in self.worlds.works(world) if at <= world.now]
        if self.scenario.sweep:
            starts += [("sweep", ())] if units or works else []
        else:
            starts += [
                ("acknowledge", (unit.pk, unit.sk)) for unit in sorted(units, key=lambda unit: (unit.pk, unit.sk))
            ]
            starts += [("blank", key) for key in sorted(works)]
        return world, starts + ([] if short else self._readers(world))


def _names_in(request: object) -> set[str]:
    """List every word of a request that may name a worker or an agent."""
    if isinstance(request, str):
        return {request} if len(request) <= 4 else set()
    if isinstance(request, dict):
        return set().union(*(_names_in(each) for each in request.values())) if request else set()
    if isinstance(request, list | tuple):
        return set().union(*(_names_in(each) for each in request)) if request else set()
    return set()


class _EnoughError(Exception):
    """Stop here."""


class _Exhausting:
    """Depth first, each state once."""

    def __init__(
        self, explorer: Explorer, seconds: float, *, first_only: bool = False, ignore: tuple[str, ...] = ()
    ) -> None:
        self.found = Found()
        self._ignore = ignore
        self._explorer = explorer
        self._seconds = seconds
        self._first_only = first_only
        self._began = time.process_time()
        self._schedules: dict[int, int] = {}
        self._path: list[Step] = []

    def stop_after(self, seconds: float) -> bool:
        """Set how long it may take in all; false when that is over."""
        self._seconds = seconds
        return time.process_time() - self._began < seconds

    def run(self, start: State) -> Found:
        """Visit what can be reached from a state and was not visited before."""
        found, before, began = self.found, len(self._schedules), time.process_time()
        try:
            known = self._schedules.get(hash(start))
            found.schedules = self._visit(start) if known is None else known
        except _EnoughError:
            found.complete = False
        found.states, found.seconds = len(self._schedules) - before, time.process_time() - began
        self.found = Found()
        return found

    def _visit(self, state: State) -> int:
        """Return how many schedules lead on from a state that was not visited before."""
        schedules, key = self._schedules, hash(state)
        schedules[key] = -1
        if len(schedules) % 1024 == 0 and time.process_time() - self._began > self._seconds:
            raise _EnoughError
        total = 0
        following = self._explorer.successors(state)
        for step in following:
            self._path.append(step)
            known = schedules.get(hash(step.state))
            if known is None:
                total += self._visit(step.state)
            elif known >= 0:
                total += known
            else:
                self._note("GOES ROUND FOR EVER")
            self._path.pop()
        schedules[key] = total if following else self._end(state)
        return schedules[key]

    def _end(self, state: State) -> int:
        self.found.ends += 1
        for violation in sorted(self._explorer.broken_at_rest(state.world)):
            self._note(violation)
        return 1

    def _note(self, violation: str) -> None:
        """Keep the shortest path to it that was met."""
        known = self.found.violations.get(violation)
        if known is None or len(self._path) < len(known):
            self.found.violations[violation] = list(self._path)
        if self._first_only and not violation.startswith(self._ignore):
            raise _EnoughError


def explore(  # noqa: PLR0913 - bounds, by name
    explorer: Explorer,
    faults: int,
    preemptions: int,
    *,
    seconds: float,
    first_only: bool = False,
    ignore: tuple[str, ...] = (),
) -> Found:
    """Visit every state that can be reached with so many faults and preemptions.

    Args:
        explorer: The scenario.
        faults: How many there may be.
        preemptions: How often a process may have to wait for another although it could go on.
        seconds: When to stop, by the processor: on a busy machine it takes longer and finds the same.
        first_only: Stop at the first violation.
        ignore: How violations begin that do not count as one.
    """
    with _deep_recursion():
        exhausting = _Exhausting(explorer, seconds, first_only=first_only, ignore=ignore)
        return exhausting.run(explorer.begin(faults, preemptions))


def deepen(explorer: Explorer, bounds: Sequence[Bound], *, floor: int, seconds: float) -> Iterator[tuple[Bound, Found]]:
    """Exhaust one bound after the other, each on top of those before.

    Args:
        explorer: The scenario.
        bounds: Ever deeper.
        floor: So many of them are exhausted however long it takes.
        seconds: When to stop, by the processor and counted from the beginning, once the floor is reached.
    """
    exhausting = _Exhausting(explorer, math.inf)
    for number, bound in enumerate(bounds):
        if number >= floor and not exhausting.stop_after(seconds):
            return
        with _deep_recursion():
            found = exhausting.run(explorer.begin(*bound))
        yield bound, found
        if not found.complete:
            return


@contextmanager
def _deep_recursion() -> Iterator[None]:
    """Put the limit back afterwards: under so high a one, a parser that nests too deep ends the interpreter."""
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(100_000)
    try:
        yield
    finally:
        sys.setrecursionlimit(before)
