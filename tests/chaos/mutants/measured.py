"""What the tests do to the modules as they are: how long each takes, and which lines it runs.

To find out takes a minute, so it is kept beside the environments until a module, a test or something that tests
share changes.
"""

import json
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

from tests.chaos.mutants.areas import REPOSITORY, ROOT

FOLDER = REPOSITORY / ".nightbell" / "mutants"
_WHAT_COUNTS = ("functions", "tests/unit", "tests/contract", "tests/platforms", "tests/chaos/mutants")
_AND = ("tests/fakes.py", "tests/ladder.py", "infra/replay/dynamodb.py", "pyproject.toml")


@dataclass(slots=True, kw_only=True)
class Measured:
    """What was measured.

    Attributes:
        seconds: Processor time of each test that passes.
        failing: Tests that fail without any mistake, and so prove nothing.
        lines: The tests that run each line, by module and line.
    """

    seconds: dict[str, float] = field(default_factory=dict)
    failing: list[str] = field(default_factory=list)
    lines: dict[str, dict[int, set[str]]] = field(default_factory=dict)

    def note_lines(self, coverage: Any) -> None:
        """Take over what was measured, by test."""
        found = coverage.get_data()
        for file in found.measured_files():
            by_line = found.contexts_by_lineno(file)
            self.lines[str(Path(file).relative_to(ROOT))] = {line: set(by_line[line]) - {""} for line in by_line}

    def add(self, other: "Measured") -> None:
        """Add what another process has measured."""
        self.seconds |= other.seconds
        self.failing += other.failing
        for file, lines in other.lines.items():
            mine = self.lines.setdefault(file, {})
            for line, tests in lines.items():
                mine[line] = mine.get(line, set()) | tests

    def write(self, path: Path) -> None:
        """Write it down; what runs together is written once."""
        path.parent.mkdir(parents=True, exist_ok=True)
        tests = [*self.seconds, *self.failing]
        numbers = {test: number for number, test in enumerate(tests)}
        groups: dict[tuple[int, ...], list[tuple[str, int]]] = defaultdict(list)
        for file, line, those in self._each_line():
            groups[tuple(sorted(numbers[test] for test in those if test in numbers))].append((file, line))
        told = {"seconds": self.seconds, "failing": self.failing, "lines": list(groups.items())}
        begun = path.with_suffix(".part")
        begun.write_text(json.dumps(told))
        begun.replace(path)

    def _each_line(self) -> Iterator[tuple[str, int, Iterable[str]]]:
        for file, lines in self.lines.items():
            yield from ((file, line, tests) for line, tests in lines.items())


def read(path: Path) -> Measured:
    """Read what was written down."""
    told: Mapping[str, Any] = json.loads(path.read_text())
    found = Measured(seconds=told["seconds"], failing=told["failing"])
    tests = [*found.seconds, *found.failing]
    for numbers, places in told["lines"]:
        those = {tests[number] for number in numbers}
        for file, line in places:
            found.lines.setdefault(file, {})[line] = those
    return found


def path_for(files: Iterable[str]) -> Path:
    """Name where it is kept for these tests and for everything as it is now."""
    parts = [sys.version, *files]
    for place in _WHAT_COUNTS:
        found = sorted(path for path in (REPOSITORY / place).rglob("*") if path.suffix in {".py", ".json", ".toml"})
        parts += [f"{path} {sha256(path.read_bytes()).hexdigest()}" for path in found if _counts(path)]
    parts += [sha256((REPOSITORY / name).read_bytes()).hexdigest() for name in _AND]
    whole = sha256("\n".join(parts).encode()).hexdigest()
    return FOLDER / f"measured-{whole[:16]}.json"


def _counts(path: Path) -> bool:
    """Leave out the lists of mistakes: they change what is tried, and not what the tests do."""
    return "critical" not in path.parts and path.name != "equivalent.py"
