"""Hostile deliveries, each signed by the platform itself."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

from nightbell.platforms.registry import PLATFORMS
from tests.chaos.forgery.corpus import filled, genuine, tree_of
from tests.chaos.hostile.shapes import BYTES, form_of, lengthened, mutated, written
from tests.chaos.hostile.witnesses import WITNESSING
from tests.chaos.scheme import Scheme
from tests.chaos.sent import Sent
from tests.chaos.staged import KEYS
from tests.platforms.fixtures import NOT_UNDERSTOOD, read_fixtures

MEGABYTE = 1024 * 1024
IN_BYTES, TARGETED = 4, 100
ALONE = 0.4
TARGETS = {1: "ids", 2: "half", 53: "text", 51: "half"}
"""What, of so many deliveries, goes straight for a limit of the table."""
LARGE = (3 * MEGABYTE - 200, 10 * MEGABYTE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Hostile:
    """One delivery.

    Attributes:
        witness: Id of the good message in it; empty where there is none.
    """

    sent: Sent
    how: str
    witness: str = ""


class Payloads:
    """Makes hostile deliveries of one platform out of its own."""

    def __init__(self, scheme: Scheme) -> None:
        self._scheme = scheme
        fixtures = [*read_fixtures("valid", scheme.platform), *read_fixtures("hostile", scheme.platform)]
        there = [each for each in fixtures if each.path in ("", scheme.path) and not each.query]
        readable = [fixture for fixture in there if fixture.expect != NOT_UNDERSTOOD]
        self._trees: Sequence[Any] = [filled(tree_of(each.body, is_form=scheme.is_form)) for each in readable]

    def make(self, rng: Random, number: int) -> Hostile:
        """Make one."""
        witness = f"witness.{number}"
        tree = mutated(rng, rng.choice(self._trees), self._trees)
        if number % TARGETED in TARGETS:
            tree = lengthened(rng, rng.choice(self._trees), TARGETS[number % TARGETED])
        # Where a delivery holds one event, a witness leaves no room for a hostile one.
        if not PLATFORMS[self._scheme.platform].batches and isinstance(tree, dict) and rng.random() < ALONE:
            put, witness = tree, ""
        else:
            put = WITNESSING[self._scheme.platform].put(rng, tree, witness)
        body = form_of(put) if self._scheme.is_form else written(rng, put)
        how = "another shape"
        # What is no form cannot be signed as one.
        if number % IN_BYTES == 0 and not self._scheme.is_form:
            how, witness = list(BYTES)[number // IN_BYTES % len(BYTES)], ""
            body = BYTES[how](rng, body) or b"0"
        sendable = WITNESSING[self._scheme.platform].sendable(body)
        return Hostile(sent=self._signed(sendable, number), how=how, witness=witness)

    def large(self, rng: Random, number: int) -> Hostile:
        """Make one that is as large as a platform allows, or larger."""
        witness = f"witness.{number}"
        if self._scheme.is_form:
            body = form_of(WITNESSING[self._scheme.platform].put(rng, self._trees[0], witness))
            return Hostile(sent=self._signed(body + b"&More=" + b"x" * rng.choice(LARGE), number), how="large")
        body = written(rng, WITNESSING[self._scheme.platform].put(rng, self._trees[0], witness))
        room = rng.choice(LARGE) - len(body)
        text = {"x": rng.choice(["y", "\U0001f514"]) * (room // 12)}
        many = [{"id": str(n)} for n in range(room // 20)]
        filling = json.dumps(rng.choice([text, many])).encode()
        return Hostile(sent=self._signed(b"[" + body + b"," + filling + b"]", number), how="large")

    def _signed(self, body: bytes, number: int) -> Sent:
        key = self._scheme.spelled(KEYS[number % 2])
        return genuine(self._scheme, body, key, what=f"number {number}", in_base64=number % 3 == 0)
