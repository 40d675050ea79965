"""One schedule again, by the name that it was printed with.

A random one is named by its seed, scenario, class and number. One of an exploration is named by its scenario,
class and bound, and by which of all ways on it took at each step, a letter or digit for each.
"""

import random
from collections.abc import Iterable, Sequence

from tests.chaos.crashes.explorer import Bound, Explorer, State, Step
from tests.chaos.crashes.ladder_world import explorer_of
from tests.chaos.crashes.scenario import CHANNELS, Scenario
from tests.chaos.crashes.scenarios import COMMENTS, EXPLORED, WALKED
from tests.chaos.crashes.schedules import walk
from tests.chaos.crashes.stories import told

DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
"""Of one step; where there are more ways on, the number stands in brackets."""


class UnknownScheduleError(ValueError):
    """No schedule has this name, or not on this code any more."""


def name_of(explorer: Explorer, bound: Bound, steps: Sequence[Step]) -> str:
    """Name a schedule that an exploration within these bounds has found."""
    state, code = explorer.begin(*bound), ""
    for step in steps:
        number = _ways(explorer, state).index(step)
        code += DIGITS[number] if number < len(DIGITS) else f"({number})"
        state = step.state
    return f"{explorer.scenario.name}/{explorer.worlds.recovery}/F{bound[0]}P{bound[1]}/{code}"


def replay(name: str) -> tuple[str, set[str]]:
    """Run the schedule of that name; returns its story, and every promise that it breaks.

    Raises:
        UnknownScheduleError: Nothing has this name.
    """
    match name.split("/"):
        case [seed, scenario, recovery, number] if seed.isdigit() and number.isdigit():
            explorer = _explorer(scenario, recovery)
            path, bad = walk(explorer, random.Random(name))
        case [scenario, recovery, bound, code]:
            explorer = _explorer(scenario, recovery)
            path, bad = _follow(explorer, _bound(bound), _numbers(code))
        case _:
            raise UnknownScheduleError(name)
    return told(explorer, path), bad


def _explorer(scenario: str, recovery: str) -> Explorer:
    known: dict[str, Scenario] = {each.scenario.name: each.scenario for each in EXPLORED}
    known |= {each.name: each for each in (*WALKED, *COMMENTS)}
    if scenario not in known or recovery not in CHANNELS:
        raise UnknownScheduleError(f"{scenario}/{recovery}")
    return explorer_of(known[scenario], recovery)


def _bound(text: str) -> Bound:
    faults, _, preemptions = text.removeprefix("F").partition("P")
    if not (faults.isdigit() and preemptions.isdigit()):
        raise UnknownScheduleError(text)
    return int(faults), int(preemptions)


def _numbers(code: str) -> Iterable[int]:
    rest = code
    while rest:
        if rest[0] == "(":
            number, _, rest = rest[1:].partition(")")
            yield int(number)
        else:
            yield DIGITS.index(rest[0])
            rest = rest[1:]


def _follow(explorer: Explorer, bound: Bound, numbers: Iterable[int]) -> tuple[list[Step], set[str]]:
    state = explorer.begin(*bound)
    path: list[Step] = []
    for number in numbers:
        ways = _ways(explorer, state)
        if number >= len(ways):
            raise UnknownScheduleError(f"there are only {len(ways)} ways on at step {len(path) + 1}")
        path.append(ways[number])
        state = path[-1].state
    if _ways(explorer, state):
        return path, set(explorer.worlds.worlds[state.world].bad)
    return path, explorer.broken_at_rest(state.world)


def _ways(explorer: Explorer, state: State) -> list[Step]:
    """List every way on, in an order that no other exploration before changes."""
    fingerprint = explorer.processes.fingerprint
    return sorted(explorer.successors(state), key=lambda step: fingerprint(step.node) if step.node >= 0 else b"")
