"""What an outcome means for words that a person wrote: where it differs from what it means for automation."""

from dataclasses import replace

from nightbell.platforms.channel import HttpOutcome, OutboundText, RecoveryClass, Sender, Verdict, VerdictKind
from nightbell.platforms.refusals import INVALID

NOT_APPROVED = (
    "the usual time for an answer is over, and the platform lets people answer later only through an app that it has"
    " approved for that: whoever runs the app applies for Human Agent in its App Review; until then, mail or call the"
    " contact if they allowed it, or answer in the platform's own inbox"
)
USED_ALREADY = "the only private reply that the platform allows here was sent before, so these words did not leave"


def judge(sender: Sender, outcome: HttpOutcome, outbound: OutboundText, *, again: bool) -> Verdict:
    """Judge a send.

    A late answer that lacks an approval says nothing about the token, by which everything else goes on leaving. And
    what was replied privately before was not replied in these words, unless an earlier try of these very words may
    have arrived.

    Args:
        sender: Who sent it.
        outcome: What the adapter saw.
        outbound: What was sent.
        again: The very same was sent before, and nobody knows what became of it.
    """
    verdict = sender.verdict(outcome)
    if not outbound.by_person:
        return verdict
    is_about_lateness = verdict.kind is VerdictKind.NOT_PERMITTED or verdict.reason == INVALID
    if outbound.outside_window and is_about_lateness:
        return _refused(verdict, NOT_APPROVED)
    is_used = sender.recovery is RecoveryClass.ONE_SHOT and verdict.kind is VerdictKind.SENT and bool(verdict.code)
    return _refused(verdict, USED_ALREADY) if is_used and not again else verdict


def _refused(verdict: Verdict, reason: str) -> Verdict:
    return replace(verdict, kind=VerdictKind.REFUSED, reason=reason, retry_after=None)
