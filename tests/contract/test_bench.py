"""``make bench`` in its shortest form: every way of measuring still measures what it says."""

import subprocess
import sys

QUICK = """
import sys, tempfile
from pathlib import Path
from tests.bench import growth, receive
from tests.bench.stage import stage

with tempfile.TemporaryDirectory() as name, stage(Path(name)) as here:
    times = receive.rounds(here, 2, 3)
    assert {kind: len(each) for kind, each in times.items()} == {"floor": 2, "first": 2, "further": 2}, times
    assert min(times["first"]) > min(times["floor"]) > 0, times
    assert 0 < receive.own_code(5) < min(times["first"]), times
    grown = [*growth.history(here, (1, 90)), *growth.backlog(here, (0, 50))]
    assert [figure.value for figure in grown if figure.name.startswith("calls")] == [2, 2, 2, 2], grown
    assert not any(figure.is_missed for figure in grown), grown
    assert "while 50 conversations wait" in grown[-1].name, grown
"""


def test_receiving_and_growing_are_measured() -> None:
    done = subprocess.run([sys.executable, "-c", QUICK], check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
