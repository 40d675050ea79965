"""How long things took, kept as counts: small however many there were, added up without loss, true to one per cent."""

import math
from collections import Counter
from collections.abc import Iterable

_STEP = math.log(1.02)
"""Each bin is two per cent wide, so that its middle is within one of whatever was put in."""


def bin_of(value: float) -> int:
    """Name the bin of a number; what is below one is 0."""
    return 0 if value < 1 else 1 + round(math.log(value) / _STEP)


def middle_of(number: int) -> float:
    """Tell what a bin stands for."""
    return 0.0 if number <= 0 else math.exp((number - 1) * _STEP)


class Spread:
    """Counts by bin."""

    __slots__ = ("_counts", "count")

    def __init__(self, counts: Iterable[tuple[int, int]] = ()) -> None:
        """Take each bin and how many are in it; a bin may come several times."""
        self._counts = Counter[int]()
        for number, count in counts:
            self._counts[number] += count
        self.count = self._counts.total()

    def at(self, share: float) -> float:
        """Find the least value that so large a share does not exceed (the nearest rank); 0 where there is none."""
        left = max(math.ceil(share * self.count), 1)
        for number in sorted(self._counts):
            left -= self._counts[number]
            if left <= 0:
                return middle_of(number)
        return 0.0

    @property
    def median(self) -> float:
        """The value in the middle."""
        return self.at(0.5)
