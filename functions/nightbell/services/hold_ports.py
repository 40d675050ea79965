"""What holding a promise needs from the table; the adapter implements it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from nightbell.domain.desk_state import DeskState
from nightbell.domain.unit import Unit
from nightbell.services.desk_reading import Parts, Standing


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """One entry of the list of what waits.

    Attributes:
        since: When the episode began; aware, UTC.
    """

    pk: str
    since: datetime


class HoldStore(Protocol):
    """The table. Each call may raise UnavailableError."""

    def waiting_between(self, brand: str, oldest: datetime, newest: datetime) -> Iterator[Waiting]:
        """List what waits since then, both ends included; may lag behind the table."""

    def standings(self, pks: Sequence[str]) -> Sequence[Standing]:
        """Read how conversations stand, consistently; those that do not exist are left out."""

    def parts(self, pk: str) -> Parts:
        """Read all of one conversation, consistently."""

    def hold(self, unit: Unit, before: DeskState, after: DeskState) -> bool:
        """H9: have it said, and note that; both, or neither. False where somebody has acted since it was read."""

    def mark_again(self, pk: str, read: DeskState, until: datetime | None) -> None:
        """Have the desk's own marker come again at a time, or never more; not where somebody has acted since."""
