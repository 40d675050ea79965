"""Makes forged requests from genuine ones, and never by chance a genuine one."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import count
from random import Random

from tests.chaos.forgery.mutators import BODIES, SIGNATURES
from tests.chaos.schemes import Scheme
from tests.chaos.sent import Sent

LARGEST_TO_FORGE = 12_000
PATIENCE = 50
OTHER_SECRET = "CanarySecret-of-somebody-else-000001"  # pragma: allowlist secret
RETIRED_SECRET = "CanarySecret-that-was-retired-000002"  # pragma: allowlist secret


class Forger:
    """One scheme's forger.

    Attributes:
        kinds: Every way to forge, by name.
    """

    def __init__(self, scheme: Scheme, genuine: Sequence[Sent], accepted: Sequence[str]) -> None:
        self._scheme = scheme
        self._genuine = [sent for sent in genuine if len(sent.body) <= LARGEST_TO_FORGE]
        self._accepted = accepted
        self.kinds = {
            **{f"body {name}": (self._body, name) for name in BODIES},
            **{f"signature {name}": (self._signature, name) for name in SIGNATURES},
            **{f"signed by {name}": (self._wrong_way, name) for name in scheme.wrong},
            **{f"signed with {name}": (self._wrong_key, name) for name in self._wrong_keys()},
            **{f"headers: {name}": (self._headers, name) for name in ("none", "no signature", "another name")},
            "signature of another delivery": (self._borrowed, ""),
        }
        self._names = list(self.kinds)

    def forge(self, rng: Random, name: str = "") -> tuple[str, Sent]:
        """Forge one; what is by chance genuine is made anew, of another request and by and by in another way."""
        for attempt in count():
            kind = name if name and attempt < PATIENCE else rng.choice(self._names)
            make, way = self.kinds[kind]
            forged = make(rng, rng.choice(self._genuine), way)
            if not self.is_genuine(forged):
                return kind, forged
        raise AssertionError

    def is_genuine(self, sent: Sent) -> bool:
        """Tell whether the platform itself could have sent it."""
        given = {name.lower(): value for name, value in sent.headers.items()}.get(self._scheme.header)
        return bool(sent.body) and given in {self._scheme.sign(sent.body, secret) for secret in self._accepted}

    def _body(self, rng: Random, sent: Sent, way: str) -> Sent:
        return replace(sent, body=BODIES[way](rng, sent.body))

    def _signature(self, rng: Random, sent: Sent, way: str) -> Sent:
        right = next(value for name, value in sent.headers.items() if name.lower() == self._scheme.header)
        return self._with(sent, SIGNATURES[way](rng, right))

    def _wrong_way(self, rng: Random, sent: Sent, way: str) -> Sent:
        return self._with(sent, self._scheme.wrong[way](sent.body, rng.choice(self._accepted)))

    def _wrong_keys(self) -> Mapping[str, str]:
        return {
            "somebody else's key": OTHER_SECRET,
            "a retired key": RETIRED_SECRET,
            "a line with all keys": "\n".join(self._accepted),
            "all keys in one": "".join(self._accepted),
            "a short key": "secret",
            "the name of the key": self._scheme.secret,
        }

    def _wrong_key(self, _: Random, sent: Sent, way: str) -> Sent:
        return self._with(sent, self._scheme.sign(sent.body, self._wrong_keys()[way]))

    def _headers(self, _: Random, sent: Sent, way: str) -> Sent:
        if way == "none":
            return replace(sent, headers={})
        headers = {name: value for name, value in sent.headers.items() if name.lower() != self._scheme.header}
        if way == "another name":
            right = self._scheme.sign(sent.body, self._accepted[0])
            headers |= {self._scheme.header.removesuffix("-256"): right, f"{self._scheme.header}-": right}
        return replace(sent, headers=headers)

    def _borrowed(self, rng: Random, sent: Sent, _: str) -> Sent:
        return replace(sent, headers=rng.choice(self._genuine).headers)

    def _with(self, sent: Sent, signature: str) -> Sent:
        kept = {name: value for name, value in sent.headers.items() if name.lower() != self._scheme.header}
        return replace(sent, headers={**kept, self._scheme.header: signature})
