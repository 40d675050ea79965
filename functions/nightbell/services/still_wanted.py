"""Look again, just before a unit leaves, whether it still should."""

from nightbell.domain.acknowledgement import reason_to_drop
from nightbell.domain.desk_suppression import reason_to_drop_made, reason_to_drop_person
from nightbell.domain.unit import Unit, UnitState
from nightbell.services.case import Case
from nightbell.services.desk_units import desk_units_of
from nightbell.services.ports import UnitStore

_UNSAID = frozenset({UnitState.SUPPRESSED, UnitState.REFUSED, UnitState.UNDELIVERED})


class StillWanted:
    """Each kind of unit is asked what may stop it."""

    def __init__(self, store: UnitStore) -> None:
        """Look into this table."""
        self._store = store

    def __call__(self, case: Case) -> str | None:
        """Name the reason why a unit's current step must not leave any more; ``None`` where it may.

        Raises:
            UnavailableError: The table does not answer.
        """
        unit, conversation, account, now = case.unit, case.conversation, case.account, case.now
        if unit.kind.is_by_person:
            return reason_to_drop_person(unit, conversation, person_window=case.sender.person_window, now=now)
        window = case.sender.reply_window
        if not unit.desk:
            return reason_to_drop(unit, conversation, account, reply_window=window, now=now)
        wrote = self._agent_wrote_after(unit)
        return reason_to_drop_made(unit, conversation, account, reply_window=window, agent_wrote=wrote, now=now)

    def _agent_wrote_after(self, unit: Unit) -> bool:
        later = desk_units_of(self._store, unit.pk, above=unit.desk)
        return any(each.kind.is_by_person and each.state not in _UNSAID for each in later)
