"""What is promised however slow the machine is: a floor for every exploration, and half a million random schedules."""

from tests.chaos.crashes.explorer import Explorer, deepen
from tests.chaos.crashes.proof import _walks
from tests.chaos.crashes.scenarios import EXPLORED, FLOOR, LADDER
from tests.chaos.part import Run


def test_the_floor_is_exhausted_even_when_the_time_is_over() -> None:
    explorer = Explorer(EXPLORED[0].scenario, "K")
    reached = list(deepen(explorer, LADDER, floor=len(FLOOR), seconds=0))
    assert [(bound, found.complete) for bound, found in reached] == [(bound, True) for bound in FLOOR]


def test_there_are_half_a_million_random_schedules() -> None:
    assert sum(walks.number for walks in _walks(Run(seed=1, short=False))) >= 500_000
