"""Verifiers with the faults that real ones have had; a proof that does not see them proves nothing."""

import json
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace

from nightbell.domain.errors import SignatureError
from nightbell.domain.events import Delivery, Event
from nightbell.platforms.channel import Platform
from tests.chaos.schemes import Scheme

Secrets = Mapping[str, Sequence[str]]


class BrokenPlatform:
    """A platform that accepts what a fault accepts, and else what the real one accepts."""

    def __init__(self, platform: Platform, accepts: Callable[[Delivery, Secrets], object]) -> None:
        self._platform = platform
        self._accepts = accepts
        self.name = platform.name
        self.max_body = platform.max_body
        self.paths: Collection[str] = platform.paths
        self.webhook_secrets = platform.webhook_secrets
        self.optional_secrets = platform.optional_secrets
        self.signed_headers = platform.signed_headers

    def handshake(self, delivery: Delivery, secrets: Secrets) -> str | None:
        return self._platform.handshake(delivery, secrets)

    def verify(self, delivery: Delivery, secrets: Secrets) -> None:
        if not self._accepts(delivery, secrets):
            self._platform.verify(delivery, secrets)

    def parse(self, delivery: Delivery) -> list[Event]:
        return self._platform.parse(delivery)


def broken_verifiers(platform: Platform, scheme: Scheme) -> Mapping[str, Platform]:
    """Break a platform in every way that its scheme allows."""
    header, key = scheme.header, scheme.secret

    def signature(delivery: Delivery) -> str:
        return delivery.headers.get(header, "")

    def right(delivery: Delivery, secrets: Secrets) -> list[str]:
        return [scheme.sign(delivery.body, each) for each in secrets.get(key, ())]

    def again(delivery: Delivery) -> Delivery:
        try:
            return replace(delivery, body=json.dumps(json.loads(delivery.body), separators=(",", ":")).encode())
        except ValueError:
            return delivery

    def raises(_delivery: Delivery, _secrets: Secrets) -> bool:
        _delivery.headers.get(header, "").encode("ascii")
        return False

    faults: Mapping[str, Callable[[Delivery, Secrets], object]] = {
        "accepts a missing header": lambda d, _: header not in d.headers,
        "accepts an empty header": lambda d, _: not signature(d),
        "compares only the beginning": lambda d, s: any(signature(d)[:16] == one[:16] for one in right(d, s)),
        "compares as far as it was given": lambda d, s: (
            signature(d) and any(one.startswith(signature(d)) for one in right(d, s))
        ),
        "ignores case": lambda d, s: signature(d).lower() in right(d, s),
        "ignores white space": lambda d, s: "".join(signature(d).split()) in right(d, s),
        "takes the last of two": lambda d, s: signature(d).rpartition(", ")[2] in right(d, s),
        "looks for it anywhere": lambda d, s: any(one in signature(d) for one in right(d, s)),
        "signs the end without white space": lambda d, s: signature(d) in right(replace(d, body=d.body.rstrip()), s),
        "signs the meaning": lambda d, s: signature(d) in right(again(d), s),
        "accepts an empty key": lambda d, _: signature(d) == scheme.sign(d.body, ""),
        "accepts when there is no key": lambda _, s: not any(s.get(key, ())),
        "accepts a short key": lambda d, s: signature(d) in right(d, s),
        "raises for what is no ASCII": raises,
    }
    wrong = {
        f"accepts {name}": lambda d, s, way=way: signature(d) in [way(d.body, each) for each in s.get(key, ())]
        for name, way in scheme.wrong.items()
    }
    return {name: BrokenPlatform(platform, accepts) for name, accepts in {**faults, **wrong}.items()}


class Hasty(BrokenPlatform):
    """Stops at the first wrong letter, as ``==`` does."""

    def __init__(self, platform: Platform, scheme: Scheme) -> None:
        super().__init__(platform, lambda *_: False)
        self._scheme = scheme

    def verify(self, delivery: Delivery, secrets: Secrets) -> None:
        given = delivery.headers.get(self._scheme.header, "")
        if given not in self._right(delivery, secrets):
            raise SignatureError("the signature does not match")

    def _right(self, delivery: Delivery, secrets: Secrets) -> list[str]:
        return [self._scheme.sign(delivery.body, each) for each in secrets[self._scheme.secret]]
