"""What the business's own systems are told by signed webhooks, and when each is tried again.

Source: Standard Webhooks 1.0.0 §Payload structure, §Webhook headers, §Deliverability and reliability.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

STATES: Sequence[str] = ("pending", "acknowledged", "uncertain", "refused", "undelivered", "suppressed")
"""Of an acknowledgement, as the human queue's message names them."""

EVENTS: Sequence[str] = tuple(f"conversation.{state}" for state in STATES)

WAITS: Sequence[timedelta] = (
    timedelta(seconds=5),
    timedelta(minutes=5),
    timedelta(minutes=30),
    *(timedelta(hours=hours) for hours in (2, 5, 10, 14, 20, 24)),
)
"""After each try that failed; the try after the last wait is the last."""

KEPT_FOR = timedelta(days=14)
"""As long as a message of the human queue; the schedule is over after less than four days."""

_JITTER_PERCENT = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Webhook:
    """One system of the business that is told.

    Attributes:
        events: Types it is told of; all where there are none.
        brands: Keys of the brands it is told of; all where there are none.
    """

    name: str
    url: str
    events: frozenset[str] = frozenset()
    brands: frozenset[str] = frozenset()

    def wants(self, message: Mapping[str, Any]) -> bool:
        """Tell whether it is told of a human queue message."""
        is_wanted = not self.events or event_type(message) in self.events
        return is_wanted and (not self.brands or message["brand"] in self.brands)


def event_type(message: Mapping[str, Any]) -> str:
    """Name what a human queue message tells of: what the contact was told came to this state."""
    return f"conversation.{message['acknowledgement']['state']}"


def payload(event: str, data: Mapping[str, Any], at: datetime) -> str:
    """Write the body, the same bytes for every try."""
    timestamp = at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return json.dumps({"type": event, "timestamp": timestamp, "data": data}, ensure_ascii=True, separators=(",", ":"))


def webhook_id(pk: str, sk: str) -> str:
    """Name a webhook by its item, the same for every try: the receiver knows by it what it has."""
    return f"msg_{_number(pk, sk):064x}"[:36]


def next_try(pk: str, sk: str, tries: int, now: datetime) -> datetime | None:
    """Tell when to try again after so many tries; ``None`` when that was the last.

    What was told at one moment is not tried again at one moment. The spread hangs on the key alone, so that
    whoever works it out again finds the same.
    """
    if tries > len(WAITS):
        return None
    percent = _number(pk, sk, str(tries)) % (2 * _JITTER_PERCENT + 1) - _JITTER_PERCENT
    return now + WAITS[tries - 1] * (100 + percent) / 100


def _number(*parts: str) -> int:
    return int(sha256("\n".join(parts).encode()).hexdigest(), 16)
