"""Have mistakes put in by a process of its own, and listen to what becomes of them."""

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from tests.chaos.mutants.areas import REPOSITORY
from tests.chaos.mutants.measured import path_for
from tests.chaos.mutants.mutant import Mutant
from tests.chaos.mutants.remembered import Remembered
from tests.chaos.mutants.result import KILLED
from tests.chaos.part import Run

Heard = Callable[[Mapping[str, Any]], None]


class Results:
    """What became of each mistake, as the worker tells it.

    Attributes:
        by_name: One of the words of ``result``; a mistake that was not tried is not there.
        caught_by: The test that noticed.
        seconds: For how long a lane was busy with it.
        failing: Tests that fail without any mistake.
        tests: How many do not.
    """

    def __init__(self, run: Run, count: int, budget_s: float, heard: Heard) -> None:
        self.by_name: dict[str, str] = {}
        self.caught_by: dict[str, str] = {}
        self.seconds: dict[str, float] = {}
        self.failing: list[str] = []
        self.tests = 0
        self._run = run
        self._count = count
        self._budget_s = budget_s
        self._said = 0
        self._measured = 0
        self._heard = heard

    def listen(self, lines: Iterator[Mapping[str, Any]]) -> None:
        for line in lines:
            if "measured" in line:
                self._measured += line["measured"]
                self._progress(0.1 * self._measured / line["of"], "measuring the tests")
            elif "failing" in line:
                self.failing, self.tests = line["failing"], line["tests"]
            else:
                self.by_name[line["name"]] = line["result"]
                self.seconds[line["name"]] = line["seconds"]
                if line["result"] == KILLED:
                    self.caught_by[line["name"]] = line["by"]
                self._heard(line)
                done = len(self.by_name)
                spent = (time.monotonic() - self._run.began) / self._budget_s
                self._progress(max(spent, 0.1 + 0.9 * done / self._count), f"{done} mistakes put in")

    def _progress(self, done: float, words: str) -> None:
        """Say it once a second: tests come by the hundred."""
        second = int(time.monotonic())
        if second != self._said and not self._run.short:
            self._said = second
            self._run.progress(min(done, 1), words)


def work(  # noqa: PLR0913 - what a job is
    mutants: Sequence[Mutant],
    files: Sequence[str],
    run: Run,
    *,
    budget_s: float,
    lanes: int,
    measures: bool,
    heard: Heard = lambda _: None,
) -> Results:
    """Put the mistakes in, in this order, until the time is used up; those with tests of their own in any case.

    Args:
        mutants: The mistakes.
        files: Of the tests.
        run: Whose progress it is.
        budget_s: The time, counted from when the run began.
        lanes: Processes that put mistakes in.
        measures: Find out which test runs which line; without it each mistake must name its tests.
        heard: Called with all that is told of a mistake as soon as it is known.

    Raises:
        RuntimeError: The tests do not even run.
    """
    results = Results(run, len(mutants), budget_s, heard)
    remembered = Remembered()
    told = {
        "mutants": [asdict(each) | {"caught_by": remembered.caught_by(each)} for each in mutants],
        "files": files,
        "measured": str(path_for(files)) if measures else None,
        "budget_s": budget_s - (time.monotonic() - run.began),
        "lanes": lanes,
    }
    with tempfile.TemporaryDirectory() as folder:
        job = Path(folder) / "job.json"
        job.write_text(json.dumps(told))
        command = [sys.executable, "-m", "tests.chaos.mutants.worker", str(job)]
        with subprocess.Popen(command, cwd=REPOSITORY, stdout=subprocess.PIPE, text=True) as worker:
            assert worker.stdout is not None
            results.listen(json.loads(line) for line in worker.stdout)
        if worker.returncode:
            said = job.with_suffix(".log").read_text(errors="replace")[-3000:]
            raise RuntimeError(f"the worker ended with {worker.returncode}: {said}")
    remembered.note(mutants, results.caught_by, results.seconds)
    return results
