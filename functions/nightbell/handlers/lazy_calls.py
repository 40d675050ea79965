"""Leaves the platform of the telephone unloaded until somebody calls."""

from functools import cached_property
from importlib import import_module

from nightbell.adapters.table_client import TableClient
from nightbell.domain.events import Delivery
from nightbell.services.calls import Answered, CallHints, Calls

PLATFORM, VOICE = "twilio", "voice"
"""Below whose address calls are, by the first part of their path."""


class LazyCalls:
    """Implements :class:`nightbell.services.calls.Calls`."""

    def __init__(self, table: TableClient, due_shards: int, hints: CallHints) -> None:
        """Remember what it is made of."""
        self._parts = (table, due_shards, hints)

    @cached_property
    def _made(self) -> Calls:
        made: Calls = import_module("nightbell.handlers.build_calls").build_calls(*self._parts)
        return made

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
