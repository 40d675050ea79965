"""A process that has collected the tests already, and forks once for each mistake inside a function."""

import json
import os
import socket
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from types import ModuleType
from typing import Any, TextIO

import pytest

from tests.chaos.mutants.areas import ROOT
from tests.chaos.mutants.children import Mark, freeze, goes_wrong, limit_processor
from tests.chaos.mutants.exchange import Changes, can_exchange, changes, exchange
from tests.chaos.mutants.knowledge import Knowledge, is_among
from tests.chaos.mutants.result import KILLED, SURVIVED, UNTESTED, module_name


class Warm:
    """A pytest plugin: measures the tests, then serves each lane from a fork of its own."""

    def __init__(self, wanted: set[str] | None, lanes: Sequence[socket.socket], say: Callable[..., None]) -> None:
        """Measure all tests, or only run those that are ``wanted``."""
        self._wanted = wanted
        self._lanes = lanes
        self._say = say
        self._failed = False
        self._knowledge = Knowledge()
        self._items: dict[str, pytest.Item] = {}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self._failed = self._failed or report.failed

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        chosen = [each for each in session.items if self._wanted is None or is_among(each.nodeid, self._wanted)]
        self._measure(chosen)
        self._say(failing=self._knowledge.failing, tests=len(self._knowledge.seconds))
        self._items = {item.nodeid: item for item in chosen}
        freeze()
        children = [self._serve_apart(lane) for lane in self._lanes]
        for lane in self._lanes:
            lane.close()
        for child in children:
            os.waitpid(child, 0)
        return True

    def _measure(self, items: list[pytest.Item]) -> None:
        coverage = _coverage() if self._wanted is None else None
        if coverage:
            coverage.start()
        for item, following in zip(items, [*items[1:], None], strict=True):
            if coverage:
                coverage.switch_context(item.nodeid)
            began = time.process_time()
            if self._passes(item, following):
                self._knowledge.seconds[item.nodeid] = time.process_time() - began
            else:
                self._knowledge.failing.append(item.nodeid)
            self._say(measured=len(self._knowledge.seconds), of=len(items))
        if coverage:
            coverage.stop()
            self._knowledge.note_lines(coverage)

    def _passes(self, item: pytest.Item, following: pytest.Item | None) -> bool:
        self._failed = False
        item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
        return not self._failed

    def _serve_apart(self, lane: socket.socket) -> int:
        child = os.fork()
        if child == 0:
            for other in self._lanes:
                if other is not lane:
                    other.close()
            try:
                self._serve(lane.makefile("rw"))
            finally:
                os._exit(0)
        return child

    def _serve(self, lane: TextIO) -> None:
        """Answer each mistake with what became of it, or with the tests that a process without our modules must run."""
        for line in lane:
            told = json.loads(line)
            if "caught_by" in told:
                self._knowledge.note_caught(told["file"], told["caught_by"])
                continue
            lane.write(json.dumps(self._try(told)) + "\n")
            lane.flush()

    def _try(self, mutant: Mapping[str, Any]) -> dict[str, Any]:
        changed = changes(_source(mutant["file"]), mutant["source"], str(ROOT / mutant["file"]))
        module = sys.modules.get(module_name(mutant["file"]))
        is_warm = changed is not None and module is not None and can_exchange(module, changed)
        tests = self._knowledge.tests_for(mutant, is_constant=not is_warm)
        if not tests:
            return {"result": UNTESTED}
        if changed is None or module is None or not is_warm:
            return {"tests": tests, "seconds": sum(self._knowledge.seconds[test] for test in tests)}
        return self._meet(mutant["file"], module, changed, tests)

    def _meet(self, file: str, module: ModuleType, changed: Changes, tests: Sequence[str]) -> dict[str, Any]:
        at = Mark()

        def run() -> int:
            exchange(module, changed)
            items = [self._items[test] for test in tests]
            for number, (item, following) in enumerate(zip(items, [*items[1:], None], strict=True)):
                at.number = number
                limit_processor(3 + 8 * self._knowledge.seconds[item.nodeid])
                if not self._passes(item, following):
                    return 1
            return 0

        if not goes_wrong(run):
            return {"result": SURVIVED}
        by = tests[at.number]
        self._knowledge.note_caught(file, by)
        return {"result": KILLED, "by": by}


@cache
def _source(file: str) -> str:
    return (ROOT / file).read_text()


def _coverage() -> Any:
    import coverage  # noqa: PLC0415 - only a full run has it to pay for

    return coverage.Coverage(data_file=None, config_file=False, include=[f"{ROOT}/*"])
