"""What happened, as a replay takes it: who wrote what when, and what people did about it meanwhile."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from nightbell.domain.events import Message


class What(StrEnum):
    """What happened."""

    MESSAGE = "message"
    INBOX = "inbox"
    """A person wrote from the platform's own inbox."""
    OTHER_APP = "other_app"
    OWNED = "owned"
    """The platform leaves the conversation to another app, or to a person in its own inbox."""
    OPT_OUT = "opt_out"
    """The contact told the platform itself."""
    TAKE = "take"
    RELEASE = "release"
    ANSWER = "answer"
    PROMISE = "promise"
    DONE = "done"


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """One thing that happened.

    Attributes:
        at: When we heard of it, aware, UTC.
        pk: Of the conversation.
        message: What was written, by the contact.
        agent: Who did it at the desk.
        up_to: Which messages an answer answers, or were finished.
        text: The agent's words.
        until: What an agent promised, or until when others have the conversation.
        how: It was finished.
        gone: What was written is not there any more: taken back, forgotten, or given back to the platform.
    """

    at: datetime
    what: What
    pk: str
    message: Message | None = None
    agent: str = ""
    up_to: int = 0
    text: str = ""
    until: datetime | None = None
    how: str = ""
    gone: bool = False
