"""The part of ``make chaos`` that tries what each role may do."""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from random import Random

from tests.chaos.part import Part, Report, Run
from tests.chaos.privilege.cast import EVERYBODY, FUNCTIONS, NOBODY, Cast, Person, Stage
from tests.chaos.privilege.needs import NEEDS
from tests.chaos.privilege.probes import Probe, make_payroll, probes
from tests.chaos.privilege.stages import deployed, rights_alone

LEAST_REFUSED = 12
TRUSTED_BY_LAMBDA = frozenset(f"sts:AssumeRole {name}" for name in FUNCTIONS)
"""Not even who may do everything: a role's own trust decides, and it names Lambda alone."""
SHORT = 24
"""Calls that nobody needs, in the short run."""


def judge(who: str, person: Person, tried: Sequence[Probe]) -> list[str]:
    """Try everything as somebody, and name what is not as it should be."""
    found = []
    for probe in tried:
        refused = probe.is_refused(person)
        if refused and probe.name in NEEDS[who]:
            found.append(f"{who} may not {probe.name}, which it needs")
        if not refused and probe.name not in NEEDS[who]:
            found.append(f"{who} may {probe.name}, which it does not need")
    return found


def _prove(run: Run) -> Report:
    violations: list[str] = []
    opened: AbstractContextManager[tuple[Stage, Person]] = rights_alone() if run.short else deployed(violations)
    with opened as (stage, root):
        make_payroll(root)
        every, cast = _chosen(probes(stage), run), Cast(stage, root)
        for number, who in enumerate(NEEDS):
            violations += judge(who, cast.play(who), every)
            run.progress((number + 1) / (len(NEEDS) + 3), f"{len(every)} calls as {who}")
        overlooked = _controls(cast, root, every)
    fewest = min(len(every) - len(needs) for needs in NEEDS.values())
    if fewest < LEAST_REFUSED or not all(needs <= {probe.name for probe in every} for needs in NEEDS.values()):
        violations.append("the probes do not fit the needs any more")
    figures = {
        "attempts": len(every) * len(NEEDS),
        "allowed, and needed": sum(map(len, NEEDS.values())),
        "refused, of one role at least": fewest,
        "refused, of all roles": sum(len(every) - len(needs) for needs in NEEDS.values()),
    }
    bound = (
        "On an emulator that enforces IAM, shown by controls to tell the roles apart. Not judged there: "
        "dynamodb:LeadingKeys of the reader, and the right of a function to write its own log."
    )
    return Report(violations=tuple(violations + overlooked), figures=figures, bound=bound)


def _chosen(every: list[Probe], run: Run) -> list[Probe]:
    """Try all, or in a short run what somebody needs and some of the rest, others with each seed."""
    needed = set[str]().union(*NEEDS.values())
    rest = [probe for probe in every if probe.name not in needed]
    some = Random(run.seed).sample(rest, SHORT) if run.short else rest
    return [probe for probe in every if probe.name in needed or probe in some]


def _controls(cast: Cast, root: Person, tried: Sequence[Probe]) -> list[str]:
    """Show that the emulator refuses for want of a right and for nothing else, and that the judge would notice."""
    found = [f"control: a role without rights may {p.name}" for p in _let_through(cast.play(NOBODY), tried)]
    found += [f"control: the account's root may not {p.name}" for p in _refused(root, tried)]
    allowed = [probe for probe in tried if probe.name not in TRUSTED_BY_LAMBDA]
    found += [f"control: who may do everything may not {p.name}" for p in _refused(cast.play(EVERYBODY), allowed)]
    trusted = [probe for probe in tried if probe.name in TRUSTED_BY_LAMBDA]
    found += [f"control: somebody other than Lambda may {p.name}" for p in _let_through(cast.play(EVERYBODY), trusted)]
    function = FUNCTIONS[0]
    needed = [probe for probe in tried if probe.name in NEEDS[function]]
    found += [f"control: a guessed key may {p.name}" for p in needed if _succeeds(p, cast.forge(function))]
    with cast.widened(function):
        too_much = len(judge(function, cast.play(function), allowed))
    if too_much != len(allowed) - len(needed):
        found.append(f"control: of a role that may do everything, {too_much} calls were noticed")
    cast.strip(function)
    if len(judge(function, cast.play(function), needed)) != len(needed):
        found.append("control: a role without its rights was not noticed")
    return found


def _refused(person: Person, tried: Sequence[Probe]) -> list[Probe]:
    return [probe for probe in tried if probe.is_refused(person)]


def _let_through(person: Person, tried: Sequence[Probe]) -> list[Probe]:
    return [probe for probe in tried if not probe.is_refused(person)]


def _succeeds(probe: Probe, person: Person) -> bool:
    try:
        probe.call(person)
    except Exception:  # noqa: BLE001 - whatever it is refused with
        return False
    return True


PRIVILEGE = Part(
    name="privilege",
    promise="Each function may do what it needs, and is refused everything else.",
    minutes=2,
    prove=_prove,
)
