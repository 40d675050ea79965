"""What is wrong in the settings file, told so that a shop owner can put it right."""

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches

from nightbell.domain.errors import MisconfiguredError

FEW = 12
"""So many known words can be listed in a remedy."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One fault in the settings file.

    Attributes:
        place: Where, such as ``brands.harbour.hours.monday[1]``. Entries of a list count from 1.
        message: What is wrong, quoting what stands there.
        remedy: What to write instead.
    """

    place: str
    message: str
    remedy: str

    def __str__(self) -> str:
        """Put all three into one line."""
        return f"{self.place}: {self.message}; {self.remedy}"


class SettingsError(MisconfiguredError):
    """The settings file cannot be used; the check before every deployment tells all its problems."""

    def __init__(self, place: str, message: str, remedy: str) -> None:
        self.problem = Problem(place=place, message=message, remedy=remedy)
        super().__init__(str(self.problem))


def did_you_mean(given: str, known: Iterable[str], otherwise: str = "") -> str:
    """Suggest the nearest of the known words, or list them if they are few, or say ``otherwise``."""
    words = {word.casefold(): word for word in known}
    near = get_close_matches(given.casefold(), words, n=3, cutoff=0.6)
    if near:
        return f"did you mean {_either(words[word] for word in near)}?"
    if len(words) <= FEW:
        return f"write {_either(words.values())}" if words else otherwise
    return otherwise


def _either(words: Iterable[str]) -> str:
    *most, last = (f'"{word}"' for word in words)
    return f"{', '.join(most)} or {last}" if most else last
