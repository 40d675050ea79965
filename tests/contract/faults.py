"""One fault at one call, counted over everything that leaves the process."""

from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Any

from nightbell.domain.errors import UnavailableError
from nightbell.platforms.channel import HttpOutcome, HttpRequest, NoAnswer, NotSent
from nightbell.services.ports import Hints, HumanQueue, PlatformApi


class Crash(BaseException):
    """The process dies here."""


class How(StrEnum):
    CRASH_BEFORE = "crash before"
    CRASH_AFTER = "crash after"
    FAILED = "not applied, and an error"
    LOST = "applied, and the answer lost"
    REPEATED = "applied twice by a client that lost the first answer"


class Faults:
    """Lets every call through but the k-th.

    Attributes:
        of: Counts only calls whose name begins so; where threads race, the k-th of all may be any.
        sites: The calls so far, by name.
    """

    def __init__(self, at: int = 0, how: How = How.CRASH_BEFORE, of: str = "") -> None:
        self.at = at
        self.of = of
        self.how = how
        self.sites: list[str] = []

    def call(self, name: str, act: Callable[[], Any], lost: Callable[[], Any], failed: Callable[[], Any]) -> Any:
        if not name.startswith(self.of):
            return act()
        self.sites.append(name)
        if len(self.sites) != self.at:
            return act()
        match self.how:
            case How.CRASH_BEFORE:
                raise Crash
            case How.FAILED:
                return failed()
        act()
        match self.how:
            case How.CRASH_AFTER:
                raise Crash
            case How.LOST:
                return lost()
        return act()


def _no_answer() -> None:
    raise ConnectionError


def _unavailable() -> None:
    raise UnavailableError("the queue does not answer")


class FaultyDynamo:
    """The client of the table."""

    def __init__(self, client: Any, faults: Faults) -> None:
        self._client = client
        self._faults = faults

    def __getattr__(self, operation: str) -> Callable[..., Any]:
        def call(**request: Any) -> Any:
            act = getattr(self._client, operation)
            key = request.get("Key", {}).get("sk", {}).get("S", "")
            return self._faults.call(f"{operation} {key[:2]}", lambda: act(**request), _no_answer, _no_answer)

        return call


class FaultyHints:
    def __init__(self, hints: Hints, faults: Faults) -> None:
        self._hints = hints
        self._faults = faults

    def hint(self, pk: str, sk: str) -> None:
        self._faults.call("hint", lambda: self._hints.hint(pk, sk), _unavailable, _unavailable)


class FaultyHumanQueue:
    def __init__(self, queue: HumanQueue, faults: Faults) -> None:
        self._queue = queue
        self._faults = faults

    def send(self, message: Mapping[str, object]) -> None:
        self._faults.call("hand off", lambda: self._queue.send(message), _unavailable, _unavailable)


class FaultyApi:
    """The platform's API; its client never repeats a request."""

    def __init__(self, api: PlatformApi, faults: Faults) -> None:
        self._api = api
        self._faults = faults

    def send(self, request: HttpRequest) -> HttpOutcome:
        if self._faults.how is How.REPEATED:
            self._faults.sites.append(request.method)
            return self._api.send(request)
        outcome: HttpOutcome = self._faults.call(
            request.method,
            lambda: self._api.send(request),
            lambda: NoAnswer(error="timeout"),
            lambda: NotSent(error="refused"),
        )
        return outcome
