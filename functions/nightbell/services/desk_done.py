"""Finish a conversation: answered, resolved in another way, or nothing to answer; closing only what was shown."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from nightbell.domain.answer_clock import Answered
from nightbell.domain.business import Account
from nightbell.domain.desk_state import DeskState
from nightbell.domain.first_answer import first_answer_fields
from nightbell.domain.rating import ASKS_SOON
from nightbell.domain.unit import Unit
from nightbell.services.desk_acting import Acting, Seen, account_of
from nightbell.services.desk_errors import Code, DeskError
from nightbell.services.desk_ports import Act, Close, Did, LetGo, Log, Step
from nightbell.services.desk_rating import AskRating


class How(StrEnum):
    """What became of it."""

    ANSWERED = "answered"
    RESOLVED_ELSEWHERE = "resolved_elsewhere"
    NO_ANSWER_NEEDED = "no_answer_needed"


class Way(StrEnum):
    """How it was resolved elsewhere."""

    CALL = "call"
    MAIL = "mail"
    IN_PERSON = "in_person"
    OTHER = "other"


CONSENTED_BY = {Way.CALL: "phone", Way.MAIL: "email"}
"""Ways that need the contact's own permission, and how its record names them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Closed:
    """What closing came to.

    Attributes:
        up_to: The number up to which all is now answered.
        still_waiting: Messages that came after what was shown.
        first: What is told of it where it counts as the episode's first answer; empty otherwise.
    """

    up_to: int
    still_waiting: int
    first: Mapping[str, str | int] = field(default_factory=dict)


class Done:
    """Closes what an agent was shown, and lets go."""

    def __init__(self, acting: Acting, accounts: Mapping[tuple[str, str], Account], rating: AskRating) -> None:
        """Count by the opening hours of these accounts."""
        self._acting, self._accounts, self._rating = acting, accounts, rating

    def __call__(  # noqa: PLR0913 - what one act is
        self, pk: str, agent: str, how: How, *, up_to: int | None, by: Way | None, revision: str
    ) -> Closed:
        """Finish; without a number, up to what the agent was shown.

        Raises:
            DeskError: They do not hold it, were not shown that much, or may not have called or mailed.
            UnavailableError: The table does not answer.
        """
        if (by is not None) != (how is How.RESOLVED_ELSEWHERE):
            raise DeskError(Code.INVALID, "Say by which way it was resolved elsewhere, and only then.")
        what = f"{how} by {by}" if by else how.value
        closed: list[int] = []
        first: dict[str, str | int] = {}

        def decide(seen: Seen) -> Act:
            self._may(seen, agent, by)
            seen.must_be(revision)
            upper = seen.read.agent_shown if up_to is None else up_to
            seen.must_be_shown(agent, upper)
            closed[:] = [upper]
            units, after = self._units(seen, how, upper), self._after(seen, how)
            first.clear()
            first.update(self._first(seen, after))
            return Act(
                pk=pk,
                step=_step(seen, agent, upper, ASKS_SOON if units else ""),
                before=seen.desk,
                after=after.with_done(how.value, seen.read.episode).acting(1 + len(units)),
                logs=[Log(did=Did.DONE, by=agent, at=seen.now, what=what)],
                units=units,
            )

        self._acting(pk, decide)
        waiting = self._acting.store.read_conversation(pk).waiting_count
        return Closed(up_to=closed[0], still_waiting=waiting, first=first)

    def _may(self, seen: Seen, agent: str, by: Way | None) -> None:
        seen.must_hold(agent)
        consented = CONSENTED_BY.get(by) if by else None
        if consented and all(each.channel != consented for each in self._acting.store.consents(seen.pk)):
            raise DeskError(Code.NO_CONSENT, f"The contact has not agreed to that: there is no record for {consented}.")

    def _units(self, seen: Seen, how: How, up_to: int) -> list[Unit]:
        """Ask how it was, where that is wanted."""
        if how is not How.ANSWERED or not self._rating.is_possible(seen, up_to):
            return []
        asks = self._rating.after(seen, self._acting.store.units(seen.pk))
        return [asks] if asks else []

    def _after(self, seen: Seen, how: How) -> DeskState:
        """Count what a person says was answered, where nobody has seen that answer leave."""
        counted = seen.desk.clock is not None and seen.desk.clock.episode == seen.read.episode
        _, account = account_of(seen.pk, self._accounts)
        if how is How.NO_ANSWER_NEEDED or counted or account is None:
            return seen.desk
        answered = Answered(
            at=seen.now,
            episode=seen.read.episode,
            episode_at=seen.read.episode_at or seen.now,
            promised_by=self._acting.store.promised(seen.pk, seen.read),
        )
        return seen.desk.with_answer(answered, account.hours)

    def _first(self, seen: Seen, after: DeskState) -> Mapping[str, str | int]:
        _, account = account_of(seen.pk, self._accounts)
        if after.clock == seen.desk.clock:
            return {}
        return first_answer_fields(after.clock, seen.pk, seen.read, account.hours if account else None)


def _step(seen: Seen, agent: str, up_to: int, asked: str) -> Step:
    if up_to <= seen.read.seen_seq:
        return LetGo(agent=agent, now=seen.now, read=seen.read, asked=asked)
    return Close(agent=agent, now=seen.now, up_to=up_to, read=seen.read, asked=asked)
