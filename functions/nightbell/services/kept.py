"""What is kept for a person to look at: its description, what was done with it, and the table that holds it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

KEPT_MONTHS = 15
"""Quarantine is kept for 400 days, which touch no more calendar months than these."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Handled:
    """What a person did with it.

    Attributes:
        at: Aware, UTC.
        why: Their reason, where one is asked for.
    """

    who: str
    at: datetime
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """What came with a body and is needed to read it again; gone with it when it is discarded.

    Attributes:
        headers: Those alone that reading looks at.
    """

    path: str = ""
    query: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One thing that is kept, without its content.

    Attributes:
        name: Made from the bytes: the same bytes of another month have the same one.
        month: ``yyyy-mm`` of its receipt, which is where it is kept.
        size: Of the content in bytes; ``None`` where it was not noted.
        parts: Over how many items the content is spread.
        around: Where it was looked for by itself, which a list does not do.
    """

    name: str
    month: str
    received_at: datetime
    platform: str
    kind: str
    reason: str
    size: int | None = None
    parts: int = 1
    around: Around = field(default_factory=Around)
    replayed: Handled | None = None
    discarded: Handled | None = None

    @property
    def is_open(self) -> bool:
        """Tell whether nobody has looked after it yet."""
        return self.replayed is None and self.discarded is None


class KeptStore(Protocol):
    """The table. Each call may raise UnavailableError."""

    def entries(self, month: str) -> Sequence[Entry]:
        """List what is kept of a month, the oldest first."""

    def find(self, name: str, month: str) -> Entry | None:
        """Read one consistently."""

    def read_body(self, entry: Entry) -> bytes | None:
        """Read the content; ``None`` where a part of it is not there."""

    def note(self, entry: Entry) -> None:
        """Begin a record that has no content; one that is there stays."""

    def mark_replayed(self, entry: Entry, handled: Handled) -> None:
        """Record that it was stored; the first time stands."""

    def discard(self, entry: Entry, handled: Handled) -> None:
        """Record why it is given up, then remove its content; the first time stands."""


def months_until(now: datetime) -> Iterator[str]:
    """Name the months of which something may be kept, the newest first."""
    day = now
    for _ in range(KEPT_MONTHS):
        yield f"{day:%Y-%m}"
        day = day.replace(day=1) - timedelta(days=1)
