"""Forgeries through the whole handler: one answer for all of them, and nothing stored."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from random import Random
from typing import Any
from unittest.mock import patch

from nightbell.domain.events import Delivery, Event
from nightbell.platforms.channel import CallbackKind
from nightbell.platforms.registry import CALLBACKS, PLATFORMS
from tests.chaos.forgery.target import Target
from tests.chaos.sent import Sent

ANSWERS: Mapping[str, int] = {
    "signature": 401,
    "handshake": 403,
    "page": 404,
    "method": 405,
    "path": 404,
    "platform": 404,
    "encoding": 415,
}
"""What each kind of refusal is answered; a key decides only of the first two."""

_METHODS = ("GET", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "post ", "POST\n", "", "TRACE")
_PATHS = ("x", "meta", "..", "%2e%2e", "x/y", "\x00")
_PLATFORMS = ("", "Meta", "meta ", "META", "nobody", "met\u00e4", "meta/..", "messenger")
_ENCODINGS = ("gzip", "br", "deflate", "identity, gzip", "")


@dataclass(slots=True)
class Answers:
    """What forged requests were answered.

    Attributes:
        seen: How often each answer was given, by the kind of refusal.
    """

    seen: dict[str, Counter[str]] = field(default_factory=lambda: {kind: Counter() for kind in ANSWERS})

    def note(self, kind: str, answer: Mapping[str, Any]) -> str | None:
        """Count one; returns what is wrong with it."""
        self.seen[kind][repr(sorted(answer.items()))] += 1
        if answer["statusCode"] == ANSWERS[kind]:
            return None
        return f"answered {answer['statusCode']} instead of {ANSWERS[kind]}"

    def told_apart(self) -> list[str]:
        """List kinds of refusal that were answered in more than one way."""
        return [f"{kind}: {len(seen)} different answers" for kind, seen in self.seen.items() if len(seen) > 1]


def forged_requests(target: Target, rng: Random, many: int) -> Iterator[tuple[str, str, Sent]]:
    """Make forged requests: the kind of refusal, how it was forged, and the request."""
    every = list(target.forger.kinds)
    for number in range(many):
        kind, sent = target.forger.forge(rng, every[number] if number < len(every) else "")
        sent = replace(sent, in_base64=rng.random() < 0.5)
        if rng.random() < 0.95:
            yield target.refusal, kind, sent
        else:
            yield _other(rng, kind, sent)


def _other(rng: Random, kind: str, sent: Sent) -> tuple[str, str, Sent]:
    headers = {name: value for name, value in sent.headers.items() if name.lower() != "content-encoding"}
    change: Callable[[], tuple[str, Sent]] = rng.choice(
        [
            lambda: _another_method(rng, sent),
            lambda: ("path", replace(sent, path=rng.choice(_PATHS))),
            lambda: ("platform", replace(sent, platform=rng.choice(_PLATFORMS))),
            lambda: ("encoding", replace(sent, headers={**headers, "Content-Encoding": rng.choice(_ENCODINGS)})),
        ]
    )
    refusal, changed = change()
    return refusal, f"{refusal}, {kind}", changed


def _another_method(rng: Random, sent: Sent) -> tuple[str, Sent]:
    method = rng.choice([each for each in _METHODS if each != sent.method])
    # Where deletions are asked for, a browser may ask what became of one.
    reader = CALLBACKS.get(sent.platform)
    shown = method == "GET" and reader is not None and reader.kinds.get(sent.path) is CallbackKind.DELETION
    return "page" if shown else "method", replace(sent, method=method)


def wrongly_addressed(rng: Random, genuine: Sequence[Sent], many: int) -> Iterator[tuple[str, str, Sent]]:
    """Make requests that are rightly signed and come in a way that the platform never uses."""
    for _ in range(many):
        yield _other(rng, "rightly signed", rng.choice(genuine))


@contextmanager
def parsing_watched() -> Iterator[list[bytes]]:
    """Note every body that is parsed: a forged one must never be."""
    parsed: list[bytes] = []
    with ExitStack() as stack:
        for platform in PLATFORMS.values():
            stack.enter_context(patch.object(type(platform), "parse", _noting(type(platform), parsed)))
        yield parsed


def _noting(platform: Any, parsed: list[bytes]) -> Callable[[Any, Delivery], list[Event]]:
    real = platform.parse

    def parse(self: Any, delivery: Delivery) -> list[Event]:
        parsed.append(delivery.body)
        events: list[Event] = real(self, delivery)
        return events

    return parse
