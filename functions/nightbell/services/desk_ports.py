"""What the desk needs from the table; the adapters implement it.

Every act is one transaction: what it changes about the conversation, what people did about it, and who did it when.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from nightbell.domain.conversation import Consent, Conversation
from nightbell.domain.desk_state import DeskState
from nightbell.domain.unit import Unit
from nightbell.services.ports import Page


class Did(StrEnum):
    """What somebody did at the desk."""

    TAKE = "take"
    TAKE_OVER = "take_over"
    """From somebody whose time was over."""
    RELEASE = "release"
    ANSWER = "answer"
    PROMISE = "promise"
    OVERRIDE = "override"
    """Something was said although the checks object to it."""
    NOTE = "note"
    HAND_OVER = "hand_over"
    SNOOZE = "snooze"
    DONE = "done"


@dataclass(frozen=True, slots=True, kw_only=True)
class Log:
    """What somebody did.

    Attributes:
        at: Aware, UTC.
        what: In their words, or what a person needs to understand it.
        request: Of the click by which something was said.
        said: Numbers of the units that it said.
    """

    did: Did
    by: str
    at: datetime
    what: str = ""
    request: str = ""
    said: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Take:
    """H1: hold it, if it waits and nobody else does."""

    agent: str
    until: datetime
    now: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Keep:
    """Hold it further; only while it is as it was read, and held."""

    agent: str
    until: datetime
    now: datetime
    read: Conversation


@dataclass(frozen=True, slots=True, kw_only=True)
class Give:
    """Have somebody hold it from now on; only while it is as it was read."""

    to: str
    until: datetime
    read: Conversation


@dataclass(frozen=True, slots=True, kw_only=True)
class LetGo:
    """H3: stop holding it; where it was read, only while it is so, and held.

    Attributes:
        asked: What the contact is asked from now on, where it was read; empty for nothing.
    """

    agent: str
    now: datetime
    read: Conversation | None = None
    asked: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Close:
    """H2: close up to a number that was shown, and stop holding it.

    Attributes:
        asked: What the contact is asked from now on; empty for nothing.
    """

    agent: str
    now: datetime
    up_to: int
    read: Conversation
    asked: str = ""


Step = Take | Keep | Give | LetGo | Close


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """One thing that somebody does.

    Attributes:
        step: What it changes about the conversation; ``None`` for nothing.
        before, after: What people did about it, as it was read, and with this act.
        logs, units: Written under the numbers that ``after`` has given out beyond ``before``: first the logs.
    """

    pk: str
    step: Step | None
    before: DeskState
    after: DeskState
    logs: Sequence[Log]
    units: Sequence[Unit] = ()


class DeskStore(Protocol):
    """The table, as the desk uses it. Each call may raise UnavailableError."""

    def read_conversation(self, pk: str) -> Conversation:
        """Read consistently."""

    def read_page(self, pk: str) -> Page:
        """Read the conversation, then all of its partition, consistently and never from an index."""

    def read_desk(self, pk: str) -> DeskState:
        """Read what people did about it, consistently."""

    def said_by(self, pk: str, request: str) -> Sequence[Unit] | None:
        """Find what was said by a click; ``None`` where nothing was, consistently."""

    def consents(self, pk: str) -> Sequence[Consent]:
        """List the contact's permissions that still stand, the oldest first, consistently."""

    def units(self, pk: str) -> Sequence[Unit]:
        """List all that was sent in it, or is to be, consistently."""

    def promised(self, pk: str, read: Conversation) -> datetime | None:
        """Tell by when the contact was told last that somebody answers; ``None`` where they were not."""

    def act(self, act: Act) -> bool:
        """Write all of it, or nothing: false where the conversation or the desk is not as it was read."""

    def renew(self, pk: str, agent: str, until: datetime, now: datetime) -> bool:
        """H1 once more for whoever holds it already."""

    def note_shown(self, pk: str, agent: str, seq: int) -> bool:
        """Note up to where the holder was shown the messages."""
