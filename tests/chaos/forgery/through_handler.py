"""The proof's second stage: the whole handler, on the emulator."""

from collections.abc import Iterator
from contextlib import contextmanager
from random import Random
from typing import Any
from unittest.mock import patch

from tests.chaos.forgery.handler import Answers, forged_requests, parsing_watched, wrongly_addressed
from tests.chaos.forgery.proof import Findings, leaked
from tests.chaos.forgery.target import Target
from tests.chaos.listening import Listener, listening
from tests.chaos.staged import Staged


def through_handler(  # noqa: PLR0913 - what is tried, and what becomes of it
    target: Target, stage: Staged, seed: int, many: int, listener: Listener, *, until_found: bool = False
) -> Findings:
    """Try forgeries through the whole handler: all out, nothing stored, and nothing told."""
    findings, answers = Findings(), Answers()
    before = stage.items()
    with parsing_watched() as parsed:
        for number, (refusal, kind, sent) in enumerate(_requests(target, Random(seed), many)):
            with listening(listener):
                wrong = answers.note(refusal, stage.receive(sent))
            findings.add(wrong and f"{target.name}: {kind}: {wrong} (number {number}, seed {seed})")
            if until_found and (parsed or findings.violations or listener.leaks):
                break
    findings.add(f"{len(parsed)} forged bodies were parsed" if parsed else None)
    stored = stage.items() - before
    findings.add(f"{target.name}: {stored} items were stored of what was forged" if stored else None)
    for violation in [*answers.told_apart(), *leaked(listener)]:
        findings.add(violation)
    findings.count("forged, through the handler", many)
    return findings


def genuine_through_handler(target: Target, stage: Staged, every: int, listener: Listener) -> Findings:
    """Let every so manyth genuine request in, and see that something came of it."""
    findings = Findings()
    for sent in target.genuine[::every]:
        with listening(listener), told() as facts:
            answer = stage.receive(sent)
        wrong = f"was answered {answer['statusCode']}" if answer["statusCode"] != 200 else ""
        wrong = wrong or ("" if facts else "came to nothing")
        findings.add(f"{target.name}: genuine {sent.what} {wrong}" if wrong else None)
    return findings


@contextmanager
def told() -> Iterator[list[Any]]:
    """Note what the handler counts."""
    from nightbell.handlers import receive_webhook  # noqa: PLC0415 - composed only on the stage

    facts: list[Any] = []
    real = receive_webhook._tell

    def tell(received: Any, stale: Any) -> None:
        facts.extend(received.facts)
        real(received, stale)

    with patch.object(receive_webhook, "_tell", tell):
        yield facts


def _requests(target: Target, rng: Random, many: int) -> Iterator[tuple[str, str, Any]]:
    addressed = many // 20
    yield from forged_requests(target, rng, many - addressed)
    yield from wrongly_addressed(rng, target.genuine, addressed)
