"""Give up the whole of a message that was too large for one item, when what is stored of it is forgotten."""

from nightbell.services.kept import Handled, KeptStore, months_until
from nightbell.services.ports import Clock

WHY = "its message was deleted"


class DiscardWhole:
    """Finds every copy by the id that the message was stored with."""

    def __init__(self, store: KeptStore, clock: Clock) -> None:
        """Look in this quarantine."""
        self._store = store
        self._clock = clock

    def __call__(self, name: str, who: str) -> int:
        """Remove the content of each copy; returns how many there were.

        Raises:
            UnavailableError: Some content may still be there; another try is safe.
        """
        now = self._clock.now()
        copies = [entry for month in months_until(now) if (entry := self._store.find(name, month))]
        for entry in copies:
            self._store.discard(entry, Handled(who=who, at=now, why=WHY))
        return len(copies)
