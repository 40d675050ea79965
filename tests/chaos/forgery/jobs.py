"""The proof in pieces, on which two processes work side by side."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass

from tests.chaos.forgery import alive
from tests.chaos.forgery.apps import confused_apps, overlooked_confusion
from tests.chaos.forgery.over_http import over_http
from tests.chaos.forgery.proof import (
    Findings,
    Numbers,
    at_verifier,
    canaries,
    every_target,
    genuine_at_verifier,
)
from tests.chaos.forgery.target import ASKED, Target
from tests.chaos.forgery.through_handler import genuine_through_handler, through_handler
from tests.chaos.listening import Listener
from tests.chaos.part import Run
from tests.chaos.staged import KEYS, Staged, staged

PROCESSES = 2
AT_ONCE = 40_000
"""Forgeries that one piece tries at the verifier."""
SHORT_EVERY = 40
"""Of the genuine, how few go through the handler in a short run."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One piece.

    Attributes:
        does: A function of this module, so that another process finds it.
        target: Its place among all targets.
    """

    what: str
    does: Callable[["Job"], Findings]
    run: Run
    target: int = 0
    part: int = 0
    many: int = 0


def jobs(run: Run, targets: Sequence[Target]) -> list[Job]:
    """Cut the proof into pieces, the longest first."""
    numbers = Numbers.of(run, len(targets))
    listed = [Job(what="over HTTP", does=_over_http, run=run, many=numbers.gateway)] if numbers.gateway else []
    if run.short:
        listed.append(Job(what="through the handler", does=_all_through_handler, run=run, many=numbers.handler))
    for number, target in enumerate(targets):
        if not run.short:
            listed.append(
                Job(what=f"{target.name}, handler", does=_handler, run=run, target=number, many=numbers.handler)
            )
    for number, target in enumerate(targets):
        listed.append(Job(what=f"{target.name}, genuine", does=_genuine, run=run, target=number))
        for part, first in enumerate(range(0, numbers.verifier, AT_ONCE)):
            many = min(AT_ONCE, numbers.verifier - first)
            listed.append(
                Job(what=f"{target.name}, verifier", does=_verifier, run=run, target=number, part=part, many=many)
            )
    return listed


def done(listed: Sequence[Job]) -> Iterator[tuple[Job, Findings]]:
    """Do them all, side by side where it is worth it."""
    if all(job.run.short for job in listed):
        yield from ((job, job.does(job)) for job in listed)
        return
    with ProcessPoolExecutor(PROCESSES) as pool:
        under_way = {pool.submit(job.does, job): job for job in listed}
        for future in as_completed(under_way):
            yield under_way[future], future.result()


def _over_http(job: Job) -> Findings:
    return over_http(job.run, job.many)


def _verifier(job: Job) -> Findings:
    return at_verifier(every_target()[job.target], f"{job.run.seed}.{job.part}", job.many)


def _genuine(job: Job) -> Findings:
    """Try what is genuine, and break the verifier in every way that is known."""
    target = every_target()[job.target]
    findings = genuine_at_verifier(target)
    _note(findings, target, alive.overlooked_verifiers(target))
    return findings


def _handler(job: Job) -> Findings:
    with staged() as stage:
        return _on_stage(job, every_target()[job.target], stage)


def _all_through_handler(job: Job) -> Findings:
    findings = Findings()
    with staged() as stage:
        for target in every_target():
            findings.join(_on_stage(job, target, stage))
    return findings


def _on_stage(job: Job, target: Target, stage: Staged) -> Findings:
    words = {*canaries([target]), *KEYS}
    findings = Findings()
    if target.kind == ASKED:
        for wrong in confused_apps(target, stage):
            findings.add(wrong)
        _note(findings, target, overlooked_confusion(target, stage))
    findings.join(genuine_through_handler(target, stage, SHORT_EVERY if job.run.short else 1, Listener(words)))
    findings.join(through_handler(target, stage, job.run.seed, job.many, Listener(words)))
    _note(findings, target, alive.overlooked_handlers(target, stage, words))
    return findings


def _note(findings: Findings, target: Target, put_in: Iterator[tuple[str, bool]]) -> None:
    for fault, is_overlooked in put_in:
        findings.count("faults put in, all found", 1)
        findings.add(f"{target.name}: nobody noticed a receiver that {fault}" if is_overlooked else None)
