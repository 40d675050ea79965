"""Why an agent cannot have what they asked for; nothing was changed then."""

from collections.abc import Sequence
from enum import StrEnum

from nightbell.domain.answer_checks import Objection
from nightbell.domain.errors import NightbellError


class Code(StrEnum):
    """What a program goes by; the sentence is for people."""

    UNKNOWN = "unknown"
    NOTHING_WAITS = "nothing_waits"
    HELD = "held"
    """Somebody else has it."""
    NOT_HELD = "not_held"
    """Whoever asks does not have it, or no longer."""
    CHANGED = "changed"
    """It is not any more what was looked at."""
    NOT_ALLOWED = "not_allowed"
    WINDOW_CLOSED = "window_closed"
    NO_CONSENT = "no_consent"
    OBJECTIONS = "objections"
    """The checks object to what is to be said; a reason overrides them."""
    INVALID = "invalid"


STATUS = {Code.UNKNOWN: 404, Code.CHANGED: 412, Code.NOT_ALLOWED: 403, Code.OBJECTIONS: 422, Code.INVALID: 422}
"""Of HTTP; what stands not here collides with how things stand: 409."""


class DeskError(NightbellError):
    """An agent asked for what cannot be; nothing was changed, and the sentence says why.

    Attributes:
        code: What a program goes by.
        objections: What the checks say against a text.
    """

    def __init__(self, code: Code, sentence: str, objections: Sequence[Objection] = ()) -> None:
        """Say it in a whole sentence."""
        super().__init__(sentence)
        self.code = code
        self.objections = tuple(objections)
        self.status = STATUS.get(code, 409)


def unknown(pk: str) -> DeskError:
    """Say that there is no such conversation."""
    return DeskError(
        Code.UNKNOWN, f"There is no conversation {pk}. Copy its id from the queue message's conversation_id."
    )
