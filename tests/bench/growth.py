"""What a further message costs as its conversation grows, and as others wait.

Calls and bytes decide what is paid, and are counted at the clients. The time is our own processor time; how long the
emulator takes to look into a fuller table says nothing about DynamoDB.
"""

import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nightbell.domain.keys import META, conversation_pk
from tests.bench.figure import Figure
from tests.bench.receive import one_round
from tests.bench.stage import PAGE, PEOPLE, TABLE, Stage, batch, delivery, stage

HISTORIES = (1, 100, 10_000)
BACKLOGS = (0, 1_000, 100_000)
AT_ONCE = 80
FILL_S = 100
"""Filling the emulator's table ends then, and the figure says how far it came."""
ROUNDS, PER_ROUND = 5, 10


@dataclass(slots=True)
class Traffic:
    """What the handler sent and was sent.

    Attributes:
        calls, sent, came: Calls, and bytes of their bodies.
    """

    calls: int = 0
    sent: int = 0
    came: int = 0

    def listen(self, client: Any) -> None:
        """Count all calls of a client from now on."""
        client.meta.events.register("before-send", self._sent)
        client.meta.events.register("response-received", self._came)

    def _sent(self, request: Any, **_: object) -> None:
        self.calls += 1
        self.sent += len(request.body or b"")

    def _came(self, response_dict: Any, **_: object) -> None:
        self.came += len(response_dict["body"]) if response_dict else 0


def measure() -> Iterator[Figure]:
    """Grow the one, then the other."""
    with tempfile.TemporaryDirectory() as name, stage(Path(name)) as here:
        yield from history(here, HISTORIES)
        yield from backlog(here, BACKLOGS)


def history(here: Stage, sizes: tuple[int, ...]) -> Iterator[Figure]:
    """Let one conversation grow, by deliveries."""
    first = None
    for size in sizes:
        contact, number = 7_000_000 + size, size * 100_000
        started = time.monotonic()
        stored = 0
        while stored < size and time.monotonic() - started < FILL_S:
            count = min(AT_ONCE, size - stored)
            _receive(batch(number + stored, contact, count))
            stored += count
        _check_length(contact, stored)
        print(f"  {stored} messages in one conversation", file=sys.stderr, flush=True)
        now = _further(here, number + size, contact)
        first = first or now
        yield from _figures(f"after {stored:,} messages", now, first)


def backlog(here: Stage, sizes: tuple[int, ...]) -> Iterator[Figure]:
    """Let others wait: items made like the one that a first message left."""
    first, filled = None, 0
    _receive(delivery(1, 8_000_000))
    like = _waiting_item(here, 8_000_000)
    ends = time.monotonic() + FILL_S
    for size in sizes:
        while filled < size and time.monotonic() < ends:
            _put(here, like, filled, 25)
            filled += 25
        print(f"  {filled} conversations wait", file=sys.stderr, flush=True)
        contact = 8_100_000 + size
        _receive(delivery(size * 1_000 + 5, contact))
        now = _further(here, size * 1_000 + 10, contact)
        first = first or now
        yield from _figures(f"while {filled:,} conversations wait", now, first)


def _further(here: Stage, number: int, contact: int) -> tuple[float, Traffic]:
    """Measure further messages of one contact; processor milliseconds, and traffic of one of them."""
    from nightbell.handlers import receive_webhook  # noqa: PLC0415 - composed only now, on the stage

    traffic = _TRAFFIC.setdefault(here.endpoint, Traffic())
    if not traffic.calls:
        receiving = receive_webhook._receiving()
        traffic.listen(receiving.storing.client.client)
        traffic.listen(receiving.storing.service._events._hints._queue._client)  # type: ignore[attr-defined]
    times = []
    before = Traffic(calls=traffic.calls, sent=traffic.sent, came=traffic.came)
    for each in range(ROUNDS):
        events = [delivery(number + each * PER_ROUND + n, contact) for n in range(PER_ROUND)]
        times.append(one_round(lambda event: receive_webhook.handler(event, None), events))
    many = ROUNDS * PER_ROUND
    used = (traffic.calls - before.calls, traffic.sent - before.sent, traffic.came - before.came)
    calls, sent, came = (count // many for count in used)
    return statistics.median(times), Traffic(calls=calls, sent=sent, came=came)


_TRAFFIC: dict[str, Traffic] = {}


def _figures(when: str, now: tuple[float, Traffic], first: tuple[float, Traffic]) -> Iterator[Figure]:
    took, traffic = now
    said = f"{traffic.sent:,} bytes sent, {traffic.came:,} came"
    yield Figure(name=f"calls of a message {when}", value=traffic.calls, unit="", target=first[1].calls, note=said)
    grown = (traffic.sent + traffic.came) / (first[1].sent + first[1].came)
    yield Figure(name=f"its bytes {when}, against the first", value=grown, unit="x", target=1.1)
    yield Figure(name=f"its time {when}, against the first", value=took / first[0], unit="x", note=f"{took:.2f} ms")


def _receive(event: dict[str, Any]) -> None:
    from nightbell.handlers import receive_webhook  # noqa: PLC0415 - as above

    one_round(lambda each: receive_webhook.handler(each, None), [event])


def _waiting_item(here: Stage, contact: int) -> dict[str, Any]:
    key = {"pk": {"S": _pk(contact)}, "sk": {"S": META}}
    item: dict[str, Any] = here.dynamodb.get_item(TableName=TABLE, Key=key, ConsistentRead=True)["Item"]
    if "waiting_pk" not in item:
        raise LookupError(f"{contact} does not wait")
    return item


def _check_length(contact: int, expected: int) -> None:
    """Make sure that the conversation is as long as it should be: a delivery may be spilled, too."""
    from nightbell.handlers import receive_webhook  # noqa: PLC0415 - as above

    found = receive_webhook._receiving().storing.table.read_conversation(_pk(contact)).last_seq
    if found != expected:
        raise ValueError(f"{found} messages are stored, and not {expected}")


def _pk(contact: int) -> str:
    return conversation_pk("messenger", PAGE, f"{PEOPLE + contact}")


def _put(here: Stage, like: dict[str, Any], since: int, count: int) -> None:
    items = [like | {"pk": {"S": f"{like['pk']['S']}-{since + n}"}} for n in range(count)]
    here.dynamodb.batch_write_item(RequestItems={TABLE: [{"PutRequest": {"Item": item}} for item in items]})
