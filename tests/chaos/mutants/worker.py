"""Meet mistakes with tests, each in a process of its own that is forked while everything is warm.

Run as ``python -m tests.chaos.mutants.worker JOB``; answers in lines of JSON. Nothing is ever written to the
module that is mutated. A mistake inside a function is put into a process that has collected the tests already;
one in a constant into a process that has imported nothing of ours yet.
"""

import json
import os
import resource
import signal
import sys
import time
import traceback
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import boto3  # noqa: F401 - warm
import hypothesis
import libcst  # noqa: F401 - warm
import pytest

from tests.chaos.mutants.areas import ROOT, USED_BY
from tests.chaos.mutants.exchange import Replaced, can_exchange, changes, exchange

KILLED, SURVIVED, UNTESTED, LATER = "killed", "survived", "no test runs it", "another time"
COLD_SHARE = 0.3
"""Of the time, for mistakes in constants; those in functions come first."""
LONGEST_S = 120
MEMORY = 3 * 2**30
ENOUGH_S = 12.0
"""Of tests for one mistake, the quickest first."""
OPTIONS = ["-q", "-s", "-x", "--no-header", "-p", "no:cacheprovider", "-p", "tests.chaos.mutants.memory_cloud"]
OPTIONS += ["-W", "ignore::pytest.PytestAssertRewriteWarning"]


class Job:
    """What to do, as :func:`main` was told."""

    def __init__(self, path: Path) -> None:
        told = json.loads(path.read_text())
        self.mutants: list[dict[str, Any]] = told["mutants"]
        self.files: list[str] = told["files"]
        self.measure: bool = told["measure"]
        self.ends = time.monotonic() + told["budget_s"]
        self.warm_ends = self.ends - COLD_SHARE * told["budget_s"]
        self.knowledge = path.with_suffix(".knowledge")


class Knowledge:
    """What the tests do to the modules as they are.

    Attributes:
        seconds: Processor time of each test that passes.
        lines: Tests by file and line.
        failing: Tests that fail without any mistake, and so prove nothing.
    """

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self.lines: dict[str, dict[int, list[str]]] = {}
        self.failing: list[str] = []

    def tests_for(self, mutant: Mapping[str, Any], *, whole_module: bool) -> list[str]:
        """Choose the tests for a mistake, the quickest first, as many as there is time for."""
        if mutant["tests"]:
            wanted = set(mutant["tests"])
            return [test for test in self.seconds if _is_among(test, wanted)]
        found: set[str] = set()
        for file in USED_BY.get(mutant["file"], (mutant["file"],)):
            for line, tests in self.lines.get(file, {}).items():
                if whole_module or mutant["first"] <= int(line) <= mutant["last"]:
                    found.update(tests)
        chosen, spent = [], 0.0
        for test in sorted(found & set(self.seconds), key=self.seconds.__getitem__):
            spent += self.seconds[test]
            chosen.append(test)
            if spent > ENOUGH_S:
                break
        return chosen


class Warm:
    """A pytest plugin: measures the tests, then forks once for each mistake."""

    def __init__(self, job: Job, say: Callable[..., None]) -> None:
        self._job = job
        self._say = say
        self._failed = False
        self._cold: list[str] = []
        self.knowledge = Knowledge()

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self._failed = self._failed or report.failed

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        wanted = {test for mutant in self._job.mutants for test in mutant["tests"]}
        items = [each for each in session.items if self._job.measure or _is_among(each.nodeid, wanted)]
        self._measure(items)
        self._say(failing=self.knowledge.failing, tests=len(self.knowledge.seconds))
        by_name = {item.nodeid: item for item in items}
        for mutant in self._job.mutants:
            is_over = time.monotonic() >= self._job.warm_ends and not mutant["tests"]
            result = self._try(mutant, by_name, is_over=is_over)
            if result == LATER:
                continue
            if result is None:
                self._cold.append(mutant["name"])
            else:
                self._say(name=mutant["name"], result=result)
        known = self.knowledge
        self._job.knowledge.write_text(json.dumps([known.seconds, known.lines, self._cold]))
        return True

    def _measure(self, items: list[pytest.Item]) -> None:
        coverage = _coverage() if self._job.measure else None
        if coverage:
            coverage.start()
        for item, following in zip(items, [*items[1:], None], strict=True):
            if coverage:
                coverage.switch_context(item.nodeid)
            began = time.process_time()
            self._failed = False
            item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
            if self._failed:
                self.knowledge.failing.append(item.nodeid)
            else:
                self.knowledge.seconds[item.nodeid] = time.process_time() - began
            self._say(measured=len(self.knowledge.seconds), of=len(items))
        if coverage:
            coverage.stop()
            self.knowledge.lines = _lines(coverage)

    def _try(self, mutant: Mapping[str, Any], items: Mapping[str, pytest.Item], *, is_over: bool) -> str | None:
        path = ROOT / mutant["file"]
        changed = changes(path.read_text(), mutant["source"], str(path))
        module = sys.modules.get(_module_name(mutant["file"]))
        if changed is None or module is None or not can_exchange(module, changed):
            return None
        if is_over:
            return LATER
        tests = self.knowledge.tests_for(mutant, whole_module=False)
        if not tests:
            return UNTESTED

        def run() -> int:
            exchange(module, changed)
            return self._run(mutant["name"], [items[test] for test in tests])

        return KILLED if _forked(run) else SURVIVED

    def _run(self, name: str, items: list[pytest.Item]) -> int:
        self._failed = False
        for item, following in zip(items, [*items[1:], None], strict=True):
            _limit_processor(3 + 8 * self.knowledge.seconds[item.nodeid])
            item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
            if self._failed:
                self._say(name=name, by=item.nodeid)
                return 1
        return 0


class Chosen:
    """A pytest plugin: only these tests, in this order."""

    def __init__(self, name: str, tests: list[str], say: Callable[..., None]) -> None:
        self._name = name
        self._say = say
        self._order = {test: number for number, test in enumerate(tests)}

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        items[:] = sorted((i for i in items if i.nodeid in self._order), key=lambda i: self._order[i.nodeid])

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed:
            self._say(name=self._name, by=report.nodeid)


def _cold(mutant: Mapping[str, Any], knowledge: Knowledge, say: Callable[..., None]) -> str:
    tests = knowledge.tests_for(mutant, whole_module=True)
    if not tests:
        return UNTESTED

    def run() -> int:
        Replaced(_module_name(mutant["file"]), ROOT / mutant["file"], mutant["source"]).install()
        _limit_processor(10 + 8 * sum(knowledge.seconds[test] for test in tests))
        files = sorted({test.partition("::")[0] for test in tests})
        return int(pytest.main([*OPTIONS, *files], plugins=[Chosen(mutant["name"], tests, say)]))

    return KILLED if _forked(run) else SURVIVED


def _forked(run: Callable[[], int]) -> int:
    """Run in a child; what kills the child kills the mistake."""
    child = os.fork()
    if child == 0:
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        code = 1
        try:
            code = run()
        finally:
            os._exit(code)
    ends = time.monotonic() + LONGEST_S
    while time.monotonic() < ends:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            return status
        time.sleep(0.004)
    os.kill(child, signal.SIGKILL)
    return os.waitpid(child, 0)[1]


def _limit_processor(seconds: float) -> None:
    """Bound loops by time that the process really had, whatever else the machine does."""
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)


def _is_among(test: str, wanted: set[str]) -> bool:
    """Tell whether a test is meant by its own name, its function's or its file's."""
    return bool(wanted & {test, test.partition("[")[0], test.partition("::")[0]})


def _coverage() -> Any:
    import coverage  # noqa: PLC0415 - only a full run has it to pay for

    return coverage.Coverage(data_file=None, config_file=False, include=[f"{ROOT}/*"])


def _lines(coverage: Any) -> dict[str, dict[int, list[str]]]:
    found = coverage.get_data()
    return {str(Path(file).relative_to(ROOT)): found.contexts_by_lineno(file) for file in found.measured_files()}


def _module_name(file: str) -> str:
    return "nightbell." + file.removesuffix(".py").replace("/", ".")


def _warm(job: Job, say: Callable[..., None]) -> None:
    child = os.fork()
    if child == 0:
        code = 1
        try:
            code = int(pytest.main([*OPTIONS, *job.files], plugins=[Warm(job, say)]))
        except BaseException:  # noqa: BLE001 - a child must end here, whatever happened
            traceback.print_exc()
        finally:
            sys.stdout.flush()
            os._exit(code)
    os.waitpid(child, 0)


def main(path: Path) -> None:
    out = os.dup(1)
    os.dup2(os.open(path.with_suffix(".log"), os.O_WRONLY | os.O_CREAT | os.O_TRUNC), 1)
    os.dup2(1, 2)
    hypothesis.settings.register_profile(
        "mutants",
        database=None,
        derandomize=True,
        deadline=None,
        phases=(hypothesis.Phase.explicit, hypothesis.Phase.generate),
        suppress_health_check=list(hypothesis.HealthCheck),
    )
    hypothesis.settings.load_profile("mutants")
    job = Job(path)

    def say(**words: object) -> None:
        os.write(out, (json.dumps(words) + "\n").encode())

    _warm(job, say)
    knowledge, cold = _read(job)
    for mutant in cold:
        if time.monotonic() < job.ends or mutant["tests"]:
            say(name=mutant["name"], result=_cold(mutant, knowledge, say))


def _read(job: Job) -> tuple[Knowledge, list[dict[str, Any]]]:
    knowledge = Knowledge()
    knowledge.seconds, knowledge.lines, cold = json.loads(job.knowledge.read_text())
    return knowledge, [mutant for mutant in job.mutants if mutant["name"] in cold]


if __name__ == "__main__":
    main(Path(sys.argv[1]))
