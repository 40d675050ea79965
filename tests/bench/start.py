"""How long each function takes from nothing to its first event: imports, then composing its service."""

import os
import statistics
import subprocess
import sys
from pathlib import Path

RUNS = 7
FUNCTIONS = ("receive_webhook", "acknowledge", "sweep", "replay_delivery")
_SCRIPT = """
import sys, time
sys.path.insert(0, sys.argv[1])
began = time.perf_counter()
import importlib
module = importlib.import_module(f"nightbell.handlers.{sys.argv[2]}")
imported = time.perf_counter()
names = ("_receiving", "_service", "_acknowledging", "_composed")
next(getattr(module, name) for name in names if hasattr(module, name))()
print(f"{(imported - began) * 1000} {(time.perf_counter() - imported) * 1000}")
"""


def measure(functions: Path) -> dict[str, tuple[float, float]]:
    """Return the medians of import and init in milliseconds, by function, each in fresh processes."""
    return {name: _medians(functions, name) for name in FUNCTIONS}


def _medians(functions: Path, name: str) -> tuple[float, float]:
    runs = [_once(functions, name) for _ in range(RUNS)]
    return statistics.median(run[0] for run in runs), statistics.median(run[1] for run in runs)


def _once(functions: Path, name: str) -> tuple[float, float]:
    # Nothing of the tests' environment may help: only what is deployed is on the path.
    command = [sys.executable, "-S", "-c", _SCRIPT, str(functions), name]
    done = subprocess.run(command, check=True, capture_output=True, text=True, env=os.environ | {"PYTHONPATH": ""})
    imported, composed = done.stdout.split()[-2:]
    return float(imported), float(composed)
