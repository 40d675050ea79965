"""The books proved: each known way to lose or to break is put in, and must be found."""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from unittest.mock import patch

from nightbell.adapters.deletion_table import DeletionTable
from nightbell.adapters.receipt_table import ReceiptTable
from nightbell.domain import keys
from nightbell.domain.deletion import DeletionRequest
from nightbell.domain.events import Message
from nightbell.domain.facts import Fact
from nightbell.platforms import json_reading
from nightbell.platforms.meta import callbacks
from nightbell.platforms.registry import PLATFORMS
from nightbell.services import store_events, store_messages
from nightbell.services.store_messages import Stored, StoreMessages
from tests.chaos.hostile.asked import AskedRound
from tests.chaos.hostile.rounds import Round, play
from tests.chaos.signing import from_url_safe

SEED, MANY = 1, 500
WORDLESS = frozenset({"google"})
"""Platforms whose deliveries hold no words: those are looked up later."""
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

    of_batches = {"forgets the last event of a batch": parsing(lambda events: events[:-1] or events)}
    of_storing: Mapping[str, Fault] = {
        "keeps nothing in quarantine": lambda: patch.object(ReceiptTable, "quarantine", lambda *_, **__: "0" * 32),
        "takes ids of any length": lambda: patch.object(keys, "_bounded", lambda key, *_, **__: key),
        "takes texts of any length": lambda: patch.object(store_messages, "is_storable", lambda _: True),
        "takes half letters": lambda: patch.object(json_reading, "_SURROGATE", _Nothing()),
        "nests without end": lambda: patch.object(json_reading, "_refuse_deep_nesting", lambda _: None),
        "counts nothing": lambda: patch.object(store_events, "Fact", lambda **more: Fact(**{**more, "count": 0})),
    }
    telling: Mapping[str, Fault] = {"shows a text in its facts": lambda: patch.object(StoreMessages, "__call__", tells)}
    return {
        **(of_batches if PLATFORMS[platform].batches else {}),
        # What is the same behind every platform is tried behind the one whose deliveries say most.
        **(of_storing if platform == "meta" else {}),
        "forgets what is broken": parsing(lambda events: [each for each in events if type(each).__name__ != "Broken"]),
        "breaks on a message without text": parsing(lambda events: [_needs_text(each) for each in events]),
        "forgets a message that it has read": lambda: patch.object(StoreMessages, "__call__", forgets),
        **({} if platform in WORDLESS else telling),
    }


def overlooked_asked(platform: str) -> Iterator[tuple[str, bool]]:
    """Put every fault into what hears requests for a person; yields each and whether nobody noticed."""
    for name, fault in _faults_of_asked().items():
        with fault():
            played = AskedRound(platform=platform, seed=SEED, first=0).play(until_found=True)
        yield name, not (played.books.wrong or played.leaks)


def _faults_of_asked() -> Mapping[str, Fault]:
    note = DeletionTable.note_deletion

    def needs_letters(content: Mapping[str, Any]) -> str:
        return str(content["user_id"].strip())

    def now(content: Mapping[str, Any], received_at: datetime) -> datetime:
        found = content.get("issued_at")
        return datetime.fromtimestamp(found, UTC) if isinstance(found, int) else received_at

    def loose(payload: str) -> Any:
        return json.loads(from_url_safe(payload))

    def another(self: Any, request: DeletionRequest) -> bool:
        return note(self, replace(request, user_id=request.user_id[:32]))

    def shows(self: Any, request: DeletionRequest) -> bool:
        print(request)
        return note(self, request)

    return {
        "breaks on a person who is a number": lambda: patch.object(callbacks, "_user_id", needs_letters),
        "takes a missing time for now": lambda: patch.object(callbacks, "_issued_at", now),
        "reads what is no strict JSON": lambda: patch.object(callbacks, "_content", loose),
        "promises and forgets": lambda: patch.object(DeletionTable, "note_deletion", lambda *_: True),
        "cuts a person's number": lambda: patch.object(DeletionTable, "note_deletion", another),
        "shows whom it is about": lambda: patch.object(DeletionTable, "note_deletion", shows),
    }


def _needs_text(event: Any) -> Any:
    if isinstance(event, Message) and not event.text:
        raise KeyError("text")
    return event


class _Nothing:
    """Finds nothing."""

    def search(self, _: bytes) -> None:
        return None
