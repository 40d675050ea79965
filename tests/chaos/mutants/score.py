"""What a sample says about the whole it was drawn from."""

import math
from dataclasses import dataclass

Z = 1.96
"""Of a normal distribution, so that an interval holds the true share nineteen times in twenty."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """How many of the mistakes that were tried a test has noticed.

    Attributes:
        of: How many there are to be tried.
    """

    killed: int
    tried: int
    of: int

    @property
    def share(self) -> float:
        return self.killed / self.tried if self.tried else 0.0

    @property
    def interval(self) -> tuple[float, float]:
        """Wilson's, narrowed by what is known of a whole that is not endless; a point once all were tried."""
        if self.tried in {0, self.of}:
            return (self.share, self.share) if self.tried else (0.0, 1.0)
        n = self.tried * (self.of - 1) / (self.of - self.tried)
        middle = (self.share + Z**2 / (2 * n)) / (1 + Z**2 / n)
        half = Z / (1 + Z**2 / n) * math.sqrt(self.share * (1 - self.share) / n + Z**2 / (4 * n**2))
        return max(middle - half, 0.0), min(middle + half, 1.0)

    def __str__(self) -> str:
        low, high = self.interval
        if self.tried == self.of:
            return f"{self.share:.1%}: {self.killed} of all {self.of}"
        return f"{self.share:.1%} ({low:.0%} to {high:.0%}): {self.killed} of {self.tried} drawn from {self.of}"
