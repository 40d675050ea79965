"""One lane: a table, queues and a simulated Meta of its own, and the real handlers in this process.

The functions reach AWS and Meta only by the addresses that the lane is given, and AWS past its proxy while nothing is
to break; the lane itself looks past the proxies.
"""

import importlib
import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from unittest.mock import patch

from infra.local.loopback_server import LoopbackServer, Reply, Request
from infra.local.platforms.courier import Attempt, Delivery
from infra.local.platforms.meta.care_state import AS_SET_UP, owner_of, product_of
from infra.local.platforms.meta.people import Account, App
from infra.local.platforms.meta.simulator import SimulatedMeta
from infra.local.platforms.meta.world import Limits
from infra.local.platforms.vendor import SimulatedVendor, Surroundings
from infra.local.shifted_clock import ShiftedClock, moments
from nightbell.domain.keys import BREAKER_SK, CHECK_SK, account_pk
from nightbell.platforms.registry import PLATFORM_OF, SENDERS
from tests.chaos.wire.brisk import hurry, settle_in
from tests.chaos.wire.burst import Remote, Rule
from tests.chaos.wire.events import HOOKS, Life, Postbag, event_for, records
from tests.chaos.wire.setting import APP_SECRET, INSTAGRAM_SECRET, TOKEN, Address, Setting
from tests.chaos.wire.stand_in import StandIn
from tests.chaos.wire.stand_ins import STAND_INS
from tests.chaos.wire.switch import Switch
from tests.contract.conversation_table import empty

OK = 200
META = "meta"
MAIL = "MAIL"
"""In place of an HTTP method: what a queue brings."""
COMPOSED = {
    "receive_webhook": "_receiving",
    "acknowledge": "_acknowledging",
    "sweep": "_composed",
    "replay_delivery": "_service",
    "check_accounts": "_checking",
    "receive_mail": "_service",
}
FILLS = {
    "receive_webhook": ("ACK_QUEUE_URL", "SPILL_QUEUE_URL"),
    "acknowledge": ("HUMAN_QUEUE_URL",),
    "sweep": ("ACK_QUEUE_URL", "HUMAN_QUEUE_URL"),
    "replay_delivery": ("ACK_QUEUE_URL",),
    "check_accounts": ("ACK_QUEUE_URL",),
    "receive_mail": ("ACK_QUEUE_URL",),
}
"""The queues that each function may send to."""
QUEUES = ("ACK_QUEUE_URL", "SPILL_QUEUE_URL", "HUMAN_QUEUE_URL")
LIFE_MS = {"acknowledge": 30_000, "receive_mail": 30_000, "sweep": 55_000, "check_accounts": 300_000}
DOWN = {"service": "dynamodb", "error": {"code": "InternalServerError", "status": 500}}
MOST_IN_A_BATCH = 25
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
        hurry()
        self.clock = ShiftedClock(address.clock_file)
        self.setting = Setting(address)
        self.business = settle_in(address.business)
        self.environment = self.setting.environment
        self.dynamodb, self.table = self.setting.dynamodb, self.setting.table
        self.setting.write_secrets([account_id for _, account_id in self.business.accounts])
        self.switch = Switch(address.aws, address.cloud)
        self.postbag = Postbag(self.post)
        self.meta = self._meta()
        self.elsewhere = {name: self._simulated(each) for name, each in STAND_INS.items()}
        self.server = LoopbackServer(self._answer, address.graph_port)
        self.proxy, self.graph_proxy = Remote(address.aws), Remote(address.graph)
        self.cases = 0
        account = next(iter(self.business.accounts.values()))
        self.moments = moments(account.hours, self.clock.now(), account.brand.promise)
        self.begins = self.moments["open"]
        self.switch.is_on = True
        self.setting.warm_up()
        self.switch.is_on = False
        self.begin()

    def _meta(self) -> SimulatedMeta:
        return SimulatedMeta(
            app=App(app_secret=APP_SECRET, verify_token=TOKEN, instagram_app_secret=INSTAGRAM_SECRET),
            accounts=[
                Account(channel=channel, account_id=account_id, token=TOKEN, login=account.login)
                for (channel, account_id), account in self.business.accounts.items()
                if PLATFORM_OF[channel] == "meta"
            ],
            clock=self.clock.now,
            limits=Limits(read_backs_per_second=1000, pair_burst=1000),
            courier=self.postbag,
        )

    def _answer(self, request: Request) -> Reply:
        self.switch.hear(request)
        name, _, path = request.path[1:].partition("/")
        if name in self.elsewhere:
            return self.elsewhere[name].answer(replace(request, path=f"/{path}"))
        return self.meta.graph_api.answer(request)

    def _simulated(self, there: StandIn) -> SimulatedVendor:
        accounts = tuple(
            account
            for (channel, _), account in self.business.accounts.items()
            if PLATFORM_OF[channel] == there.platform
        )
        around = Surroundings(
            accounts=accounts, secrets=there.secrets, clock=self.clock.now, faults=self.meta.faults, public_url=HOOKS
        )
        made: SimulatedVendor = there.make(around, self.postbag, self.address.graph)
        return made

    def begin(self) -> None:
        """Make it the same moment again, with nothing on the way."""
        self.switch.through.clear()
        self.hints: list[str] = []
        self.spilled: list[str] = []
        self.told: list[dict[str, Any]] = []
        self.on_accepted: Callable[[Delivery], None] = lambda _: None
        self.postbag.held.clear()
        self.postbag.eager = False
        self.meta.faults.clear()
        self._empty_meta()
        self.proxy.clear()
        self.graph_proxy.clear()
        self.move_to(self.begins)
        self._heal_accounts()
        self.cases += 1
        if self.cases % COLD_AFTER == 0:
            self.cold()

    def _empty_meta(self) -> None:
        """Leave the accounts, with all that is subscribed."""
        world = self.meta.world
        for filled in (world.threads, world.wall.posts, world.wall.comments):
            filled.clear()
        for name, simulated in self.elsewhere.items():
            STAND_INS[name].forget(simulated)
        for account in world.accounts.values():
            world.care.subscribe(owner_of(account), AS_SET_UP[product_of(account)])

    def _heal_accounts(self) -> None:
        """Close every breaker, and let no account ever have been checked."""
        names = [(sender, account_id) for sender in SENDERS for _, account_id in self.business.accounts]
        keys = [(account_pk(*name), sk) for name in dict.fromkeys(names) for sk in (BREAKER_SK, CHECK_SK)]
        deletes = [{"DeleteRequest": {"Key": {"pk": {"S": pk}, "sk": {"S": sk}}}} for pk, sk in keys]
        for begin in range(0, len(deletes), MOST_IN_A_BATCH):
            batch = deletes[begin : begin + MOST_IN_A_BATCH]
            self.dynamodb.batch_write_item(RequestItems={self.table: batch})

    def empty(self) -> None:
        """Delete every item, so that one case's ruins are no other's."""
        empty(self.dynamodb, self.table)

    def move_to(self, moment: datetime) -> None:
        """Make it that moment for the functions and for Meta."""
        self.clock.shift += moment - self.clock.now()
        self.clock._write()

    @contextmanager
    def broken(self, rules: Sequence[Rule]) -> Iterator[list[int]]:
        """Let calls to AWS go wrong; gives the numbers of the rules."""
        numbers = self.proxy.set(rules)
        self.switch.is_on = True
        try:
            yield numbers
        finally:
            self.switch.is_on = False

    def later(self, seconds: float) -> None:
        self.move_to(self.clock.now() + timedelta(seconds=seconds))

    def cold(self) -> None:
        """Let every function start anew: no client, no secret, no connection is kept."""
        for function, composed in COMPOSED.items():
            getattr(_handler(function), composed).cache_clear()

    # The functions

    def post(self, delivery: Delivery) -> Attempt:
        """Let ReceiveWebhook answer, or ReceiveMail take what is no HTTP."""
        if delivery.method == MAIL:
            return self._take_mail(delivery)
        answer = self.invoke("receive_webhook", event_for(delivery), 10_000)
        status = answer["statusCode"] if isinstance(answer, dict) else None
        if status == OK:
            self.take(FILLS["receive_webhook"])
            self.on_accepted(delivery)
        return Attempt(status=status, ms=0)

    def _take_mail(self, delivery: Delivery) -> Attempt:
        """Hand a message of MailQueue to its function; one that fails comes again."""
        answer = self.invoke("receive_mail", records([delivery.body.decode()]), LIFE_MS["receive_mail"])
        taken = isinstance(answer, dict) and not answer["batchItemFailures"]
        self.take(FILLS["receive_mail"])
        if taken:
            self.on_accepted(delivery)
        return Attempt(status=OK if taken else None, ms=0)

    def invoke(self, function: str, event: dict[str, Any], life_ms: int) -> Any:
        """Call a handler as Lambda does; whatever it raises is the invocation's failure and no more."""
        self.switch.function = function
        try:
            return _handler(function).handler(event, Life(life_ms))
        except Exception as error:  # noqa: BLE001 - Lambda reports it, and calls again by its own rules
            return error
        finally:
            self.switch.function = ""

    def work(self) -> None:
        """Hand every hint to Acknowledge once; one that fails is lost, as hints may be."""
        while self.hints:
            self.invoke("acknowledge", records([self.hints.pop(0)]), LIFE_MS["acknowledge"])

    def sweep(self) -> None:
        self.invoke("sweep", {}, LIFE_MS["sweep"])
        self.take(FILLS["sweep"])

    def replay(self) -> None:
        """Hand every spilled part to ReplayDelivery; one that fails comes again."""
        parts, self.spilled = self.spilled, []
        for part in parts:
            answer = self.invoke("replay_delivery", records([part]), LIFE_MS["acknowledge"])
            if not isinstance(answer, dict) or answer["batchItemFailures"]:
                self.spilled.append(part)
        if parts:
            self.take(FILLS["replay_delivery"])

    def check(self, platform: str = "") -> None:
        """Look after every account, or after one platform's alone, so that only its calls count."""
        checking = _handler("check_accounts")._checking()
        cared = [each for each in checking.care.cared if platform in {"", each.platform}]
        known = checking.service._accounts if platform in {"", META} else {}
        with (
            patch.object(checking.care, "cared", cared),
            patch.object(checking.service, "_accounts", known),
            # One stands for all: each is read six weeks of.
            patch.object(checking.notice_quiet, "_accounts", tuple(known.values())[:1]),
        ):
            self.invoke("check_accounts", {}, LIFE_MS["check_accounts"])
        self.take(FILLS["check_accounts"])

    def take(self, queues: Sequence[str] = QUEUES) -> bool:
        """Take what is in some queues; false when nothing was."""
        bodies = {queue: self.setting.drain(queue) for queue in queues}
        self.hints += bodies.get("ACK_QUEUE_URL", [])
        self.spilled += bodies.get("SPILL_QUEUE_URL", [])
        self.told += map(json.loads, bodies.get("HUMAN_QUEUE_URL", []))
        return any(bodies.values())


def _handler(function: str) -> Any:
    # Only now: what handlers log with is made when they are imported, from the lane's environment.
    return importlib.import_module(f"nightbell.handlers.{function}")
