"""Everything outside of the processes: the table, the queues, the platform, and the time.

A world never changes; an operation makes another one. Worlds, items and answers are numbers, and what an
operation does to a world is found once.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from infra.replay.dynamodb import Failure, Item, Key, keys_of, perform
from nightbell.adapters import table_expressions as e
from nightbell.adapters.table_items import attribute, conversation_from, unit_from
from nightbell.domain.keys import META
from nightbell.domain.requests import TAKEN_BACK
from nightbell.domain.suppression import OWNED_ELSEWHERE
from nightbell.domain.unit import Unit, read_tag
from nightbell.platforms.channel import Answer, NotSent, VerdictKind
from tests.chaos.crashes.answers import IS_UNIT
from tests.chaos.crashes.interning import LOST, Interner
from tests.chaos.crashes.programs import Op, Processes, rank
from tests.chaos.crashes.promises import broken_by, said
from tests.chaos.crashes.scenario import (
    BEGIN,
    CHANNELS,
    CONTACT,
    ECHOED,
    HANDED_OVER,
    KEYED,
    Name,
    pk_of,
    tag_of,
)
from tests.fakes import SCHEMA, says

HOUR_S = 3660
"""One step of time: longer than any lease and any settle time."""
SHORT_S = 61
"""One step of time while a send is still on its way: longer than a worker's life, shorter than the settle time."""
SETTLE_S = 90
LONGEST_S = 48 * HOUR_S
READS = frozenset({"get_item", "query"})
TABLE = frozenset({"get_item", "query", "put_item", "update_item", "transact_write_items"})

Seen = tuple[str, str, str, int]
"""What a contact was shown: contact, text, tag, and when."""
BY_STRANGERS = ""
"""The text of what was sent by others under a tag of ours."""
Start = tuple[str, tuple[Any, ...]]
"""A process to start: what it runs, and its arguments."""


class World(NamedTuple):
    """The state of all that processes share; the table's items by the numbers of their keys."""

    now: int
    table: tuple[int, ...] = ()
    hidden: frozenset[int] = frozenset()
    visible: tuple[Seen, ...] = ()
    confirmed: frozenset[str] = frozenset()
    unanswered: frozenset[Name] = frozenset()
    coming: tuple[Name, ...] = ()
    queue: frozenset[tuple[str, int]] = frozenset()
    told: frozenset[tuple[str, int, str]] = frozenset()
    bad: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Outcome:
    """One way in which an operation may turn out.

    Attributes:
        faults: How many it takes.
        how: In words; empty when all went well.
    """

    faults: int
    world: int
    answer: int
    starts: tuple[Start, ...] = ()
    how: str = ""


class Worlds:
    """All worlds that were ever seen, and how one comes from another.

    Attributes:
        lying: A fault more: what is read back at the platform may lack what is there.
    """

    def __init__(self, recovery: str, processes: Processes, *, lying: bool = False) -> None:
        self.processes = processes
        self.lying = lying
        self.worlds: Interner[World] = Interner()
        self.items: Interner[Item | None] = Interner()
        self.items(None)
        self.keys: Interner[Key] = Interner()
        self.recovery = recovery
        self._outcomes: dict[tuple[int, int], tuple[Outcome, ...]] = {}
        self._well: dict[tuple[int, int], Outcome] = {}
        self._units: dict[int, Unit] = {}
        self._waiting: dict[int, bool] = {}
        self._checked: set[int] = set()
        self._touched: dict[int, tuple[int, ...]] = {}
        self._written: dict[tuple[int, tuple[int, ...]], tuple[tuple[int, ...], int, frozenset[str]]] = {}
        self._lost = processes.answer(LOST)
        self._nothing = processes.answer(None)
        self._sent = self._says("sent", says(VerdictKind.SENT, id="platform-id"))
        self._refused = self._says("refused", says(VerdictKind.REFUSED, reason="blocked"))
        self._unsent = self._says("unsent", NotSent(error="refused"))
        self._owned = self._says("owned", says(VerdictKind.OWNED_ELSEWHERE, reason=OWNED_ELSEWHERE))
        self._blocked = self._says("blocked", says(VerdictKind.ACCOUNT_BLOCKED))

    def _says(self, name: str, outcome: object) -> int:
        return self.processes.answers(outcome, ("api", name))

    def first(self, deliveries: Iterable[Name], coming: tuple[Name, ...]) -> int:
        begin, unanswered = int(BEGIN.timestamp()), frozenset(deliveries)
        channel = CHANNELS[self.recovery]
        strange = (tag_of(channel, int(name[1])) for name in unanswered if name[0] == "stranger" and name[2] == "seen")
        visible = tuple((CONTACT, BY_STRANGERS, tag, begin) for tag in strange)
        return self.worlds(World(now=begin, visible=visible, unanswered=unanswered, coming=coming))

    def item(self, world: World, key: Key) -> Item | None:
        slot = self.keys(key)
        return self.items[world.table[slot]] if slot < len(world.table) else None

    def stored(self, world: World) -> dict[Key, Item]:
        """List the whole table."""
        found = ((self.keys[slot], self.items[number]) for slot, number in enumerate(world.table))
        return {key: item for key, item in found if item is not None}

    def units(self, world: World) -> list[Unit]:
        slots = (number for slot, number in enumerate(world.table) if number and self.keys[slot][1].startswith(IS_UNIT))
        return [self.unit(number) for number in slots]

    def unit(self, number: int) -> Unit:
        found = self._units.get(number)
        if found is None:
            item = self.items[number]
            assert item is not None
            found = self._units[number] = unit_from(item)
        return found

    def works(self, world: World) -> list[tuple[Key, int]]:
        """List what is left to do about what was taken back, and when it is due."""
        found = ((self.keys[slot], self.items[number]) for slot, number in enumerate(world.table) if number)
        return [
            (key, int(item["due_at"]["N"]) // 1000)
            for key, item in found
            if item is not None and key[1].startswith(f"{TAKEN_BACK}#") and "due_at" in item
        ]

    def is_waiting(self, world: World, pk: str) -> bool:
        """Tell whether a person has to answer there."""
        slot = self.keys((pk, META))
        number = world.table[slot] if slot < len(world.table) else 0
        found = self._waiting.get(number)
        if found is None:
            found = self._waiting[number] = conversation_from(self.items[number]).is_waiting
        return found

    # Operations

    def outcomes(self, world: int, op: int) -> tuple[Outcome, ...]:
        """List every way in which an operation may turn out there; the first is the good one."""
        name = (world, op)
        found = self._outcomes.get(name)
        if found is None:
            found = self._outcomes[name] = tuple(self._turn_out(world, op))
        return found

    def well(self, world: int, op: int) -> Outcome:
        """Find how an operation turns out there when all goes well, and nothing else."""
        name = (world, op)
        found = self._well.get(name)
        if found is None:
            found = self._well[name] = next(self._turn_out(world, op))
        return found

    def _turn_out(self, number: int, op: int) -> Iterator[Outcome]:
        asked = self.processes.ops[op]
        if asked.what in TABLE:
            return self._table(number, self.worlds[number], op, asked)
        turns: dict[str, Callable[[int, int, Any], Iterator[Outcome]]] = {
            "answer": self._answer,
            "drop": self._drop,
            "hand off": self._hand_off,
            "hint": self._hint,
            "landing": self._landing,
            "read back": self._read_back,
            "reveal": self._reveal,
            "send": self._send,
        }
        return turns[asked.what](number, op, asked.request)

    def _reveal(self, number: int, _: int, keys: frozenset[Key]) -> Iterator[Outcome]:
        """A transaction becomes readable by queries."""
        world, slots = self.worlds[number], {self.keys(key) for key in keys}
        yield Outcome(0, self.worlds(world._replace(hidden=world.hidden - slots)), self._nothing)

    def _drop(self, number: int, op: int, dropped: tuple[str, frozenset[int]]) -> Iterator[Outcome]:
        """A reader deletes messages of the human queue."""
        world, (pk, revisions) = self.worlds[number], dropped
        queue = world.queue - {(pk, revision) for revision in revisions}
        return self._called(number, self.worlds(world._replace(queue=queue)), self._nothing, op, ())

    def _hand_off(self, number: int, op: int, message: Mapping[str, Any]) -> Iterator[Outcome]:
        if op not in self._checked:
            SCHEMA.validate(message)
            self._checked.add(op)
        return self._called(number, self.worlds(self._told(self.worlds[number], message)), self._nothing, op, ())

    def _landing(self, number: int, _: int, sent: tuple[tuple[tuple[str, str], ...], int]) -> Iterator[Outcome]:
        """A send is carried out after we gave up on it."""
        seen, starts = self._deliver(self.worlds[number], dict(sent[0]))
        yield Outcome(0, self.worlds(seen), self._nothing, starts)

    def _called(self, before: int, after: int, answer: int, op: int, starts: tuple[Start, ...]) -> Iterator[Outcome]:
        """A remote call: done; or one fault: not done, its answer lost, or done after the caller gave up."""
        yield Outcome(0, after, answer, starts)
        yield Outcome(1, before, self._lost, (), "not applied, no answer")
        if after != before:
            yield Outcome(1, after, self._lost, starts, "applied, the answer lost")
            late: Start = ("late", (op,))
            yield Outcome(1, before, self._lost, (late,), "no answer, applied later")

    def _table(self, number: int, world: World, op: int, asked: Op) -> Iterator[Outcome]:
        table, answer, bad = self._perform(world, op, asked)
        if asked.what in READS:
            yield from self._called(number, number, answer, op, ())
            return
        after = world._replace(table=table, bad=world.bad | bad | self._sent_again(world, table))
        starts: tuple[Start, ...] = ()
        if asked.what == "transact_write_items" and table != world.table:
            slots = frozenset(
                slot
                for slot in self._slots(op, asked)
                if self.keys[slot][1].startswith("M#") and not (slot < len(world.table) and world.table[slot])
            )
            if slots:
                after = after._replace(hidden=world.hidden | slots)
                revealed = frozenset(self.keys[slot] for slot in slots)
                starts = (("reveal", (self.processes.op("reveal", revealed),)),)
        yield from self._called(number, self.worlds(after), answer, op, starts)
        if _takes(asked.request) and isinstance(self.processes.answers[answer], Failure):
            yield from self._lapsed(world, asked)

    def _lapsed(self, world: World, asked: Op) -> Iterator[Outcome]:
        """The same, an hour later: the lease of whoever holds it has lapsed over the open page."""
        request = _an_hour_later(asked.request)
        op = self.processes.op(asked.what, request, asked.note)
        table, answer, bad = self._perform(world, op, self.processes.ops[op])
        if table != world.table:
            yield Outcome(1, self.worlds(world._replace(table=table, bad=world.bad | bad)), answer, (), "lease lapsed")

    def _slots(self, op: int, asked: Op) -> tuple[int, ...]:
        found = self._touched.get(op)
        if found is None:
            found = self._touched[op] = tuple(self.keys(key) for key in keys_of(asked.what, asked.request))
        return found

    def _perform(self, world: World, op: int, asked: Op) -> tuple[tuple[int, ...], int, frozenset[str]]:
        """Carry out an operation on the table; what it does depends on the items it names alone."""
        if asked.what == "query":
            hidden = {self.keys[slot] for slot in world.hidden} if "IndexName" not in asked.request else set()
            items = {key: item for key, item in self.stored(world).items() if key not in hidden}
            return world.table, self.processes.answer(perform(asked.what, asked.request, items).answer), frozenset()
        slots = self._slots(op, asked)
        before = tuple(world.table[slot] if slot < len(world.table) else 0 for slot in slots)
        name = (op, before)
        if name not in self._written:
            self._written[name] = self._evaluate(asked, slots, before)
        after, answer, bad = self._written[name]
        if after == before:
            return world.table, answer, bad
        table = list(world.table) + [0] * (max(slots) + 1 - len(world.table))
        for slot, item in zip(slots, after, strict=True):
            table[slot] = item
        return tuple(table), answer, bad

    def _evaluate(
        self, asked: Op, slots: tuple[int, ...], before: tuple[int, ...]
    ) -> tuple[tuple[int, ...], int, frozenset[str]]:
        names = [self.keys[slot] for slot in slots]
        found = ((key, self.items[number]) for key, number in zip(names, before, strict=True))
        items = {key: item for key, item in found if item is not None}
        done = perform(asked.what, asked.request, items)
        if isinstance(done.answer, Failure) and done.answer.is_invalid:
            return before, self.processes.answer(done.answer), frozenset({f"INVALID REQUEST {asked.request}"})
        after = tuple(
            self.items.alike(done.written[key], done.written[key]) if key in done.written else number
            for key, number in zip(names, before, strict=True)
        )
        return after, self.processes.answer(done.answer), broken_by(asked, items, done.written)

    def _sent_again(self, world: World, table: tuple[int, ...]) -> frozenset[str]:
        """Nothing is sent again once the platform has confirmed it, and that is stored."""
        for slot, number in enumerate(table):
            if slot < len(world.table) and number != world.table[slot] and self.keys[slot][1].startswith(IS_UNIT):
                item = self.items[number]
                if item is not None and item["st"]["S"] == "SENDING" and self.unit(number).tag in world.confirmed:
                    return frozenset({"SENT AGAIN THOUGH CONFIRMED"})
        return frozenset()

    def _answer(self, number: int, _: int, name: Name) -> Iterator[Outcome]:
        yield Outcome(0, self.worlds(self._answered(self.worlds[number], name)), self._nothing)

    def _answered(self, world: World, name: Name) -> World:
        """The platform has its 200: whatever the delivery brought must be in our custody."""
        bad = world.bad
        if name[0] == "messages":
            there = {sk for (_, sk) in self.stored(world)}
            if not {f"M#{each}" for each in name[1:]} <= there:
                bad |= {"LOST: answered with 200 and not stored"}
        confirmed = world.confirmed | ({name[2]} if name[0] == "settle" and name[3] == "seen" else set())
        return world._replace(unanswered=world.unanswered - {name}, confirmed=confirmed, bad=bad)

    def _hint(self, world: int, _: int, unit: tuple[str, str]) -> Iterator[Outcome]:
        start: Start = ("acknowledge", unit)
        yield Outcome(0, world, self._nothing, (start,))
        yield Outcome(1, world, self._lost, (), "lost")
        yield Outcome(1, world, self._nothing, (start, start), "doubled")

    def _deliver(
        self, world: World, sent: Mapping[str, str], *, fails: bool = False, echo: bool = True
    ) -> tuple[World, tuple[Start, ...]]:
        """The platform carries out a send."""
        if self.recovery in KEYED and sent["tag"] in {tag for _, _, tag, _ in world.visible}:
            return world, ()
        if not fails:
            seen = (sent["to"], sent["text"], sent["tag"], world.now)
            world = world._replace(visible=tuple(sorted((*world.visible, seen))))
        if self.recovery not in ECHOED or not (echo or fails):
            return world, ()
        event: Name = ("settle", sent["to"], sent["tag"], "failed" if fails else "seen")
        return world._replace(unanswered=world.unanswered | {event}), (("receive", (event,)),)

    def _send(self, number: int, _: int, request: tuple[tuple[str, str], ...]) -> Iterator[Outcome]:
        world, sent = self._in_time(self.worlds[number], dict(request)["to"]), dict(request)
        number = self.worlds(world)
        done, starts = self._deliver(world, sent)
        well = self.worlds(done)
        yield Outcome(0, well, self._sent, starts)
        landing = self.processes.op("landing", (tuple(sorted(sent.items())), world.now))
        yield Outcome(1, number, self._unsent, (), "not sent")
        yield Outcome(1, number, self._lost, (), "lost, not sent")
        yield Outcome(1, well, self._lost, starts, "sent, the answer lost")
        yield Outcome(1, number, self._lost, (("late", (landing,)),), "no answer, sent later")
        if self.recovery in KEYED:
            yield Outcome(1, number, self._blocked, (), "the account is blocked")
        if self.recovery not in KEYED or sent["tag"] not in {tag for _, _, tag, _ in world.visible}:
            yield Outcome(1, number, self._refused, (), "refused")
        if self.recovery in HANDED_OVER:
            yield Outcome(1, number, self._owned, (), "another app has the conversation")
        if self.recovery in ECHOED:
            yield from self._echoed(world, sent)

    def _echoed(self, world: World, sent: Mapping[str, str]) -> Iterator[Outcome]:
        """What comes later says something else than the answer, or never comes."""
        failing, failed = self._deliver(world, sent, fails=True)
        seen_first, both = self._confirm(failing, sent)
        silent = self._deliver(world, sent, echo=False)[0]
        yield Outcome(1, self.worlds(failing), self._sent, failed, "accepted, later failed")
        yield Outcome(1, self.worlds(seen_first), self._sent, (*both, *failed), "accepted, confirmed, later failed")
        yield Outcome(1, self.worlds(silent), self._sent, (), "sent, no echo ever")
        yield Outcome(2, self.worlds(failing), self._lost, failed, "accepted, later failed, the answer lost")
        yield Outcome(2, self.worlds(silent), self._lost, (), "sent, no echo ever, the answer lost")

    def _in_time(self, world: World, contact: str) -> World:
        """See whether the platform's window is still open."""
        channel = CHANNELS[self.recovery]
        item = self.item(world, (pk_of(channel, contact), META))
        if channel.reply_window is None or item is None:
            return world
        closes = conversation_from(item).contact_at
        if closes is None or world.now <= (closes + channel.reply_window).timestamp():
            return world
        return world._replace(bad=world.bad | {"SENT OUTSIDE THE REPLY WINDOW"})

    def _confirm(self, world: World, sent: Mapping[str, str]) -> tuple[World, tuple[Start, ...]]:
        """The platform says that it has delivered what it will say later that it could not."""
        event: Name = ("settle", sent["to"], sent["tag"], "seen")
        return world._replace(unanswered=world.unanswered | {event}), (("receive", (event,)),)

    def _read_back(self, number: int, op: int, contact: str) -> Iterator[Outcome]:
        """Find what the unit in hand or a later one said; what an earlier one has just said is too near to tell."""
        world, about = self.worlds[number], max(self.processes.ops[op].note, default=0)
        said = [(text, read_tag(tag), at) for to, text, tag, at in world.visible if to == contact]
        texts = {text for text, tag, _ in said if tag and rank(tag[0]) >= about}
        near = {text for text, tag, at in said if tag and rank(tag[0]) < about and at > world.now - 2 * HOUR_S}
        yield Outcome(0, number, self._page(texts, near))
        yield Outcome(1, number, self._lost, (), "unreadable")
        if self.lying:
            yield Outcome(1, number, self._page(set(), set()), (), "lies")

    def _page(self, texts: set[str], near: set[str]) -> int:
        body = json.dumps({"texts": sorted(texts), "near": sorted(near)})
        return self._says(f"page {body}", Answer(status=200, headers={}, body=body.encode()))

    def _told(self, world: World, message: Mapping[str, Any]) -> World:
        """The human queue has it; of the same conversation only the highest revision is remembered as told."""
        pk, revision = message["conversation_id"], message["revision"]
        now_said = (pk, revision, self.word(message))
        highest = max((each for of, each, _ in world.told if of == pk), default=-1)
        told = world.told
        if revision > highest:
            told = frozenset(each for each in told if each[0] != pk) | {now_said}
        elif revision == highest:
            told |= {now_said}
        return world._replace(told=told, queue=world.queue | {(pk, revision)})

    def word(self, message: Mapping[str, Any]) -> str:
        """Take out of a hand-off what must be true at the end."""
        acknowledgement = message["acknowledgement"]
        return said(acknowledgement["state"], acknowledgement["reason"], message["preview"])


def _takes(request: Mapping[str, Any]) -> bool:
    """Tell whether an agent tries to hold a conversation, for the first time or further."""
    parts = [request, *(part.get("Update", {}) for part in request.get("TransactItems", ()))]
    return any(part.get("UpdateExpression") == e.TAKE for part in parts)


def _an_hour_later(request: Mapping[str, Any]) -> Mapping[str, Any]:
    """Make the same write later."""
    if "TransactItems" in request:
        parts = [
            {"Update": _an_hour_later(each["Update"])} if "Update" in each else each
            for each in request["TransactItems"]
        ]
        return {**request, "TransactItems": parts}
    values = request["ExpressionAttributeValues"]
    moved = {n: attribute(int(values[n]["N"]) + HOUR_S * 1000) for n in (":now", ":until") if n in values}
    return {**request, "ExpressionAttributeValues": {**values, **moved}}
