"""One figure of ``make bench``."""

import statistics
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """What was measured, beside what it should be.

    Attributes:
        target: The most that is allowed, or the least where ``is_least``; ``None`` where there is none.
    """

    name: str
    value: float
    unit: str
    target: float | None = None
    is_least: bool = False
    note: str = ""

    @property
    def is_missed(self) -> bool:
        """Tell whether there is a target, and this is on its wrong side."""
        if self.target is None:
            return False
        return self.value < self.target if self.is_least else self.value > self.target


def spread(values: Sequence[float]) -> str:
    """Tell how far the middle half of the rounds lies apart: what a busy machine does to a median."""
    low, _, high = statistics.quantiles(values, n=4, method="inclusive")
    return f"half of the rounds {low:.2f} to {high:.2f}"


def ratios(ours: Sequence[float], other: Sequence[float]) -> list[float]:
    """Divide round by round: what disturbed the machine then disturbed both."""
    return [mine / theirs for mine, theirs in zip(ours, other, strict=True)]
