"""A process that has collected the tests already, and forks once for each mistake inside a function."""

import json
import os
import socket
import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache, partial
from pathlib import Path
from types import CodeType
from typing import Any, TextIO

import pytest

from tests.chaos.mutants.areas import ROOT
from tests.chaos.mutants.children import Mark, freeze, goes_wrong, limit_processor
from tests.chaos.mutants.constants import other_constants, put_in_place
from tests.chaos.mutants.exchange import can_exchange, changes, compiled, exchange
from tests.chaos.mutants.knowledge import Knowledge, is_among
from tests.chaos.mutants.measured import Measured, read
from tests.chaos.mutants.mutant import put_into
from tests.chaos.mutants.result import KILLED, SURVIVED, UNTESTED, module_name

MOST_CASES = 6
"""Of one test that are measured."""


class Warm:
    """A pytest plugin: measures the tests, then serves each lane from a fork of its own."""

    def __init__(
        self,
        wanted: set[str] | None,
        lanes: Sequence[socket.socket],
        say: Callable[..., None],
        measured: Path | None = None,
    ) -> None:
        """Measure all tests, or only run those that are ``wanted``; what is known is kept where ``measured`` says."""
        self._wanted = wanted
        self._lanes = lanes
        self._say = say
        self._path = measured
        self._failed = False
        self._knowledge = Knowledge(Measured(), [])
        self._items: dict[str, pytest.Item] = {}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self._failed = self._failed or report.failed

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        chosen = [each for each in session.items if self._wanted is None or is_among(each.nodeid, self._wanted)]
        measured = self._measured(_some_cases(chosen))
        self._knowledge = Knowledge(measured, [item.nodeid for item in chosen])
        self._say(failing=measured.failing, tests=len(self._knowledge.seconds))
        self._items = {item.nodeid: item for item in chosen}
        freeze()
        children = [self._serve_apart(lane) for lane in self._lanes]
        for lane in self._lanes:
            lane.close()
        for child in children:
            os.waitpid(child, 0)
        return True

    def _measured(self, items: Sequence[pytest.Item]) -> Measured:
        """Read what is known, or find it out, a share of the tests in each of so many processes."""
        if self._path is None:
            return self._measure(items, None)
        if not self._path.exists():
            shares = _shares(items, len(self._lanes))
            parts = [self._path.with_suffix(f".{number}") for number in range(1, len(shares))]
            children = [
                self._measure_apart(share, part, len(items)) for share, part in zip(shares[1:], parts, strict=True)
            ]
            measured = self._measure(shares[0], _coverage(), len(items))
            for child, part in zip(children, parts, strict=True):
                os.waitpid(child, 0)
                measured.add(read(part))
                part.unlink()
            _make_room(self._path)
            measured.write(self._path)
            items = [item for share in shares[1:] for item in share]
        measured = read(self._path)
        self._warm_up(items, measured)
        return measured

    def _measure_apart(self, items: Sequence[pytest.Item], part: Path, of: int) -> int:
        child = os.fork()
        if child == 0:
            try:
                self._measure(items, _coverage(), of).write(part)
            finally:
                os._exit(0)
        return child

    def _measure(self, items: Sequence[pytest.Item], coverage: Any, of: int = 0) -> Measured:
        measured = Measured()
        if coverage:
            coverage.start()
        for item, following in _in_a_row(items):
            if coverage:
                coverage.switch_context(item.nodeid)
            began = time.process_time()
            if self._passes(item, following):
                measured.seconds[item.nodeid] = round(time.process_time() - began, 5)
            else:
                measured.failing.append(item.nodeid)
            if of:
                self._say(measured=1, of=of)
        if coverage:
            coverage.stop()
            measured.note_lines(coverage)
        return measured

    def _warm_up(self, items: Iterable[pytest.Item], measured: Measured) -> None:
        """Run a test of each file, so that no child has to be the first to import or to read something."""
        quickest: dict[str, pytest.Item] = {}
        for item in sorted(items, key=lambda item: -measured.seconds.get(item.nodeid, 0)):
            if item.nodeid in measured.seconds:
                quickest[item.nodeid.partition("::")[0]] = item
        for item, following in _in_a_row(list(quickest.values())):
            self._passes(item, following)

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
        lane.write("ready\n")
        lane.flush()
        for line in lane:
            told = json.loads(line)
            if "by" in told:
                self._knowledge.note_caught(told["mutant"], told["by"])
                continue
            lane.write(json.dumps(self._try(told)) + "\n")
            lane.flush()

    def _try(self, mutant: Mapping[str, Any]) -> dict[str, Any]:
        before, as_it_is = _as_it_is(mutant["file"])
        code = compiled(put_into(before, mutant), str(ROOT / mutant["file"]))
        module, changed = sys.modules.get(module_name(mutant["file"])), changes(as_it_is, code)
        is_code = module is not None and changed is not None and can_exchange(module, changed)
        constants = None if module is None or changed is not None else other_constants(module, code)
        tests = self._knowledge.tests_for(mutant, is_constant=not is_code)
        if not tests:
            return {"result": UNTESTED}
        if module is not None and changed is not None and is_code:
            return self._meet(mutant, partial(exchange, module, changed), tests)
        if module is not None and constants is not None:
            return self._meet(mutant, partial(put_in_place, module, constants), tests)
        return {"tests": tests, "seconds": [self._knowledge.seconds[test] for test in tests]}

    def _meet(self, mutant: Mapping[str, Any], put_in: Callable[[], None], tests: Sequence[str]) -> dict[str, Any]:
        by = self._first_to_fail(tests, put_in)
        while by is not None and not self._passes_without(by):
            tests = [test for test in tests if test != by]
            by = self._first_to_fail(tests, put_in)
        if by is None:
            return {"result": SURVIVED, "tests_run": len(tests)}
        self._knowledge.note_caught(mutant, by)
        return {"result": KILLED, "by": by, "tests_run": tests.index(by) + 1}

    def _first_to_fail(self, tests: Sequence[str], put_in: Callable[[], None]) -> str | None:
        at = Mark()

        def run() -> int:
            put_in()
            for number, (item, following) in enumerate(_in_a_row([self._items[test] for test in tests])):
                at.number = number
                limit_processor(3 + 8 * self._knowledge.seconds[item.nodeid])
                if not self._passes(item, following):
                    return 1
            return 0

        return tests[at.number] if goes_wrong(run) else None

    def _passes_without(self, test: str) -> bool:
        """Tell whether a test passes where there is no mistake; of most that was seen when they were measured."""
        if not self._knowledge.is_proven(test):
            self._knowledge.note_tried(test, passes=self._first_to_fail([test], lambda: None) is None)
        return test in self._knowledge.seconds


def _in_a_row(items: Sequence[pytest.Item]) -> Iterable[tuple[pytest.Item, pytest.Item | None]]:
    return zip(items, [*items[1:], *[None] * bool(items)], strict=True)


def _some_cases(items: Iterable[pytest.Item]) -> list[pytest.Item]:
    """Take a few cases of each test, far apart: the others run the same lines."""
    cases: dict[str, list[pytest.Item]] = {}
    for item in items:
        cases.setdefault(item.nodeid.partition("[")[0], []).append(item)
    return [item for of_one in cases.values() for item in of_one[:: -(-len(of_one) // MOST_CASES)]]


def _shares(items: Sequence[pytest.Item], count: int) -> list[list[pytest.Item]]:
    """Deal the tests out file by file."""
    files = {item.nodeid.partition("::")[0]: None for item in items}
    share = {file: number % count for number, file in enumerate(files)}
    return [[item for item in items if share[item.nodeid.partition("::")[0]] == number] for number in range(count)]


def _make_room(path: Path) -> None:
    """Drop what was measured of code and tests that have changed since."""
    for old in path.parent.glob("measured-*.json"):
        old.unlink()


@cache
def _as_it_is(file: str) -> tuple[str, CodeType]:
    path = ROOT / file
    source = path.read_text()
    return source, compiled(source, str(path))


def _coverage() -> Any:
    import coverage  # noqa: PLC0415 - only a full run has it to pay for

    return coverage.Coverage(data_file=None, config_file=False, include=[f"{ROOT}/*"])
