"""The real services as processes that stop before each operation, by replaying the answers they have had.

A service is deterministic given its answers, its name and the time it began at. So its state is the list
of answers, and what it does next is found once for each list and kept. A replay does not stop where its record
ends: as long as nothing goes wrong and nobody comes between, the answers are known in advance.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from hashlib import blake2b
from typing import Any, cast

from infra.replay.dynamodb import Failure
from nightbell.adapters.desk_table import DeskTable
from nightbell.adapters.forgetting_table import ForgettingTable
from nightbell.adapters.receipt_table import ReceiptTable
from nightbell.adapters.table_client import Deadline, TableClient
from nightbell.adapters.unit_table import UnitTable
from nightbell.domain.errors import NightbellError, UnavailableError
from nightbell.domain.events import Delivery, Event
from nightbell.domain.facts import Fact
from nightbell.domain.keys import DESK_UNITS
from nightbell.domain.requests import TAKEN_BACK
from nightbell.platforms.channel import HttpOutcome, HttpRequest, NoAnswer
from nightbell.services.acknowledge import Acknowledge
from nightbell.services.blank_taken_back import BlankTakenBack
from nightbell.services.case import Invocation
from nightbell.services.desk import Desk, shown_up_to
from nightbell.services.desk_checks import Spoken
from nightbell.services.desk_say import Business, Saying
from nightbell.services.forget import Content
from nightbell.services.platform_access import PlatformAccess
from nightbell.services.ports import DueMark
from nightbell.services.receive_delivery import ReceiveDelivery
from nightbell.services.store_delivery import StoreDelivery
from nightbell.services.store_messages import StoreMessages
from nightbell.services.sweep import Sweep
from nightbell.services.tell_human_queue import TellHumanQueue
from tests.chaos.crashes.interning import LOST, Interner, fingerprint
from tests.chaos.crashes.scenario import ACCOUNT, GOES_ON, Name, account, events
from tests.fakes import FakeChannel, FakePlatform, FakeSecrets, NoSpillQueue

SHARDS = 1
LIFE = timedelta(seconds=30)
SWEEP_LIFE = timedelta(seconds=55)
SPEAKER = "ann"
AFTER_ALL = 1_000_000
SDK_TRIES = 3
"""Of one call to the table, as the functions' clients are made."""


@dataclass(frozen=True, slots=True)
class Op:
    """One atomic operation on what is outside of a process.

    Attributes:
        what: The client's method, or ``hint``, ``hand off``, ``send``, ``read back``, ``answer``, ``drop``.
        note: What the process's agent had on the screen.
    """

    what: str
    request: Any
    note: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Spec:
    """A process before its first operation: what it runs, as whom and since when."""

    kind: str
    args: tuple[Any, ...]
    me: str
    now: int


class Paused(BaseException):
    """The process has come to an operation that has no answer yet."""


def _nobody_answers(op: Op) -> Any:
    raise Paused(op)


class Ports:
    """Everything outside: answers from the record, and stops where it ends."""

    def __init__(self) -> None:
        self.begin(datetime(1970, 1, 1, tzinfo=UTC), (), _nobody_answers)

    def begin(self, now: datetime, answers: Iterable[Any], further: Callable[[Op], Any]) -> None:
        self._now = now
        self._answers = iter(answers)
        self._further = further
        self.screen: frozenset[int] = frozenset()

    def ask(self, what: str, request: object) -> Any:
        for answer in self._answers:
            return answer
        return self._further(Op(what, request, self.screen))

    # As a clock, which stands still while a process lives.

    def now(self) -> datetime:
        return self._now

    def monotonic(self) -> float:
        return 0.0

    def sleep(self, seconds: float) -> None:
        """Take no time."""

    # As queues and as the platform's API.

    def hint(self, pk: str, sk: str) -> None:
        if self.ask("hint", (pk, sk)) is LOST:
            raise UnavailableError("the hint is lost")


class HumanQueuePort:
    def __init__(self, ports: Ports) -> None:
        self._ports = ports

    def send(self, message: Mapping[str, object]) -> None:
        if self._ports.ask("hand off", dict(message)) is LOST:
            raise UnavailableError("the queue does not answer")


class ApiPort:
    def __init__(self, ports: Ports) -> None:
        self._ports = ports

    def send(self, request: HttpRequest) -> HttpOutcome:
        if request.method == "GET":
            answer = self._ports.ask("read back", request.url.rpartition("/")[2])
        else:
            assert isinstance(request.json, dict)
            answer = self._ports.ask("send", tuple(sorted(request.json.items())))
        outcome: HttpOutcome = NoAnswer(error="timeout") if answer is LOST else answer
        return outcome


class TablePort:
    """The low-level client, with the SDK's own tries."""

    def __init__(self, ports: Ports) -> None:
        self._ports = ports

    def __getattr__(self, operation: str) -> Callable[..., Any]:
        def call(**request: Any) -> Any:
            for _ in range(SDK_TRIES):
                answer = self._ports.ask(operation, request)
                if isinstance(answer, Failure):
                    raise answer.error(operation)
                if answer is not LOST:
                    return answer
            raise ConnectionError

        return call


class ScenarioPlatform(FakePlatform):
    """Reads a delivery by its name."""

    def __init__(self, channel: FakeChannel) -> None:
        super().__init__()
        self._channel = channel

    def parse(self, delivery: Delivery) -> list[Event]:
        return events(tuple(delivery.body.decode().split("\n")), self._channel)


def _nothing_kept(content: Content, who: str) -> None:
    """Discard what a message leads to: none leads to anything."""


class Services:
    """The services as the handlers compose them, on ports."""

    def __init__(self, channel: FakeChannel, ports: Ports) -> None:
        self.ports = ports
        client = TableClient(TablePort(ports), "conversations", Deadline(ports))
        receipts, units = ReceiptTable(client, SHARDS), UnitTable(client, SHARDS)
        accounts = {(channel.name, ACCOUNT): account(channel.name)}
        channels = {channel.name: channel}
        platforms = {"fake": ScenarioPlatform(channel)}
        storing = StoreDelivery(
            platforms=platforms,
            store=receipts,
            store_messages=StoreMessages(receipts, accounts, channels),
            hints=ports,
        )
        secrets = FakeSecrets()
        self.receive = ReceiveDelivery(
            platforms=platforms, secrets=secrets, store_delivery=storing, spill=NoSpillQueue(), accounts={}
        )
        # Each run has an environment of its own, which remembers nothing: a schedule that is played again is the same.
        self.acknowledge = partial(
            Acknowledge,
            store=units,
            platform_api=ApiPort(ports),
            access=PlatformAccess(secrets, {"fake": ("https://api.example", "v1")}),
            tell=TellHumanQueue(HumanQueuePort(ports), units, accounts, channels),
            accounts=accounts,
            channels=channels,
            clock=ports,
        )
        self.blank = BlankTakenBack(store=ForgettingTable(client), discard=_nothing_kept, clock=ports)
        self.sweep = Sweep(
            store=units,
            hints=ports,
            acknowledge=cast("Acknowledge", self.work_on),
            clock=ports,
            due_shards=SHARDS,
            jobs={TAKEN_BACK: self.blank},
        )
        business = Business(accounts=accounts, channels=channels, senders=channels)
        self.desk = Desk(DeskTable(client, SHARDS), ports, ports, business)
        self.channel = channel.name

    def work_on(self, pk: str, sk: str, run: Invocation) -> list[Fact]:
        """Run Acknowledge, and note the unit in hand: what is read back is judged by it."""
        self.ports.screen = frozenset({rank(sk)})
        return self.acknowledge()(pk, sk, run)


def rank(sk: str) -> int:
    """Order units: what the desk says comes after all that is automatic."""
    letter, _, number = sk.partition("#")
    return int(number) + (AFTER_ALL if letter == DESK_UNITS else 0)


def receive(services: Services, me: str, name: Name) -> None:
    """Deliver, and note the 200."""
    del me
    now = services.ports.now()
    delivery = Delivery(
        platform="fake",
        path="",
        method="POST",
        headers={},
        query={},
        body="\n".join(name).encode(),
        received_at=now,
    )
    if services.receive(delivery).status == 200:
        services.ports.ask("answer", name)


def acknowledge(services: Services, me: str, pk: str, sk: str) -> None:
    services.work_on(pk, sk, Invocation(worker=me, deadline=services.ports.now() + LIFE))


def sweep(services: Services, me: str) -> None:
    services.sweep(Invocation(worker=me, deadline=services.ports.now() + SWEEP_LIFE))


def blank(services: Services, me: str, pk: str, sk: str) -> None:
    """Finish what a contact took back."""
    del me
    now = services.ports.now()
    services.blank(DueMark(pk=pk, sk=sk, due_at=now, since=now, sweeps=0), lambda: True)


def agent(services: Services, me: str, pk: str, received: Iterable[int]) -> None:
    """Take, read, close; drop the queue's messages only when nothing waits any more."""
    page = services.desk.take(pk, me)
    services.ports.screen = frozenset(message.seq for message in page.messages)
    closed = services.desk.close(pk, me)
    if closed.still_waiting == 0:
        services.ports.ask("drop", (pk, frozenset(received)))


def speak(services: Services, me: str, pk: str, click: str) -> None:
    """Take, read, answer: whoever clicks is one and the same agent, and each click of a name says one thing."""
    del me
    page = services.desk.take(pk, SPEAKER)
    services.ports.screen = frozenset(message.seq for message in page.messages)
    spoken = Spoken(via=services.channel, text=f"{click}: yes, we have.")
    saying = Saying(request=click, texts=(spoken,), up_to=shown_up_to(page), done=click != GOES_ON)
    services.desk.say(pk, SPEAKER, saying)


PROGRAMS: dict[str, Callable[..., None]] = {
    "receive": receive,
    "acknowledge": acknowledge,
    "sweep": sweep,
    "blank": blank,
    "agent": agent,
    "speak": speak,
}
ENDED = -1
_UNKNOWN = -2
Foresight = Callable[[int], int | None]
"""Tells the answer to one operation after the other, as far as anybody can know."""


def _nobody_knows(op: int) -> None:
    del op


class Processes:
    """Every process in every state it was ever in, as numbers.

    Attributes:
        ops: Every operation that was ever asked for.
        answers: Every answer that was ever given.
        broken: What else than an error of ours a process ended with, by the process.
        runs: How often a service was run.
    """

    def __init__(self, channel: FakeChannel) -> None:
        self.ops: Interner[Op] = Interner()
        self.answers: Interner[Any] = Interner()
        self.broken: dict[int, str] = {}
        self.runs = 0
        self._services = Services(channel, Ports())
        self._roots: dict[Spec, int] = {}
        self._specs: list[Spec] = []
        self._histories: list[tuple[int, ...]] = []
        self._next: list[int] = []
        self._prints: list[bytes] = []
        self._answer_prints: dict[int, bytes] = {}
        self._children: dict[tuple[int, int], int] = {}
        # A state in which nobody has just run says so by a zero.
        self._add(Spec("nobody", (), "", 0), (), b"")

    @property
    def size(self) -> int:
        """How many states of processes are remembered."""
        return len(self._specs)

    def start(self, spec: Spec) -> int:
        node = self._roots.get(spec)
        if node is None:
            is_op = spec.kind in {"late", "reveal"}
            args = self.ops.names[spec.args[0]] if is_op else spec.args
            node = self._roots[spec] = self._add(spec, (), fingerprint(spec.kind, args, spec.me, spec.now))
            if is_op:
                self._next[node] = spec.args[0]
        return node

    def fingerprint(self, node: int) -> bytes:
        """Tell processes apart in the same way in every run: their numbers depend on what was explored before."""
        return self._prints[node]

    def spec(self, node: int) -> Spec:
        return self._specs[node]

    def op(self, what: str, request: object, note: frozenset[int] = frozenset()) -> int:
        return self.ops.alike(Op(what, request, note), (what, request, note))

    def answer(self, answer: object) -> int:
        if isinstance(answer, Failure):
            return self.answers.alike(answer, (answer.code, answer.item or {}, list(answer.reasons)))
        return self.answers.alike(answer, answer)

    def after(self, node: int, answer: int) -> int:
        """Give a process the answer it waits for."""
        name = (node, answer)
        child = self._children.get(name)
        if child is None:
            history = (*self._histories[node], answer)
            child = self._children[name] = self._add(self._specs[node], history, self._print(node, answer))
        return child

    def _print(self, node: int, answer: int) -> bytes:
        found = self._answer_prints.get(answer)
        if found is None:
            found = self._answer_prints[answer] = fingerprint(self.answers.names[answer])
        return blake2b(self._prints[node] + found, digest_size=8).digest()

    def next(self, node: int, foresee: Callable[[], Foresight] = lambda: _nobody_knows) -> int:
        """Find the operation that a process stands before, or :data:`ENDED`.

        Args:
            node: The process.
            foresee: Makes what tells the likeliest answers from here on. They are only tried out beforehand.
        """
        op = self._next[node]
        if op == _UNKNOWN:
            self._run(node, foresee())
            op = self._next[node]
        return op

    def _add(self, spec: Spec, history: tuple[int, ...], name: bytes) -> int:
        self._specs.append(spec)
        self._histories.append(history)
        self._prints.append(name)
        self._next.append(ENDED if history and spec.kind in {"late", "reveal"} else _UNKNOWN)
        return len(self._specs) - 1

    def _run(self, node: int, foresight: Foresight) -> None:
        """Run a process from its beginning, and on for as long as it is foreseen what it is answered."""
        self.runs += 1
        spec, at = self._specs[node], node

        def further(op: Op) -> Any:
            nonlocal at
            number = self._next[at] = self.op(op.what, op.request, op.note)
            answer = foresight(number)
            if answer is None:
                raise Paused
            at = self.after(at, answer)
            if self._next[at] != _UNKNOWN:
                raise Paused
            return self.answers[answer]

        now = datetime.fromtimestamp(spec.now, UTC)
        self._services.ports.begin(now, [self.answers[each] for each in self._histories[node]], further)
        try:
            PROGRAMS[spec.kind](self._services, spec.me, *spec.args)
        except Paused:
            return
        except NightbellError:
            pass
        except Exception as error:  # noqa: BLE001 - a defect, which the explorer reports
            self.broken[at] = f"{spec.kind} RAISES {type(error).__name__}: {error}"
        self._next[at] = ENDED
