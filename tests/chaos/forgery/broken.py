"""Verifiers with the faults that real ones have had; a proof that does not see them proves nothing."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

from nightbell.domain.errors import SignatureError
from nightbell.domain.events import Delivery
from nightbell.platforms.channel import Platform
from tests.chaos.forgery.target import REFUSALS, Prove, Secrets
from tests.chaos.scheme import InClaims, InHeader, Scheme
from tests.chaos.sent import Sent
from tests.chaos.signing import Signing

Accepts = Callable[[Delivery, Secrets], object]


def broken_verifiers(platform: Platform, scheme: Scheme) -> Iterator[tuple[str, Prove]]:
    """Break a platform in every way that its scheme allows."""
    for name, accepts in {**_faults(scheme), **_wrong(scheme)}.items():
        yield name, accepting(accepts, platform.verify)
    if len(scheme.secrets) > 1:
        one = scheme.secrets[:1]
        yield "knows only one app", lambda d, s: platform.verify(d, {name: s.get(name, ()) for name in one})
    yield "knows only the newest key", lambda d, s: platform.verify(d, {name: s[name][:1] for name in s})
    yield "compares letter by letter", _hasty(scheme)


def accepting(accepts: Accepts, prove: Prove) -> Prove:
    """Accept what the real one accepts, and what a fault accepts besides."""

    def broken(delivery: Delivery, secrets: Secrets) -> object:
        try:
            return prove(delivery, secrets)
        except REFUSALS:
            if accepts(delivery, secrets):
                return True
            raise

    return broken


def _signature(delivery: Delivery, scheme: Scheme) -> str:
    if isinstance(scheme.place, InClaims):
        return delivery.claims.get(scheme.place.name, "")
    return delivery.headers.get(scheme.place.name, "") if isinstance(scheme.place, InHeader) else ""


def _header(scheme: Scheme) -> str:
    return scheme.place.name if isinstance(scheme.place, InHeader | InClaims) else ""


def _keys(scheme: Scheme, secrets: Secrets) -> list[str]:
    return [value for name in scheme.secrets for value in secrets.get(name, ())]


def _faults(scheme: Scheme) -> Mapping[str, Accepts]:
    def given(delivery: Delivery) -> str:
        return _signature(delivery, scheme)

    def right(delivery: Delivery, secrets: Secrets) -> list[str]:
        return [scheme.sign(delivery.body, each) for each in _keys(scheme, secrets)]

    def by_any(delivery: Delivery, secrets: Secrets) -> list[str]:
        return [scheme.sign(delivery.body, each) for values in secrets.values() for each in values]

    def again(delivery: Delivery) -> Delivery:
        try:
            return replace(delivery, body=json.dumps(json.loads(delivery.body), separators=(",", ":")).encode())
        except ValueError:
            return delivery

    def raises(delivery: Delivery, _: Secrets) -> bool:
        given(delivery).encode("ascii")
        return False

    return {
        "accepts a missing header": lambda d, _: not given(d),
        "compares only the beginning": lambda d, s: any(given(d)[:16] == one[:16] for one in right(d, s)),
        "compares as far as it was given": lambda d, s: (
            given(d) and any(one.startswith(given(d)) for one in right(d, s))
        ),
        "ignores case": lambda d, s: given(d).lower() in [each.lower() for each in right(d, s)],
        "ignores white space": lambda d, s: "".join(given(d).split()) in right(d, s),
        "takes the last of two": lambda d, s: given(d).rpartition(", ")[2] in right(d, s),
        "looks for it anywhere": lambda d, s: any(one in given(d) for one in right(d, s)),
        "signs the end without white space": lambda d, s: given(d) in right(replace(d, body=d.body.rstrip()), s),
        "signs the meaning": lambda d, s: given(d) in right(again(d), s),
        "takes the query for a header": lambda d, s: d.query.get(_header(scheme)) in right(d, s),
        "accepts an empty key": lambda d, _: given(d) == scheme.sign(d.body, ""),
        "accepts when there is no key": lambda _, s: not any(_keys(scheme, s)),
        "accepts a short key": lambda d, s: given(d) in right(d, s),
        "accepts every secret that is there": lambda d, s: given(d) in by_any(d, s),
        "raises for what is no ASCII": raises,
    }


def _wrong(scheme: Scheme) -> Mapping[str, Accepts]:
    def by(way: Signing) -> Accepts:
        return lambda d, s: _signature(d, scheme) in [way(d.body, each) for each in _keys(scheme, s)]

    return {f"accepts {name}": by(way) for name, way in scheme.wrong.items()}


def _hasty(scheme: Scheme) -> Prove:
    """Stop at the first wrong letter, as ``==`` does."""

    def prove(delivery: Delivery, secrets: Secrets) -> None:
        text, given = scheme.place.take(_sent(delivery))
        if given not in [scheme.sign(text, each) for each in _keys(scheme, secrets)]:
            raise SignatureError("the signature does not match")

    return prove


def _sent(delivery: Delivery) -> Sent:
    return Sent(
        what="",
        platform=delivery.platform,
        body=delivery.body,
        headers=delivery.headers,
        claims=delivery.claims,
    )
