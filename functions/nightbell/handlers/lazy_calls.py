"""Leaves the platform of the telephone unloaded until somebody calls."""

from collections.abc import Callable
from functools import cached_property

from nightbell.adapters.table_client import TableClient
from nightbell.domain.events import Delivery
from nightbell.platforms.lazy import Lazy
from nightbell.services.calls import Answered, CallHints, Calls

PLATFORM, VOICE = "twilio", "voice"
"""Below whose address calls are, by the first part of their path."""
_BUILDERS: Lazy[Callable[[TableClient, int, CallHints], Calls]] = Lazy(
    {PLATFORM: "nightbell.handlers.build_calls:build_calls"}
)


class LazyCalls:
    """Implements :class:`nightbell.services.calls.Calls`."""

    def __init__(self, table: TableClient, due_shards: int, hints: CallHints) -> None:
        """Remember what it is made of."""
        self._parts = (table, due_shards, hints)

    @cached_property
    def _made(self) -> Calls:
        return _BUILDERS[PLATFORM](*self._parts)

    def serves(self, delivery: Delivery) -> bool:
        """Tell whether a delivery is about a call."""
        about = (delivery.platform, delivery.path.partition("/")[0])
        return about == (PLATFORM, VOICE) and self._made.serves(delivery)

    def __call__(self, delivery: Delivery) -> Answered:
        """Write down what it tells, and answer."""
        return self._made(delivery)


class Unhinted:
    """Leaves what is due to the sweep."""

    def hint(self, call_id: str) -> None:
        """Say nothing."""
