"""Everything that happened in a town, and the table taken apart by conversation."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any

from nightbell.adapters.table_items import Item, from_ms, unit_from, values
from nightbell.domain.keys import split_conversation_pk
from nightbell.domain.requests import DELETION_SK, FORGOTTEN_PREFIX, request_code
from nightbell.domain.unit import Unit
from tests.chaos.town.platform import Said, Seen
from tests.chaos.town.post import Posted

WORDS = ("attempts", "acknowledged", "ok", "lost", "duplicated", "unexpected", "recovered")


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A hand-off that the human queue took."""

    at: datetime
    body: str
    content: Mapping[str, Any]


@dataclass(slots=True)
class Partition:
    """One conversation as it is stored.

    Attributes:
        marks: Of messages that were taken back before they came.
        said: Units of the desk, by people and by itself.
        forgotten: Up to which number it was forgotten.
    """

    meta: dict[str, Any] = field(default_factory=dict)
    messages: list[dict[str, Any]] = field(default_factory=list)
    marks: list[str] = field(default_factory=list)
    units: list[Unit] = field(default_factory=list)
    said: list[Unit] = field(default_factory=list)
    forgotten: int = 0


@dataclass(frozen=True, kw_only=True)
class History:
    """Everything that happened.

    Attributes:
        said: What contacts wrote, by the id under which it is to be stored.
        items: The whole table.
        seen: What stands of ours on the contacts' screens.
        authors: Who wrote each public comment, and below which post.
        told: What the human queue took, in its order.
        shown: Numbers that agents had on the screen, by conversation; ``None`` where no team took part.
        asked: Whose data is to be deleted, by the id that the platform gives.
    """

    said: Mapping[str, Said]
    items: Sequence[Item]
    seen: Sequence[Seen]
    authors: Mapping[str, tuple[str, str]]
    told: Sequence[Told]
    shown: Mapping[str, set[int]] | None = None
    asked: Sequence[tuple[str, Posted]] = ()

    @cached_property
    def partitions(self) -> Mapping[str, Partition]:
        found: dict[str, Partition] = defaultdict(Partition)
        for item in self.items:
            if item["pk"]["S"].startswith("C#"):
                _file(found[item["pk"]["S"]], item)
        return dict(found)

    @cached_property
    def deletions(self) -> Mapping[str, datetime]:
        """When requests to delete were done, by their codes."""
        found = [values(item) for item in self.items if item["sk"]["S"] == DELETION_SK]
        return {request_code(each["pk"]): from_ms(each["done_at"]) for each in found if "done_at" in each}


def _file(partition: Partition, item: Item) -> None:
    sk = item["sk"]["S"]
    if sk == "META":
        partition.meta = values(item)
    elif sk.startswith("M#"):
        if "seq" in item:
            partition.messages.append(values(item))
        else:
            partition.marks.append(sk)
    elif sk.startswith("A#"):
        partition.units.append(unit_from(item))
    elif sk.startswith("D#"):
        partition.said.append(unit_from(item))
    elif sk.startswith(FORGOTTEN_PREFIX):
        partition.forgotten = max(partition.forgotten, int(item["up_to"]["N"]))


@dataclass(slots=True)
class Judgement:
    """What a history comes to.

    Attributes:
        problems: Sentences, each with the keys that lead to the place.
        channels: What was counted, by the channel it was on.
    """

    problems: list[str] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    channels: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))

    def add(self, kind: str, sentence: str, channel: str = "") -> None:
        self.count(kind, channel)
        self.problems.append(f"{kind}: {sentence}")

    def count(self, kind: str, channel: str = "", times: int = 1) -> None:
        self.counts[kind] += times
        if channel:
            self.channels[channel][kind] += times


def channel_of(pk: str) -> str:
    return (split_conversation_pk(pk) or ("", "", ""))[0]


def contact_of(pk: str) -> str:
    """Tell whose conversation it is, below a post or in private."""
    return (split_conversation_pk(pk) or ("", "", ""))[2].rpartition("/")[2]


def figures(judged: Judgement, posted: Iterable[Posted]) -> dict[str, int | float | str]:
    """Give the counts by their names, the seven words first, and what each channel had of them."""
    posts = list(posted)
    judged.count("attempts", times=sum(len(each.statuses) for each in posts))
    judged.count("acknowledged deliveries", times=sum(each.acknowledged for each in posts))
    return listed(judged)


def listed(judged: Judgement) -> dict[str, int | float | str]:
    """Give the counts by their names, where attempts are counted already."""
    counts = Counter(judged.counts)
    counts["acknowledged"] = counts.pop("acknowledged deliveries", 0)
    words = {name: counts.pop(name, 0) for name in WORDS}
    by_channel = {
        f"on {channel}": ", ".join(f"{count:,} {name}" for name, count in sorted(found.items()) if count)
        for channel, found in sorted(judged.channels.items())
    }
    return {**words, **dict(sorted(counts.items())), **by_channel}


def together(judgements: Iterable[Judgement]) -> Judgement:
    """Add up what was found in several towns."""
    whole = Judgement()
    for each in judgements:
        whole.problems += each.problems
        whole.counts.update(each.counts)
        for channel, counts in each.channels.items():
            whole.channels[channel].update(counts)
    return whole
