"""Which tests a mistake has to fear, the likeliest and quickest first."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from tests.chaos.mutants.measured import Measured
from tests.chaos.mutants.users import users_of

ENOUGH_S = 12.0
"""Of tests for one mistake, as measured; those that caught one nearby and the quickest come first."""
CAUGHT_COUNTS = 4
"""A test that caught so many mistakes in a module may take that many times as long and still come as early."""
CAUGHT_HERE_COUNTS = 20
"""The same of mistakes in the very statement."""


class Knowledge:
    """What was measured, and which test has caught which mistake.

    Attributes:
        seconds: Processor time of each test that does not fail without a mistake; of a case that was not measured,
            that of a case that was.
    """

    def __init__(self, measured: Measured, tests: Iterable[str]) -> None:
        """Know these tests; of some of them only other cases were measured."""
        usual = {test.partition("[")[0]: seconds for test, seconds in measured.seconds.items()}
        known = {test: usual[function] for test in tests if (function := test.partition("[")[0]) in usual}
        self.seconds = {test: measured.seconds.get(test, usually) for test, usually in known.items()}
        for test in measured.failing:
            self.seconds.pop(test, None)
        self._proven = set(measured.seconds)
        self._lines = measured.lines
        self._cases: defaultdict[str, list[str]] = defaultdict(list)
        for test in self.seconds:
            self._cases[test.partition("[")[0]].append(test)
        run_lines = {test for lines in measured.lines.values() for tests in lines.values() for test in tests}
        # A test that runs no line of any function can only look at constants.
        self._of_constants = self._all_cases(set(measured.seconds) - run_lines)
        self._caught: Counter[tuple[str, str]] = Counter()
        self._caught_here: Counter[tuple[str, int, str]] = Counter()

    def is_proven(self, test: str) -> bool:
        """Tell whether it is known that a test passes without a mistake."""
        return test in self._proven

    def note_tried(self, test: str, *, passes: bool) -> None:
        """Remember of a case that was not measured whether it passes without a mistake."""
        self._proven.add(test)
        if not passes:
            self.seconds.pop(test, None)

    def note_caught(self, mutant: Mapping[str, Any], test: str) -> None:
        """Remember a test that has caught a mistake, for the next mistake in that module or statement."""
        self._caught[mutant["file"], test] += 1
        self._caught_here[mutant["file"], mutant["first"], test] += 1

    def tests_for(self, mutant: Mapping[str, Any], *, is_constant: bool) -> list[str]:
        """Choose the tests for a mistake, as many as there is time for."""
        if mutant["tests"]:
            wanted = set(mutant["tests"])
            return self._in_order(mutant, (test for test in self.seconds if is_among(test, wanted)))
        file, first, last = mutant["file"], mutant["first"], mutant["last"]
        places = users_of(file, first, last) if is_constant else {file: range(first, last + 1)}
        found = self._that_run(places) | (self._of_constants if is_constant else set())
        return list(_affordable(self._in_order(mutant, found & self.seconds.keys()), self.seconds))

    def _in_order(self, mutant: Mapping[str, Any], tests: Iterable[str]) -> list[str]:
        return _unlike_first(sorted((self._rank(mutant, test), test) for test in tests))

    def _that_run(self, places: Mapping[str, Iterable[int]]) -> set[str]:
        return self._all_cases(
            test for file, lines in places.items() for line in lines for test in self._lines.get(file, {}).get(line, ())
        )

    def _all_cases(self, tests: Iterable[str]) -> set[str]:
        """Take what one case of a test runs for what all of them run."""
        return {case for function in {test.partition("[")[0] for test in tests} for case in self._cases[function]}

    def _rank(self, mutant: Mapping[str, Any], test: str) -> float:
        if test == mutant.get("caught_by"):
            return 0.0
        nearby = CAUGHT_COUNTS * self._caught[mutant["file"], test]
        here = CAUGHT_HERE_COUNTS * self._caught_here[mutant["file"], mutant["first"], test]
        return (self.seconds[test] + 0.002) / (1 + nearby + here)


def _unlike_first(ranked: Iterable[tuple[float, str]]) -> list[str]:
    """Count each further case of one test as slower: what some cases do not notice, the next hardly will."""
    cases: Counter[str] = Counter()
    counted: list[tuple[float, str]] = []
    for rank, test in ranked:
        function = test.partition("[")[0]
        cases[function] += 1
        counted.append((rank * cases[function], test))
    return [test for _, test in sorted(counted)]


def _affordable(tests: Iterable[str], seconds: Mapping[str, float]) -> Iterator[str]:
    spent = 0.0
    for number, test in enumerate(tests):
        if number and spent + seconds[test] > ENOUGH_S:
            continue
        spent += seconds[test]
        yield test


def is_among(test: str, wanted: set[str]) -> bool:
    """Tell whether a test is meant by its own name, its function's or its file's."""
    return bool(wanted & {test, test.partition("[")[0], test.partition("::")[0]})
