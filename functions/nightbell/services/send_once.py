"""Make one request, and act on what it came to."""

from dataclasses import replace
from datetime import datetime

from nightbell.domain.acknowledgement import Composed
from nightbell.domain.facts import Fact
from nightbell.domain.unit import Unit, UnitState, back_off
from nightbell.platforms.channel import Verdict, VerdictKind
from nightbell.platforms.person_verdict import judge
from nightbell.services.case import Case
from nightbell.services.guard_account import Cause
from nightbell.services.join_reply import JoinReply
from nightbell.services.open_way import OpenWay, Way
from nightbell.services.ports import Clock, PlatformApi, UnitStore
from nightbell.services.unit_outcomes import UnitOutcomes

PLATFORM_NOT_REACHED = "the platform could not be reached yet"
_CAUSES = {
    VerdictKind.TOKEN_DEAD: Cause.TOKEN,
    VerdictKind.NOT_PERMITTED: Cause.PERMISSION,
    VerdictKind.ACCOUNT_BLOCKED: Cause.BLOCKED,
    VerdictKind.CAPPED: Cause.CAPPED,
}


class SendOnce:
    """The only place from which a text leaves."""

    def __init__(  # noqa: PLR0913 - the ports it needs
        self,
        *,
        store: UnitStore,
        platform_api: PlatformApi,
        open_way: OpenWay,
        join: JoinReply,
        outcomes: UnitOutcomes,
        clock: Clock,
    ) -> None:
        """Send by this API."""
        self._store, self._api, self._open, self._join = store, platform_api, open_way, join
        self._outcomes, self._clock = outcomes, clock

    def way(self, case: Case) -> Way | Fact:
        """Open the way to the platform, or park the unit: the human queue hears of it once."""
        way = self._open(case.sender, case.account, case.now, back_off(case.unit.sweeps + 1))
        if isinstance(way, Way):
            return way
        self._put_off(case, case.unit, way.until, way.reason)
        return way.fact

    def __call__(self, case: Case, unit: Unit, composed: Composed, way: Way) -> list[Fact]:
        """Send what was written down as being sent.

        Raises:
            UnavailableError: Table or queue failed; the unit stays as it is.
        """
        outbound = case.outbound(composed)
        outcome = self._api.send(case.sender.send_request(outbound, way.access))
        verdict = judge(case.sender, outcome, outbound, again=case.unit.state is UnitState.RECOVERING)
        waited_ms = int((self._clock.now() - unit.created_at).total_seconds() * 1000)
        fields: dict[str, str | int] = {"channel": case.sender.name, "code": verdict.code, "waited_ms": waited_ms}
        fields |= {"kind": unit.kind.value, "brand": case.conversation.brand}
        facts = [Fact(name=f"sends_{verdict.kind}", fields=fields)]
        facts += self._act_on(verdict, case, unit, way)
        if verdict.opted_out and self._store.note_opt_out(unit.pk, case.now, opted_out=True):
            facts.append(Fact(name="opt_outs_heeded", fields={"channel": case.sender.name}))
        return facts

    def objected(self, objection: Verdict, case: Case, way: Way) -> list[Fact]:
        """Put off what the platform, when asked, did not let leave yet: no answer is no permission."""
        facts: list[Fact] = []
        if objection.kind is VerdictKind.UNKNOWN:
            facts = self._open.failed(way, case.now)
            objection = replace(objection, kind=VerdictKind.NOT_SENT)
        return facts + self._act_on(objection, case, case.unit, way)

    def _act_on(self, verdict: Verdict, case: Case, unit: Unit, way: Way) -> list[Fact]:
        match verdict.kind:
            case VerdictKind.SENT:
                self._open.worked(way)
                self._open.used(way, verdict.usage, case.now)
                joined = self._join(unit, verdict.recipient_id) if verdict.recipient_id else []
                return joined + self._outcomes.finish(unit, UnitState.SENT, message_id=verdict.message_id)
            case VerdictKind.REFUSED | VerdictKind.OWNED_ELSEWHERE:
                self._open.worked(way)
                # A second try under the same key says nothing about the first.
                again = case.unit.state is UnitState.RECOVERING
                is_refusal = verdict.kind is VerdictKind.REFUSED
                final = UnitState.REFUSED if is_refusal else UnitState.SUPPRESSED
                return self._outcomes.finish(unit, UnitState.UNCERTAIN if again else final, verdict.reason)
            case VerdictKind.NOT_SENT:
                return self._put_off(
                    case, unit, self._again(verdict, case, unit, way), verdict.reason or PLATFORM_NOT_REACHED
                )
            case VerdictKind.UNKNOWN:
                # It stays SENDING: only recovery may touch it, after the lease and the settle time.
                return self._open.failed(way, case.now)
            case _:
                return self._break(case, unit, verdict, way)

    def _again(self, verdict: Verdict, case: Case, unit: Unit, way: Way) -> datetime:
        """Tell when to try what was not sent again; a limit of the account's holds back all its other sends, too."""
        wait = verdict.retry_after
        if wait is None or verdict.of_contact:
            return case.now + (wait or back_off(unit.sweeps + 1))
        return self._open.too_much(way, case.now, wait)

    def _break(self, case: Case, unit: Unit, verdict: Verdict, way: Way) -> list[Fact]:
        closed = self._open.broke(way, verdict, _CAUSES[verdict.kind], case.now, back_off(unit.sweeps + 1))
        return [closed.fact, *self._put_off(case, unit, closed.until, closed.reason)]

    def _put_off(self, case: Case, unit: Unit, not_before: datetime, reason: str) -> list[Fact]:
        in_doubt = case.unit.state is UnitState.RECOVERING
        return self._outcomes.put_off(unit, not_before, reason, in_doubt=in_doubt)
