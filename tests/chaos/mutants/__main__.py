"""Try mistakes apart from ``make chaos``: all of them, those of one area, or for as long as you like."""

import argparse
import json
import os
import secrets
import sys
from pathlib import Path

from tests.chaos.__main__ import _print
from tests.chaos.mutants.areas import AREAS
from tests.chaos.mutants.part import MINUTES, Extent, try_them
from tests.chaos.part import Run

EXAMPLE = "example: python -m tests.chaos.mutants --area acknowledge --minutes 5 --seed 7"


def main() -> int:
    """Try them; 0 when the tests notice enough."""
    parser = argparse.ArgumentParser(prog="python -m tests.chaos.mutants", description=__doc__, epilog=EXAMPLE)
    parser.add_argument("--all", action="store_true", help="every mistake that can be invented, in about an hour")
    parser.add_argument("--area", action="append", choices=AREAS, help="may be given several times; else all")
    parser.add_argument("--minutes", type=float, default=MINUTES - 1)
    parser.add_argument("--lanes", type=int, default=os.cpu_count(), help="processors to use")
    parser.add_argument("--seed", type=int, default=secrets.randbelow(2**31), help="repeat a sample")
    parser.add_argument("--told", type=Path, help="write what became of each to this file")
    wanted = parser.parse_args()
    budget_s = 60 * wanted.minutes if not wanted.all else 1e9
    extent = Extent(areas=tuple(wanted.area or AREAS), budget_s=budget_s, lanes=wanted.lanes)
    run = Run(seed=wanted.seed, short=False)
    report, results = try_them(run, extent)
    if wanted.told:
        wanted.told.write_text(json.dumps(list(results.told.values()), indent=1))
    _print(report, 0, run.seed)
    return 1 if report.violations else 0


if __name__ == "__main__":
    sys.exit(main())
