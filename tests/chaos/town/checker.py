"""Judges a whole history, in Jepsen's words: attempts, acknowledged, ok, lost, duplicated, unexpected, recovered."""

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from nightbell.adapters.table_items import Item, unit_from, values
from nightbell.domain.hand_off import _STATES as WORDS
from nightbell.domain.keys import message_sk
from nightbell.domain.unit import TAG_PREFIX, Unit, UnitState
from tests.chaos.town.platform import Posted

SAID_SENT = {UnitState.SENT, UnitState.CONFIRMED}
SAID_UNSENT = {UnitState.REFUSED, UnitState.SUPPRESSED}


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """Everything that happened.

    Attributes:
        written: What carries each message, by message id.
        items: The whole table.
        seen: Tags on the contacts' screens, one for each time they see one; ``""`` for what has none of ours.
        hand_offs: Bodies that the human queue took.
        shown: Numbers that agents had on the screen, by conversation; ``None`` where no team took part.
    """

    written: Mapping[str, Posted]
    items: Sequence[Item]
    seen: Sequence[tuple[str, str]]
    hand_offs: Sequence[str]
    shown: Mapping[str, set[int]] | None = None


@dataclass(slots=True)
class Judgement:
    """What a history comes to.

    Attributes:
        problems: Sentences, each with the keys that lead to the place.
    """

    problems: list[str] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)

    def add(self, kind: str, sentence: str) -> None:
        self.counts[kind] += 1
        self.problems.append(f"{kind}: {sentence}")


@dataclass(slots=True)
class _Partition:
    meta: dict[str, Any] = field(default_factory=dict)
    messages: list[dict[str, Any]] = field(default_factory=list)
    units: list[Unit] = field(default_factory=list)


def judge(history: History) -> Judgement:
    judged = Judgement()
    partitions = _partitions(history.items)
    _messages(history, partitions, judged)
    _acknowledgements(history, partitions, judged)
    _last_words(history, partitions, judged)
    for item in history.items:
        if "due_pk" in item and item["sk"]["S"] != "BRK":
            judged.add("lost", f"{item['pk']['S']} {item['sk']['S']} is due for ever")
    return judged


def figures(judged: Judgement, posted: Iterable[Posted]) -> dict[str, int]:
    """Give the counts by their names, the seven words first."""
    posts = list(posted)
    words = {
        "attempts": sum(len(each.statuses) for each in posts),
        "acknowledged": sum(each.acknowledged for each in posts),
        **{name: judged.counts[name] for name in ("ok", "lost", "duplicated", "unexpected", "recovered")},
    }
    return words | {name: count for name, count in sorted(judged.counts.items()) if name not in words}


def _partitions(items: Iterable[Item]) -> dict[str, _Partition]:
    found: dict[str, _Partition] = defaultdict(_Partition)
    for item in items:
        pk, sk = item["pk"]["S"], item["sk"]["S"]
        if not pk.startswith("C#"):
            continue
        if sk == "META":
            found[pk].meta = values(item)
        elif sk.startswith("M#"):
            found[pk].messages.append(values(item))
        elif sk.startswith("A#"):
            found[pk].units.append(unit_from(item))
    return found


def _messages(history: History, partitions: Mapping[str, _Partition], judged: Judgement) -> None:
    stored = Counter(each["sk"] for partition in partitions.values() for each in partition.messages)
    for message_id, posted in history.written.items():
        times = stored.pop(message_sk(message_id), 0)
        if times > 1:
            judged.add("duplicated", f"message {message_id} is stored {times} times")
        elif times == 0 and posted.acknowledged:
            judged.add("lost", f"message {message_id} was answered with 200 and is not stored")
        elif times == 0:
            judged.counts["never acknowledged"] += 1
        else:
            judged.counts["ok"] += 1
            judged.counts["recovered"] += posted.statuses[0] != 200
    for name in stored:
        judged.add("unexpected", f"{name} is stored and nobody wrote it")
    for pk, partition in partitions.items():
        _numbers(pk, partition, None if history.shown is None else history.shown.get(pk, set()), judged)


def _numbers(pk: str, partition: _Partition, shown: set[int] | None, judged: Judgement) -> None:
    numbers = sorted(each["seq"] for each in partition.messages)
    if numbers != list(range(1, partition.meta.get("last_seq", 0) + 1)):
        judged.add("lost", f"{pk}: numbers {numbers} up to {partition.meta.get('last_seq')}")
    if shown is None:
        return
    if partition.meta["seen_seq"] < partition.meta["last_seq"]:
        judged.add("lost", f"{pk}: closed up to {partition.meta['seen_seq']} of {partition.meta['last_seq']}")
    if unseen := set(range(1, partition.meta["seen_seq"] + 1)) - shown:
        judged.add("lost", f"{pk}: {sorted(unseen)} closed and never on a screen")


def _acknowledgements(history: History, partitions: Mapping[str, _Partition], judged: Judgement) -> None:
    seen = Counter(history.seen)
    for (pk, tag), times in seen.items():
        if times > 1:
            judged.add("duplicated", f"{pk} saw {tag} {times} times")
    for pk, partition in partitions.items():
        for unit in partition.units:
            visible = seen.pop((pk, unit.tag), 0) if unit.kind.sends else 0
            _unit(unit, visible=bool(visible), judged=judged)
    for pk, tag in seen:
        judged.add("unexpected", f"{pk} saw {tag or 'a text without our tag'}, which no unit sends")


def _unit(unit: Unit, *, visible: bool, judged: Judgement) -> None:
    name = f"{unit.pk} {unit.sk}"
    judged.counts[f"units {unit.state.lower()}"] += 1
    if not unit.state.is_final:
        judged.add("lost", f"{name} never came to rest: {unit.state}")
    if unit.kind.sends and unit.state in SAID_SENT and not visible:
        judged.add("lost", f"{name} is said to be sent and nobody saw it")
    if unit.state in SAID_UNSENT and visible:
        judged.add("unexpected", f"{name} is said not to be sent and was seen")
    judged.counts["acknowledged units seen"] += visible
    judged.counts["recovered"] += unit.epoch > 1 and visible


def _last_words(history: History, partitions: Mapping[str, _Partition], judged: Judgement) -> None:
    last: dict[str, dict[str, Any]] = {}
    for body in history.hand_offs:
        said = json.loads(body)
        pk = said["conversation_id"]
        if pk not in last or said["revision"] >= last[pk]["revision"]:
            last[pk] = said
    for pk, partition in partitions.items():
        if not partition.units:
            continue
        true = WORDS[_told_about(partition).state]
        if pk not in last:
            judged.add("lost", f"{pk}: no person was ever told")
        elif last[pk]["acknowledgement"]["state"] != true:
            judged.add("lost", f"{pk}: the last word is {last[pk]['acknowledgement']['state']}, the truth {true}")
    for pk in set(last) - set(partitions):
        judged.add("unexpected", f"{pk}: handed off and never stored")


def _told_about(partition: _Partition) -> Unit:
    """Find what the newest hand-off speaks of: what the contact was sent last in this episode."""
    ordered = sorted(partition.units, key=lambda unit: unit.seq)
    sends = [unit for unit in ordered if unit.kind.sends and unit.seq >= partition.meta["episode"]]
    return [*ordered, *sends][-1]


def tag_of(metadata: str) -> str:
    return metadata if metadata.startswith(TAG_PREFIX) else ""
