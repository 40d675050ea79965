"""Notice that customers wait far longer than they were promised, and nobody sees to it.

What is answered late is counted with its answer; what nobody answers would never be.
"""

from nightbell.domain.business import BusinessSettings
from nightbell.domain.facts import Fact
from nightbell.services.overdue import WaitingStore, overdue
from nightbell.services.ports import Clock

EVERY_MINUTES = 5
AS_LATE = 2
"""Told from twice the time on that was promised: agents may be a little late without an alarm."""


class WatchWaiting:
    """Counts; says nothing to anybody."""

    def __init__(self, store: WaitingStore, settings: BusinessSettings, clock: Clock) -> None:
        """Look at all brands of the settings."""
        self._store, self._settings, self._clock = store, settings, clock

    def __call__(self) -> list[Fact]:
        """Count what is overdue, every few minutes.

        Raises:
            UnavailableError: What waits cannot be listed or read.
        """
        now = self._clock.now()
        if now.minute % EVERY_MINUTES:
            return []
        late = [
            each.promised
            for brand in self._settings.brands.values()
            for each in overdue(self._store, self._settings, brand, now, brand.promise * AS_LATE)
        ]
        if not late:
            return []
        longest = max(now - promise for promise in late)
        return [Fact(name="promises_overdue", count=len(late), fields={"longest_s": int(longest.total_seconds())})]
