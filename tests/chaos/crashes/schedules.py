"""Random schedules with more faults, more messages and the real Sweep: what no exhaustion reaches."""

import random
import time
from dataclasses import dataclass

from tests.chaos.crashes.explorer import DIES, TIME_PASSES, Explorer, State, Step
from tests.chaos.crashes.ladder_world import explorer_of
from tests.chaos.crashes.scenario import Scenario
from tests.chaos.crashes.stories import told

MOST_FAULTS = 6
KEPT = 400_000
"""Processes that are remembered before the memory is emptied."""
LONGEST = 1500


@dataclass(frozen=True, slots=True, kw_only=True)
class Walked:
    """What a number of schedules came to."""

    name: str
    schedules: int
    operations: int
    faults: int
    seconds: float
    failures: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Walks:
    """So many schedules of one scenario and class, from the first of a seed on."""

    scenario: Scenario
    recovery: str
    seed: int
    number: int


def again(name: str) -> str:
    """Say how to run a schedule once more."""
    return f'    again by: make chaos SCHEDULE="{name}"'


def walk_all(walks: Walks) -> Walked:
    """Walk schedule after schedule; when many have failed, that is enough."""
    explorer, began = explorer_of(walks.scenario, walks.recovery), time.process_time()
    done = operations = faults = 0
    failures: list[tuple[str, str]] = []
    for number in range(walks.number):
        if explorer.processes.size > KEPT:
            explorer = explorer_of(walks.scenario, walks.recovery)
        name = f"{walks.seed}/{walks.scenario.name}/{walks.recovery}/{number}"
        path, bad = walk(explorer, random.Random(name))
        done, operations = done + 1, operations + len(path)
        faults += sum(step.how not in {"", TIME_PASSES} for step in path)
        failures += [(each, f"{again(name)}\n{told(explorer, path)}") for each in sorted(bad)]
        if len(failures) > 20:
            break
    return Walked(
        name=f"{walks.scenario.name}, class {walks.recovery}",
        schedules=done,
        operations=operations,
        faults=faults,
        seconds=time.process_time() - began,
        failures=tuple(failures),
    )


def walk(explorer: Explorer, rng: random.Random) -> tuple[list[Step], set[str]]:
    """Run one schedule to rest; returns it, and every promise that it breaks."""
    state = explorer.begin(rng.randint(0, MOST_FAULTS), 0)
    risk = rng.choice((0.03, 0.1, 0.3))
    haste = rng.choice((0.2, 0.6, 0.9))
    path: list[Step] = []
    while len(path) < LONGEST:
        step = _step(explorer, state, rng, risk, haste)
        if step is None:
            return path, explorer.broken_at_rest(state.world)
        path.append(step)
        state = step.state
    return path, {"GOES ON FOR EVER"}


def _step(explorer: Explorer, state: State, rng: random.Random, risk: float, haste: float) -> Step | None:
    halted = all(map(explorer.is_background, state.running))
    if halted and (not state.running or rng.random() < 0.5):
        passed = explorer.time_passes(state)
        if passed or not state.running:
            return passed[0] if passed else None
    processes = explorer.processes
    stay = state.current in state.running and rng.random() > haste
    node = state.current if stay else rng.choice(sorted(state.running, key=processes.fingerprint))
    index = state.running.index(node)
    others = state.running[:index] + state.running[index + 1 :]
    op = processes.next(node)
    if state.faults and rng.random() < risk:
        ways = explorer.worlds.outcomes(state.world, op)
        faulty = [way for way in ways if way.how and way.faults <= state.faults]
        dies = processes.spec(node).kind not in {"late", "reveal"}
        chosen = rng.randrange(len(faulty) + dies) if faulty or dies else 0
        if chosen < len(faulty):
            return explorer.take(state, node, faulty[chosen], others)
        if dies:
            return Step(node, op, DIES, State(state.world, others, 0, state.faults - 1, state.preemptions))
    return explorer.take(state, node, explorer.worlds.well(state.world, op), others)
