"""``make chaos``: prove that nothing is lost, nothing is answered twice and nobody gets in."""

import argparse
import secrets
import sys
import time

from tests.chaos.crashes.replay import UnknownScheduleError, replay
from tests.chaos.part import Part, Report, Run
from tests.chaos.registry import PARTS

EXAMPLE = "example: python -m tests.chaos crashes --seed 7 --short"


def main(arguments: list[str] | None = None) -> int:
    """Run the parts that are named, or all; 0 when every promise held."""
    wanted = _parse(arguments)
    if wanted.list:
        for part in PARTS:
            print(f"{part.name:12s} {part.minutes:5.1f} min  {part.promise}")
        return 0
    if wanted.schedule:
        return _again(wanted.schedule)
    chosen = [part for part in PARTS if part.name in wanted.parts or not wanted.parts]
    seed = wanted.seed if wanted.seed is not None else secrets.randbelow(2**31)
    if not wanted.short:
        print(f"seed {seed}; about {sum(part.minutes for part in chosen):.0f} minutes on two cores")
    held = [_prove(part, Run(seed=seed, short=wanted.short)) for part in chosen]
    failed = [part.name for part, did_hold in zip(chosen, held, strict=True) if not did_hold]
    print(
        f"\n{len(held) - len(failed)} of {len(held)} promises held."
        + (f" Broken: {', '.join(failed)}" if failed else "")
    )
    return 1 if failed else 0


def _parse(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__, epilog=EXAMPLE)
    names = [part.name for part in PARTS]
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"of: {', '.join(names)}; else all")
    parser.add_argument("--seed", type=int, help="repeat a run")
    parser.add_argument("--schedule", metavar="NAME", help="play one schedule of crashes again, by its printed name")
    parser.add_argument("--short", action="store_true", help="half a minute each, as in make test")
    parser.add_argument("--list", action="store_true", help="name the parts and how long each takes")
    wanted = parser.parse_args(arguments)
    if unknown := [name for name in wanted.parts if name not in names]:
        parser.error(f"no part is called {', '.join(unknown)}; there are {', '.join(names)}")
    return wanted


def _prove(part: Part, run: Run) -> bool:
    print(f"\n■ {part.name}: {part.promise}")
    started = time.monotonic()
    report = part.prove(run)
    if sys.stderr.isatty():
        print("\r\x1b[K", end="", file=sys.stderr)
    _print(report, time.monotonic() - started, run.seed)
    return not report.violations


def _again(name: str) -> int:
    try:
        story, broken = replay(name)
    except UnknownScheduleError as error:
        print(f"No schedule has this name: {error}", file=sys.stderr)
        return 2
    print(story)
    for violation in sorted(broken):
        print(f"  VIOLATION {violation}")
    return 1 if broken else 0


def _print(report: Report, took_s: float, seed: int) -> None:
    for name, value in report.figures.items():
        print(f"  {name:32s} {value:,}" if isinstance(value, int) else f"  {name:32s} {value}")
    print(f"  {report.bound}")
    for violation in report.violations:
        print(f"  VIOLATION {violation}")
    print(f"  {'held' if not report.violations else 'BROKEN'}, {took_s:.0f} s, seed {seed}")


if __name__ == "__main__":
    sys.exit(main())
