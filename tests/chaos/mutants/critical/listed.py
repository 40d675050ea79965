"""All the mistakes that must never pass."""

from collections.abc import Sequence

from tests.chaos.mutants.critical.acknowledging import ACKNOWLEDGING
from tests.chaos.mutants.critical.deciding import DECIDING
from tests.chaos.mutants.critical.hours import HOURS
from tests.chaos.mutants.critical.mistake import Critical
from tests.chaos.mutants.critical.receiving import RECEIVING
from tests.chaos.mutants.critical.states import STATES
from tests.chaos.mutants.critical.verification import VERIFICATION

CRITICAL: Sequence[Critical] = (*VERIFICATION, *RECEIVING, *DECIDING, *ACKNOWLEDGING, *STATES, *HOURS)
SHORT = frozenset(
    {
        "accept a missing signature",
        "compare signatures with ==",
        "drop the size limit",
        "skip A1",
        "clear due when an echo comes",
    }
)
