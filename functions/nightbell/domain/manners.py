"""How a channel wants to be written on, as far as deciding about a message goes."""

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Manners:
    """What a channel, and the account's settings for it, leave to decide.

    Attributes:
        automatic: Whether anything may be sent without a person.
        writes_choices: Choices were offered in numbered lines, so that a digit chooses.
        carries_code: Whatever is sent carries the reference code, so that there must be one.
        quotes: Whether first words and names may stand outside the message itself, which is blanked in time.
        acks_within: In which three acknowledgements are the most that leave.
    """

    automatic: bool = True
    writes_choices: bool = False
    carries_code: bool = False
    quotes: bool = True
    acks_within: timedelta = timedelta(minutes=10)


PLAIN = Manners()
