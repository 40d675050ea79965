"""Let a unit that is READY leave: check again, ask, write down that it leaves, send once."""

from dataclasses import replace
from datetime import timedelta

from nightbell.domain.acknowledgement import Composed
from nightbell.domain.facts import Fact
from nightbell.domain.unit import back_off
from nightbell.platforms.channel import Verdict, VerdictKind
from nightbell.services.ask_first import AskFirst
from nightbell.services.attempts import attempt_of
from nightbell.services.case import Case
from nightbell.services.keep_pace import KeepPace
from nightbell.services.open_way import OpenWay, Way
from nightbell.services.ports import Clock, Sending, UnitStore
from nightbell.services.send_once import SendOnce
from nightbell.services.still_wanted import StillWanted
from nightbell.services.unit_outcomes import UnitOutcomes
from nightbell.services.wording import worded

AROUND_A_SEND = timedelta(seconds=6)
"""What the table and the queue may take before and after a send, within one invocation."""
SOON = 2
"""Looks of Sweep, within about three minutes, for which a unit that is held is written about to nobody."""
SENDS_HELD = "sends_held"
ITS_TURN = "so much is to be said at once that it has to wait for its turn"
TEXT_GONE = "its text was taken out of the settings while it waited"


class StartUnit:
    """A1, and all that comes before it."""

    def __init__(  # noqa: PLR0913 - the parts it is made of
        self,
        *,
        store: UnitStore,
        wanted: StillWanted,
        ask: AskFirst,
        open_way: OpenWay,
        send: SendOnce,
        outcomes: UnitOutcomes,
        clock: Clock,
    ) -> None:
        """Write into this table."""
        self._store, self._ask, self._open, self._send = store, ask, open_way, send
        self._reason_not_to_send, self._outcomes, self._clock = wanted, outcomes, clock
        self._pace = KeepPace(store)

    def __call__(self, case: Case) -> list[Fact]:
        """Send it, drop it, put it off, or leave it to somebody with more time.

        Raises:
            UnavailableError: Table or queue failed; calling again is safe.
        """
        reason = self._reason_not_to_send(case)
        if reason is not None:
            return self._suppress(case, reason)
        if case.unit.not_before is not None and case.unit.not_before > case.now:
            return []
        left = case.run.deadline - case.now - self._ask.takes(case.sender)
        if left < timedelta(seconds=case.sender.send_timeout_s) + AROUND_A_SEND:
            return [Fact(name="too_late_to_send")]
        way = self._send.way(case)
        return [way] if isinstance(way, Fact) else self._in_turn(case, way)

    def _in_turn(self, case: Case, way: Way) -> list[Fact]:
        """Send it if it is its turn; one that is held for a little while is left to Sweep as it is."""
        paced = self._pace(case, way)
        if isinstance(paced, str):
            return self._suppress(case, paced)
        if isinstance(paced, Case):
            return self._ask_and_send(paced, way)
        held = Fact(name=SENDS_HELD, fields={"channel": case.sender.name})
        again = case.now + back_off(case.unit.sweeps + 1)
        if case.unit.sweeps < SOON and paced.until <= again:
            return [held]
        return [held, *self._outcomes.put_off(case.unit, max(paced.until, again), ITS_TURN, in_doubt=False)]

    def _suppress(self, case: Case, reason: str) -> list[Fact]:
        name = "desk_units_suppressed" if case.unit.desk else "acks_suppressed"
        fields = {"channel": case.sender.name, "brand": case.conversation.brand}
        return [*self._outcomes.drop(case.unit, reason), Fact(name=name, fields=fields)]

    def _ask_and_send(self, case: Case, way: Way) -> list[Fact]:
        """Ask before A1: whatever breaks here, the unit is as it was."""
        if not self._ask.takes(case.sender):
            return self._attempt(case, way)
        objection = self._ask(case, way.access)
        if objection is not None:
            return self._heed(objection, case, way)
        # A person may have answered while we asked.
        asked = replace(case, conversation=self._store.read_conversation(case.unit.pk), now=self._clock.now())
        reason = self._reason_not_to_send(asked)
        return self._attempt(asked, way) if reason is None else self._not_said(asked, way, reason)

    def _heed(self, objection: Verdict, case: Case, way: Way) -> list[Fact]:
        """Drop what must never leave, and put off the rest."""
        facts = [Fact(name="objections", fields={"channel": case.sender.name, "code": objection.code})]
        if objection.kind in {VerdictKind.REFUSED, VerdictKind.OWNED_ELSEWHERE}:
            self._open.worked(way)
            return facts + self._not_said(case, way, objection.reason)
        return facts + self._send.objected(objection, case, way)

    def _not_said(self, case: Case, way: Way, reason: str) -> list[Fact]:
        # Before it ends: what dies in between asks again, and finds whose the line is then.
        self._pace.leave(case, way)
        return self._suppress(case, reason)

    def _attempt(self, case: Case, way: Way) -> list[Fact]:
        """A1, and only then the request."""
        try:
            composed = worded(case)
        except KeyError:
            return [*self._outcomes.drop(case.unit, TEXT_GONE), Fact(name="texts_gone", alarm=True)]
        started = self._store.start(case.unit, attempt_of(case.run, case.now), _sending(composed))
        return [] if started is None else self._send(case, started, composed, way)


def _sending(composed: Composed) -> Sending | None:
    """Name what must be written down; a person's words stand there already."""
    if composed.text_id is None:
        return None
    return Sending(text_id=composed.text_id.value, text=composed.text, promised_by=composed.promised_by)
