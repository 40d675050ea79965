"""Choose which of the invented mistakes are tried while there is time: as many of one area as of another."""

import random
from collections.abc import Mapping, Sequence
from itertools import zip_longest

from tests.chaos.mutants.mutant import Mutant


def in_turn(by_area: Mapping[str, Sequence[Mutant]], seed: int) -> list[Mutant]:
    """Shuffle each area and deal them out in turn, so that wherever time ends, each area is a random sample."""
    rng = random.Random(seed)
    dealt = zip_longest(*(rng.sample(mutants, len(mutants)) for mutants in by_area.values()))
    return [mutant for turn in dealt for mutant in turn if mutant is not None]
