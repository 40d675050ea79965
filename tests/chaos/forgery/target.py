"""What is attacked: each place where a request must prove itself."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Protocol

from nightbell.domain.errors import HandshakeError, SignatureError
from nightbell.domain.events import Delivery
from tests.chaos.sent import Sent, delivery_of

Secrets = Mapping[str, Sequence[str]]
Prove = Callable[[Delivery, Secrets], object]
"""Raises what refuses; whatever it returns, it has accepted."""
REFUSALS = (SignatureError, HandshakeError)

DELIVERIES, HANDSHAKES, ASKED = "deliveries", "handshakes", "requests for a person"

Way = Callable[[Random, Sent], Sent]
"""One way to forge: makes of a genuine request another."""


class Forges(Protocol):
    """Makes what nobody signed.

    Attributes:
        kinds: Every way to forge, by name.
    """

    @property
    def kinds(self) -> Mapping[str, Way]: ...

    def forge(self, rng: Random, name: str = "") -> tuple[str, Sent]:
        """Forge one, in the way that is named or in any; returns the way and the request."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """One proof under attack.

    Attributes:
        kind: One of the three below.
        prove: What judges; a broken one may stand in for it.
        genuine: What must be accepted.
        secrets: All that the platform has, those that sign nothing here among them.
        signers: Names of those that may sign.
        resigned: Signs a genuine request with another value.
        nearly: Requests that are wrong in one byte of the proof, alike in form.
        useless: Values that must not serve as keys.
        refusal: What kind of refusal this is, of :data:`tests.chaos.forgery.handler.ANSWERS`.
        misread: Says what an accepted request was wrongly taken for.
        broken: The same with faults that real ones have had.
    """

    platform: str
    kind: str
    prove: Prove
    genuine: Sequence[Sent]
    forger: Forges
    secrets: Secrets
    signers: Sequence[str]
    resigned: Callable[[Sent, str], Sent]
    nearly: Callable[[Sent], Sequence[Sent]]
    useless: Sequence[Sequence[str]]
    refusal: str
    misread: Callable[[Sent, object], str]
    broken: Callable[[], Iterator[tuple[str, Prove]]]

    @property
    def name(self) -> str:
        """In a report."""
        return f"{self.platform}, {self.kind}"


def judge(prove: Prove, sent: Sent, secrets: Secrets) -> tuple[str, object]:
    """Say what a verifier did, ``accepted``, ``refused`` or what it must never raise, and what it returned."""
    try:
        return "accepted", prove(delivery_of(sent), secrets)
    except REFUSALS:
        return "refused", None
    except Exception as error:  # noqa: BLE001 - whatever it raises is the finding
        return f"raised {type(error).__name__}", None
