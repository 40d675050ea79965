"""The books proved: each known way to lose or to break is put in, and must be found."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from typing import Any
from unittest.mock import patch

from nightbell.adapters.receipt_table import ReceiptTable
from nightbell.domain import keys
from nightbell.domain.events import Message
from nightbell.domain.facts import Fact
from nightbell.platforms import json_reading
from nightbell.platforms.registry import PLATFORMS
from nightbell.services import store_delivery, store_messages
from nightbell.services.store_messages import Stored, StoreMessages
from tests.chaos.hostile.rounds import Round, play

SEED, MANY = 1, 500
"""Fixed, because whether a few deliveries find a fault must not be left to chance."""

Fault = Callable[[], AbstractContextManager[Any]]


def overlooked(platform: str) -> Iterator[tuple[str, bool]]:
    """Put every fault in; yields each and whether nobody noticed."""
    for name, fault in _faults(platform).items():
        with fault():
            played = play(Round(platform=platform, seed=SEED, first=0, many=MANY), until_found=True)
        yield name, not (played.books.wrong or played.leaks)


def _faults(platform: str) -> Mapping[str, Fault]:
    of = type(PLATFORMS[platform])
    parse: Any = of.parse
    store = StoreMessages.__call__

    def parsing(change: Callable[[list[Any]], list[Any]]) -> Fault:
        return lambda: patch.object(of, "parse", lambda self, delivery: change(parse(self, delivery)))

    def forgets(self: Any, pk: str, messages: Any, at: Any) -> Stored:
        return store(self, pk, messages[:-1], at) if len(messages) > 1 else Stored()

    def tells(self: Any, pk: str, messages: Any, at: Any) -> Stored:
        store(self, pk, messages, at)
        return Stored(facts=tuple(Fact(name="stored", fields={"text": message.text}) for message in messages))

    return {
        "forgets the last event of a batch": parsing(lambda events: events[:-1] or events),
        "forgets what is broken": parsing(lambda events: [each for each in events if type(each).__name__ != "Broken"]),
        "breaks on a message without text": parsing(lambda events: [_needs_text(each) for each in events]),
        "forgets a message that it has read": lambda: patch.object(StoreMessages, "__call__", forgets),
        "shows a text in its facts": lambda: patch.object(StoreMessages, "__call__", tells),
        "keeps nothing in quarantine": lambda: patch.object(ReceiptTable, "quarantine", lambda *_, **__: "0" * 32),
        "takes ids of any length": lambda: patch.object(keys, "_bounded", lambda key, *_, **__: key),
        "takes texts of any length": lambda: patch.object(store_messages, "is_storable", lambda _: True),
        "takes half letters": lambda: patch.object(json_reading, "_SURROGATE", _Nothing()),
        "nests without end": lambda: patch.object(json_reading, "_refuse_deep_nesting", lambda _: None),
        "counts nothing": lambda: patch.object(store_delivery, "Fact", lambda **more: Fact(**{**more, "count": 0})),
    }


def _needs_text(event: Any) -> Any:
    if isinstance(event, Message) and not event.text:
        raise KeyError("text")
    return event


class _Nothing:
    """Finds nothing."""

    def search(self, _: bytes) -> None:
        return None
