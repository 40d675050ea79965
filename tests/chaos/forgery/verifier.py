"""Forgeries straight at a platform's verifier, which may only ever say "not signed"."""

import hmac
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from random import Random
from types import FrameType
from typing import Any
from unittest.mock import patch

from nightbell.domain.errors import SignatureError
from nightbell.platforms.channel import Platform
from tests.chaos.forgery.forger import OTHER_SECRET, Forger
from tests.chaos.schemes import Scheme
from tests.chaos.sent import Sent, delivery_of

Secrets = Mapping[str, Sequence[str]]
ENOUGH = 20
"""Violations, after which nobody needs more."""


def judge(platform: Platform, sent: Sent, secrets: Secrets) -> str:
    """Say what a verifier did: ``accepted``, ``refused``, or what it must never raise."""
    try:
        platform.verify(delivery_of(sent), secrets)
    except SignatureError:
        return "refused"
    except Exception as error:  # noqa: BLE001 - whatever it raises is the finding
        return f"raised {type(error).__name__}"
    return "accepted"


def forgeries(
    platform: Platform, forger: Forger, secrets: Secrets, rng: Random, many: int
) -> Iterator[tuple[int, str | None]]:
    """Try forgeries, each kind at least once; yields how many, and a violation or ``None``."""
    every = list(forger.kinds)
    for number in range(many):
        kind, sent = forger.forge(rng, every[number] if number < len(every) else "")
        verdict = judge(platform, sent, secrets)
        yield number, None if verdict == "refused" else f"{platform.name}: {verdict}: {kind} (number {number})"


def refused_genuine(platform: Platform, genuine: Sequence[Sent], secrets: Secrets) -> list[str]:
    """List genuine requests that are not accepted."""
    verdicts = [(sent.what, judge(platform, sent, secrets)) for sent in genuine]
    return [f"{platform.name}: {verdict}: genuine {what}" for what, verdict in verdicts if verdict != "accepted"]


def accepted_without_key(platform: Platform, scheme: Scheme, genuine: Sequence[Sent]) -> list[str]:
    """List requests that are accepted although no usable key is there."""
    keys: list[list[str]] = [[], [""], [" "], ["", ""], ["short"], ["x" * 23], [OTHER_SECRET]]
    found = Counter[str]()
    for sent in genuine:
        for key in keys:
            forged = {**sent.headers, scheme.header: scheme.sign(sent.body, key[0] if key else "")}
            as_forged = Sent(what="", platform=sent.platform, body=sent.body, headers=forged)
            tried = [sent] if key == [OTHER_SECRET] else [sent, as_forged]
            verdicts = [judge(platform, each, dict.fromkeys(platform.webhook_secrets, key)) for each in tried]
            found.update(f"{platform.name}: {v} with only {key!r} as keys" for v in verdicts if v != "refused")
        found.update(f"{platform.name}: {v} without keys" for v in [judge(platform, sent, {})] if v != "refused")
    return list(found)


def told_apart(platform: Platform, scheme: Scheme, sent: Sent, secrets: Secrets) -> list[str]:
    """List how wrong signatures are told apart by the lines that run, or by a comparison that stops early."""
    right = scheme.sign(sent.body, secrets[scheme.secret][0])
    first = right.find("=") + 1
    digits = [right[:at] + ("0" if right[at] != "0" else "1") + right[at + 1 :] for at in range(first, len(right))]
    wrong = [*digits, scheme.sign(sent.body, OTHER_SECRET)]
    paths = set()
    for signature in wrong:
        forged = Sent(
            what="", platform=sent.platform, body=sent.body, headers={**sent.headers, scheme.header: signature}
        )
        with _watched() as (lines, compared):
            judge(platform, forged, secrets)
        paths.add((tuple(lines), tuple(compared)))
    found = [f"{platform.name}: wrong signatures take {len(paths)} ways through the verifier"] if len(paths) > 1 else []
    if scheme.compares and any(len(compared) < len(secrets[scheme.secret]) for _, compared in paths):
        found.append(f"{platform.name}: not every key is compared in constant time")
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
