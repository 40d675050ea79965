"""Which test runs which line, how long it takes, and which has caught a mistake nearby."""

from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from tests.chaos.mutants.areas import ROOT
from tests.chaos.mutants.users import users_of

ENOUGH_S = 30.0
"""Of tests for one mistake; those that caught one nearby and the quickest come first."""
CAUGHT_COUNTS = 4
"""A test that caught so many mistakes in a module may take that many times as long and still come as early."""


class Knowledge:
    """What the tests do to the modules as they are.

    Attributes:
        seconds: Processor time of each test that passes.
        failing: Tests that fail without any mistake, and so prove nothing.
    """

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self.failing: list[str] = []
        self._lines: dict[str, dict[int, list[str]]] = {}
        self._of_constants: set[str] = set()
        self._caught: Counter[tuple[str, str]] = Counter()

    def note_lines(self, coverage: Any) -> None:
        """Take over what was measured, by test."""
        found = coverage.get_data()
        for file in found.measured_files():
            self._lines[str(Path(file).relative_to(ROOT))] = found.contexts_by_lineno(file)
        # A test that runs no line of any function can only look at constants.
        self._of_constants = set(self.seconds) - {
            test for lines in self._lines.values() for tests in lines.values() for test in tests
        }

    def note_caught(self, file: str, test: str) -> None:
        """Remember a test that has caught a mistake in a module, for the next mistake there."""
        self._caught[file, test] += 1

    def tests_for(self, mutant: Mapping[str, Any], *, is_constant: bool) -> list[str]:
        """Choose the tests for a mistake, the likeliest and quickest first, as many as there is time for."""
        if mutant["tests"]:
            wanted = set(mutant["tests"])
            return [test for test in self.seconds if is_among(test, wanted)]
        file, first, last = mutant["file"], mutant["first"], mutant["last"]
        places = users_of(file, first, last) if is_constant else {file: range(first, last + 1)}
        found = self._that_run(places) | (self._of_constants if is_constant else set())
        return self._affordable(sorted(found & set(self.seconds), key=lambda test: self._rank(file, test)))

    def _that_run(self, places: Mapping[str, Iterable[int]]) -> set[str]:
        return {
            test for file, lines in places.items() for line in lines for test in self._lines.get(file, {}).get(line, ())
        }

    def _rank(self, file: str, test: str) -> float:
        return (self.seconds[test] + 0.002) / (1 + CAUGHT_COUNTS * self._caught[file, test])

    def _affordable(self, tests: Iterable[str]) -> list[str]:
        chosen: list[str] = []
        spent = 0.0
        for test in tests:
            if chosen and spent + self.seconds[test] > ENOUGH_S:
                continue
            spent += self.seconds[test]
            chosen.append(test)
        return chosen


def is_among(test: str, wanted: set[str]) -> bool:
    """Tell whether a test is meant by its own name, its function's or its file's."""
    return bool(wanted & {test, test.partition("[")[0], test.partition("::")[0]})
