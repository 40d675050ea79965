"""Every order in which the processes can run, and every fault in between, within stated bounds.

A state is a world, the processes in it, which of them ran last, and how many faults and preemptions are
left. A state that was visited is not visited again. Between any two operations any process may run; to
switch from one that could go on costs a preemption. When nothing can run, time passes: the platform
delivers again what got no 200, whatever is due is worked on, readers see the human queue again.
"""

import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import NamedTuple

from tests.chaos.crashes.programs import ENDED, Op, Processes, Spec
from tests.chaos.crashes.promises import broken_at_rest
from tests.chaos.crashes.scenario import BEGIN, CHANNELS, CONTACT, Scenario, pk_of
from tests.chaos.crashes.world import HOUR_S, LONGEST_S, SETTLE_S, SHORT_S, Outcome, Start, World, Worlds

BACKGROUND = frozenset({"late"})
"""What may still happen after everything else has come to a halt, at any time."""
MOST_NAMES = 99
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


class Explorer:
    """One scenario on one class of channel."""

    def __init__(self, scenario: Scenario, recovery: str, *, lying: bool = False) -> None:
        self.scenario = scenario
        self.processes = Processes(CHANNELS[recovery])
        self.worlds = Worlds(recovery, self.processes, lying=lying)
        self._item_names: dict[int, str | None] = {}

    def begin(self, faults: int, preemptions: int) -> State:
        world = self.worlds.first(self.scenario.racing, self.scenario.later)
        starts: list[Start] = [("receive", (name,)) for name in self.scenario.racing]
        starts += [("agent", (pk_of(CHANNELS[self.worlds.recovery], CONTACT), frozenset()))] * self.scenario.desk
        running = self._start(world, (), starts)
        return State(running[0], running[1], 0, faults, preemptions)

    def successors(self, state: State) -> list[Step]:
        """List every way on."""
        next_op = self.processes.next
        ready = [(node, next_op(node)) for node in state.running]
        found: list[Step] = []
        if all(self.processes.spec(node).kind in BACKGROUND for node, _ in ready):
            found += self.time_passes(state)
        must_stay = state.current in state.running
        for index, (node, op) in enumerate(ready):
            if index and node == ready[index - 1][0]:
                continue
            cost = int(must_stay and node != state.current)
            if cost > state.preemptions:
                continue
            others = state.running[:index] + state.running[index + 1 :]
            left = state.preemptions - cost
            kind = self.processes.spec(node).kind
            if state.faults and kind not in {"late", "reveal"}:
                found.append(Step(node, op, DIES, State(state.world, others, 0, state.faults - 1, left)))
            found += self.run(state, node, op, others, left)
        return found

    def run(self, state: State, node: int, op: int, others: tuple[int, ...], left: int) -> list[Step]:
        """Run a process's next operation, in every way in which it may turn out; the first is the good one."""
        return list(self._run(state, node, op, others, left))

    def _run(self, state: State, node: int, op: int, others: tuple[int, ...], left: int) -> Iterator[Step]:
        for outcome in self.worlds.outcomes(state.world, op):
            if outcome.faults <= state.faults:
                yield self.take(state, node, op, outcome, others, left)

    def take(  # noqa: PLR0913, PLR0917 - a state's parts, which its caller has at hand
        self, state: State, node: int, op: int, outcome: Outcome, others: tuple[int, ...], left: int
    ) -> Step:
        """Let a process's next operation turn out in one of its ways."""
        after = self.processes.after(node, outcome.answer)
        alive = self.processes.next(after) != ENDED
        world = outcome.world
        if after in self.processes.broken:
            world = self._blame(world, self.processes.broken[after])
        running = (*others, after) if alive else others
        if outcome.starts:
            world, running = self._start(world, running, outcome.starts)
        else:
            running = tuple(sorted(running))
        faults = state.faults - outcome.faults
        return Step(node, op, outcome.how, State(world, running, after if alive else 0, faults, left))

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
            if processes.next(node) != ENDED:
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
        world = self.worlds.worlds[state.world]
        sent_at = [op.request[1] for op in self._background(state.running) if op.what == "landing"]
        if sent_at and world.now + SHORT_S >= min(sent_at) + SETTLE_S:
            return []
        for _ in range(LONGEST_S // HOUR_S):
            if not self._is_restless(world):
                return []
            world = world._replace(now=world.now + (SHORT_S if sent_at else HOUR_S))
            if world.now > BEGIN.timestamp() + LONGEST_S:
                break
            world, starts = self._due(world, short=bool(sent_at))
            if starts:
                number, running = self._start(self.worlds.worlds(world), state.running, starts)
                return [Step(-1, -1, TIME_PASSES, State(number, running, 0, state.faults, state.preemptions))]
            if sent_at:
                return []
        bad = world.bad | {"NEVER COMES TO REST"}
        number = self.worlds.worlds(World(now=0, bad=bad))
        return [Step(-1, -1, TIME_PASSES, State(number, (), 0, 0, 0))]

    def _background(self, running: tuple[int, ...]) -> list[Op]:
        return [self.processes.ops[self.processes.next(node)] for node in running]

    def _is_restless(self, world: World) -> bool:
        due = any(unit.due_at is not None for unit in self.worlds.units(world))
        return bool(due or world.unanswered or world.coming or self._readers(world))

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
        if self.scenario.sweep:
            starts += [("sweep", ())] if units else []
        else:
            starts += [
                ("acknowledge", (unit.pk, unit.sk)) for unit in sorted(units, key=lambda unit: (unit.pk, unit.sk))
            ]
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

    def run(self, start: State) -> Found:
        """Visit what can be reached from a state and was not visited before."""
        found, before, began = self.found, len(self._schedules), time.process_time()
        try:
            found.schedules = self._visit(start)
        except _EnoughError:
            found.complete = False
        found.states, found.seconds = len(self._schedules) - before, time.process_time() - began
        self.found = Found()
        return found

    def _visit(self, state: State) -> int:
        """Return how many schedules lead on from a state."""
        key = hash(state)
        known = self._schedules.get(key)
        if known is not None:
            if known < 0:
                self._note("GOES ROUND FOR EVER")
            return max(known, 0)
        self._schedules[key] = -1
        if len(self._schedules) % 1024 == 0 and time.process_time() - self._began > self._seconds:
            raise _EnoughError
        total = 0
        following = self._explorer.successors(state)
        for step in following:
            self._path.append(step)
            total += self._visit(step.state)
            self._path.pop()
        self._schedules[key] = total if following else self._end(state)
        return self._schedules[key]

    def _end(self, state: State) -> int:
        self.found.ends += 1
        for violation in sorted(broken_at_rest(self._explorer.worlds, self._explorer.worlds.worlds[state.world])):
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


def deepen(explorer: Explorer, bounds: Iterable[Bound], *, seconds: float) -> Iterator[tuple[Bound, Found]]:
    """Exhaust one bound after the other, each on top of those before, until the time is over."""
    exhausting = _Exhausting(explorer, seconds)
    for bound in bounds:
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
