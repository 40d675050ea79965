"""What agents do with a conversation: take it, read it, close what they have seen, release it."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta

from nightbell.domain.errors import NightbellError, UnavailableError
from nightbell.services.ports import Clock, DeskStore, Page

LEASE = timedelta(minutes=30)
"""How long a conversation is held; afterwards it is offered again. Taking it again renews it."""
TRIES = 4


class DeskError(NightbellError):
    """An agent asked for what cannot be; nothing was changed, and the sentence says why."""

    status = 409


@dataclass(frozen=True, slots=True, kw_only=True)
class Closed:
    """What closing came to.

    Attributes:
        up_to: The number up to which all is now answered.
        still_waiting: Messages that came after what was shown.
    """

    up_to: int
    still_waiting: int


class Desk:
    """The service behind ``nightbell desk``."""

    def __init__(self, store: DeskStore, clock: Clock) -> None:
        """Work on this table."""
        self._store = store
        self._clock = clock

    def take(self, pk: str, agent: str) -> Page:
        """Hold a conversation and read it; two agents can never hold one.

        Raises:
            DeskError: It is unknown, nothing waits in it, or somebody else holds it.
            UnavailableError: The table does not answer.
        """
        now = self._clock.now()
        if not self._store.take(pk, agent, now + LEASE, now):
            raise DeskError(self._why_not(pk))
        page = self._store.read_page(pk)
        with suppress(UnavailableError):
            # Noted or not, the agent sees it: otherwise a note whose answer was lost would let them close it unseen.
            self._store.note_shown(pk, agent, shown_up_to(page))
        return page

    def _why_not(self, pk: str) -> str:
        conversation = self._store.read_conversation(pk)
        if not conversation.exists:
            return f"There is no conversation {pk}. Copy its id from the queue message's conversation_id."
        if not conversation.is_waiting:
            return "Nothing waits in this conversation: everything in it has been answered."
        if conversation.agent_until is None:
            return "The conversation has just changed: a message came, or somebody let go of it. Take it again."
        return f"{conversation.agent_id} holds this conversation until {conversation.agent_until:%H:%M} UTC."

    def close(self, pk: str, agent: str) -> Closed:
        """Close what the agent was shown, and let go.

        Raises:
            DeskError: The agent does not hold it.
            UnavailableError: The table does not answer; closing again is safe.
        """
        for _ in range(TRIES):
            read = self._store.read_conversation(pk)
            if read.agent_id != agent:
                raise DeskError(f"You do not hold this conversation. Take it first: nightbell desk take '{pk}'")
            up_to = max(read.agent_shown, read.seen_seq)
            if up_to <= read.seen_seq or self._store.close(pk, agent, read, up_to):
                self._store.let_go(pk, agent)
                left = self._store.read_conversation(pk)
                return Closed(up_to=up_to, still_waiting=left.waiting_count)
        raise DeskError("The conversation kept changing. Try again.")

    def release(self, pk: str, agent: str) -> None:
        """Let go without closing; it is offered to others at once.

        Raises:
            DeskError: The agent does not hold it.
            UnavailableError: The table does not answer.
        """
        if not self._store.let_go(pk, agent):
            raise DeskError("You do not hold this conversation.")


def shown_up_to(page: Page) -> int:
    """Find the highest number for which every number above the seen ones was shown.

    A transaction may be visible on the conversation and not yet in the list of its messages;
    closing up to the conversation's last number would then close a message that nobody saw.
    """
    shown = {message.seq for message in page.messages}
    high = page.conversation.seen_seq
    while high + 1 in shown:
        high += 1
    return high
