"""The part of ``make chaos`` that puts mistakes into the code and asks whether the tests notice."""

import json
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from tests.chaos.mutants.areas import AREAS, REPOSITORY, test_files
from tests.chaos.mutants.arms import without_an_arm
from tests.chaos.mutants.critical import CRITICAL, SHORT, put_in
from tests.chaos.mutants.equivalent import EQUIVALENT
from tests.chaos.mutants.mutant import Mutant
from tests.chaos.part import Part, Report, Run

WANTED = 0.9
KILLED = "killed"
BUDGET_S = 20 * 60


class _Results:
    """What became of each mistake, as the worker tells it."""

    def __init__(self) -> None:
        self.by_name: dict[str, str] = {}
        self.noticed_by: dict[str, str] = {}
        self.failing: list[str] = []
        self.tests = 0
        self._said = 0

    def listen(self, lines: Iterator[Mapping[str, Any]], count: int, run: Run) -> None:
        for line in lines:
            if "measured" in line:
                self._progress(run, 0.2 * line["measured"] / line["of"], "measuring the tests")
            elif "failing" in line:
                self.failing, self.tests = line["failing"], line["tests"]
            elif "by" in line:
                self.noticed_by[line["name"]] = line["by"]
            else:
                self.by_name[line["name"]] = line["result"]
                done = len(self.by_name)
                self._progress(run, 0.2 + 0.8 * done / count, f"{done} of {count} mistakes put in")

    def _progress(self, run: Run, done: float, words: str) -> None:
        """Say it once a second: tests come by the hundred."""
        second = int(time.monotonic())
        if second != self._said and not run.short:
            self._said = second
            run.progress(done, words)


def _prove(run: Run) -> Report:
    if run.short:
        return _report_critical(run)
    from tests.chaos.mutants.invent import invent  # noqa: PLC0415 - the short form does without its libraries

    critical = [*put_in(CRITICAL), *without_an_arm()]
    invented = [each for files in AREAS.values() for file in files for each in invent(file)]
    known = {(each.file, each.was, each.became) for each in EQUIVALENT}
    stale = known - {(each.file, each.was, each.became) for each in invented}
    to_try = [each for each in invented if (each.file, each.was, each.became) not in known]
    random.Random(run.seed).shuffle(to_try)
    results = _work([*critical, *to_try], test_files(), run, measure=True)
    violations = _overlooked(critical, results)
    violations += [f"listed as equivalent, and nobody makes it any more: {each}" for each in sorted(stale)]
    figures: dict[str, int | float | str] = {"critical mistakes, all found": len(critical)}
    for area, files in AREAS.items():
        _score(area, [each for each in to_try if each.file in files], results, figures, violations)
    tried = [each for each in to_try if each.name in results.by_name]
    for each in tried:
        if results.by_name[each.name] != KILLED:
            print(f"  {results.by_name[each.name]}: {each.place}\n    - {each.was}\n    + {each.became}")
    figures["equivalent, by the list"] = len(invented) - len(to_try)
    # They pass on the emulator, or make test says so; here they would notice every mistake, and none.
    figures["tests left out: fail in memory"] = len(results.failing)
    bound = f"{len(tried):,} of {len(to_try):,} invented mistakes were put in, one at a time; {results.tests:,} tests."
    return Report(violations=tuple(violations), figures=figures, bound=bound)


def _score(
    area: str, mutants: Sequence[Mutant], results: _Results, figures: dict[str, int | float | str], broken: list[str]
) -> None:
    """Count an area, module by module."""
    whole = [each for each in mutants if each.name in results.by_name]
    figures[area] = _words(whole, results)
    for file in AREAS[area]:
        figures[f"  {file}"] = _words([each for each in whole if each.file == file], results)
    if _killed(whole, results) < WANTED * len(whole):
        broken.append(f"{area}: the tests notice fewer than {WANTED:.0%} of the mistakes")


def _killed(mutants: Sequence[Mutant], results: _Results) -> int:
    return sum(results.by_name[each.name] == KILLED for each in mutants)


def _words(mutants: Sequence[Mutant], results: _Results) -> str:
    killed = _killed(mutants, results)
    return f"{killed} of {len(mutants)} ({killed / max(len(mutants), 1):.1%})"


def _report_critical(run: Run) -> Report:
    mutants = put_in([each for each in CRITICAL if each.name in SHORT])
    files = sorted({test.partition("::")[0] for each in mutants for test in each.tests})
    results = _work(mutants, files, run, measure=False)
    return Report(
        violations=tuple(_overlooked(mutants, results)),
        figures={"critical mistakes, all found": len(mutants)},
        bound=(
            f"{len(mutants)} of {len(CRITICAL)} critical mistakes; "
            "the full run tries all, every arm of every condition, and thousands that are invented."
        ),
    )


def _overlooked(critical: Sequence[Mutant], results: _Results) -> list[str]:
    return [
        f"nobody noticed that we {each.name}: {results.by_name.get(each.name, 'not tried')} ({each.place})"
        for each in critical
        if results.by_name.get(each.name) != KILLED
    ]


def _work(mutants: Sequence[Mutant], files: Sequence[str], run: Run, *, measure: bool) -> _Results:
    results = _Results()
    with tempfile.TemporaryDirectory() as folder:
        job = Path(folder) / "job.json"
        told = {"mutants": [asdict(each) for each in mutants], "files": files, "measure": measure, "budget_s": BUDGET_S}
        job.write_text(json.dumps(told))
        command = [sys.executable, "-m", "tests.chaos.mutants.worker", str(job)]
        with subprocess.Popen(command, cwd=REPOSITORY, stdout=subprocess.PIPE, text=True) as worker:
            assert worker.stdout is not None
            results.listen((json.loads(line) for line in worker.stdout), len(mutants), run)
        if worker.returncode:
            said = job.with_suffix(".log").read_text(errors="replace")[-3000:]
            raise RuntimeError(f"the worker ended with {worker.returncode}: {said}")
    return results


MUTANTS = Part(
    name="mutants",
    promise="A mistake where it would break a promise is noticed by a test.",
    minutes=25,
    prove=_prove,
)
