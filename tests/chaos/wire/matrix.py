"""Wire faults: every call site of the functions, every way in which a call can fail."""

import random
from collections import Counter
from collections.abc import Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from unittest.mock import patch

from tests.chaos.part import Part, Report, Run
from tests.chaos.wire import stage
from tests.chaos.wire.case import Case, all_cases, run
from tests.chaos.wire.declared import undeclared, unforeseen, unstruck
from tests.chaos.wire.defects import DEFECTS
from tests.chaos.wire.made import Made
from tests.chaos.wire.sites import SITES

LANES = 5
SHORT_CASES = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What came of a case.

    Attributes:
        case: Its number.
        fired: How often the fault struck, as whoever made it says; with 0 the case proves nothing.
        struck: The functions and operations that it may have struck.
        made: Calls of kinds that this worker saw for the first time.
    """

    case: int
    fired: int
    violations: tuple[str, ...]
    struck: frozenset[tuple[str, str]] = frozenset()
    made: tuple[Made, ...] = ()


def play(number: int, defect: str = "") -> Result:
    """Run a case in this worker; it is named by its number, because its acts cannot be sent."""
    if not defect:
        lane, case = stage.lane(), all_cases()[number]
        fired, violations = run(lane, case)
        struck = frozenset(each for each in lane.switch.through if fired and each[1] == case.site.operation)
        return Result(case=number, fired=fired, violations=violations, struck=struck, made=lane.switch.news())
    mistake = DEFECTS[defect]
    with patch.object(mistake.owner, mistake.method, mistake.wrong):
        return play(number)


def prove(run: Run) -> Report:
    """Play every case, or a few of them, and a few with a mistake built in."""
    cases = all_cases()
    chosen = random.Random(run.seed)
    numbers = chosen.sample(range(len(cases)), SHORT_CASES if run.short else len(cases))
    defects = [chosen.choice(sorted(DEFECTS))] if run.short else sorted(DEFECTS)
    with stage.workers(1 if run.short else LANES) as pool:
        blind = _blind(pool, cases, defects)
        results = _all(pool, numbers, run)
    made = [call for each in results for call in each.made]
    struck = [pair for each in results for pair in each.struck]
    return Report(
        violations=(
            *blind,
            *_violations(cases, results),
            *undeclared(SITES),
            *unforeseen(SITES, made),
            *([] if run.short else [*_unreached(cases, results), *unstruck(made, struck)]),
        ),
        figures={**_figures(cases, results), "mistakes built in and caught": len(defects) - len(blind)},
        bound=(
            "One fault in each case, the first time or for as long as the act lasts (a platform's: three times); every "
            "fault at each call to a platform and at each operation of each kind of AWS client, at its further sites "
            "one of each way to learn of it."
        ),
    )


def _all(pool: ProcessPoolExecutor, numbers: Sequence[int], run: Run) -> list[Result]:
    results: list[Result] = []
    for done in as_completed([pool.submit(play, number) for number in numbers]):
        results.append(done.result())
        run.progress(len(results) / len(numbers), f"{len(results)} of {len(numbers)} cases")
    return results


def _blind(pool: ProcessPoolExecutor, cases: Sequence[Case], defects: Sequence[str]) -> list[str]:
    """Name the mistakes that nothing noticed."""
    tried: dict[str, Future[Result]] = {}
    for name in defects:
        wanted = (DEFECTS[name].site, DEFECTS[name].fault, DEFECTS[name].lasting)
        number = next(n for n, each in enumerate(cases) if (each.site.name, each.fault.name, each.lasting) == wanted)
        tried[name] = pool.submit(play, number, name)
    return [f"the checker does not see that {name}" for name, done in tried.items() if not done.result().violations]


def _violations(cases: Sequence[Case], results: Sequence[Result]) -> list[str]:
    return [f"{cases[each.case].name}: {'; '.join(each.violations)}" for each in results if each.violations]


def _unreached(cases: Sequence[Case], results: Sequence[Result]) -> list[str]:
    """Name call sites that no fault ever struck: their cases prove nothing."""
    struck = {cases[each.case].site.name for each in results if each.fired}
    return [f"no fault ever struck {site.name} ({site.situation.name})" for site in SITES if site.name not in struck]


def _figures(cases: Sequence[Case], results: Sequence[Result]) -> Mapping[str, int | float | str]:
    counted = [each for each in results if each.fired]
    calls = Counter(cases[each.case].site.name.partition(" ")[0] for each in counted)
    faults = Counter(cases[each.case].fault.name for each in counted)
    return {
        "call sites": len({cases[each.case].site.name for each in counted}),
        "cases": len(counted),
        "not counted, the fault never struck": len(results) - len(counted),
        "faults struck": sum(each.fired for each in counted),
        **{f"  cases at {name}": count for name, count in calls.most_common()},
        **{f"  cases of {name}": count for name, count in faults.most_common()},
    }


WIRE = Part(
    name="wire",
    promise="Whatever breaks on the wire to AWS or to a platform, nothing is lost, doubled or left unsaid.",
    minutes=6.5,
    prove=prove,
)
