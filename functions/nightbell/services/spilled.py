"""Look after spilled deliveries that could not be replayed: the dead letters, and the parts kept in the table.

A delivery in parts may lie in both: what ReplayDelivery took is in the table, what it never could is a dead letter.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol

from nightbell.domain.errors import NotUnderstoodError
from nightbell.domain.events import Delivery
from nightbell.domain.facts import Fact
from nightbell.domain.spill import join
from nightbell.services.kept import Entry, Handled, KeptStore
from nightbell.services.ports import Clock
from nightbell.services.quarantine import KeptError

Part = Mapping[str, object]
MOST_PARTS = 1000
"""Far more than the largest delivery of any platform is cut into."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """One message of the dead-letter queue.

    Attributes:
        handle: Deletes it.
        part: What it holds; ``None`` where that is no part of a delivery.
        size: Of the message in bytes.
    """

    message_id: str
    handle: str
    part: Part | None
    size: int


class DeadLetters(Protocol):
    """The dead letters of SpillQueue, as they were looked at."""

    letters: Sequence[Letter]

    def delete(self, letters: Sequence[Letter]) -> None:
        """Take them away for good."""


class SpillParts(Protocol):
    """The parts kept in the table. Each call may raise UnavailableError."""

    def read_spill_part(self, spill_id: str, part: int) -> Part | None:
        """Read one; ``None`` where there is none."""

    def empty_spill_part(self, spill_id: str, part: int) -> None:
        """Remove its content, if it is there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spilled:
    """One delivery among the dead letters.

    Attributes:
        name: Its spill id; of a message that is no part, the message's own id.
        of: How many parts it was cut into; 0 for a message that is no part.
        parts: Those that were found, by number.
        in_table: The numbers of those that were found in the table.
    """

    name: str
    of: int
    parts: Mapping[int, Part]
    letters: Sequence[Letter]
    in_table: Collection[int] = ()

    @property
    def missing(self) -> list[int]:
        """Number the parts that are neither a dead letter nor in the table."""
        return [number for number in range(1, self.of + 1) if number not in self.parts]

    def delivery(self) -> Delivery | None:
        """Join the parts; ``None`` where they do not make a delivery."""
        try:
            return join(self.parts.values()) if self.parts else None
        except NotUnderstoodError:
            return None

    def entry(self, now: datetime) -> Entry:
        """Describe it as what is kept is described."""
        first = next(iter(self.parts.values()), {})
        received_at = _time(first.get("received_at")) or now
        size = first.get("size")
        return Entry(
            name=self.name,
            month=f"{received_at:%Y-%m}",
            received_at=received_at,
            platform=str(first.get("platform", "?")),
            kind="delivery" if self.of else "message",
            reason=self._reason(),
            size=size if isinstance(size, int) else sum(letter.size for letter in self.letters),
        )

    def _reason(self) -> str:
        if not self.of:
            return "not a part of a delivery"
        if self.missing:
            return f"missing {', '.join(map(str, self.missing))} of {self.of} parts"
        return "could not be replayed"


class SpilledDeliveries:
    """What is left of them, and what a person may do about it."""

    def __init__(
        self,
        *,
        dead: DeadLetters,
        parts: SpillParts,
        records: KeptStore,
        store_delivery: Callable[[Delivery], Sequence[Fact]],
        clock: Clock,
    ) -> None:
        """Feed by the service that would have stored it in the first place."""
        self._dead = dead
        self._parts = parts
        self._records = records
        self._store_delivery = store_delivery
        self._clock = clock

    def all(self) -> list[Spilled]:
        """Gather the dead letters into deliveries, and what the table holds of each."""
        letters: dict[str, list[Letter]] = defaultdict(list)
        for letter in self._dead.letters:
            letters[_name(letter)].append(letter)
        return [self._spilled(name, found) for name, found in letters.items()]

    def find(self, name: str) -> Spilled:
        """Find one.

        Raises:
            KeptError: It is not among the dead letters.
        """
        for spilled in self.all():
            if spilled.name == name:
                return spilled
        raise KeptError(f"There is no {name} among the dead letters of SpillQueue.")

    def replay(self, name: str, who: str) -> Sequence[Fact]:
        """Store it, then take its dead letters away; what is stored of it already is recognised.

        Raises:
            KeptError: It cannot be replayed; it stays where it is.
            UnavailableError: Not all is stored, and it stays where it is; another try is safe.
        """
        spilled = self.find(name)
        if spilled.missing:
            raise KeptError(f"{name} is not complete ({spilled.entry(self._clock.now()).reason}), so it stays.")
        delivery = spilled.delivery()
        if delivery is None:
            raise KeptError(f"{name} is damaged: its parts make no delivery. It stays; read it, then discard it.")
        facts = self._store_delivery(delivery)
        entry = spilled.entry(self._clock.now())
        self._records.note(entry)
        self._records.mark_replayed(entry, Handled(who=who, at=self._clock.now()))
        self._dead.delete(spilled.letters)
        self._empty(spilled)
        return facts

    def discard(self, name: str, who: str, why: str) -> Entry:
        """Give it up: a record of who and why stays, the content goes.

        Raises:
            KeptError: It is not among the dead letters.
            UnavailableError: Some content may still be there; another try is safe.
        """
        spilled = self.find(name)
        entry = spilled.entry(self._clock.now())
        self._records.note(entry)
        self._records.discard(entry, Handled(who=who, at=self._clock.now(), why=why))
        self._empty(spilled)
        self._dead.delete(spilled.letters)
        return entry

    def _empty(self, spilled: Spilled) -> None:
        for number in spilled.in_table:
            self._parts.empty_spill_part(spilled.name, number)

    def _spilled(self, name: str, letters: Sequence[Letter]) -> Spilled:
        parts = {_number(letter.part, "part"): letter.part for letter in letters if letter.part is not None}
        of = max((_number(part, "of") for part in parts.values()), default=0)
        kept: dict[int, Part] = {}
        # A single part is never kept: the one who brings it brings the whole delivery.
        for number in range(1, of + 1) if of > 1 else ():
            part = self._parts.read_spill_part(name, number)
            if part is not None:
                kept[number] = part
        return Spilled(name=name, of=of, parts={**kept, **parts}, letters=letters, in_table=tuple(kept))


def is_part(value: object) -> bool:
    """Tell whether a message is a part of a delivery, as far as it can be told without the others."""
    if not isinstance(value, Mapping) or not isinstance(value.get("id"), str):
        return False
    number, of = value.get("part"), value.get("of")
    return isinstance(number, int) and isinstance(of, int) and 1 <= number <= of <= MOST_PARTS


def _name(letter: Letter) -> str:
    return letter.message_id if letter.part is None else str(letter.part["id"])


def _number(part: Part, name: str) -> int:
    return int(str(part[name]))


def _time(value: object) -> datetime | None:
    try:
        return datetime.fromisoformat(str(value)).astimezone(UTC)
    except ValueError:
        return None
