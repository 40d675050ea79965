"""What is wrong in the settings file, told so that a shop owner can put it right."""

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches

from nightbell.domain.errors import MisconfiguredError


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One fault in the settings file.

    Attributes:
        place: Where, such as ``brands.harbour.hours.monday[1]``; list entries count from 1.
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

    def __init__(self, problem: Problem) -> None:
        super().__init__(str(problem))
        self.problem = problem


def did_you_mean(given: str, known: Iterable[str]) -> str:
    """Suggest the nearest of the known words, or list them."""
    choices = list(known)
    near = get_close_matches(given.casefold(), [choice.casefold() for choice in choices], n=3, cutoff=0.6)
    found = [choice for choice in choices if choice.casefold() in near]
    if found:
        return f"did you mean {' or '.join(map(repr, found[:3]))}?"
    return f"write one of {', '.join(map(repr, choices))}"
