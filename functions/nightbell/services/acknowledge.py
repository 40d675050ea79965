"""Move one unit as far as it can go now: check again, write, send once, hand off, finish.

The order is the guarantee: SENDING is written before the request leaves, and a due marker is
cleared only after the human queue was told of exactly that state. Whatever dies in between is
found by its due marker and recovered by what the platform can prove.
"""

from collections.abc import Mapping

from nightbell.domain.business import Account
from nightbell.domain.facts import Fact
from nightbell.domain.unit import Unit, UnitState
from nightbell.platforms.channel import Channel, LookUp, Question, Sender
from nightbell.services.after_answer import AfterAnswer
from nightbell.services.ask_first import AskFirst
from nightbell.services.attempts import attempt_of
from nightbell.services.case import Invocation
from nightbell.services.find_case import FindCase
from nightbell.services.join_reply import JoinReply
from nightbell.services.look_back import LookBack
from nightbell.services.look_up_words import LookUpWords
from nightbell.services.open_way import OpenWay
from nightbell.services.platform_access import PlatformAccess
from nightbell.services.ports import Clock, PlatformApi, UnitStore
from nightbell.services.recover_unit import RecoverUnit
from nightbell.services.send_once import SendOnce
from nightbell.services.start_unit import SENDS_HELD, StartUnit
from nightbell.services.still_wanted import StillWanted
from nightbell.services.tell_human_queue import TellHumanQueue
from nightbell.services.unit_outcomes import UnitOutcomes

STEPS = 4


class Acknowledge:
    """The state machine's driver; safe to call for any unit, at any time, any number of times."""

    def __init__(  # noqa: PLR0913 - the ports it needs, by name
        self,
        *,
        store: UnitStore,
        platform_api: PlatformApi,
        access: PlatformAccess,
        tell: TellHumanQueue,
        accounts: Mapping[tuple[str, str], Account],
        channels: Mapping[str, Channel],
        clock: Clock,
        senders: Mapping[str, Sender] | None = None,
        look_ups: Mapping[str, LookUp] | None = None,
        questions: Mapping[str, Question] | None = None,
    ) -> None:
        """Send by this API, in the names that ``access`` gives."""
        self._store, self._clock = store, clock
        self._outcomes = UnitOutcomes(store, tell, AfterAnswer(store, accounts, clock), clock)
        open_way, ask = OpenWay(store, access), AskFirst(platform_api, questions or {})
        join, wanted, outcomes = JoinReply(store, channels, clock), StillWanted(store), self._outcomes
        send = SendOnce(
            store=store, platform_api=platform_api, open_way=open_way, join=join, outcomes=outcomes, clock=clock
        )
        self._start = StartUnit(
            store=store, wanted=wanted, ask=ask, open_way=open_way, send=send, outcomes=outcomes, clock=clock
        )
        self._recover = RecoverUnit(store, wanted, LookBack(store, platform_api, access), send, outcomes)
        self._find_case = FindCase(accounts, channels, senders if senders is not None else channels, clock)
        self._look_up = LookUpWords(store, platform_api, access, accounts, channels, look_ups or {})

    def __call__(self, pk: str, sk: str, run: Invocation) -> list[Fact]:
        """Move the unit until it rests or must wait.

        Raises:
            UnavailableError: Table or queue failed; calling again is safe.
        """
        facts: list[Fact] = []
        for _ in range(STEPS):
            step, moved = self._step(pk, sk, run)
            facts += step
            if not moved:
                break
        return facts

    def _step(self, pk: str, sk: str, run: Invocation) -> tuple[list[Fact], bool]:
        """Take one step; the second value tells whether another may follow at once."""
        unit = self._store.read_unit_by_key(pk, sk)
        if unit is None:
            return [Fact(name="hints_without_unit")], False
        conversation = self._store.read_conversation(pk)
        if unit.state.is_final:
            return self._outcomes.settled(unit), False
        case = self._find_case(unit, conversation, run)
        if isinstance(case, str):
            return self._without_settings(unit, case, run), False
        facts, moved = (self._start(case), False) if unit.state is UnitState.READY else self._recover(case)
        # With steps left the next one's turn may have come, unless this one's has not.
        waits = any(fact.name == SENDS_HELD for fact in facts)
        return facts, moved or (bool(unit.ladder) and not waits)

    def _without_settings(self, unit: Unit, reason: str, run: Invocation) -> list[Fact]:
        """Hand over what is not to be sent, and what can be recovered no more because its account is gone."""
        if unit.state is UnitState.READY:
            reason, facts = self._look_up(unit, reason, run.deadline - self._clock.now())
            return facts + self._outcomes.drop(unit, reason)
        recovered = self._store.recover(unit, attempt_of(run, self._clock.now()), None)
        return [] if recovered is None else self._outcomes.finish(recovered, UnitState.UNCERTAIN, reason)
