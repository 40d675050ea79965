"""What every part of ``make chaos`` is: a named proof with a seed, an estimate and a report."""

import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

EVERY_S = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What a part found.

    Attributes:
        violations: Each in a sentence, with what reproduces it; empty when the promise held.
        figures: Counts and times, by their names in Jepsen's words where they have one (attempts,
            acknowledged, ok, lost, duplicated, unexpected, recovered).
        bound: What was tried and what was not, in a sentence.
    """

    violations: tuple[str, ...]
    figures: Mapping[str, int | float | str]
    bound: str


@dataclass(slots=True, kw_only=True)
class Run:
    """One run of a part.

    Attributes:
        seed: Of everything random in it; printed, and accepted by ``--seed``.
        short: Keep within half a minute, for ``make test``.
        told_at: Seconds from the beginning to the last line that did not go to a terminal.
    """

    seed: int
    short: bool
    began: float = field(default_factory=time.monotonic)
    told_at: float = 0.0

    def progress(self, done: float, words: str) -> None:
        """Say how far it is, ``done`` from 0 to 1, in one line that a terminal overwrites; elsewhere now and then."""
        spent = time.monotonic() - self.began
        left = f", about {spent / done * (1 - done):.0f} s left" if done > 0.02 else ""
        line = f"  {done:4.0%} {words} ({spent:.0f} s{left})"
        if sys.stderr.isatty():
            print(f"\r\x1b[K{line}", end="", file=sys.stderr, flush=True)
        elif spent - self.told_at >= EVERY_S:
            self.told_at = spent
            print(line, file=sys.stderr, flush=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A proof.

    Attributes:
        promise: What it proves, in a sentence of the README's words.
        minutes: How long the full run takes on two cores.
    """

    name: str
    promise: str
    minutes: float
    prove: Callable[[Run], Report]
