"""Who was told what when, and why somebody was told nothing: read from a table, production's or a replay's alike."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from nightbell.adapters.table_items import Item, from_ms, unit_from, values
from nightbell.domain.keys import split_conversation_pk
from nightbell.domain.told import REACHED
from nightbell.domain.unit import Unit, UnitState

ANSWER, IN_PUBLIC = "answer", "in public"

Name = tuple[str, int, str]
"""Conversation, number of the message that it is about, and which of the texts about it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One text, or none, about one message.

    Attributes:
        at: When the message came; of what a clock has brought about, when it did.
        slot: Which of the texts about it: the answer, the line in public, a holding update, a question.
        text: As the contact read it; empty where nothing left.
        why: Nothing left.
    """

    pk: str
    seq: int
    slot: str
    at: datetime
    channel: str
    text_id: str = ""
    language: str = ""
    text: str = ""
    promised_by: datetime | None = None
    sent_at: datetime | None = None
    why: str = ""

    @property
    def name(self) -> Name:
        """What it is called in every replay of the same events."""
        return self.pk, self.seq, self.slot

    @property
    def account(self) -> tuple[str, str]:
        """Channel and account whose settings it goes by."""
        channel, account_id, _ = split_conversation_pk(self.pk) or ("", "", "")
        return channel, account_id


def rows_of(items: Iterable[Item]) -> dict[Name, Row]:
    """Read what a table tells of its conversations, in the order in which it happened."""
    by_pk: dict[str, list[Item]] = defaultdict(list)
    for each in items:
        if each["pk"]["S"].startswith("C#"):
            by_pk[each["pk"]["S"]].append(each)
    found = [row for pk, own in by_pk.items() for row in _rows(pk, own)]
    return {row.name: row for row in sorted(found, key=lambda row: (row.at, row.pk, row.seq, row.slot))}


def _rows(pk: str, items: Iterable[Item]) -> Iterator[Row]:
    messages: dict[int, Mapping[str, Any]] = {}
    units: dict[int, Unit] = {}
    for each in items:
        letter = each["sk"]["S"].partition("#")[0]
        if letter == "M" and "seq" in each:
            messages[int(each["seq"]["N"])] = values(each)
        elif letter in {"A", "D"}:
            unit = unit_from(each)
            if letter == "A":
                units[unit.seq] = unit
            elif not unit.kind.is_by_person:
                yield _row(unit, unit.kind.value, unit.created_at)
    for seq, message in messages.items():
        yield from _about(pk, seq, message, units.get(seq))


def _about(pk: str, seq: int, message: Mapping[str, Any], unit: Unit | None) -> Iterator[Row]:
    at = from_ms(message["got_at"])
    if unit is None:
        channel = (split_conversation_pk(pk) or ("",))[0]
        yield Row(pk=pk, seq=seq, slot=ANSWER, at=at, channel=channel, why=message.get("held_back", ""))
        return
    if unit.is_in_public or unit.public_state is not None:
        yield _line(unit, at)
    if not unit.is_in_public:
        yield _row(unit, ANSWER, at)


def _row(unit: Unit, slot: str, at: datetime) -> Row:
    reached = unit.state in REACHED
    return Row(
        pk=unit.pk,
        seq=unit.seq,
        slot=slot,
        at=at,
        channel=_channel(unit),
        text_id=unit.text_id.value if unit.text_id and reached else "",
        language=unit.language if unit.kind.sends else "",
        text=unit.text if reached else "",
        promised_by=unit.promised_by if reached else None,
        sent_at=(unit.sent_from or unit.created_at) if reached else None,
        why="" if reached else unit.reason or _pending(unit.state),
    )


def _line(unit: Unit, at: datetime) -> Row:
    """Tell of the line that everybody can read."""
    if unit.is_in_public:
        return _row(unit, IN_PUBLIC, at)
    reached = unit.public_state in REACHED
    return Row(
        pk=unit.pk,
        seq=unit.seq,
        slot=IN_PUBLIC,
        at=at,
        channel=(split_conversation_pk(unit.pk) or ("",))[0],
        language=unit.language,
        text=unit.public_text if reached else "",
        promised_by=unit.public_promised_by if reached else None,
        sent_at=unit.created_at if reached else None,
        why="" if reached else unit.public_reason,
    )


def _channel(unit: Unit) -> str:
    return unit.via or (split_conversation_pk(unit.pk) or ("",))[0]


def _pending(state: UnitState) -> str:
    return "" if state.is_final else "not sent yet"
