"""What happened, as values: inner layers return facts, handlers log and count them."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Self


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One thing worth counting.

    Attributes:
        name: Also the metric's name, such as ``forged`` or ``messages_stored``.
        alarm: An operator must hear of it; logged as an error.
        fields: Ids and codes only, never content, addresses, tokens or signatures.
    """

    name: str
    count: int = 1
    alarm: bool = False
    fields: Mapping[str, str | int] = field(default_factory=dict)

    def about(self, **ids: str) -> Self:
        """Name what it is about, too, such as ``conversation`` by its ``trace_id``."""
        return replace(self, fields={**ids, **self.fields})
