"""``make bench``: how fast, small and cheap it is, measured now and here, as ratios in one run.

Every part runs in a process of its own: none inherits what another has loaded, and one that fails stops no other.
"""

import argparse
import json
import subprocess
import sys
import time

from tests.bench.figure import Figure
from tests.bench.report import as_json, is_good, summary, table

PARTS = {
    "receive": "tests.bench.receive",
    "start": "tests.bench.start",
    "zip": "tests.bench.size",
    "growth": "tests.bench.growth",
    "throughput": "tests.bench.throughput",
    "rivals": "tests.bench.rivals.part",
    "cost": "tests.bench.meter.part",
}
"""Modules whose ``measure()`` gives figures, and says on stderr how it goes on."""
PART_S = 300
_RUN = """
import dataclasses, importlib, json, os, sys
# What anything else prints is no figure.
figures = os.fdopen(os.dup(1), "w")
os.dup2(2, 1)
found = importlib.import_module(sys.argv[1]).measure()
print(json.dumps([dataclasses.asdict(each) for each in found]), file=figures, flush=True)
"""


def main() -> int:
    """Measure the parts that were asked for, and print them."""
    asked = _arguments().parse_args()
    found: dict[str, list[Figure] | str] = {}
    for part in asked.parts or PARTS:
        print(f"{part} …", file=sys.stderr, flush=True)
        started = time.monotonic()
        found[part] = run(PARTS[part])
        print(f"{part}: {time.monotonic() - started:.0f} s", file=sys.stderr, flush=True)
    lines = [as_json(found)] if asked.json else [*table(found), "", summary(found)]
    print("\n".join(lines))
    return int(asked.strict and not is_good(found))


def run(module: str) -> list[Figure] | str:
    """Measure one part; the sentence says why it could not be."""
    command = [sys.executable, "-c", _RUN, module]
    try:
        done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, timeout=PART_S)
        return [Figure(**each) for each in json.loads(done.stdout)]
    except subprocess.TimeoutExpired:
        return f"it took longer than {PART_S} s"
    except (subprocess.CalledProcessError, ValueError):
        return "it failed; what it said is above"


def _arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="make bench", description=__doc__, epilog='example: make bench PARTS="receive start"'
    )
    parser.add_argument("parts", nargs="*", choices=[[], *PARTS], help=f"of {', '.join(PARTS)}; all without any")
    parser.add_argument("--json", action="store_true", help="print the figures for a program")
    parser.add_argument("--strict", action="store_true", help="fail where a target is missed or a part not measured")
    return parser


if __name__ == "__main__":
    sys.exit(main())
