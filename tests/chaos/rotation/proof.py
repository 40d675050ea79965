"""Keys change under way: several running functions with caches of their own, a store that fails, one clock."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any

from botocore.exceptions import ClientError

from nightbell.adapters.secrets import ASK_AGAIN_AFTER, FRESH_FOR, ParameterSecrets
from nightbell.domain.errors import NightbellError
from nightbell.platforms.registry import CALLBACKS, PLATFORMS
from tests.chaos.rotation.doors import Door, Receive
from tests.chaos.sent import delivery_of
from tests.chaos.staged import names_of
from tests.contract.fake_clock import FakeClock

Make = type[ParameterSecrets]

OLD, NEW = "CanarySecret-of-yesterday-0123456789", "CanarySecret-of-tomorrow-0123456789"
OTHER = "CanarySecret-of-the-other-0123456789"
FUNCTIONS = 5
OVERLAP_S, RETIRED_S, ENDS_S = 2_000, 7_000, 10_000
OUTAGES = ((1_500, 1_700), (3_000, 4_200), (5_000, 5_010), (6_500, 6_900))
"""When the store does not answer; each ends before a key is retired, as an operator writes to that very store."""

PREFIX = "/nightbell/test"
SHORT = 10
"""Whatever has no more characters stands for no key."""


class Store:
    """Parameter Store: holds what an operator wrote, or does not answer.

    Attributes:
        down: Names of the secrets that it does not tell at present.
    """

    def __init__(self, door: Door) -> None:
        self._platform = door.scheme.platform
        platform, reader = PLATFORMS[self._platform], CALLBACKS.get(self._platform)
        names = names_of(platform)
        self.names = {*names.needed, *names.optional, *(reader.secrets if reader else ())}
        self._spelled = door.scheme.spelled
        self.values = {self._parameter(name): self._spelled(_of(name)) for name in self.names - {door.secret}}
        self.own = self._parameter(door.secret)
        self.down: Collection[str] = ()

    def get_parameter(self, *, Name: str, WithDecryption: bool) -> Mapping[str, Any]:  # noqa: N803 - AWS's own words
        del WithDecryption
        if Name.removeprefix(f"{PREFIX}/{self._platform}/") in self.down:
            raise ConnectionError
        if Name not in self.values:
            raise ClientError({"Error": {"Code": "ParameterNotFound"}}, "GetParameter")
        return {"Parameter": {"Value": self.values[Name]}}

    def write(self, *values: str) -> None:
        """Set the secret that is replaced; what is too short to be one stays as it is."""
        self.values[self.own] = "\n".join(self._spelled(each) if len(each) > SHORT else each for each in values)

    def _parameter(self, name: str) -> str:
        return f"{PREFIX}/{self._platform}/{name}"


@dataclass(slots=True)
class Tally:
    """What was answered: genuine in the overlap, retired afterwards."""

    answers: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)

    def expect(self, what: str, status: int, wanted: Sequence[int], second: int) -> None:
        self.answers[what] += 1
        if status not in wanted:
            self.wrong.append(f"{what}: answered {status} in second {second}")


def status_of(receive: Receive, door: Door, key: str, number: int) -> int:
    """Deliver one, signed with a key."""
    try:
        return receive(delivery_of(door.request(number, key))).status
    except NightbellError as error:
        return error.status


def rotate(door: Door, rng: Random, make: Make = ParameterSecrets, *, until_found: bool = False) -> Tally:
    """Replace a key while requests come every second, old ones again among them."""
    clock, store, tally = FakeClock(), Store(door), Tally()
    functions = [door.function(make(store, PREFIX, clock)) for _ in range(FUNCTIONS)]
    for second in range(ENDS_S):
        if second in _WRITES:
            store.write(*_WRITES[second])
        store.down = store.names if any(begins <= second < ends for begins, ends in OUTAGES) else ()
        receive = rng.choice(functions)
        if second % 97 == 0 and not store.down:  # a function is started anew, by a request
            functions[functions.index(receive)] = receive = door.function(make(store, PREFIX, clock))
        for what, key, wanted in _due(second, rng):
            tally.expect(what, status_of(receive, door, key, second), wanted, second)
        clock.advance(1)
        if until_found and tally.wrong:
            break
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


def closed(door: Door, make: Make = ParameterSecrets) -> Tally:
    """Start functions whose key cannot be had: never open, and serving once it is there."""
    tally = Tally()
    for name, values, is_down, wanted in _WITHOUT_KEY:
        clock, store = FakeClock(), Store(door)
        if values is not None:
            store.write(*values)
        store.down = store.names if is_down else ()
        receive = door.function(make(store, PREFIX, clock))
        status = wanted if door.is_needed or is_down else 401
        for key in (OLD, "", *(values or ())):
            tally.expect(f"no key ({name})", status_of(receive, door, key, 0), (status,), 0)
        if not door.is_needed and not is_down:
            for other in door.others:
                tally.expect("by another app", status_of(receive, door, _of(other), 0), (200,), 0)
        store.down = ()
        store.write(NEW)
        # That an optional one was never set is remembered as long as a value is.
        clock.advance((ASK_AGAIN_AFTER if door.is_needed else FRESH_FOR).total_seconds())
        tally.expect("genuine, once the key is there", status_of(receive, door, NEW, 1), (200,), 1)
        tally.expect("never ours", status_of(receive, door, OLD, 2), (401,), 2)
    return tally


def unreadable(door: Door, make: Make = ParameterSecrets) -> Tally:
    """Withhold this one secret from functions that just began: what it may have signed is to come again."""
    tally = Tally()
    clock, store = FakeClock(), Store(door)
    store.write(OLD)
    store.down = {door.secret}
    receive = door.function(make(store, PREFIX, clock))
    for key in (OLD, NEW, ""):
        tally.expect("to come again", status_of(receive, door, key, 0), (503,), 0)
    store.down = ()
    clock.advance(ASK_AGAIN_AFTER.total_seconds())
    tally.expect("genuine, come again", status_of(receive, door, OLD, 1), (200,), 1)
    tally.expect("never ours", status_of(receive, door, NEW, 2), (401,), 2)
    return tally


def bare(door: Door, make: Make = ParameterSecrets) -> Tally:
    """Set none of the secrets at all: nobody gets in, and an operator hears of it."""
    tally = Tally()
    clock, store = FakeClock(), Store(door)
    store.values.clear()
    receive = door.function(make(store, PREFIX, clock))
    # Where every account has a key of its own, one that was never set is like that of a stranger.
    status = 500 if names_of(PLATFORMS[door.scheme.platform]).needed else 401
    for key in (OLD, "", *map(_of, door.others)):
        tally.expect("no key at all", status_of(receive, door, key, 0), (status,), 0)
    return tally


def _of(name: str) -> str:
    return f"{OTHER}-{name}"


_WITHOUT_KEY: Sequence[tuple[str, Sequence[str] | None, bool, int]] = (
    ("never set", None, False, 500),
    ("empty", ("",), False, 500),
    ("white space", (" ", "\t"), False, 500),
    ("too short", ("secret",), False, 500),
    ("one of two too short", (OLD, "x"), False, 500),
    ("the store is down", (OLD,), True, 503),
)
"""What is answered where the key is needed; else such requests are not signed by anything that is known."""


def deleted(door: Door, make: Make = ParameterSecrets) -> Tally:
    """Lose the parameter, or its content, after it was loaded: the cached key serves on."""
    tally = Tally()
    for values in ((), ("",), ("short",)):
        clock, store = FakeClock(), Store(door)
        store.write(OLD)
        receive = door.function(make(store, PREFIX, clock))
        for hour in range(24):
            tally.expect("genuine, cached", status_of(receive, door, OLD, hour), (200,), hour * 3600)
            tally.expect("never ours", status_of(receive, door, NEW, hour), (401,), hour * 3600)
            store.values.pop(store.own, None)
            if values:
                store.write(*values)
            clock.advance(3600)
    return tally
