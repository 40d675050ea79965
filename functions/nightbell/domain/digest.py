"""What waits when a brand opens, in the order in which a team should look at it."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from nightbell.domain.alerts import whence
from nightbell.domain.bulletin import Bulletin, Line, Section, listed
from nightbell.domain.local_time import instant_of
from nightbell.domain.opening_hours import OpeningHours

WITHOUT_OPENING: Final = 8 * 60
"""Minutes after midnight at which a brand that never closes gets its digest."""
LATE_AFTER = timedelta(minutes=15)
TOO_LATE_AFTER = timedelta(hours=3)
CLOSES_SOON = timedelta(hours=24)
MOST_A_SECTION = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A conversation that waits, as a digest looks at it. All times aware, UTC.

    Attributes:
        wish: What the contact asked for, in words: a call, a mail; empty for an answer here.
        promised: By when an answer was promised.
        closes: Until when the platform lets a person answer.
    """

    link: str
    channel: str
    since: datetime
    is_emergency: bool = False
    is_complaint: bool = False
    wish: str = ""
    promised: datetime | None = None
    closes: datetime | None = None


def digest_of_today(hours: OpeningHours, now: datetime) -> datetime | None:
    """Tell when today's digest is due, on the brand's own calendar; ``None`` on a day without an opening.

    Of several openings a day the first counts. A brand that never closes has one at eight in the morning.
    """
    today = now.astimezone(hours.zone).date()
    midnight = instant_of(today, 0, hours.zone)
    stretch = hours.stretch_at(midnight)
    if stretch.is_open and (stretch.end is None or stretch.end > now + timedelta(days=1)):
        return instant_of(today, WITHOUT_OPENING, hours.zone)
    opens = hours.next_opening(midnight)
    return opens if opens is not None and opens.astimezone(hours.zone).date() == today else None


def is_due(at: datetime | None, now: datetime) -> bool:
    """Tell whether a digest is to be sent now; after three hours it would only repeat what the desk shows."""
    return at is not None and at <= now < at + TOO_LATE_AFTER


def digest(  # noqa: PLR0913 - a pure function takes everything it depends on
    name: str, zone: ZoneInfo, entries: Iterable[Entry], *, opened: datetime, now: datetime, more: int = 0
) -> Bulletin:
    """Write the digest; each conversation stands in the first part that fits it.

    Args:
        name: Of the brand, for people.
        zone: Of its clock.
        entries: What waits.
        opened: When it was due.
        now: When it is written.
        more: How many wait beside these, unread.
    """
    parts, rest = _sorted(list(entries), zone, now)
    total = sum(len(found) for _, found, _ in parts) + len(rest) + more
    sections = [
        section
        for heading, found, line in parts
        for section in listed(heading, (Line(text=line(each), link=each.link) for each in found), MOST_A_SECTION)
    ]
    if rest or more:
        words = "else waits" if sections else "waits"
        sections.append(Section(lines=(Line(text=f"{len(rest) + more} {words}, in the order of the desk."),)))
    if not total:
        sections = [Section(lines=(Line(text="Nobody waits for an answer. Good morning!"),))]
    made = Bulletin(title=f"{name}: {_waits(total)}", sections=tuple(sections))
    if now - opened < LATE_AFTER:
        return made
    return made.saying_first(f"This comes late: it was due at {_clock(opened, zone)}.")


def _waits(total: int) -> str:
    return {0: "nothing waits", 1: "1 conversation waits"}.get(total, f"{total} conversations wait")


_Part = tuple[str, list[Entry], Callable[[Entry], str]]


def _sorted(entries: list[Entry], zone: ZoneInfo, now: datetime) -> tuple[Sequence[_Part], list[Entry]]:
    today = now.astimezone(zone).date()

    def closes_soon(each: Entry) -> bool:
        return each.closes is not None and now < each.closes <= now + CLOSES_SOON

    def is_promised_today(each: Entry) -> bool:
        return each.promised is not None and each.promised.astimezone(zone).date() <= today

    kinds: Sequence[tuple[str, Callable[[Entry], bool], Callable[[Entry], object], Callable[[Entry], str]]] = (
        ("Emergencies", lambda e: e.is_emergency, lambda e: e.since, lambda e: _since(e, zone)),
        ("Complaints", lambda e: e.is_complaint, lambda e: e.since, lambda e: _since(e, zone)),
        ("Windows that close", closes_soon, lambda e: e.closes, lambda e: _until(e, zone)),
        ("Promised for today", is_promised_today, lambda e: e.promised, lambda e: _promised(e, zone, now)),
        ("Voicemails and wishes to be called", lambda e: bool(e.wish), lambda e: e.since, lambda e: _wish(e, zone)),
    )
    found, left = [], entries
    for heading, fits, order, line in kinds:
        those = sorted(filter(fits, left), key=order)  # type: ignore[arg-type]
        left = [each for each in left if not fits(each)]
        found.append((heading, those, line))
    return found, left


def _since(entry: Entry, zone: ZoneInfo) -> str:
    return f"{whence(entry.channel)}, waits since {_clock(entry.since, zone)}"


def _until(entry: Entry, zone: ZoneInfo) -> str:
    closes = _clock(entry.closes, zone) if entry.closes else ""
    return f"{whence(entry.channel)}, can be answered until {closes}"


def _promised(entry: Entry, zone: ZoneInfo, now: datetime) -> str:
    if entry.promised is None:
        return _since(entry, zone)
    was = "was promised" if entry.promised < now else "is promised"
    return f"{whence(entry.channel)}, {was} an answer by {_clock(entry.promised, zone)}"


def _wish(entry: Entry, zone: ZoneInfo) -> str:
    return f"{whence(entry.channel)}, {entry.wish}, waits since {_clock(entry.since, zone)}"


def _clock(at: datetime, zone: ZoneInfo) -> str:
    return f"{at.astimezone(zone):%a %H:%M}"
