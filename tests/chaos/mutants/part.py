"""The part of ``make chaos`` that puts mistakes into the code and asks whether the tests notice."""

import os
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass

from tests.chaos.mutants.areas import AREAS, files_of_tests
from tests.chaos.mutants.arms import without_an_arm
from tests.chaos.mutants.critical.listed import CRITICAL, SHORT
from tests.chaos.mutants.critical.mistake import out_of_place, put_in
from tests.chaos.mutants.equivalent import EQUIVALENT
from tests.chaos.mutants.mutant import Mutant
from tests.chaos.mutants.result import KILLED
from tests.chaos.mutants.results import Heard, Results, work
from tests.chaos.mutants.sample import in_turn
from tests.chaos.mutants.score import Score
from tests.chaos.part import Part, Report, Run

WANTED = 0.9
MINUTES = 6
BUDGET_S = (MINUTES - 0.5) * 60
"""A mistake that is met when time ends is finished first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Extent:
    """How much of all that could be tried is.

    Attributes:
        areas: Of which mistakes are invented; without any, only those that are named are tried.
        budget_s: After which no further one is put in; endless where every one is wanted.
        with_critical: Whether the named ones are tried first.
        named: Only those of them whose name holds this.
        heard: Called with all that is told of a mistake as soon as it is known.
    """

    areas: Sequence[str] = tuple(AREAS)
    budget_s: float = BUDGET_S
    lanes: int = os.cpu_count() or 1
    with_critical: bool = True
    named: str = ""
    heard: Heard = lambda _: None


def prove(run: Run) -> Report:
    """Try every critical mistake, and as many of the invented as there is time for."""
    return _prove_shortly(run) if run.short else try_them(run, Extent())


def try_them(run: Run, extent: Extent) -> Report:
    """Try every critical mistake, and of the invented what an extent allows."""
    critical = [*put_in(CRITICAL), *without_an_arm()] if extent.with_critical else []
    critical = [each for each in critical if extent.named in each.name]
    invented = invented_in(extent.areas)
    known = {(each.file, each.was, each.became) for each in EQUIVALENT if _is_in(each.file, extent.areas)}
    made = {_change(each) for mutants in invented.values() for each in mutants}
    to_try = {area: [each for each in mutants if _change(each) not in known] for area, mutants in invented.items()}
    mutants = [*critical, *in_turn(to_try, run.seed)]
    results = work(
        mutants,
        files_of_tests(_files_of(critical)) if extent.areas else _files_of(critical),
        run,
        budget_s=extent.budget_s,
        lanes=extent.lanes,
        measures=bool(extent.areas),
        heard=extent.heard,
    )
    violations = [*out_of_place(CRITICAL), *_overlooked(critical, results)]
    violations += [f"listed as equivalent, and nobody makes it any more: {each}" for each in sorted(known - made)]
    scores = {area: _score(mutants, results) for area, mutants in to_try.items()}
    violations += [
        f"{area}: the tests notice fewer than {WANTED:.0%} of the mistakes: {score}"
        for area, score in scores.items()
        if score.share < WANTED
    ]
    _show_survivors(mutants, results)
    excused = sum(map(len, invented.values())) - sum(map(len, to_try.values()))
    return Report(
        violations=tuple(violations),
        figures=_figures(critical, scores, excused, results),
        bound=_bound(scores, results),
    )


def invented_in(areas: Sequence[str]) -> dict[str, list[Mutant]]:
    """Invent all there is to invent in some areas."""
    from tests.chaos.mutants.invent import invent  # noqa: PLC0415 - the short form does without its libraries

    with ProcessPoolExecutor() as pool:
        found = {area: pool.map(invent, AREAS[area]) for area in areas}
        return {area: [each for mutants in of_files for each in mutants] for area, of_files in found.items()}


def _change(mutant: Mutant) -> tuple[str, str, str]:
    return mutant.file, mutant.was, mutant.became


def _is_in(file: str, areas: Sequence[str]) -> bool:
    return any(file in AREAS[area] for area in areas)


def _score(mutants: Sequence[Mutant], results: Results) -> Score:
    tried = [each for each in mutants if each.name in results.by_name]
    killed = sum(results.by_name[each.name] == KILLED for each in tried)
    return Score(killed=killed, tried=len(tried), of=len(mutants))


def _show_survivors(mutants: Sequence[Mutant], results: Results) -> None:
    for each in mutants:
        if not each.tests and results.by_name.get(each.name, KILLED) != KILLED:
            print(f"  {results.by_name[each.name]}: {each.place}\n    - {each.was}\n    + {each.became}")


def _figures(
    critical: Sequence[Mutant], scores: Mapping[str, Score], excused: int, results: Results
) -> dict[str, int | float | str]:
    whole = sum(score.of for score in scores.values())
    weighted = sum(score.share * score.of for score in scores.values()) / max(whole, 1)
    return {
        "critical mistakes, all found": len(critical),
        **{area: f"{score}" for area, score in scores.items()},
        "all areas, by their sizes": f"{weighted:.1%}",
        "equivalent, by the list": excused,
        # They pass on the emulator, or make test says so; here they would notice every mistake, and none.
        "tests left out: fail in memory": len(results.failing),
    }


def _bound(scores: Mapping[str, Score], results: Results) -> str:
    tried, of = (sum(getattr(score, name) for score in scores.values()) for name in ("tried", "of"))
    asked = f"{results.tests:,} tests were asked, of each mistake those that run it."
    if tried == of:
        return f"All {of:,} invented mistakes were put in, one at a time; {asked}"
    return (
        f"A random sample: {tried:,} of {of:,} invented mistakes were put in, one at a time, drawn by the seed from "
        f"each area in turn; in brackets where the whole lies, nineteen times in twenty. {asked}"
    )


def _prove_shortly(run: Run) -> Report:
    chosen = [each for each in CRITICAL if each.name in SHORT]
    mutants = put_in(chosen)
    results = work(mutants, _files_of(mutants), run, budget_s=60, lanes=1, measures=False)
    return Report(
        violations=(*out_of_place(chosen), *_overlooked(mutants, results)),
        figures={"critical mistakes, all found": len(mutants)},
        bound=(
            f"{len(mutants)} of {len(CRITICAL)} critical mistakes; "
            "the full run tries all, every arm of every condition, and hundreds that are invented."
        ),
    )


def _files_of(critical: Sequence[Mutant]) -> list[str]:
    return sorted({test.partition("::")[0] for each in critical for test in each.tests})


def _overlooked(critical: Sequence[Mutant], results: Results) -> list[str]:
    return [
        f"nobody noticed that we {each.name}: {results.by_name.get(each.name, 'not tried')} ({each.place})"
        for each in critical
        if results.by_name.get(each.name) != KILLED
    ]


MUTANTS = Part(
    name="mutants",
    promise="A mistake where it would break a promise is noticed by a test.",
    minutes=MINUTES,
    prove=prove,
)
