"""Try mistakes apart from ``make chaos``: all of them, those of one area, or for as long as you like."""

import argparse
import json
import os
import secrets
import sys
import time
from pathlib import Path

from tests.chaos.__main__ import _print as show
from tests.chaos.mutants.areas import AREAS
from tests.chaos.mutants.part import MINUTES, Extent, invented_in, try_them
from tests.chaos.mutants.remembered import Remembered
from tests.chaos.mutants.results import Heard
from tests.chaos.part import Run

EXAMPLE = "example: python -m tests.chaos.mutants --area acknowledge --all --without-critical"
ENDLESS_S = 1e9


def main() -> int:
    """Try them; 0 when the tests notice enough."""
    parser = argparse.ArgumentParser(prog="python -m tests.chaos.mutants", description=__doc__, epilog=EXAMPLE)
    parser.add_argument("--all", action="store_true", help="every mistake that can be invented, however long it takes")
    parser.add_argument("--estimate", action="store_true", help="only say how many there are and how long all take")
    parser.add_argument("--area", action="append", choices=AREAS, help="may be given several times; else all")
    parser.add_argument("--minutes", type=float, default=MINUTES - 0.5)
    parser.add_argument("--lanes", type=int, default=os.cpu_count(), help="processors to use")
    parser.add_argument("--seed", type=int, default=secrets.randbelow(2**31), help="repeat a sample")
    parser.add_argument("--critical", action="store_true", help="try only what is named")
    parser.add_argument("--named", default="", metavar="TEXT", help="of what is named, only what holds this text")
    parser.add_argument("--without-critical", action="store_true", help="try only what is invented")
    parser.add_argument("--told", type=Path, help="add what becomes of each to this file, in lines of JSON")
    wanted = parser.parse_args()
    if wanted.estimate or wanted.all:
        _estimate(wanted.area or list(AREAS), wanted.lanes)
    if wanted.estimate:
        return 0
    extent = Extent(
        areas=() if wanted.critical else tuple(wanted.area or AREAS),
        budget_s=ENDLESS_S if wanted.all else 60 * wanted.minutes,
        lanes=wanted.lanes,
        with_critical=not wanted.without_critical,
        named=wanted.named,
        heard=_writing(wanted.told),
    )
    run = Run(seed=wanted.seed, short=False)
    report = try_them(run, extent)
    show(report, time.monotonic() - run.began, run.seed)
    return 1 if report.violations else 0


def _estimate(areas: list[str], lanes: int) -> None:
    """Say how long all of each area takes, by how long those took that were tried before."""
    remembered = Remembered()
    for area, mutants in invented_in(areas).items():
        minutes = remembered.seconds_for(mutants) / lanes / 60
        print(f"  {area:32s} {len(mutants):,} mistakes, about {minutes:.0f} minutes")


def _writing(path: Path | None) -> Heard:
    if path is None:
        return lambda _: None
    file = path.open("a", buffering=1)
    return lambda told: print(json.dumps(told), file=file)


if __name__ == "__main__":
    sys.exit(main())
