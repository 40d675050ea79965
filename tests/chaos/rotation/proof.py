"""Keys change under way: several running functions with caches of their own, a store that fails, one clock."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any

from botocore.exceptions import ClientError

from nightbell.adapters.secrets import ASK_AGAIN_AFTER, FRESH_FOR, ParameterSecrets
from nightbell.domain.errors import NightbellError
from nightbell.domain.facts import Fact
from nightbell.platforms.registry import PLATFORMS
from nightbell.services.ports import Secrets
from nightbell.services.receive_delivery import ReceiveDelivery
from tests.chaos.schemes import Scheme
from tests.chaos.sent import Sent, delivery_of
from tests.contract.fake_clock import FakeClock
from tests.fakes import NoSpillQueue

OLD, NEW = "CanarySecret-of-yesterday-0123456789", "CanarySecret-of-tomorrow-0123456789"
FUNCTIONS = 5
OVERLAP_S, RETIRED_S, ENDS_S = 2_000, 7_000, 10_000
OUTAGES = ((1_500, 1_700), (3_000, 4_200), (5_000, 5_010), (6_500, 6_900))
"""When the store does not answer; each ends before a key is retired, as an operator writes to that very store."""

PREFIX = "/nightbell/test"


class Store:
    """Parameter Store: holds what an operator wrote, or does not answer."""

    def __init__(self) -> None:
        self.values: dict[str, str] = {}
        self.down = False

    def get_parameter(self, *, Name: str, WithDecryption: bool) -> Mapping[str, Any]:  # noqa: N803 - AWS's own words
        del WithDecryption
        if self.down:
            raise ConnectionError
        if Name not in self.values:
            raise ClientError({"Error": {"Code": "ParameterNotFound"}}, "GetParameter")
        return {"Parameter": {"Value": self.values[Name]}}

    def write(self, platform: str, *values: str) -> None:
        """Set every secret that the platform's deliveries need."""
        for name in PLATFORMS[platform].webhook_secrets:
            self.values[f"{PREFIX}/{platform}/{name}"] = "\n".join(values)


class TakesAll:
    """Stands in for storing: a rotation ends where the proof does."""

    def __call__(self, delivery: object, *, platform_waits: bool) -> list[Fact]:
        del delivery, platform_waits
        return []


def function(secrets: Secrets) -> ReceiveDelivery:
    """Make one running function."""
    storing: Any = TakesAll()
    return ReceiveDelivery(platforms=PLATFORMS, secrets=secrets, store_delivery=storing, spill=NoSpillQueue())


@dataclass(slots=True)
class Tally:
    """What was answered: genuine in the overlap, retired afterwards."""

    answers: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)

    def expect(self, what: str, status: int, wanted: Sequence[int], second: int) -> None:
        self.answers[what] += 1
        if status not in wanted:
            self.wrong.append(f"{what}: answered {status} in second {second}")


def status_of(receive: ReceiveDelivery, scheme: Scheme, secret: str, number: int) -> int:
    """Deliver one, signed with a key."""
    body = b'{"object":"page","entry":[],"n":%d}' % number
    headers = {scheme.header: scheme.sign(body, secret)}
    try:
        return receive(delivery_of(Sent(what="", platform=scheme.platform, body=body, headers=headers))).status
    except NightbellError as error:
        return error.status


def rotate(scheme: Scheme, rng: Random, make: type[ParameterSecrets] = ParameterSecrets) -> Tally:
    """Replace a key while deliveries come every second, old ones again among them."""
    clock, store, tally = FakeClock(), Store(), Tally()
    functions = [function(make(store, PREFIX, clock)) for _ in range(FUNCTIONS)]
    for second in range(ENDS_S):
        if second in _WRITES:
            store.write(scheme.platform, *_WRITES[second])
        store.down = any(begins <= second < ends for begins, ends in OUTAGES)
        receive = rng.choice(functions)
        if second % 97 == 0 and not store.down:  # a function is started anew, by a delivery
            functions[functions.index(receive)] = receive = function(make(store, PREFIX, clock))
        for what, key, wanted in _due(second, rng):
            tally.expect(what, status_of(receive, scheme, key, second), wanted, second)
        clock.advance(1)
    return tally


_WRITES: Mapping[int, Sequence[str]] = {0: (OLD,), OVERLAP_S: (NEW, OLD), RETIRED_S: (NEW,)}


def _due(second: int, rng: Random) -> Iterator[tuple[str, str, Sequence[int]]]:
    fresh = int(FRESH_FOR.total_seconds())
    if second >= RETIRED_S:
        yield "genuine", NEW, (200,)
        if second >= RETIRED_S + fresh:
            yield "retired", OLD, (401,)
    elif second >= OVERLAP_S + fresh:
        yield "genuine", rng.choice([OLD, NEW]), (200,)  # the platform changes over at a moment nobody is told
    else:
        yield "genuine", OLD, (200,)
    yield "never ours", f"{OLD}{NEW}", (401,)


def closed(scheme: Scheme, make: type[ParameterSecrets] = ParameterSecrets) -> Tally:
    """Start functions whose key cannot be had: never open, and serving once it is there."""
    tally = Tally()
    for name, values, down, wanted in _WITHOUT_KEY:
        clock, store = FakeClock(), Store()
        if values is not None:
            store.write(scheme.platform, *values)
        store.down = down
        receive = function(make(store, PREFIX, clock))
        for key in (OLD, "", *(values or ())):
            tally.expect(f"no key ({name})", status_of(receive, scheme, key, 0), (wanted,), 0)
        store.down = False
        store.write(scheme.platform, NEW)
        clock.advance(ASK_AGAIN_AFTER.total_seconds())
        tally.expect("genuine, once the key is there", status_of(receive, scheme, NEW, 1), (200,), 1)
        tally.expect("never ours", status_of(receive, scheme, OLD, 2), (401,), 2)
    return tally


_WITHOUT_KEY: Sequence[tuple[str, Sequence[str] | None, bool, int]] = (
    ("never set", None, False, 500),
    ("empty", ("",), False, 500),
    ("white space", (" ", "\t"), False, 500),
    ("too short", ("secret",), False, 500),
    ("one of two too short", (OLD, "x"), False, 500),
    ("the store is down", (OLD,), True, 503),
)


def deleted(scheme: Scheme, make: type[ParameterSecrets] = ParameterSecrets) -> Tally:
    """Lose the parameter, or its content, after it was loaded: the cached key serves on."""
    tally = Tally()
    for values in ((), ("",), ("short",)):
        clock, store = FakeClock(), Store()
        store.write(scheme.platform, OLD)
        receive = function(make(store, PREFIX, clock))
        for hour in range(24):
            tally.expect("genuine, cached", status_of(receive, scheme, OLD, hour), (200,), hour * 3600)
            tally.expect("never ours", status_of(receive, scheme, NEW, hour), (401,), hour * 3600)
            store.values.clear()
            if values:
                store.write(scheme.platform, *values)
            clock.advance(3600)
    return tally
