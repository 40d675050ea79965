"""The proof proved: each known fault is put in, and must be found."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import chain
from random import Random

from tests.chaos.forgery import verifier
from tests.chaos.forgery.broken_handlers import around
from tests.chaos.forgery.target import Target
from tests.chaos.forgery.through_handler import genuine_through_handler, through_handler
from tests.chaos.listening import Listener
from tests.chaos.staged import Staged

SEED = 1
TRIES = 3_000
THROUGH_HANDLER = 160


def overlooked_verifiers(target: Target) -> Iterator[tuple[str, bool]]:
    """Break the verifier in every way; yields each fault and whether it was overlooked."""
    for name, prove in target.broken():
        yield name, not _is_found(replace(target, prove=prove))


def _is_found(broken: Target) -> bool:
    few = broken.genuine[:: max(1, len(broken.genuine) // 40)]
    told = (
        verifier.refused_genuine(broken, few),
        verifier.accepted_without_key(broken, few[:5]),
        verifier.confused(broken, few[:5]),
        verifier.told_apart(broken, few[0]),
        (found for _, found in verifier.forgeries(broken, Random(SEED), TRIES)),
    )
    return any(found for found in chain.from_iterable(told))


def overlooked_handlers(target: Target, stage: Staged, words: set[str]) -> Iterator[tuple[str, bool]]:
    """Break what surrounds the verifier; yields each fault and whether it was overlooked."""
    few = replace(target, genuine=[sent for sent in target.genuine[:400:40] if sent.body.isascii()])
    for name, fault in around(target).items():
        with fault():
            found = through_handler(few, stage, SEED, THROUGH_HANDLER, Listener(words), until_found=True)
            if not found.violations:
                found = genuine_through_handler(few, stage, 1, Listener(words))
        yield name, not found.violations
