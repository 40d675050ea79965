"""One lane: a table, queues and a simulated Meta of its own, and the real handlers in this process.

The functions reach AWS and Meta only by the addresses that the lane is given; the lane itself looks
past the proxies.
"""

import importlib
import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from infra.local.cloud import BUSINESS
from infra.local.loopback_server import LoopbackServer
from infra.local.platforms.meta.courier import Attempt, Delivery
from infra.local.platforms.meta.people import Account, App
from infra.local.platforms.meta.simulator import SimulatedMeta
from infra.local.platforms.meta.world import Limits
from infra.local.shifted_clock import ShiftedClock, moments
from nightbell.adapters import clock
from nightbell.adapters.business_file import read_business
from nightbell.adapters.public_holidays import LibraryCalendars
from nightbell.domain.keys import BREAKER_SK, account_pk
from nightbell.platforms.meta import graph_api
from tests.chaos.wire.burst import Remote
from tests.chaos.wire.events import Life, Postbag, event_for, records
from tests.chaos.wire.setting import APP_SECRET, TOKEN, Address, Setting
from tests.contract.conversation_table import empty

OK = 200
COMPOSED = {
    "receive_webhook": "_receiving",
    "acknowledge": "_acknowledging",
    "sweep": "_composed",
    "replay_delivery": "_service",
}
LIFE_MS = {"acknowledge": 30_000, "sweep": 55_000}
SEND_TIMEOUT_S = 1.0
"""In place of 8 s, so that a silent platform does not take all day."""
COLD_AFTER = 20
"""Cases, then new execution environments: botocore allows a client only so many retries in a row."""


class Lane:
    """Everything one case after another is played on.

    Attributes:
        hints, spilled: Taken from the queues and not yet handed to their function.
        told: Every hand-off of this case, in the order it came.
        on_accepted: Called when a delivery was answered with 200.
    """

    def __init__(self, address: Address) -> None:
        self.address = address
        self.clock = ShiftedClock(address.clock_file)
        self.business = read_business(BUSINESS, LibraryCalendars())
        self.setting = Setting(address, [account_id for _, account_id in self.business.accounts])
        self.environment = self.setting.environment
        self.dynamodb, self.table = self.setting.dynamodb, self.setting.table
        # The functions see at once that the clock was moved, and do not wait long for a silent platform.
        clock._REREAD_S = 0.0
        graph_api.SEND_TIMEOUT_S = SEND_TIMEOUT_S
        self.postbag = Postbag(self.post)
        self.meta = self._meta()
        self.server = LoopbackServer(self.meta.graph_api.answer, address.graph_port)
        self.proxy, self.graph_proxy = Remote(address.aws), Remote(address.graph)
        self.cases = 0
        account = next(iter(self.business.accounts.values()))
        self.begins = moments(account.hours, self.clock.now(), account.brand.promise)["open"]
        self.setting.warm_up()
        self.begin()

    def _meta(self) -> SimulatedMeta:
        return SimulatedMeta(
            app=App(app_secret=APP_SECRET, verify_token=TOKEN),
            accounts=[Account(channel=key[0], account_id=key[1], token=TOKEN) for key in self.business.accounts],
            clock=self.clock.now,
            limits=Limits(read_backs_per_second=1000, pair_burst=1000),
            courier=self.postbag,
        )

    def begin(self) -> None:
        """Make it the same moment again, with nothing on the way."""
        self.hints: list[str] = []
        self.spilled: list[str] = []
        self.told: list[dict[str, Any]] = []
        self.on_accepted: Callable[[Delivery], None] = lambda _: None
        self.postbag.held.clear()
        self.postbag.eager = False
        self.meta.faults.clear()
        self.proxy.set([])
        self.graph_proxy.set([])
        self.move_to(self.begins)
        for channel, account in self.business.accounts:
            key = {"pk": {"S": account_pk(channel, account)}, "sk": {"S": BREAKER_SK}}
            self.dynamodb.delete_item(TableName=self.table, Key=key)
        self.cases += 1
        if self.cases % COLD_AFTER == 0:
            self.cold()

    def empty(self) -> None:
        """Delete every item, so that one case's ruins are no other's."""
        empty(self.dynamodb, self.table)

    def move_to(self, moment: datetime) -> None:
        """Make it that moment for the functions and for Meta."""
        self.clock.shift += moment - self.clock.now()
        self.clock._write()

    def break_table(self, *, always: bool) -> None:
        """Let every call to the table fail, or none any more."""
        down = {"service": "dynamodb", "error": {"code": "InternalServerError", "status": 500}}
        self.proxy.set([down] if always else [])

    def later(self, seconds: float) -> None:
        self.move_to(self.clock.now() + timedelta(seconds=seconds))

    def cold(self) -> None:
        """Let every function start anew: no client, no secret, no connection is kept."""
        for function, composed in COMPOSED.items():
            getattr(_handler(function), composed).cache_clear()

    # The functions

    def post(self, delivery: Delivery) -> Attempt:
        """Let ReceiveWebhook answer."""
        answer = self.invoke("receive_webhook", event_for(delivery), 10_000)
        status = answer["statusCode"] if isinstance(answer, dict) else None
        if status == OK:
            self.take()
            self.on_accepted(delivery)
        return Attempt(status=status, ms=0)

    def invoke(self, function: str, event: dict[str, Any], life_ms: int) -> Any:
        """Call a handler as Lambda does; whatever it raises is the invocation's failure and no more."""
        try:
            return _handler(function).handler(event, Life(life_ms))
        except Exception as error:  # noqa: BLE001 - Lambda reports it, and calls again by its own rules
            return error

    def work(self) -> None:
        """Hand every hint to Acknowledge once; one that fails is lost, as hints may be."""
        self.take()
        while self.hints:
            self.invoke("acknowledge", records([self.hints.pop(0)]), LIFE_MS["acknowledge"])
            self.take()

    def sweep(self) -> None:
        self.invoke("sweep", {}, LIFE_MS["sweep"])
        self.take()

    def replay(self) -> None:
        """Hand every spilled part to ReplayDelivery; one that fails comes again."""
        self.take()
        parts, self.spilled = self.spilled, []
        for part in parts:
            answer = self.invoke("replay_delivery", records([part]), LIFE_MS["acknowledge"])
            if not isinstance(answer, dict) or answer["batchItemFailures"]:
                self.spilled.append(part)

    def take(self) -> None:
        """Take what is in the queues."""
        self.hints += self.setting.drain("ACK_QUEUE_URL")
        self.spilled += self.setting.drain("SPILL_QUEUE_URL")
        self.told += map(json.loads, self.setting.drain("HUMAN_QUEUE_URL"))


def _handler(function: str) -> Any:
    # Only now: what handlers log with is made when they are imported, from the lane's environment.
    return importlib.import_module(f"nightbell.handlers.{function}")
