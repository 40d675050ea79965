"""What follows once a unit that the desk made has come to its end: its case is closed, or the team reads why not.

The outcome itself is written already, and the unit's due marker kept; whatever dies before this is done is found by it.
"""

from collections.abc import Mapping

from nightbell.domain.business import Account
from nightbell.domain.closing import Closing, closing
from nightbell.domain.conversation import Conversation
from nightbell.domain.errors import UnavailableError
from nightbell.domain.facts import Fact
from nightbell.domain.first_answer import first_answer_fields
from nightbell.domain.keys import split_conversation_pk
from nightbell.domain.notice import notice_about
from nightbell.domain.opening_hours import OpeningHours
from nightbell.domain.told import has_promised
from nightbell.domain.unit import Unit, UnitState
from nightbell.services.ports import Clock, UnitStore

TRIES = 4
ARRIVED = frozenset({UnitState.SENT, UnitState.CONFIRMED})
Followed = tuple[list[Fact], Unit | None]
"""What to count, and the hand-off by which the human queue is told."""


class AfterAnswer:
    """A9 and A10: exactly once for each end that a unit comes to."""

    def __init__(self, store: UnitStore, accounts: Mapping[tuple[str, str], Account], clock: Clock) -> None:
        """Count in these accounts' opening time."""
        self._store, self._accounts, self._clock = store, accounts, clock

    def __call__(self, unit: Unit | None) -> Followed:
        """Write what follows from how a unit stands; nothing where somebody else has, or it has not ended.

        Raises:
            UnavailableError: It may not have been written; Sweep finds it.
        """
        for _ in range(TRIES):
            if unit is None or unit.due_at is None or not unit.state.is_final:
                return [], None
            followed = self._follow(unit)
            if followed is not None:
                return followed
            unit = self._store.read_unit_by_key(unit.pk, unit.sk)
        raise UnavailableError("the conversation kept changing")

    def _follow(self, unit: Unit) -> Followed | None:
        """Take one try; ``None`` when something has changed meanwhile."""
        fields: dict[str, str | int] = {"kind": unit.kind.value, "state": unit.state.value}
        read = self._store.read_conversation(unit.pk)
        if unit.state in ARRIVED:
            return self._close(unit, read)
        if not unit.kind.is_by_person:
            is_done = self._store.mark_told(unit)
            return ([Fact(name="desk_units_missed", fields=fields)], None) if is_done else None
        notice = notice_about(unit, read, self._clock.now())
        if not self._store.give_notice(notice):
            return None
        return [Fact(name="answers_missed", fields=fields)], notice.hand_off

    def _close(self, unit: Unit, read: Conversation) -> Followed | None:
        channel, account_id, _ = split_conversation_pk(unit.pk) or ("", "", "")
        account = self._accounts.get((channel, account_id))
        told = self._store.read_unit(unit.pk, read.ack_seq) if read.ack_seq else None
        hours, promised_by = account.hours if account else None, has_promised(told) if told else None
        case = closing(unit, read, self._store.read_desk(unit.pk), hours=hours, promised_by=promised_by)
        return (_counted(case, hours), None) if self._store.close(case) else None


def _counted(case: Closing, hours: OpeningHours | None) -> list[Fact]:
    facts = [Fact(name="desk_units_arrived", fields={"kind": case.unit.kind.value})]
    if not case.is_first:
        return facts
    fields = first_answer_fields(case.after.clock, case.unit.pk, case.read, hours)
    return [*facts, Fact(name="first_answer", fields=fields)]
