"""The part of ``make chaos`` that tries to get in."""

from tests.chaos.forgery.jobs import done, jobs
from tests.chaos.forgery.proof import Findings, every_target
from tests.chaos.part import Part, Report, Run


def _prove(run: Run) -> Report:
    findings, targets = Findings(), every_target()
    listed = jobs(run, targets)
    for number, (job, found) in enumerate(done(listed), 1):
        findings.join(found)
        run.progress(number / len(listed), job.what)
    kinds = sum(len(target.forger.kinds) for target in targets)
    bound = f"{len(targets)} kinds of proof, {kinds} ways to forge; keys were never guessed, only misused."
    return Report(violations=tuple(findings.violations), figures=dict(sorted(findings.figures.items())), bound=bound)


FORGERY = Part(
    name="forgery",
    promise="Nobody gets in without a platform's own signature, and nothing secret or personal is logged.",
    minutes=2,
    prove=_prove,
)
