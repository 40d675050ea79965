"""What can go wrong with a call that leaves a function: seeded, counted, and on a clock that a test moves."""

import random
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from botocore.exceptions import ClientError

from tests.contract.fake_clock import FakeClock

SLOW_S = (0.4, 4.0)
DOWN_S = 0.6
"""What a call to a service that is down takes: every try of it."""


class Died(BaseException):
    """The sandbox is gone."""


class Fate(StrEnum):
    NOT_APPLIED = "not applied"
    LOST = "applied, answer lost"
    SLOW = "slow"
    DIES_BEFORE = "died before"
    DIES_AFTER = "died after"
    CONFLICT = "conflict"


FATES = (Fate.NOT_APPLIED, Fate.LOST, Fate.SLOW, Fate.SLOW, Fate.DIES_BEFORE, Fate.DIES_AFTER, Fate.CONFLICT)


class LostError(ConnectionError):
    """What a client raises when no answer came."""


@dataclass(slots=True, kw_only=True)
class Doom:
    """One death, at the n-th call from now.

    Attributes:
        during: Whether a call counts.
        after: Die when the call is done, not before it.
        site: The call it was, once it has struck.
    """

    calls: int
    after: bool
    during: Callable[[], bool]
    site: str = ""

    def strikes(self, name: str) -> bool:
        if self.site or not self.during():
            return False
        self.calls -= 1
        if self.calls <= 0:
            self.site = name
        return bool(self.site)


@dataclass(slots=True, kw_only=True)
class Weather:
    """Decides the fate of each call.

    Attributes:
        rate: Of calls that meet one.
        cost_s: What every call takes on the simulated clock.
        down: Services, or single queues, that answer nothing at all.
        strikes: Whether calls meet a fate just now.
        dies_at: When the function that runs is killed.
        doom: A single death that is to come.
        fired: What went wrong, by fate.
    """

    rng: random.Random
    clock: FakeClock
    rate: float = 0.0
    cost_s: float = 0.0
    down: set[str] = field(default_factory=set)
    strikes: Callable[[], bool] = lambda: True
    dies_at: datetime | None = None
    doom: Doom | None = None
    fired: Counter[str] = field(default_factory=Counter)
    calls: int = 0

    def call(self, name: str, act: Callable[[], Any]) -> Any:
        self.calls += 1
        self.clock.advance(self.cost_s)
        self._live()
        if any(name.startswith(service) for service in self.down):
            self.clock.advance(DOWN_S)
            raise LostError(name)
        fate = self.rng.choice(FATES) if self.rng.random() < self.rate and self.strikes() else None
        if fate is Fate.CONFLICT and not name.startswith("dynamodb.transact"):
            fate = None
        if fate is None:
            return self.doomed(name, act)
        self.fired[fate] += 1
        return self._meet(fate, act)

    def _meet(self, fate: Fate, act: Callable[[], Any]) -> Any:
        match fate:
            case Fate.DIES_BEFORE:
                raise Died
            case Fate.NOT_APPLIED:
                raise LostError
            case Fate.CONFLICT:
                raise _conflict()
            case Fate.SLOW:
                self.clock.advance(self.rng.uniform(*SLOW_S))
                self._live()
        answer = act()
        match fate:
            case Fate.DIES_AFTER:
                raise Died
            case Fate.LOST:
                raise LostError
        return answer

    def doomed(self, name: str, act: Callable[[], Any]) -> Any:
        """Make a call, unless this is the one to die at."""
        if self.doom is None or not self.doom.strikes(name):
            return act()
        if self.doom.after:
            act()
        raise Died

    def _live(self) -> None:
        if self.dies_at is not None and self.clock.now() >= self.dies_at:
            raise Died

    def lives_for(self, seconds: float) -> None:
        self.dies_at = self.clock.now() + timedelta(seconds=seconds)


def _conflict() -> ClientError:
    reasons = [{"Code": "TransactionConflict", "Message": "Transaction is ongoing for the item"}]
    error: Mapping[str, Any] = {"Error": {"Code": "TransactionCanceledException"}, "CancellationReasons": reasons}
    return ClientError(error, "TransactWriteItems")


class Exposed:
    """A client whose calls are out in the weather."""

    def __init__(
        self,
        service: str,
        client: Any,
        weather: Weather,
        heard: Callable[[str, Any], None],
        touched: Callable[[str, str], None] = lambda _, __: None,
    ) -> None:
        """``heard`` learns of every message that a queue has taken, by its URL; ``touched`` of every item updated."""
        self._service = service
        self._client = client
        self._weather = weather
        self._heard = heard
        self._touched = touched

    def __getattr__(self, operation: str) -> Callable[..., Any]:
        def call(**request: Any) -> Any:
            if operation == "update_item":
                self._touched(request["Key"]["pk"]["S"], request["Key"]["sk"]["S"])

            def act() -> Any:
                answer = getattr(self._client, operation)(**request)
                if operation == "send_message":
                    self._heard(request["QueueUrl"], request["MessageBody"])
                return answer

            where = request.get("QueueUrl", "").rpartition("/")[2]
            return self._weather.call(".".join(filter(None, (self._service, where, operation))), act)

        return call
