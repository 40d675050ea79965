"""Nobody gets in: the numbers of the proof, and what each of its stages found."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from itertools import chain
from math import ceil
from random import Random

from nightbell.domain.errors import NotUnderstoodError
from nightbell.domain.events import Message
from nightbell.platforms.registry import CALLBACKS, PLATFORMS
from tests.chaos.forgery import verifier
from tests.chaos.forgery.callbacks import PERSON, callbacks
from tests.chaos.forgery.corpus import NAME, PER_CHANNEL, WORD
from tests.chaos.forgery.deliveries import deliveries
from tests.chaos.forgery.handshakes import handshakes
from tests.chaos.forgery.target import Target
from tests.chaos.heard import heard
from tests.chaos.listening import Listener
from tests.chaos.part import Run
from tests.chaos.schemes import ASKED_BY_ANYBODY, CALLBACK_SCHEMES, HANDSHAKES, SCHEMES
from tests.chaos.sent import RECEIVED_AT, delivery_of
from tests.chaos.staged import secrets_of

FULL = {"verifier": 1_000_000, "handler": 50_000, "gateway": 2_000}
"""Of all targets together, so that a further platform does not make the whole slower for ever."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbers:
    """How much is tried, of each target."""

    verifier: int
    handler: int
    gateway: int

    @classmethod
    def of(cls, run: Run, targets: int) -> "Numbers":
        if run.short:
            return cls(verifier=3_000, handler=400, gateway=0)
        return cls(**{name: ceil(many / targets) for name, many in FULL.items()})


def targets(
    per_channel: int = PER_CHANNEL,
    secrets: Callable[[str], Mapping[str, Sequence[str]]] = secrets_of,
    at: datetime = RECEIVED_AT,
) -> list[Target]:
    """Make those of every registered platform and callback reader.

    Raises:
        KeyError: One of them is not written down in :mod:`tests.chaos.schemes`.
    """
    made = []
    for name, platform in heard().items():
        again = SCHEMES[name].at
        scheme = again(at) if again else SCHEMES[name]
        made.append(deliveries(platform, scheme, secrets(name), per_channel))
        if platform.greets and name not in ASKED_BY_ANYBODY:
            made.append(handshakes(platform, HANDSHAKES[name], secrets(name), per_channel))
    for name, reader in CALLBACKS.items():
        made.append(callbacks(reader, CALLBACK_SCHEMES[name], secrets(name), per_channel, at))
    return made


@cache
def every_target() -> tuple[Target, ...]:
    """Make them once in each process."""
    return tuple(targets())


def canaries(every: Sequence[Target]) -> set[str]:
    """Collect what may be written nowhere: words, names, keys, and whom the requests are from."""
    known = {WORD, NAME, PERSON, "CanarySecret"}
    for sent in (sent for target in every for sent in target.genuine if sent.body and not sent.path):
        try:
            events = PLATFORMS[sent.platform].parse(delivery_of(sent))
        except NotUnderstoodError:
            continue
        people = [event.contact for event in events if isinstance(event, Message)]
        known |= {word for one in people for word in (one.contact_id, one.address) if len(word) >= 9}
    return known


@dataclass(slots=True, kw_only=True)
class Findings:
    """What came of it so far."""

    violations: list[str] = field(default_factory=list)
    figures: Counter[str] = field(default_factory=Counter)

    def add(self, violation: str | None) -> None:
        if violation and len(self.violations) < verifier.ENOUGH:
            self.violations.append(violation)

    def count(self, name: str, number: int) -> None:
        self.figures[name] += number

    def join(self, more: "Findings") -> None:
        for violation in more.violations:
            self.add(violation)
        self.figures.update(more.figures)


def at_verifier(target: Target, seed: str, many: int) -> Findings:
    """Try forgeries at the verifier alone; the seed names them."""
    findings = Findings()
    for _, found in verifier.forgeries(target, Random(seed), many):
        findings.add(found and f"{found}; seed {seed}")
    findings.count("forged, at the verifier", many)
    return findings


def genuine_at_verifier(target: Target) -> Findings:
    """Try what is genuine, and what it would be without its key."""
    findings = Findings()
    few = target.genuine[:: max(1, len(target.genuine) // 100)]
    for violation in chain(
        verifier.refused_genuine(target, target.genuine),
        verifier.accepted_without_key(target, few),
        verifier.confused(target, few),
        verifier.told_apart(target, target.genuine[0]),
    ):
        findings.add(violation)
    findings.count(f"genuine {target.kind}", len(target.genuine))
    return findings


def leaked(listener: Listener) -> list[str]:
    """List what was written and must not be, and whether anything was written at all."""
    silent = [] if listener.lines else ["nothing was logged, so that nothing is proven about logs"]
    return [f"written to a log: {word[:12]}… ({times} times)" for word, times in listener.leaks.items()] + silent
