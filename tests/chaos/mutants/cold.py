"""Meet a mistake in a constant in a process that has imported nothing of ours before the mistake is in."""

from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from tests.chaos.mutants.areas import ROOT
from tests.chaos.mutants.children import Mark, goes_wrong, limit_processor
from tests.chaos.mutants.exchange import Replaced
from tests.chaos.mutants.mutant import put_into
from tests.chaos.mutants.options import OPTIONS
from tests.chaos.mutants.result import KILLED, SURVIVED, module_name

IMPORT = "the import"
FEW_FILES = 3
FEW_TESTS = 12


class Chosen:
    """A pytest plugin: only these tests, in this order."""

    def __init__(self, tests: Sequence[str], at: Mark) -> None:
        """Set the mark to the number of the test that runs."""
        self._at = at
        self._order = {test: number for number, test in enumerate(tests)}

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        items[:] = sorted((i for i in items if i.nodeid in self._order), key=lambda i: self._order[i.nodeid])

    def pytest_runtest_logstart(self, nodeid: str) -> None:
        self._at.number = self._order[nodeid]


def meet(mutant: Mapping[str, Any], tests: Sequence[str], seconds: Sequence[float]) -> dict[str, Any]:
    """Run the tests, which take so many seconds each when nothing is wrong; the likeliest few by themselves first.

    To collect all of them takes longer than most mistakes live.
    """
    first = _few(tests)
    for chosen in (tests[:first], tests[first:]):
        found = _meet(mutant, chosen, sum(seconds)) if chosen else None
        if found is not None:
            return {"result": KILLED, "by": found}
    return {"result": SURVIVED, "tests_run": len(tests)}


def _few(tests: Sequence[str]) -> int:
    """Count the tests, from the first, that lie in a few files."""
    files: set[str] = set()
    for number, test in enumerate(tests):
        files.add(test.partition("::")[0])
        if len(files) > FEW_FILES or number == FEW_TESTS:
            return number
    return len(tests)


def _meet(mutant: Mapping[str, Any], tests: Sequence[str], seconds: float) -> str | None:
    """Name the test that noticed."""
    at = Mark()

    def run() -> int:
        path = ROOT / mutant["file"]
        Replaced(module_name(mutant["file"]), path, put_into(path.read_text(), mutant)).install()
        limit_processor(10 + 8 * seconds)
        files = sorted({test.partition("::")[0] for test in tests})
        ended = pytest.main([*OPTIONS, *files], plugins=[Chosen(tests, at)])
        # Where the mistake renames the cases of a test there may be none left to run, and nothing has noticed.
        return 0 if ended is pytest.ExitCode.NO_TESTS_COLLECTED else int(ended)

    if not goes_wrong(run):
        return None
    return tests[at.number] if at.number >= 0 else IMPORT
