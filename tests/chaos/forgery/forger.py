"""Makes forged requests from genuine ones, and never by chance a genuine one."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from itertools import count
from random import Random

from tests.chaos.forgery.mutators import BODIES, OfBody, OfSignature
from tests.chaos.forgery.target import Secrets, Way
from tests.chaos.scheme import Scheme
from tests.chaos.sent import Sent
from tests.chaos.signing import Signing

LARGEST_TO_FORGE = 12_000
PATIENCE = 50
OTHER_SECRET = "CanarySecret-of-somebody-else-000001"  # pragma: allowlist secret
RETIRED_SECRET = "CanarySecret-that-was-retired-000002"  # pragma: allowlist secret


class Forger:
    """One scheme's forger.

    Attributes:
        kinds: Every way to forge, by name.
    """

    def __init__(  # noqa: PLR0913 - each is a part of its own
        self,
        scheme: Scheme,
        genuine: Sequence[Sent],
        secrets: Secrets,
        *,
        ways: Mapping[str, Way],
        signatures: Mapping[str, OfSignature],
        known: Collection[bytes] = (),
    ) -> None:
        """Where texts are ``known``, the platform would sign no other; else it may sign anything."""
        self._scheme = scheme
        self._known = frozenset(known)
        self._genuine = [sent for sent in genuine if len(sent.body) <= LARGEST_TO_FORGE]
        self._accepted = [value for name in scheme.secrets for value in secrets[name]]
        self._lengths = {len(scheme.sign(b"any", key)) for key in self._accepted}
        self.kinds: Mapping[str, Way] = {
            **{f"body {name}": _body(change) for name, change in BODIES.items() if scheme.binds_body},
            **{f"signature {name}": self._signature(change) for name, change in signatures.items()},
            **{f"signed by {name}": self._wrong_way(sign) for name, sign in scheme.wrong.items()},
            **{
                f"signed with {name}": self._wrong_key(key) for name, key in wrong_keys(scheme.secrets, secrets).items()
            },
            "signature of another one": self._borrowed,
            **ways,
        }
        self._names = list(self.kinds)

    def forge(self, rng: Random, name: str = "") -> tuple[str, Sent]:
        """Forge one; what is by chance genuine is made anew, of another request and by and by in another way."""
        for attempt in count():
            kind = name if name and attempt < PATIENCE else rng.choice(self._names)
            forged = self.kinds[kind](rng, rng.choice(self._genuine))
            if not self.is_genuine(forged):
                return kind, forged
        raise AssertionError

    def is_genuine(self, sent: Sent) -> bool:
        """Tell whether the platform itself could have sent it."""
        text, given = self._scheme.place.take(sent)
        if not text or given is None or (self._known and text not in self._known):
            return False
        entries = {
            each for each in (given.split(" ") if self._scheme.several else [given]) if len(each) in self._lengths
        }
        if not entries:
            return False
        if not self._scheme.binds_body:
            return not entries.isdisjoint(self._accepted)
        return not entries.isdisjoint(self._scheme.sign(text, secret) for secret in self._accepted)

    def _signature(self, change: OfSignature) -> Way:
        def way(rng: Random, sent: Sent) -> Sent:
            text, right = self._scheme.place.take(sent)
            return self._scheme.place.put(sent, text, change(rng, right or ""))

        return way

    def _wrong_way(self, sign: Signing) -> Way:
        return lambda rng, sent: self._signed(sent, sign, rng.choice(self._accepted))

    def _wrong_key(self, key: str) -> Way:
        return lambda _, sent: self._signed(sent, self._scheme.sign, key)

    def _signed(self, sent: Sent, sign: Signing, key: str) -> Sent:
        text, _ = self._scheme.place.take(sent)
        return self._scheme.place.put(sent, text, sign(text, key))

    def _borrowed(self, rng: Random, sent: Sent) -> Sent:
        text, _ = self._scheme.place.take(sent)
        _, signature = self._scheme.place.take(rng.choice(self._genuine))
        return self._scheme.place.put(sent, text, signature or "")


def wrong_keys(signers: Collection[str], secrets: Secrets) -> Mapping[str, str]:
    """List keys that sign nothing."""
    accepted = [value for name in signers for value in secrets[name]]
    others = {f"the {name}": values[0] for name, values in secrets.items() if name not in signers}
    return {
        "somebody else's key": OTHER_SECRET,
        "a retired key": RETIRED_SECRET,
        "a line with all keys": "\n".join(accepted),
        "all keys in one": "".join(accepted),
        "a short key": "secret",
        "the name of the key": next(iter(signers)),
        **others,
    }


def _body(change: OfBody) -> Way:
    return lambda rng, sent: replace(sent, body=change(rng, sent.body))
