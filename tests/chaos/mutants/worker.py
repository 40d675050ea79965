"""Meet mistakes with tests, each in a process of its own that is forked while everything is warm.

Run as ``python -m tests.chaos.mutants.worker JOB``; answers in lines of JSON. Nothing is ever written to the
module that is mutated. A mistake inside a function is put into a process that has collected the tests already;
one in a constant into a process that has imported nothing of ours yet.

::

    worker ─┬─ warm: collects and measures ─┬─ server of lane 1 ─── a child for each mistake in a function
            │                               └─ server of lane 2 ─── …
            ├─ lane 1: asks its server ─── a child for each mistake in a constant
            └─ lane 2 …
"""

import json
import os
import socket
import sys
import time
import traceback
from collections.abc import Callable, Sequence
from pathlib import Path

import boto3  # noqa: F401 - warm
import jsonschema  # noqa: F401 - warm
import pytest

from tests.chaos.mutants.lane import Lane, fill
from tests.chaos.mutants.options import OPTIONS, settle_hypothesis
from tests.chaos.mutants.warm import Warm


class Job:
    """What to do, as :func:`main` was told."""

    def __init__(self, path: Path) -> None:
        told = json.loads(path.read_text())
        self.mutants: list[dict[str, object]] = told["mutants"]
        self.files: list[str] = told["files"]
        self.measured = Path(told["measured"]) if told["measured"] else None
        self.lanes: int = told["lanes"]
        self.ends = time.monotonic() + told["budget_s"]


def main(path: Path) -> None:
    """Do a job; exits only when every child has."""
    say = _speaker(path.with_suffix(".log"))
    settle_hypothesis()
    job = Job(path)
    pairs = [socket.socketpair() for _ in range(job.lanes)]
    numbers = fill(len(job.mutants))
    children = [_apart(lambda: _serve(job, pairs, say))]
    children += [_apart(lambda n=n: _work(job, pairs, n, numbers, say)) for n in range(job.lanes)]  # type: ignore[misc]
    for pair in pairs:
        for end in pair:
            end.close()
    failed = [os.waitpid(child, 0)[1] for child in children]
    sys.exit(any(failed))


def _serve(job: Job, pairs: Sequence[tuple[socket.socket, socket.socket]], say: Callable[..., None]) -> int:
    for asking, _ in pairs:
        asking.close()
    named = {test for mutant in job.mutants for test in mutant["tests"]}  # type: ignore[attr-defined]
    lanes = [answering for _, answering in pairs]
    warm = Warm(None if job.measured else named, lanes, say, job.measured)
    ended = pytest.main([*OPTIONS, *job.files], plugins=[warm])
    return int(ended not in {pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED})


def _work(
    job: Job,
    pairs: Sequence[tuple[socket.socket, socket.socket]],
    number: int,
    numbers: int,
    say: Callable[..., None],
) -> int:
    for other, (asking, answering) in enumerate(pairs):
        answering.close()
        if other != number:
            asking.close()
    Lane(job.mutants, pairs[number][0], say).run(numbers, job.ends)
    return 0


def _apart(run: Callable[[], int]) -> int:
    child = os.fork()
    if child == 0:
        code = 1
        try:
            code = run()
        except BaseException:  # noqa: BLE001 - a child must end here, whatever happened
            traceback.print_exc()
        finally:
            sys.stdout.flush()
            os._exit(code)
    return child


def _speaker(log: Path) -> Callable[..., None]:
    """Keep what tests print out of what is said to whoever asked."""
    out = os.dup(1)
    os.dup2(os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC), 1)
    os.dup2(1, 2)

    def say(**words: object) -> None:
        os.write(out, (json.dumps(words) + "\n").encode())

    return say


if __name__ == "__main__":
    main(Path(sys.argv[1]))
