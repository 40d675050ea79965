"""What rings at the team, and when: at any hour, while the brand is open, or not before the next digest."""

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from hashlib import sha256
from typing import Any
from zoneinfo import ZoneInfo

from nightbell.domain.bulletin import Bulletin, Line, quotable
from nightbell.domain.conversation import PriorityReason
from nightbell.domain.priority import SENTENCES


class Ring(StrEnum):
    """Why somebody should look now."""

    EMERGENCY = "emergency"
    IMPORTANT_CONTACT = "important_contact"
    ANSWER_FAILED = "answer_failed"
    BROKEN_PROMISE = "broken_promise"
    COMPLAINT = "complaint"
    THIRD_MESSAGE = "third_message"


ANY_HOUR = frozenset({Ring.EMERGENCY, Ring.IMPORTANT_CONTACT})
"""What rings at night, too; everything else is in the next digest."""

_WORDS = {
    Ring.EMERGENCY: "Emergency",
    Ring.IMPORTANT_CONTACT: "From your list of contacts who matter",
    Ring.ANSWER_FAILED: "An answer of yours did not arrive",
    Ring.BROKEN_PROMISE: "Promise broken",
    Ring.COMPLAINT: "Complaint",
    Ring.THIRD_MESSAGE: "Writes again and still waits",
}
"""The most urgent first."""

_OF_REASON = {SENTENCES[reason]: Ring(reason.value) for reason in PriorityReason if reason.value in set(Ring)}
GATHERED_FOR = timedelta(minutes=3)
"""What does not ring at night waits so long for company: one message in place of ten."""
MOST_SHOWN = 10
ALERT = "ALERT#"
"""Begins the key of an alert; what rings at night sorts first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """One reason to look at a conversation.

    Attributes:
        conversation: Its id.
        since: When the episode began, aware, UTC.
        name, excerpt: Of the contact and of their message; empty where the place may not have them.
    """

    conversation: str
    episode: int
    ring: Ring
    brand: str
    channel: str
    since: datetime
    link: str = ""
    name: str = ""
    excerpt: str = ""


def rings_now(ring: Ring, *, is_open: bool) -> bool:
    """Tell whether the team hears of it now; otherwise the digest has it."""
    return is_open or ring in ANY_HOUR


def rings_at(ring: Ring, now: datetime) -> datetime:
    """Tell when it is sent: what rings at night at once, the rest together with what comes in the same minutes."""
    if ring in ANY_HOUR:
        return now
    length = int(GATHERED_FOR.total_seconds())
    return datetime.fromtimestamp((int(now.timestamp()) // length + 1) * length, UTC)


def alerts_in(message: Mapping[str, Any], *, is_open: bool) -> Iterator[Alert]:
    """Read from a hand-off why the team should look now."""
    for sentence in message["priority"]["reasons"]:
        ring = _OF_REASON.get(sentence)
        if ring is not None and rings_now(ring, is_open=is_open):
            yield Alert(
                conversation=message["conversation_id"],
                episode=message["episode"],
                ring=ring,
                brand=message["brand"],
                channel=message["via"] or message["channel"],
                since=datetime.fromisoformat(message["first_message_at"] or message["last_message_at"]),
                link=message["desk_link"] or "",
                name=quotable(message["contact"]["display_name"] or ""),
                excerpt=quotable(message["preview"] or ""),
            )


def alert_sk(alert: Alert) -> str:
    """Name it: the same reason in the same episode is told once."""
    digest = sha256(f"{alert.conversation}\n{alert.episode}\n{alert.ring}".encode("utf-8", "surrogatepass"))
    return f"{ALERT}{'0' if alert.ring in ANY_HOUR else '1'}#{digest.hexdigest()[:32]}"


def write_alert(alert: Alert, *, excerpt: bool) -> str:
    """Write it for the table, without what the place may not have."""
    kept = alert if excerpt else replace(alert, name="", excerpt="")
    return json.dumps({**asdict(kept), "since": kept.since.isoformat()}, separators=(",", ":"))


def read_alert(body: str) -> Alert:
    """Read :func:`write_alert` back."""
    found = json.loads(body)
    return Alert(**{**found, "since": datetime.fromisoformat(found["since"]), "ring": Ring(found["ring"])})


def alert_bulletin(brand: str, zone: ZoneInfo, alerts: Sequence[Alert], more: int = 0) -> Bulletin:
    """Put them into one message, a line for each conversation, the most urgent first."""
    order = list(_WORDS)
    grouped: dict[str, list[Alert]] = {}
    for alert in sorted(alerts, key=lambda each: (order.index(each.ring), each.since)):
        grouped.setdefault(alert.conversation, []).append(alert)
    shown = list(grouped.values())[:MOST_SHOWN]
    lines = [_line(each, zone) for each in shown]
    rest = len(grouped) - len(shown) + more
    if rest:
        lines.append(Line(text=f"and {rest} more; the desk lists all of them"))
    heaviest = _WORDS[min((each.ring for each in alerts), key=order.index)]
    title = f"{brand}: {heaviest}" + (f", and {len(grouped) - 1 + more} more" if len(grouped) + more > 1 else "")
    return Bulletin(title=title).with_lines(lines)


def _line(alerts: Collection[Alert], zone: ZoneInfo) -> Line:
    first = next(iter(alerts))
    words = ", ".join(dict.fromkeys(_WORDS[each.ring] for each in alerts))
    since = f"{first.since.astimezone(zone):%a %H:%M}"
    return Line(text=f"{words} \u2013 {whence(first.channel)}, waits since {since}{quoted(first)}", link=first.link)


def whence(channel: str) -> str:
    """Name a channel for people."""
    return channel.replace("_", " ")


def quoted(alert: Alert) -> str:
    """Add who wrote and how it begins, where the place may have it."""
    said = f": \u201c{alert.excerpt}\u201d" if alert.excerpt else ""
    return f" \u2013 {alert.name}{said}" if alert.name or said else ""
