"""How long each function takes from nothing to its first event, beside a plain ``sam build`` of the same code.

Imports, then composing its service. Neither the interpreter's own start nor what Lambda adds is part of it.
"""

import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from infra.build.machine import own_target
from infra.build.package import build, zipped_size
from infra.build.template import functions, load_template
from infra.local.ministack import CREDENTIALS
from tests.bench.figure import Figure, ratios, spread
from tests.bench.plain import plain_build

RUNS = 5
MOST = 0.5
"""Of what the plain build takes."""
_SCRIPT = """
import sys, time
sys.path.insert(0, sys.argv[1])
began = time.process_time()
import importlib
module = importlib.import_module(sys.argv[2])
imported = time.process_time()
for compose in [each for each in vars(module).values() if hasattr(each, "cache_info")]:
    if compose.__module__ == module.__name__:
        compose()
print((imported - began) * 1000, (time.process_time() - imported) * 1000)
"""
_MADE_UP = {"DUE_SHARDS": "8", "LOG_RETENTION_DAYS": "30", "CLOCK_FILE": ""}


def measure() -> Iterator[Figure]:
    """Start every function of the template, as built here and as built plainly, in turns."""
    with tempfile.TemporaryDirectory() as name:
        build(own_target(), Path(name) / "built" / "template.yaml")
        ours, plain = Path(name) / "built" / "Functions", plain_build(Path(name))
        sizes = [zipped_size(each) / 1e6 for each in (ours, plain)]
        note = f"{sizes[0]:.1f} MB for {sizes[1]:.1f} MB"
        yield Figure(name="zip, against the plain one", value=sizes[0] / sizes[1], unit="x", note=note)
        for function, how in handlers().items():
            print(f"  {function}", file=sys.stderr, flush=True)
            yield _figure(function, [(once(ours, *how), once(plain, *how)) for _ in range(RUNS)])


def starts(artefact: Path) -> dict[str, tuple[float, float]]:
    """Give the medians of imports and of composing, in processor milliseconds, by function."""
    return {name: _medians([once(artefact, *how) for _ in range(RUNS)]) for name, how in handlers().items()}


def handlers() -> dict[str, tuple[str, Mapping[str, str]]]:
    """Name each function's module, and set its environment."""
    described = functions(load_template())
    return {name: (each["Handler"].rpartition(".")[0], _environment(each)) for name, each in described.items()}


def _medians(runs: Sequence[tuple[float, float]]) -> tuple[float, float]:
    return statistics.median(run[0] for run in runs), statistics.median(run[1] for run in runs)


def _figure(function: str, turns: Sequence[tuple[tuple[float, float], tuple[float, float]]]) -> Figure:
    found = ratios([sum(mine) for mine, _ in turns], [sum(theirs) for _, theirs in turns])
    imported, composed = _medians([mine for mine, _ in turns])
    said = f"imports {imported:.0f} ms, composing {composed:.0f} ms; {spread(found)}"
    target = MOST if function == "ReceiveWebhook" else None
    return Figure(name=f"start of {function}", value=statistics.median(found), unit="x", target=target, note=said)


def once(artefact: Path, module: str, environment: Mapping[str, str]) -> tuple[float, float]:
    """Start in a fresh process; processor milliseconds of the imports and of composing.

    Lambda's disk takes no byte code, and nothing of this machine's environment may help.
    """
    command = [sys.executable, "-I", "-S", "-B", "-c", _SCRIPT, str(artefact), module]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, env=dict(environment))
    imported, composed = done.stdout.split()[-2:]
    return float(imported), float(composed)


def _environment(described: Mapping[str, object]) -> dict[str, str]:
    """Set what the template sets, to values that only look right: nothing is called."""
    own = described.get("Environment", {})
    names = own["Variables"] if isinstance(own, dict) and own else {}
    shared = {"POWERTOOLS_SERVICE_NAME": "nightbell", "POWERTOOLS_METRICS_NAMESPACE": "Nightbell"}
    made_up = dict.fromkeys(names, "https://example.com/x") | {k: v for k, v in _MADE_UP.items() if k in names}
    return CREDENTIALS | shared | made_up | {"PATH": os.environ["PATH"]}
