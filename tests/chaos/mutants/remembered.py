"""What earlier runs learned: which test noticed a mistake, to ask it first, and how long mistakes take, to estimate.

Nothing is taken for noticed because it once was; every mistake that is tried is tried anew.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from tests.chaos.mutants.measured import FOLDER
from tests.chaos.mutants.mutant import Mutant

_SECONDS = 0.6
"""Of a processor for a mistake, before anything was learned."""


class Remembered:
    """Kept beside the environments; a run without it is slower, and says the same."""

    def __init__(self) -> None:
        """Read it, if it is there."""
        self._path = FOLDER / "remembered.json"
        told: dict[str, Any] = json.loads(self._path.read_text()) if self._path.exists() else {}
        self._caught: dict[str, str] = told.get("caught", {})
        self._seconds: dict[str, float] = told.get("seconds", {})

    def caught_by(self, mutant: Mutant) -> str | None:
        """Name the test that noticed it last."""
        return self._caught.get(_key(mutant))

    def seconds_for(self, mutants: Sequence[Mutant]) -> float:
        """Estimate how long a processor is busy with so many."""
        known = [self._seconds[key] for each in mutants if (key := _key(each)) in self._seconds]
        usual = sum(known) / len(known) if known else _SECONDS
        return sum(known) + usual * (len(mutants) - len(known))

    def note(self, mutants: Sequence[Mutant], caught: Mapping[str, str], seconds: Mapping[str, float]) -> None:
        """Add what a run has found out, by the names of the mistakes."""
        for each in mutants:
            if each.name in seconds:
                self._seconds[_key(each)] = seconds[each.name]
            if each.name in caught:
                self._caught[_key(each)] = caught[each.name]
        self._path.parent.mkdir(parents=True, exist_ok=True)
        begun = self._path.with_suffix(".part")
        begun.write_text(json.dumps({"caught": self._caught, "seconds": self._seconds}))
        begun.replace(self._path)


def _key(mutant: Mutant) -> str:
    """Tell a mistake by what it changes, wherever in the module that stands by now."""
    return f"{mutant.file}\n{mutant.was}\n{mutant.became}"
