"""``make bench`` in its shortest form: every way of measuring still measures what it says."""

import subprocess
import sys

QUICK = """
import sys, tempfile
from pathlib import Path
from tests.bench import receive
from tests.bench.stage import stage

with tempfile.TemporaryDirectory() as name, stage(Path(name)) as here:
    times = receive.rounds(here, 2, 3)
    assert {kind: len(each) for kind, each in times.items()} == {"floor": 2, "first": 2, "further": 2}, times
    assert min(times["first"]) > min(times["floor"]) > 0, times
    assert 0 < receive.own_code(5) < min(times["first"]), times
"""


def test_receiving_is_measured_beside_the_floor() -> None:
    done = subprocess.run([sys.executable, "-c", QUICK], check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
