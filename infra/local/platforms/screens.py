"""What stands on customers' screens, and how long they waited for it."""

import threading
import time
from collections.abc import Sequence
from dataclasses import replace

from infra.local.platforms.vendor import Bubble, Contact


class Screens:
    """The screens of one platform, by contact; safe to use from several threads."""

    def __init__(self) -> None:
        """Start with none."""
        self._lock = threading.RLock()
        self._bubbles: dict[tuple[str, str, str], list[Bubble]] = {}
        self._wrote_at: dict[tuple[str, str, str], float] = {}

    def show(self, contact: Contact, bubble: Bubble) -> Bubble:
        """Put a message on a screen; one of the business tells how long it was waited for."""
        with self._lock:
            if bubble.author == "contact":
                self._wrote_at[contact.key] = time.monotonic()
            elif bubble.after_ms is None and contact.key in self._wrote_at:
                waited_s = time.monotonic() - self._wrote_at[contact.key]
                bubble = replace(bubble, after_ms=round(waited_s * 1000))
            self._bubbles.setdefault(contact.key, []).append(bubble)
            return bubble

    def of(self, contact: Contact) -> Sequence[Bubble]:
        """List one screen, oldest first."""
        with self._lock:
            return tuple(self._bubbles.get(contact.key, ()))
