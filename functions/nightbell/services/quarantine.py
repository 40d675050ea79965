"""Look after what could not be read: find it, feed it again, or give it up with a record of who and why."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace

from nightbell.domain.errors import NightbellError
from nightbell.domain.events import Delivery
from nightbell.domain.facts import Fact
from nightbell.domain.kept_names import kept_name
from nightbell.services.kept import Entry, Handled, KeptStore, months_until
from nightbell.services.ports import Clock
from nightbell.services.store_messages import TOO_LARGE

UNKNOWN = frozenset({"unknown_events", "new_kinds_of_event"})


class KeptError(NightbellError):
    """A person asked for what cannot be; nothing was changed, and the sentence says why."""

    status = 409


@dataclass(frozen=True, slots=True, kw_only=True)
class Replayed:
    """What feeding it again came to.

    Attributes:
        understood: It is stored, and marked so; otherwise it stays as it was.
        kept_as: Names of parts that are still broken, each in quarantine by itself.
    """

    understood: bool
    facts: Sequence[Fact]
    kept_as: Collection[str] = ()


class Quarantine:
    """What was genuine and could not be read."""

    def __init__(self, *, store: KeptStore, store_delivery: Callable[[Delivery], Sequence[Fact]], clock: Clock) -> None:
        """Feed by the service that would have stored it in the first place."""
        self._store = store
        self._store_delivery = store_delivery
        self._clock = clock

    def entries(self, month: str | None = None) -> list[Entry]:
        """List what is kept, of one month or of all, the oldest first."""
        months = [month] if month else reversed(list(months_until(self._clock.now())))
        return [entry for one in months for entry in self._store.entries(one)]

    def find(self, name: str) -> list[Entry]:
        """Find every copy of the same bytes, the oldest first.

        Raises:
            KeptError: There is none.
        """
        months = reversed(list(months_until(self._clock.now())))
        found = [entry for month in months if (entry := self._store.find(name, month))]
        if not found:
            raise KeptError(f"There is no {name} in quarantine.")
        return found

    def read(self, name: str) -> tuple[Entry, bytes]:
        """Read the content of the oldest copy that still has one.

        Raises:
            KeptError: There is none, or its content is gone or not complete.
        """
        copies = self.find(name)
        for entry in copies:
            body = None if entry.discarded else self._store.read_body(entry)
            if body is not None:
                return entry, body
        gone = copies[0].discarded
        if gone is None:
            raise KeptError(f"A part of {name} is missing. It was never acknowledged, so the platform sent it again.")
        raise KeptError(f"{name} was discarded by {gone.who} on {gone.at:%Y-%m-%d}: {gone.why}")

    def replay(self, name: str, who: str) -> Replayed:
        """Store it as if it arrived now; what is stored of it already is recognised.

        Raises:
            KeptError: It cannot be fed again.
            UnavailableError: Not all is stored, and nothing is marked; another try is safe.
        """
        entry, body = self.read(name)
        if entry.reason == TOO_LARGE:
            raise KeptError(f"{name} is the whole of a message whose beginning is stored: read it, then discard it.")
        facts = self._store_delivery(_delivery(entry, body))
        # Under another name than its own lies what was kept while its path was no part of the name.
        own = {name, kept_name(body, entry.around.path, entry.around.query)}
        kept = {str(fact.fields["id"]) for fact in facts if fact.name == "quarantined"}
        understood = not own & kept and any(fact.name not in UNKNOWN for fact in facts)
        if understood:
            for each in self.find(name):
                self._store.mark_replayed(each, Handled(who=who, at=self._clock.now()))
        return Replayed(understood=understood, facts=facts, kept_as=sorted(kept - {name}))

    def discard(self, name: str, who: str, why: str) -> list[Entry]:
        """Give up every copy: the content goes, the record of who and why stays.

        Returns:
            The copies as they are now.

        Raises:
            KeptError: There is none.
            UnavailableError: Some content may still be there; another try is safe.
        """
        handled = Handled(who=who, at=self._clock.now(), why=why)
        copies = self.find(name)
        for each in copies:
            self._store.discard(each, handled)
        return [replace(each, discarded=each.discarded or handled) for each in copies]


def _delivery(entry: Entry, body: bytes) -> Delivery:
    """Make the delivery that it is; it was verified before it was kept."""
    return Delivery(
        platform=entry.platform,
        path=entry.around.path,
        method="POST",
        headers=entry.around.headers,
        query=entry.around.query,
        body=body,
        received_at=entry.received_at,
    )
