"""Deliveries under attack: the signature stands in a header, and signs the body."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from random import Random

from nightbell.platforms.channel import Platform
from nightbell.platforms.registry import CHANNELS
from tests.chaos.forgery.broken import broken_verifiers
from tests.chaos.forgery.corpus import corpus, oddities
from tests.chaos.forgery.forger import OTHER_SECRET, Forger
from tests.chaos.forgery.mutators import SIGNATURES
from tests.chaos.forgery.target import DELIVERIES, Secrets, Target, Way
from tests.chaos.scheme import InClaims, InHeader, Scheme
from tests.chaos.sent import Sent


def _useless(shortest: int) -> Sequence[Sequence[str]]:
    """List what must not serve as keys, where the shortest that may has so many characters."""
    return ([], [""], [" "], ["", ""], ["short"], ["x" * (shortest - 1)], [OTHER_SECRET])


USELESS = _useless(24)
"""Where a key is a whole app's."""


def deliveries(platform: Platform, scheme: Scheme, secrets: Secrets, per_channel: int) -> Target:
    """Make the target: everything that the platform's channels bring."""
    keys = [value for name in scheme.secrets for value in secrets[name]]
    channels = [name for name, channel in CHANNELS.items() if channel.platform == platform.name]
    genuine = [sent for channel in channels for sent in _corpus(scheme, channel, keys, per_channel)]
    genuine += oddities(scheme, keys[0])
    return Target(
        platform=platform.name,
        kind=DELIVERIES,
        prove=platform.verify,
        genuine=genuine,
        forger=Forger(scheme, genuine, secrets, ways=_ways(scheme, keys[0]), signatures=SIGNATURES),
        secrets=secrets,
        signers=scheme.secrets,
        resigned=scheme.signed_anew,
        nearly=lambda sent: scheme.nearly(sent, keys[0]),
        useless=_useless(platform.min_secret),
        refusal="signature",
        misread=lambda _sent, _found: "",
        broken=partial(broken_verifiers, platform, scheme),
    )


def _corpus(scheme: Scheme, channel: str, keys: Sequence[str], many: int) -> list[Sent]:
    """Make a channel's share; one that brings too few proves nothing.

    Raises:
        LookupError: It has no fixtures, or too few.
    """
    made = corpus(scheme, channel, keys, many)
    if len(made) < many:
        raise LookupError(f"{channel} has fixtures for {len(made)} genuine deliveries, and not for {many}")
    return made


def _ways(scheme: Scheme, key: str) -> Mapping[str, Way]:
    if isinstance(scheme.place, InClaims):
        return _ways_of_claims(scheme.place.name, key)
    if not isinstance(scheme.place, InHeader):
        return {}
    header = scheme.place.name

    def without(sent: Sent) -> dict[str, str]:
        return {name: value for name, value in sent.headers.items() if name.lower() != header}

    def renamed(_: Random, sent: Sent) -> Sent:
        right = scheme.sign(sent.body, key)
        return replace(
            sent,
            headers={**without(sent), header.removesuffix("-256"): right, f"{header}-": right, f"x-{header}": right},
        )

    def in_query(_: Random, sent: Sent) -> Sent:
        return replace(sent, headers=without(sent), query={header: scheme.sign(sent.body, key)})

    return {
        "headers: none": lambda _, sent: replace(sent, headers={}),
        "headers: no signature": lambda _, sent: replace(sent, headers=without(sent)),
        "headers: another name": renamed,
        "headers: in the query instead": in_query,
    }


def _ways_of_claims(name: str, key: str) -> Mapping[str, Way]:
    """Change what the gateway has proven, or let it have proven nothing."""

    def saying(**claims: str) -> Way:
        return lambda _, sent: replace(sent, claims={**sent.claims, **claims})

    return {
        "claims: none": lambda _, sent: replace(sent, claims={}),
        "claims: in a header instead": lambda _, sent: replace(sent, claims={}, headers={**sent.headers, name: key}),
        "claims: in the query instead": lambda _, sent: replace(sent, claims={}, query={name: key}),
        "claims: of another issuer": saying(iss="https://accounts.google.com.example"),
        "claims: of an account that is not proven": saying(email_verified="false"),
        "claims: of a token that has ended": saying(exp="1795000000"),
        "claims: of a token without an end": saying(exp=""),
    }
