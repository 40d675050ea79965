"""What the desk has said lately in a conversation, the newest first."""

from collections.abc import Iterator
from typing import Protocol

from nightbell.domain.desk_state import DeskState
from nightbell.domain.keys import desk_unit_sk
from nightbell.domain.unit import Unit

MOST_ACTS = 20
"""So many acts back at most: what was said before them came back, or was settled, long ago."""


class DeskReader(Protocol):
    """The part of a table that this looks at."""

    def read_desk(self, pk: str) -> DeskState:
        """Read what people did about a conversation, consistently."""

    def read_unit_by_key(self, pk: str, sk: str) -> Unit | None:
        """Read any unit, consistently."""


def desk_units_of(store: DeskReader, pk: str, above: int = 0) -> Iterator[Unit]:
    """List the units among the last acts, with higher numbers than one; most acts are no unit.

    Raises:
        UnavailableError: The table does not answer.
    """
    acts = store.read_desk(pk).acts
    for number in range(acts, max(acts - MOST_ACTS, above), -1):
        unit = store.read_unit_by_key(pk, desk_unit_sk(number))
        if unit is not None:
            yield unit
