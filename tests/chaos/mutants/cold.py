"""Meet a mistake in a constant in a process that has imported nothing of ours before the mistake is in."""

from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from tests.chaos.mutants.areas import ROOT
from tests.chaos.mutants.children import Mark, goes_wrong, limit_processor
from tests.chaos.mutants.exchange import Replaced
from tests.chaos.mutants.options import OPTIONS
from tests.chaos.mutants.result import KILLED, SURVIVED, module_name

IMPORT = "the import"


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


def meet(mutant: Mapping[str, Any], tests: Sequence[str], seconds: float) -> dict[str, Any]:
    """Run the tests, which take so many seconds when nothing is wrong."""
    at = Mark()

    def run() -> int:
        Replaced(module_name(mutant["file"]), ROOT / mutant["file"], mutant["source"]).install()
        limit_processor(10 + 8 * seconds)
        files = sorted({test.partition("::")[0] for test in tests})
        return int(pytest.main([*OPTIONS, *files], plugins=[Chosen(tests, at)]))

    if not goes_wrong(run):
        return {"result": SURVIVED}
    return {"result": KILLED, "by": tests[at.number] if at.number >= 0 else IMPORT}
