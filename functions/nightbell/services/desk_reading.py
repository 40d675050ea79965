"""What people read at the desk, as the table has it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from nightbell.domain.conversation import Consent, Conversation
from nightbell.domain.desk_state import DeskState
from nightbell.domain.unit import Unit
from nightbell.services.ports import Page, StoredMessage


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How a conversation stands.

    Attributes:
        told: What tells best what the contact was told: the episode's newest unit that sends something, or else the
            newest of any kind, which says why nothing was.
    """

    pk: str
    conversation: Conversation
    state: DeskState
    told: Unit | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """What somebody did at the desk; ``what`` is empty where its words were removed."""

    number: int
    at: datetime
    by: str
    did: str
    what: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """All that is known of one conversation, by the read rule: the conversation first, then all the rest.

    Attributes:
        messages: By their number.
        units: Every one, in no order.
        acts: By their number.
        consents: The contact's permissions that still stand, the oldest first.
    """

    pk: str
    conversation: Conversation
    state: DeskState
    messages: Sequence[StoredMessage]
    units: Sequence[Unit]
    acts: Sequence[Act]
    consents: Sequence[Consent] = ()

    @property
    def page(self) -> Page:
        """As an agent is shown it."""
        return Page(conversation=self.conversation, messages=self.messages)

    @property
    def standing(self) -> Standing:
        """As lists show it."""
        told = told_seq(self.conversation)
        found = next((unit for unit in self.units if not unit.desk and unit.seq == told), None)
        return Standing(pk=self.pk, conversation=self.conversation, state=self.state, told=found)


def told_seq(conversation: Conversation) -> int:
    """Number of the unit that tells what the contact was told; 0 where nothing was decided yet."""
    return conversation.ack_seq or conversation.unit_seq


class DeskReading(Protocol):
    """The table. Each call may raise UnavailableError."""

    def brands(self) -> Sequence[str]:
        """List the brands that the settings have ever had, by their keys."""

    def waiting(self, brand: str, most: int) -> Sequence[str]:
        """List the conversations of a brand that wait, the oldest first; may lag behind the table."""

    def standings(self, pks: Sequence[str]) -> Sequence[Standing]:
        """Read how conversations stand, consistently; those that do not exist are left out."""

    def parts(self, pk: str) -> Parts:
        """Read all of one conversation, consistently; of one that never was, nothing."""

    def said_in_public(self, account_id: str, author_id: str, most: int) -> Sequence[str]:
        """List conversations of one person below an account's posts."""


Row = Mapping[str, object]
"""What JSON can hold: see ``docs/desk.md``."""
