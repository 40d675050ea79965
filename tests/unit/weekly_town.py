"""An invented week of an invented shop: what happened, and the lines that functions would have written about it."""

import math
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from nightbell.domain.business import Brand
from nightbell.domain.weekly_report.tally import LogLine
from tests.unit.talk import bakery

CHANNELS = ("whatsapp", "messenger", "email", "facebook_comments")


@dataclass(frozen=True, slots=True, kw_only=True)
class Happened:
    """One message and all that followed from it.

    Attributes:
        acked_ms: When its automatic text left; ``None`` where none did.
        outcome: What became of that text otherwise, as a line's name.
        answered: How long a person took, on the clock and in opening time, and when it came; ``None`` for nobody.
        kept: Whether the promise was; ``None`` without one.
    """

    at: datetime
    channel: str
    acked_ms: int | None = None
    outcome: str = ""
    answered: tuple[int, int, str] | None = None
    kept: bool | None = None
    rated: int | None = None


def happened(begins: datetime, ends: datetime, count: int, seed: int) -> list[Happened]:
    """Invent what happened between two times, at their very edges too."""
    chance = random.Random(seed)
    edges = [begins, ends - timedelta(milliseconds=1)]
    inside = [begins + (ends - begins) * chance.random() for _ in range(count)]
    return [_one(chance, at.replace(microsecond=at.microsecond // 1000 * 1000)) for at in (*edges, *inside)]


def _one(chance: random.Random, at: datetime) -> Happened:
    sent = chance.random() < 0.6
    opening = int(chance.lognormvariate(6, 2))
    wall = opening + chance.choice((0, 0, 40_000))
    return Happened(
        at=at,
        channel=chance.choice(CHANNELS),
        acked_ms=int(chance.lognormvariate(6, 1)) if sent else None,
        outcome="" if sent else chance.choice(("", "sends_refused", "sends_capped", "acks_suppressed")),
        answered=(wall, opening, chance.choice(("open", "closed"))) if chance.random() < 0.7 else None,
        kept=chance.choice((None, True, False)),
        rated=chance.choice((None, None, 0, 7, 10)),
    )


def lines(town: Sequence[Happened], brand: str) -> Iterator[LogLine]:
    """Write what functions write, in an order of its own, with lines of others between."""
    found = [line for each in town for line in _lines(each, brand)]
    random.Random(7).shuffle(found)
    yield from found


def _lines(each: Happened, brand: str) -> Iterator[LogLine]:
    def line(name: str, **fields: Any) -> LogLine:
        about = {"channel": each.channel, "brand": brand}
        return LogLine(at=each.at, said={"message": name, "level": "INFO", "count": 1, **about, **fields})

    yield line("messages_stored", conversation="c", messages="m")
    yield line("hand_offs")
    if each.acked_ms is not None:
        yield line("sends_sent", kind="acknowledgement", waited_ms=each.acked_ms)
    elif each.outcome:
        yield line(each.outcome, kind="acknowledgement")
    if each.answered is not None:
        wall, opening, came = each.answered
        kept = {} if each.kept is None else {"promise_kept": int(each.kept)}
        name = "first_answer" if wall % 2 else "answered_outside"
        yield line(name, wall_s=wall, open_s=opening, came=came, episode=1, **kept)
    if each.rated is not None:
        yield line("ratings", points=each.rated)


def nearest_rank(values: Sequence[int], share: float) -> float:
    """Find the least value that so large a share does not exceed, by sorting."""
    return sorted(values)[max(math.ceil(share * len(values)), 1) - 1] if values else 0.0


def brand_in(zone: str, name: str = "Harbour Bakery") -> Brand:
    """Make a brand on a zone's clock, open as the one of the other tests."""
    return replace(bakery().brand, zone=ZoneInfo(zone), name=name)


def utc(text: str) -> datetime:
    """Read a time in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)
