"""Tell what became of a unit, and only then write it down.

A due marker is cleared only after the human queue was told of exactly the state that is written with it.
"""

from dataclasses import replace
from datetime import datetime

from nightbell.domain.facts import Fact
from nightbell.domain.unit import Unit, UnitState, back_off
from nightbell.services.after_answer import AfterAnswer
from nightbell.services.ports import Clock, UnitStore
from nightbell.services.tell_human_queue import TellHumanQueue


class UnitOutcomes:
    """A4 to A8; of what the desk made A9 and A10, too."""

    def __init__(self, store: UnitStore, tell: TellHumanQueue, after: AfterAnswer, clock: Clock) -> None:
        """Write into this table."""
        self._store, self._tell, self._after, self._clock = store, tell, after, clock

    def settled(self, unit: Unit) -> list[Fact]:
        """A6: an echo or status settled it; its due marker goes only now that the human queue knows."""
        if unit.due_at is None:
            return []
        if unit.desk:
            return self._followed(unit)
        self._tell(unit, unit.state)
        self._store.mark_told(unit)
        return [Fact(name="hand_offs")]

    def drop(self, unit: Unit, reason: str) -> list[Fact]:
        """A7: nothing leaves; the human queue is told all the same."""
        if unit.desk:
            return self._followed(self._store.suppress(unit, reason) or self._again(unit))
        if self._tell(unit, UnitState.SUPPRESSED, reason):
            self._store.suppress(unit, reason)
        else:
            self._store.not_now(unit, self._clock.now() + back_off(unit.sweeps + 1), told=True)
        return [Fact(name="hand_offs")]

    def put_off(self, unit: Unit, not_before: datetime, reason: str, *, in_doubt: bool) -> list[Fact]:
        """A5 before an attempt, or after one that certainly did nothing.

        What is sent again waits in RECOVERING: its first try may have arrived, so it is never dropped as unsent.
        """
        told = []
        # Of what the desk made its end is told: until then it waits with the rest of the conversation.
        if not unit.told and not unit.desk:
            self._tell(unit, UnitState.READY, reason)
            told = [Fact(name="hand_offs")]
        if in_doubt:
            self._store.stay_in_doubt(unit, not_before, reason)
        else:
            self._store.not_now(unit, not_before, told=not unit.desk, reason=reason)
        return told

    def finish(self, unit: Unit, state: UnitState, reason: str = "", message_id: str | None = None) -> list[Fact]:
        """A4, after the hand-off; an echo that was faster has settled it already, and A6 is left.

        A8 where steps are left, whatever this one came to: the human queue hears of all of them at the end.
        """
        if unit.desk:
            ended = self._store.finish(unit, state, reason=reason, message_id=message_id)
            return self._followed(ended or self._again(unit))
        if unit.ladder and state is not UnitState.SUPPRESSED:
            self._store.climb(unit, state, reason=reason, message_id=message_id)
            return []
        self._tell(replace(unit, platform_message_id=message_id or unit.platform_message_id), state, reason)
        if self._store.finish(unit, state, reason=reason, message_id=message_id) is None:
            again = self._again(unit)
            # Where somebody has taken over since, they may have told another thing, and above what is told here.
            ours = again if again is not None and again.epoch == unit.epoch else None
            if ours is not None and ours.state is UnitState.CONFIRMED and state is UnitState.SENT:
                self._store.mark_told(ours)
        return [Fact(name="hand_offs")]

    def _followed(self, unit: Unit | None) -> list[Fact]:
        """Let follow what follows from the end of what the desk made; the human queue hears of a failure at once."""
        facts, hand_off = self._after(unit)
        return facts + (self.drop(hand_off, hand_off.reason) if hand_off else [])

    def _again(self, unit: Unit) -> Unit | None:
        return self._store.read_unit_by_key(unit.pk, unit.sk)
