"""ReceiveWebhook's processor time per delivery, beside the least that any receiver must do."""

import hashlib
import hmac
import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.bench.figure import Figure, ratios, spread
from tests.bench.stage import APP_SECRET, TABLE, Stage, delivery, stage

ROUNDS = 9
PER_ROUND = 60
MOST_FLOORS = 3
LEAST_PER_S = 1000


def measure() -> Iterator[Figure]:
    """Compare by medians of rounds that alternate in one process."""
    with tempfile.TemporaryDirectory() as name, stage(Path(name)) as here:
        times = rounds(here, ROUNDS, PER_ROUND)
        own = [own_code() for _ in range(ROUNDS)]
    for kind, said in (("first", "a first message: stored, decided, hinted"), ("further", "a further message")):
        found, took = ratios(times[kind], times["floor"]), statistics.median(times[kind])
        value = statistics.median(found)
        note = f"{took:.2f} ms, {spread(found)}"
        yield Figure(name=f"{said}, against the floor", value=value, unit="x", target=MOST_FLOORS, note=note)
    floor = statistics.median(times["floor"])
    yield Figure(name="the floor: HMAC, JSON and one put", value=floor, unit="ms", note=spread(times["floor"]))
    a_second = [1000 / each for each in own]
    value = statistics.median(a_second)
    yield Figure(
        name="our own code, a core", value=value, unit="/s", target=LEAST_PER_S, is_least=True, note=spread(a_second)
    )


def rounds(here: Stage, count: int, each: int) -> dict[str, list[float]]:
    """Alternate rounds of both in one run, so that whatever disturbs the machine disturbs both."""
    from nightbell.handlers import receive_webhook  # noqa: PLC0415 - composed only now, on the stage

    floor = _floor(here.dynamodb)

    def ours(event: dict[str, Any]) -> None:
        answer = receive_webhook.handler(event, None)
        # Whatever was measured then, it is not this.
        if answer["statusCode"] != 200:
            raise ValueError(answer)

    counts: dict[str, list[float]] = {"floor": [], "first": [], "further": []}
    one_round(ours, [delivery(n, n) for n in range(20)])
    for number in range(1, count + 1):
        ids = [number * 10_000 + n for n in range(each)]
        firsts = [delivery(n, n) for n in ids]
        counts["floor"].append(one_round(floor, firsts))
        counts["first"].append(one_round(ours, firsts))
        counts["further"].append(one_round(ours, [delivery(n + 5_000, n) for n in ids]))
    return counts


def own_code(count: int = 500) -> float:
    """Measure the same delivery with the network taken away: verify, parse, decide, write the items."""
    from nightbell.domain.conversation import Conversation  # noqa: PLC0415 - as above
    from nightbell.handlers import receive_webhook  # noqa: PLC0415 - as above
    from nightbell.handlers.http_event import delivery_from  # noqa: PLC0415 - as above
    from nightbell.services.store_messages import StoreMessages  # noqa: PLC0415 - as above

    receiving = receive_webhook._receiving()
    storing, service = receiving.storing.service._events, receiving.service
    store = receiving.storing.table

    class Nowhere:
        """Takes every write and forgets it; the items are built all the same."""

        def read_conversation(self, pk: str) -> Conversation:
            del pk
            return Conversation()

        def store(self, request: Any) -> None:
            store._items(request)

    class Silent:
        """Hears every hint and does nothing."""

        def hint(self, pk: str, sk: str) -> None:
            del pk, sk

    kept = storing._store_messages, storing._hints
    real, nowhere = storing._store_messages, Nowhere()
    storing._store_messages = StoreMessages(nowhere, real.accounts, real._draft._channels, real._draft._senders)  # type: ignore[arg-type]
    storing._hints = Silent()
    try:
        events = [delivery(n, n) for n in range(count)]
        return one_round(lambda event: service(delivery_from(event, receiving.clock.now())), events)
    finally:
        storing._store_messages, storing._hints = kept


def _floor(dynamodb: Any) -> Callable[[dict[str, Any]], object]:
    def receive(event: dict[str, Any]) -> object:
        raw = event["body"].encode()
        expected = "sha256=" + hmac.new(APP_SECRET.encode(), raw, hashlib.sha256).hexdigest()
        if not hmac.compare_digest(expected, event["headers"]["x-hub-signature-256"]):
            raise ValueError
        message = json.loads(raw)["entry"][0]["messaging"][0]["message"]
        item = {"pk": {"S": "FLOOR"}, "sk": {"S": message["mid"]}, "txt": {"S": message["text"]}}
        return dynamodb.put_item(TableName=TABLE, Item=item, ConditionExpression="attribute_not_exists(pk)")

    return receive


def one_round(act: Callable[[dict[str, Any]], object], events: list[dict[str, Any]]) -> float:
    """Return processor milliseconds per event."""
    with _logs_unseen():
        started = time.process_time()
        for event in events:
            act(event)
        return (time.process_time() - started) / len(events) * 1000


@contextmanager
def _logs_unseen() -> Iterator[None]:
    """Let the functions log, which is part of their work, but not onto this table."""
    sys.stdout.flush()
    screen = os.dup(1)
    with Path(os.devnull).open("wb") as nowhere:
        os.dup2(nowhere.fileno(), 1)
    try:
        yield
    finally:
        sys.stdout.flush()
        os.dup2(screen, 1)
        os.close(screen)
