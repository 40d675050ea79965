"""The short form of every proof runs with the other tests."""

import pytest

from tests.chaos.part import Part, Run
from tests.chaos.registry import PARTS

BY_THE_CLOCK = {"load", "time"}
"""They hold latencies against their limits, which says something only on a machine that does nothing else."""
SEED = 20261122


@pytest.mark.timeout(120)
@pytest.mark.parametrize("part", [part for part in PARTS if part.name not in BY_THE_CLOCK], ids=lambda part: part.name)
def test_the_promise_holds_in_short(part: Part) -> None:
    assert part.prove(Run(seed=SEED, short=True)).violations == ()
