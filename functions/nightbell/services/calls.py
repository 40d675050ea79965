"""Calls, as whoever does not know their platform sees them: what knows it is loaded by the first one."""

from dataclasses import dataclass, field
from typing import Protocol

from nightbell.domain.events import Delivery
from nightbell.domain.facts import Fact
from nightbell.platforms.channel import Reply


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """What the platform is answered, and what to count.

    Attributes:
        is_kept: False where the table could not be written; then the delivery must be kept elsewhere.
    """

    reply: Reply
    facts: tuple[Fact, ...] = field(default=())
    is_kept: bool = True


class Calls(Protocol):
    """What knows of calls: :class:`nightbell.services.answer_call.AnswerCall`."""

    def serves(self, delivery: Delivery) -> bool:
        """Tell whether a delivery is about a call."""

    def __call__(self, delivery: Delivery) -> Answered:
        """Write down what it tells. May raise NotUnderstoodError and UnavailableError."""


class CallHints(Protocol):
    """CallQueue."""

    def hint(self, call_id: str) -> None:
        """Say that there is something new of a call; may be lost without harm. May raise UnavailableError."""
