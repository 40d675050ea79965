"""What people did about a conversation, kept beside it: the conversation's own item must stay small.

``acts`` counts everything that was done and gives out numbers: every write is made on the number that was read, so two
people never do something on one reading.
"""

from dataclasses import dataclass, replace
from datetime import datetime

from nightbell.domain.answer_clock import AnswerClock, Answered, counted
from nightbell.domain.conversation import Conversation
from nightbell.domain.opening_hours import OpeningHours


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskState:
    """As stored. All times aware, UTC.

    Attributes:
        acts: The highest number given out; 0 where nobody has done anything.
        request: Id of the latest thing said, by which the same click is known again.
        snoozed_until: Until when nobody wants to see it; ends sooner with the contact's next message.
        snoozed_seq: The conversation's last number when it was snoozed.
        promise_at, promise_by, promise_episode: What an agent promised last, who, and about which episode.
        put_off: What an agent had promised where automation has named a later time since; the clock goes by that.
        held_episode: The episode in which the contact was told that it takes longer.
        clock: Of the episode that was answered last.
        done_how, done_episode: How somebody finished which episode.
        rated, rated_at: What the contact thought of it, from 0 to 10.
    """

    acts: int = 0
    request: str = ""
    snoozed_until: datetime | None = None
    snoozed_seq: int = 0
    promise_at: datetime | None = None
    promise_episode: int = 0
    promise_by: str = ""
    put_off: datetime | None = None
    held_episode: int = 0
    clock: AnswerClock | None = None
    done_how: str = ""
    done_episode: int = 0
    rated: int | None = None
    rated_at: datetime | None = None

    def acting(self, numbers: int = 1) -> "DeskState":
        """Give out numbers: the next one is ``acts + 1``. Every write gives out one at least."""
        return replace(self, acts=self.acts + numbers)

    def saying(self, request: str) -> "DeskState":
        """Note who asked for what is said; a snooze is over when somebody says something."""
        return replace(self.awake(), request=request)

    def snooze(self, until: datetime, seq: int) -> "DeskState":
        """Hide it for a while."""
        return replace(self, snoozed_until=until, snoozed_seq=seq)

    def awake(self) -> "DeskState":
        """End a snooze."""
        return replace(self, snoozed_until=None, snoozed_seq=0)

    def is_snoozed(self, conversation: Conversation, now: datetime) -> bool:
        """Tell whether it is hidden: the contact's next message ends that by itself."""
        return self.snoozed_until is not None and self.snoozed_until > now and conversation.last_seq == self.snoozed_seq

    def with_promise(self, at: datetime, by: str, episode: int) -> "DeskState":
        """Note what an agent, or automation for them, has promised, once the contact has been told."""
        put_off = None if by else self._promised_by_agent(episode)
        return replace(self, promise_at=at, promise_by=by, promise_episode=episode, put_off=put_off)

    def _promised_by_agent(self, episode: int) -> datetime | None:
        if self.promise_episode != episode:
            return None
        return self.promise_at if self.promise_by else self.put_off

    def promised_in(self, episode: int) -> datetime | None:
        """Tell what an agent promised about an episode."""
        return self.promise_at if self.promise_episode == episode else None

    def with_answer(self, answered: Answered, hours: OpeningHours) -> "DeskState":
        """Count an answer of a person that has left; what an agent promised in the episode stands over the rest.

        A later time that automation named by itself makes no promise kept that was broken.
        """
        promised = self._promised_by_agent(answered.episode) or answered.promised_by
        return replace(self, clock=counted(self.clock, replace(answered, promised_by=promised), hours))

    def with_done(self, how: str, episode: int) -> "DeskState":
        """Note how an episode was finished."""
        return replace(self.awake(), done_how=how, done_episode=episode)
