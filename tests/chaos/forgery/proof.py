"""Nobody gets in: the numbers of the proof, and what each of its stages found."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from random import Random

from nightbell.domain.errors import NotUnderstoodError
from nightbell.domain.events import Message
from nightbell.platforms.channel import Platform
from nightbell.platforms.registry import CHANNELS, PLATFORMS
from tests.chaos.forgery import verifier
from tests.chaos.forgery.corpus import NAME, PER_CHANNEL, WORD, corpus, oddities
from tests.chaos.forgery.forger import Forger
from tests.chaos.forgery.handler import Answers, forged_requests, parsing_watched, wrongly_addressed
from tests.chaos.listening import Listener, listening
from tests.chaos.part import Run
from tests.chaos.schemes import SCHEMES, Scheme
from tests.chaos.sent import Sent, delivery_of
from tests.chaos.staged import KEYS, Staged

MOST_AT_VERIFIERS, MOST_AT_HANDLERS, MOST_OVER_HTTP = 4_000_000, 200_000, 4_000
"""Of all schemes together, so that a further platform does not make the whole slower for ever."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbers:
    """How much is tried, per scheme but for the last."""

    verifier: int
    handler: int
    gateway: int
    genuine_per_channel: int = PER_CHANNEL

    @classmethod
    def of(cls, run: Run) -> "Numbers":
        if run.short:
            return cls(verifier=8_000, handler=1_000, gateway=0)
        schemes = len(PLATFORMS)
        return cls(
            verifier=min(1_000_000, MOST_AT_VERIFIERS // schemes),
            handler=min(50_000, MOST_AT_HANDLERS // schemes),
            gateway=min(2_000, MOST_OVER_HTTP // schemes),
        )


@dataclass(slots=True, kw_only=True)
class Target:
    """One platform under attack."""

    platform: Platform
    scheme: Scheme
    genuine: list[Sent]
    forger: Forger

    @property
    def secrets(self) -> Mapping[str, Sequence[str]]:
        return dict.fromkeys(self.platform.webhook_secrets, KEYS)


def targets(per_channel: int = PER_CHANNEL, keys: Sequence[str] = KEYS) -> list[Target]:
    """Make one of every registered platform; one without a scheme here raises ``KeyError``."""
    return [_target(platform, SCHEMES[platform.name], per_channel, keys) for platform in PLATFORMS.values()]


def _target(platform: Platform, scheme: Scheme, per_channel: int, keys: Sequence[str]) -> Target:
    channels = [name for name, channel in CHANNELS.items() if channel.platform == platform.name]
    genuine = [sent for channel in channels for sent in corpus(scheme, channel, keys, per_channel)]
    genuine += oddities(scheme, keys[0])
    return Target(platform=platform, scheme=scheme, genuine=genuine, forger=Forger(scheme, genuine, keys))


def canaries(every: Sequence[Target]) -> set[str]:
    """Collect what may be written nowhere: words, names, keys, and whom the requests are from."""
    known = {WORD, NAME, "CanarySecret"}
    for target in every:
        for sent in target.genuine:
            try:
                events = target.platform.parse(delivery_of(sent))
            except NotUnderstoodError:
                continue
            people = [event.contact for event in events if isinstance(event, Message)]
            known |= {word for one in people for word in (one.contact_id, one.address) if len(word) >= 9}
    return known


@dataclass(slots=True, kw_only=True)
class Findings:
    """What came of it so far."""

    violations: list[str] = field(default_factory=list)
    figures: dict[str, int | float | str] = field(default_factory=dict)

    def add(self, violation: str | None) -> None:
        if violation and len(self.violations) < verifier.ENOUGH:
            self.violations.append(violation)

    def count(self, name: str, number: int) -> None:
        self.figures[name] = int(self.figures.get(name, 0)) + number


def at_verifier(target: Target, run: Run, many: int, findings: Findings) -> None:
    """Try everything at the verifier alone."""
    t = target
    few = t.genuine[:: max(1, len(t.genuine) // 100)]
    for violation in chain(
        verifier.refused_genuine(t.platform, t.genuine, t.secrets),
        verifier.accepted_without_key(t.platform, t.scheme, few),
        verifier.told_apart(t.platform, t.scheme, t.genuine[0], t.secrets),
    ):
        findings.add(violation)
    tried = verifier.forgeries(t.platform, t.forger, t.secrets, Random(run.seed), many)
    for number, found in tried:
        findings.add(found and f"{found}; seed {run.seed}")
        if number % 2000 == 0:
            run.progress(number / many * 0.3, f"{t.platform.name}: {number:,} forgeries at the verifier")
    findings.count("genuine", len(t.genuine))
    findings.count("forged, at the verifier", many)


def through_handler(target: Target, stage: Staged, run: Run, many: int, listener: Listener) -> Findings:
    """Try everything through the whole handler: genuine ones in, forged ones out, and nothing told."""
    findings, answers = Findings(), Answers()
    with listening(listener):
        for sent in target.genuine[:: 20 if run.short else 1]:
            status = stage.receive(sent)["statusCode"]
            findings.add(None if status == 200 else f"genuine {sent.what} was answered {status}")
    before = stage.items()
    with parsing_watched() as parsed:
        for number, (refusal, kind, sent) in enumerate(_requests(target, Random(run.seed), many)):
            with listening(listener):
                wrong = answers.note(refusal, stage.receive(sent))
            findings.add(wrong and f"{target.platform.name}: {kind}: {wrong} (number {number}, seed {run.seed})")
            if number % 500 == 0:
                run.progress(0.3 + number / many * 0.3, f"{target.platform.name}: {number:,} through the handler")
    findings.add(f"{len(parsed)} forged bodies were parsed" if parsed else None)
    stored = stage.items() - before
    findings.add(f"{stored} items were stored of what was forged" if stored else None)
    for violation in [*answers.told_apart(), *leaked(listener)]:
        findings.add(violation)
    findings.count("forged, through the handler", many)
    return findings


def _requests(target: Target, rng: Random, many: int) -> Iterator[tuple[str, str, Sent]]:
    addressed = many // 20
    yield from forged_requests(target.forger, rng, many - addressed)
    yield from wrongly_addressed(rng, target.genuine, addressed)


def leaked(listener: Listener) -> list[str]:
    """List what was written and must not be, and whether anything was written at all."""
    silent = [] if listener.lines else ["nothing was logged, so that nothing is proven about logs"]
    return [f"written to a log: {word[:12]}… ({times} times)" for word, times in listener.leaks.items()] + silent
