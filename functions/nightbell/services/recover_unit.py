"""Settle a send whose outcome nobody knows, by what the platform can prove."""

from dataclasses import replace
from datetime import timedelta

from nightbell.domain.facts import Fact
from nightbell.domain.unit import Unit, UnitState
from nightbell.platforms.channel import ReadBack, RecoveryClass
from nightbell.services.attempts import attempt_of
from nightbell.services.case import Case
from nightbell.services.look_back import LookBack
from nightbell.services.ports import UnitStore
from nightbell.services.send_once import SendOnce
from nightbell.services.still_wanted import StillWanted
from nightbell.services.unit_outcomes import UnitOutcomes
from nightbell.services.wording import worded_again

SAME_KEY_FOR = timedelta(hours=23)
"""How long a send of unknown outcome is sent again; a platform that counts as keyed remembers a key for a day."""
UNREADABLE = "the platform gave no proof whether the message arrived"
KEY_FORGOTTEN = "the platform knows its key no more, and cannot tell whether the message arrived"


class RecoverUnit:
    """A2, and what follows from it by the channel's class."""

    def __init__(
        self, store: UnitStore, wanted: StillWanted, look_back: LookBack, send: SendOnce, outcomes: UnitOutcomes
    ) -> None:
        """Write into this table."""
        self._store, self._reason_not_to_send, self._look_back = store, wanted, look_back
        self._send, self._outcomes = send, outcomes

    def __call__(self, case: Case) -> tuple[list[Fact], bool]:
        """Take over from a dead worker; the second value tells whether the unit is READY again.

        Raises:
            UnavailableError: Table or queue failed; calling again is safe.
        """
        settle = case.sender.settle if case.sender.recovery is RecoveryClass.ECHOED else None
        settled_before = case.now - settle if settle else None
        if (case.unit.lease is not None and case.unit.lease >= case.now) or (
            settled_before is not None and case.unit.sent_from is not None and case.unit.sent_from >= settled_before
        ):
            return [], False
        unit = self._store.recover(case.unit, attempt_of(case.run, case.now), settled_before)
        if unit is None:
            return [], False
        facts = [Fact(name="recoveries", fields={"channel": case.sender.name})]
        match case.sender.recovery:
            case RecoveryClass.KEYED | RecoveryClass.ONE_SHOT:
                return facts + self._resend(case, unit), False
            case RecoveryClass.ECHOED if case.sender.can_read_back:
                return self._read_back(case, unit, facts)
            case _:
                return facts + self._outcomes.finish(unit, UnitState.UNCERTAIN, UNREADABLE), False

    def _resend(self, case: Case, unit: Unit) -> list[Fact]:
        """A3: the platform executes one key once; what must not leave any more may have left before."""
        case = replace(case, unit=unit)
        reason = self._reason_not_to_resend(case)
        if reason is not None:
            return self._outcomes.finish(unit, UnitState.UNCERTAIN, reason)
        way = self._send.way(case)
        resent = None if isinstance(way, Fact) else self._store.resend(unit, attempt_of(case.run, case.now))
        if resent is None or isinstance(way, Fact):
            return []
        return self._send(case, resent, worded_again(case, resent.text), way)

    def _read_back(self, case: Case, unit: Unit, facts: list[Fact]) -> tuple[list[Fact], bool]:
        found = self._look(case, unit)
        if found is ReadBack.FOUND and self._look_back.is_said_again(unit):
            found = ReadBack.UNREADABLE
        facts.append(Fact(name=f"read_backs_{found}", fields={"channel": case.sender.name}))
        if found is ReadBack.FOUND:
            return facts + self._outcomes.finish(unit, UnitState.CONFIRMED), False
        if found is ReadBack.ABSENT:
            return facts, self._store.not_now(unit, case.now, told=unit.told) is not None
        return facts + self._outcomes.finish(unit, UnitState.UNCERTAIN, UNREADABLE), False

    def _look(self, case: Case, unit: Unit) -> ReadBack:
        return self._look_back(case, unit)

    def _reason_not_to_resend(self, case: Case) -> str | None:
        if case.unit.sent_from is not None and case.now - case.unit.sent_from > SAME_KEY_FOR:
            return KEY_FORGOTTEN
        return self._reason_not_to_send(case)
