"""Count a brand's days from the lines that functions wrote: what was done once is one line, and is counted once.

A tally is nothing but numbers by names, so days add up to weeks in any order, and none of it is about anybody.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from nightbell.domain.unit import UnitKind
from nightbell.domain.weekly_report.spread import bin_of

Tally = Counter[tuple[str, ...]]

MESSAGES, ACK, FIRST, PROMISES, SENDS, RATINGS = "messages", "ack", "first", "promises", "sends", "ratings"
OPEN, CLOSED = "open", "closed"
WALL, OPENING = "wall", "opening"
KEPT, BROKEN = "kept", "broken"
AUTOMATIC, PERSON = "automatic", "person"
OUTCOMES = ("sent", "refused", "unknown", "put_off", "held_back", "undelivered")
"""What becomes of a try: the platform took it, refused it for good, did not say, or was not ready; it was not wanted
any more; and what the platform had taken came back."""

_SENDS = {"sends_sent": "sent", "sends_refused": "refused", "sends_unknown": "unknown"}
_NO_TRY = "sends_held"
"""Waits for its turn: nothing was tried, and each look of Sweep is a line of its own."""
_NOT_WANTED = frozenset({"sends_owned_elsewhere", "acks_suppressed"})
_BY_PERSON = frozenset({UnitKind.PERSON_ANSWER, UnitKind.PERSON_PROMISE})
_ACKS = frozenset({UnitKind.ACKNOWLEDGEMENT, UnitKind.ANSWER})


@dataclass(frozen=True, slots=True, kw_only=True)
class LogLine:
    """One line of a function.

    Attributes:
        at: When it was written, aware.
        said: Its fields.
    """

    at: datetime
    said: Mapping[str, object]

    def text(self, name: str) -> str:
        """Read a field as text; empty where it is absent."""
        value = self.said.get(name)
        return "" if value is None else str(value)

    def number(self, name: str) -> int | None:
        """Read a field as a whole number that is not below zero; ``None`` where it is none."""
        value = self.said.get(name)
        return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None


def tally_lines(lines: Iterable[LogLine], zones: Mapping[str, ZoneInfo], only: str = "") -> dict[str, Tally]:
    """Count lines by brand; those of brands that are not asked for are left out.

    Args:
        lines: Each once, in any order.
        zones: Of the brands that are asked for, by their keys.
        only: Whose a line is that names none, as those of a version before.
    """
    tallies: dict[str, Tally] = {brand: Counter() for brand in zones}
    for line in lines:
        name = line.text("message")
        count = _COUNTS.get(name) or (_send if name.startswith("sends_") and name != _NO_TRY else None)
        brand = line.text("brand") if "brand" in line.said else only
        if count is not None and brand in zones:
            count(tallies[brand], line, zones[brand])
    return tallies


def _message(tally: Tally, line: LogLine, zone: ZoneInfo) -> None:
    at = line.at.astimezone(zone)
    tally[MESSAGES, line.text("channel"), str(at.weekday()), str(at.hour)] += line.number("count") or 0


def _send(tally: Tally, line: LogLine, zone: ZoneInfo) -> None:  # noqa: ARG001 - as all of them are called
    name, kind, channel = line.text("message"), line.text("kind"), line.text("channel")
    outcome = "held_back" if name in _NOT_WANTED else _SENDS.get(name, "put_off")
    tally[SENDS, channel, PERSON if kind in _BY_PERSON else AUTOMATIC, outcome] += 1
    waited = line.number("waited_ms")
    if outcome == "sent" and kind in _ACKS and waited is not None:
        tally[ACK, channel, str(bin_of(waited))] += 1


def _undelivered(tally: Tally, line: LogLine, zone: ZoneInfo) -> None:  # noqa: ARG001 - as above
    tally[SENDS, line.text("channel"), AUTOMATIC, "undelivered"] += 1


def _first(tally: Tally, line: LogLine, zone: ZoneInfo) -> None:  # noqa: ARG001 - as above
    """Count a first answer; what closed something without being the first one says no times."""
    wall, opening, channel = line.number("wall_s"), line.number("open_s"), line.text("channel")
    if wall is None or opening is None:
        return
    came = CLOSED if line.text("came") == CLOSED else OPEN
    tally[FIRST, channel, came, WALL, str(bin_of(wall))] += 1
    tally[FIRST, channel, came, OPENING, str(bin_of(opening))] += 1
    kept = line.number("promise_kept")
    if kept is not None:
        tally[PROMISES, channel, KEPT if kept else BROKEN] += 1


def _rating(tally: Tally, line: LogLine, zone: ZoneInfo) -> None:  # noqa: ARG001 - as above
    tally[RATINGS, line.text("points")] += 1


_COUNTS: Mapping[str, Callable[[Tally, LogLine, ZoneInfo], None]] = {
    "messages_stored": _message,
    "acks_suppressed": _send,
    "acks_undelivered": _undelivered,
    "first_answer": _first,
    "answered_outside": _first,
    "ratings": _rating,
}
