"""A mistake that must never pass, and the test that has to notice it."""

from collections.abc import Iterable
from dataclasses import dataclass

from tests.chaos.mutants.areas import ROOT
from tests.chaos.mutants.mutant import Mutant, compiles, mutant


@dataclass(frozen=True, slots=True, kw_only=True)
class Critical:
    """A mistake as a change of text.

    Attributes:
        name: What we would then do: "nobody noticed that we ...".
        was: Stands in the module exactly once.
        test: File and name, below ``tests``.
    """

    name: str
    file: str
    was: str
    became: str
    test: str

    @property
    def has_a_place(self) -> bool:
        """Whether the code still is what the list says, and stays code with the mistake."""
        path = ROOT / self.file
        before = path.read_text() if path.exists() else ""
        return before.count(self.was) == 1 and compiles(before.replace(self.was, self.became))


def put_in(wanted: Iterable[Critical]) -> list[Mutant]:
    """Put each that still has a place into its module's source."""
    return [_one(each) for each in wanted if each.has_a_place]


def _one(each: Critical) -> Mutant:
    before = (ROOT / each.file).read_text()
    after = before.replace(each.was, each.became)
    return mutant(each.name, each.file, before, after, (f"tests/{each.test}",))


def out_of_place(wanted: Iterable[Critical]) -> list[str]:
    """Name those that nobody can put in any more, because the code has changed and the list has not."""
    return [
        f"the list of critical mistakes is out of date: to {each.name}, {each.file} must hold exactly once {each.was!r}"
        for each in wanted
        if not each.has_a_place
    ]
