"""Runs the real handlers in this process, one after the other, and notes what each run took."""

import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from io import StringIO
from typing import Any

from infra.local.platforms.courier import Attempt, Courier, Delivery
from tests.bench.meter.calls import Ledger

Handler = Callable[[dict[str, Any], Any], Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Invocation:
    """One run of a function.

    Attributes:
        what: Why it ran, in a word.
        cpu_ms: Of this thread, which is all that works while nothing is stored in parallel.
        calls: Of AWS.
        log: What it wrote.
    """

    function: str
    what: str
    cpu_ms: float
    calls: int
    log: str


class Context:
    """The part of Lambda's context that the functions use."""

    def __init__(self, milliseconds: int) -> None:
        self._milliseconds = milliseconds

    def get_remaining_time_in_millis(self) -> int:
        """Tell the whole time each time: nothing here takes long."""
        return self._milliseconds


class Runner:
    """Invokes handlers as Lambda would, warm."""

    def __init__(self, ledger: Ledger, log: StringIO) -> None:
        """Note calls in ``ledger``; ``log`` is where the functions write."""
        self._ledger, self._log = ledger, log
        self.done: list[Invocation] = []

    def __call__(self, function: str, what: str, handler: Handler, event: dict[str, Any], *, life_s: int) -> Any:
        """Run it once, and give its answer."""
        self._ledger.function = function
        calls, written = len(self._ledger.calls), self._log.tell()
        began = time.thread_time()
        answer = handler(event, Context(life_s * 1000))
        took = (time.thread_time() - began) * 1000
        self._log.seek(written)
        log = self._log.read()
        more = len(self._ledger.calls) - calls
        self.done.append(Invocation(function=function, what=what, cpu_ms=took, calls=more, log=log))
        return answer


class Doorstep(Courier):
    """Hands each webhook to ReceiveWebhook itself; what comes later waits until it is asked for."""

    def __init__(self, runner: Runner, handler: Handler) -> None:
        """Take who answers."""
        super().__init__()
        self._runner, self._handler = runner, handler
        self._later: list[Delivery] = []
        self.unwanted: set[str] = set()

    def deliver_later(self, delivery: Delivery, after_s: float = 0.0) -> None:
        """Keep it."""
        del after_s
        self._later.append(delivery)

    def deliver_what_waits(self) -> None:
        """Deliver what became of what was sent, but for what nobody has subscribed to."""
        while self._later:
            delivery = self._later.pop(0)
            if delivery.what not in self.unwanted:
                self.deliver(delivery)

    def _post(self, delivery: Delivery) -> Attempt:
        what = delivery.what if delivery.what in {"echo", "delivery", "sent", "delivered", "read"} else "message"
        answer = self._runner("ReceiveWebhook", what, self._handler, _event(delivery), life_s=10)
        if answer["statusCode"] != 200:
            sys.exit(f"a webhook was answered with {answer}")
        return Attempt(status=200, ms=0)


def _event(delivery: Delivery) -> dict[str, Any]:
    return {
        "version": "2.0",
        "routeKey": "ANY /webhooks/{platform}",
        "rawPath": "/webhooks/meta",
        "rawQueryString": "",
        "pathParameters": {"platform": "meta"},
        "requestContext": {
            "http": {"method": "POST", "path": "/webhooks/meta", "sourceIp": "173.252.127.118"},
            "domainName": "a1b2c3d4e5.execute-api.us-east-1.amazonaws.com",
            "requestId": "JKJaXmPLvHcESHA=",
        },
        "headers": {name.lower(): value for name, value in delivery.headers.items()},
        "body": delivery.body.decode(),
        "isBase64Encoded": False,
    }
