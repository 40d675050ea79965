"""The part of ``make chaos`` that tries to get in."""

from nightbell.platforms.registry import PLATFORMS
from tests.chaos.forgery import alive, proof
from tests.chaos.forgery.over_http import over_http
from tests.chaos.listening import Listener
from tests.chaos.part import Part, Report, Run
from tests.chaos.staged import KEYS, staged


def _prove(run: Run) -> Report:
    numbers = proof.Numbers.of(run)
    findings = proof.Findings()
    every = proof.targets(numbers.genuine_per_channel)
    words = {*proof.canaries(every), *KEYS}
    for target in every:
        proof.at_verifier(target, run, numbers.verifier, findings)
    with staged() as stage:
        for target in every:
            _join(findings, proof.through_handler(target, stage, run, numbers.handler, Listener(words)))
            put_in = [
                *alive.overlooked_verifiers(target),
                *alive.overlooked_handlers(target, stage, words),
            ]
            findings.count("faults put in, all found", len(put_in))
            for fault in (name for name, overlooked in put_in if overlooked):
                findings.add(f"{target.platform.name}: nobody noticed a receiver that {fault}")
    if numbers.gateway:
        _join(findings, over_http(run, numbers.gateway))
    kinds = sum(len(target.forger.kinds) for target in every)
    bound = f"{len(PLATFORMS)} signature scheme(s), {kinds} ways to forge; keys were never guessed, only misused."
    return Report(violations=tuple(findings.violations), figures=findings.figures, bound=bound)


def _join(findings: proof.Findings, more: proof.Findings) -> None:
    for violation in more.violations:
        findings.add(violation)
    for name, number in more.figures.items():
        findings.count(name, int(number))


FORGERY = Part(
    name="forgery",
    promise="Nobody gets in without a platform's own signature, and nothing secret or personal is logged.",
    minutes=3,
    prove=_prove,
)
