"""What can become of an event, and the form of a row that says so."""

from dataclasses import dataclass
from enum import StrEnum


class Consequence(StrEnum):
    """What becomes of an event."""

    MESSAGE = "message"
    """Kept; the policy decides about an acknowledgement."""
    CHANGE = "change"
    """Kept for the human; never acknowledged."""
    SETTLEMENT = "settlement"
    """Tells what became of something we sent."""
    OUTSIDE_ANSWER = "outside_answer"
    """Somebody else wrote to the contact."""
    THREAD_CONTROL = "thread_control"
    """Tells which app may speak in a conversation."""
    CONTACT_MOVED = "contact_moved"
    """A contact has another id from now on."""
    ACCOUNT_NEWS = "account_news"
    """The platform blocked one of our accounts, or lifted the block."""
    OPT_OUT = "opt_out"
    """A contact told the platform to keep us away, or to let us write again."""
    NOISE = "noise"
    """Counted only."""
    ALARM = "alarm"
    """Counted, and an operator hears of it."""


@dataclass(frozen=True, slots=True)
class Row:
    """One kind's consequence, and why in a sentence."""

    consequence: Consequence
    why: str


MESSAGE, CHANGE, NOISE, ALARM = Consequence.MESSAGE, Consequence.CHANGE, Consequence.NOISE, Consequence.ALARM
SETTLEMENT, OUTSIDE = Consequence.SETTLEMENT, Consequence.OUTSIDE_ANSWER
THREAD = Consequence.THREAD_CONTROL
MOVED, ACCOUNT_NEWS, OPT_OUT = Consequence.CONTACT_MOVED, Consequence.ACCOUNT_NEWS, Consequence.OPT_OUT
