"""Forgeries straight at a verifier, which may only ever say "not signed"."""

import hmac
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from random import Random
from types import FrameType
from typing import Any
from unittest.mock import patch

from tests.chaos.forgery.forger import OTHER_SECRET
from tests.chaos.forgery.target import Target, judge
from tests.chaos.sent import Sent

ENOUGH = 20
"""Violations, after which nobody needs more."""


def forgeries(target: Target, rng: Random, many: int) -> Iterator[tuple[int, str | None]]:
    """Try forgeries, each kind at least once; yields how many, and a violation or ``None``."""
    every = list(target.forger.kinds)
    for number in range(many):
        kind, sent = target.forger.forge(rng, every[number] if number < len(every) else "")
        verdict, _ = judge(target.prove, sent, target.secrets)
        yield number, None if verdict == "refused" else f"{target.name}: {verdict}: {kind} (number {number})"


def refused_genuine(target: Target, genuine: Sequence[Sent]) -> Iterator[str]:
    """List genuine requests that are not accepted, or taken for something else."""
    for sent in genuine:
        verdict, found = judge(target.prove, sent, target.secrets)
        wrong = target.misread(sent, found) if verdict == "accepted" else verdict
        if wrong:
            yield f"{target.name}: {wrong}: genuine {sent.what}"


def accepted_without_key(target: Target, genuine: Sequence[Sent]) -> list[str]:
    """List requests that are accepted although no usable key is there."""
    found = Counter[str]()
    for sent in genuine:
        for key in target.useless:
            tried = [sent] if OTHER_SECRET in key else [sent, target.resigned(sent, key[0] if key else "")]
            verdicts = [judge(target.prove, each, dict.fromkeys(target.secrets, key))[0] for each in tried]
            found.update(f"{target.name}: {v} with only {key!r} as keys" for v in verdicts if v != "refused")
        verdict, _ = judge(target.prove, sent, {})
        found.update([f"{target.name}: {verdict} without keys"] if verdict != "refused" else [])
    return list(found)


def confused(target: Target, genuine: Sequence[Sent]) -> list[str]:
    """List what goes wrong where the secret of one app alone is set: it opens, and that of another does not."""
    found = Counter[str]()
    for sent in genuine:
        for signer in target.secrets:
            signed = target.resigned(sent, target.secrets[signer][-1])
            for known in target.signers:
                verdict, _ = judge(target.prove, signed, {known: target.secrets[known]})
                wanted = "accepted" if known == signer else "refused"
                found.update([f"{target.name}: {verdict}, by {signer} with {known}"] if verdict != wanted else [])
    return list(found)


def told_apart(target: Target, sent: Sent) -> list[str]:
    """List how wrong signatures are told apart by the lines that run, or by a comparison that stops early."""
    paths = set()
    for forged in target.nearly(sent):
        with _watched() as (lines, compared):
            judge(target.prove, forged, target.secrets)
        paths.add((tuple(lines), tuple(compared)))
    found = [f"{target.name}: wrong signatures take {len(paths)} ways through the verifier"] if len(paths) > 1 else []
    keys = sum(len(target.secrets[name]) for name in target.signers)
    if any(len(compared) < keys for _, compared in paths):
        found.append(f"{target.name}: not every key is compared in constant time")
    return found


@contextmanager
def _watched() -> Iterator[tuple[list[tuple[str, int]], list[tuple[str, int, int]]]]:
    """Note every line of ours that runs, and every comparison in constant time with the sizes it was given."""
    lines: list[tuple[str, int]] = []
    compared: list[tuple[str, int, int]] = []
    real: Callable[[Any, Any], bool] = hmac.compare_digest

    def compare(one: Any, other: Any) -> bool:
        compared.append((type(one).__name__, len(one), len(other)))
        return real(one, other)

    def trace(frame: FrameType, event: str, _: object) -> Any:
        if "nightbell" not in frame.f_code.co_filename:
            return None
        if event == "line":
            lines.append((frame.f_code.co_filename, frame.f_lineno))
        return trace

    before = sys.gettrace()
    with patch.object(hmac, "compare_digest", compare):
        sys.settrace(trace)
        try:
            yield lines, compared
        finally:
            sys.settrace(before)
