"""How everything at the desk is done: read, decide, write all of it at once; and again where something has changed."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from nightbell.domain.business import Account
from nightbell.domain.conversation import Conversation
from nightbell.domain.desk_state import DeskState
from nightbell.domain.keys import split_conversation_pk
from nightbell.services.desk_errors import Code, DeskError, unknown
from nightbell.services.desk_ports import Act, DeskStore
from nightbell.services.ports import Clock

LEASE = timedelta(minutes=30)
"""How long a conversation is held; afterwards it is offered again. Taking it again renews it."""
TRIES = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A conversation as it was just read."""

    pk: str
    read: Conversation
    desk: DeskState
    now: datetime

    @property
    def revision(self) -> str:
        """Changes whenever there is more to read, or somebody has answered."""
        return revision_of(self.read)

    def must_be(self, revision: str) -> None:
        """Insist on what was looked at, where that is known.

        Raises:
            DeskError: It has changed.
        """
        if revision and revision != self.revision:
            raise DeskError(Code.CHANGED, "The conversation has changed since you looked at it. Read it again.")

    def must_wait(self) -> None:
        """Insist that somebody has to answer.

        Raises:
            DeskError: Nothing waits.
        """
        if not self.read.is_waiting:
            raise DeskError(
                Code.NOTHING_WAITS, "Nothing waits in this conversation: everything in it has been answered."
            )

    def must_hold(self, agent: str) -> None:
        """Insist that somebody holds it, and that their time is not over.

        Raises:
            DeskError: They do not.
        """
        if self.read.agent_id != agent:
            raise DeskError(
                Code.NOT_HELD, f"You do not hold this conversation. Take it first: nightbell desk take '{self.pk}'"
            )
        if not self.read.is_held(self.now):
            raise DeskError(
                Code.NOT_HELD,
                f"Your time with this conversation is over. Take it again: nightbell desk take '{self.pk}'",
            )

    def must_be_shown(self, agent: str, up_to: int) -> None:
        """Insist that somebody who holds it was shown its messages.

        Raises:
            DeskError: They were not.
        """
        self.must_hold(agent)
        if not 0 <= up_to <= self.read.agent_shown:
            raise DeskError(Code.CHANGED, "You were not shown that much. Take the conversation again, and read it.")


class Acting:
    """Does one thing at a time, in a transaction."""

    def __init__(self, store: DeskStore, clock: Clock) -> None:
        """Work on this table."""
        self.store = store
        self.clock = clock

    def __call__(self, pk: str, decide: Callable[[Seen], Act | None]) -> Seen:
        """Do what is decided; ``None`` for nothing. Returns what it was decided on.

        Raises:
            DeskError: There is no such conversation, it kept changing, or whatever ``decide`` says.
            UnavailableError: The table does not answer, and it may have been done.
        """
        for _ in range(TRIES):
            seen = self.look(pk)
            act = decide(seen)
            if act is None or self.store.act(act):
                return seen
        raise DeskError(Code.CHANGED, "The conversation kept changing. Try again.")

    def look(self, pk: str) -> Seen:
        """Read it.

        Raises:
            DeskError: There is no such conversation.
        """
        # What people did comes first: what it says was done is in what is read after it.
        desk = self.store.read_desk(pk)
        read = self.store.read_conversation(pk)
        if not read.exists:
            raise unknown(pk)
        return Seen(pk=pk, read=read, desk=desk, now=self.clock.now())


def revision_of(conversation: Conversation) -> str:
    """Name how far it has come: it changes whenever there is more to read, or somebody has answered."""
    return f"{conversation.last_seq}.{conversation.seen_seq}"


def account_of(pk: str, accounts: Mapping[tuple[str, str], Account]) -> tuple[str, Account | None]:
    """Find the channel that a conversation belongs to, and the account, where the settings have it."""
    channel, account_id, _ = split_conversation_pk(pk) or ("", "", "")
    return channel, accounts.get((channel, account_id))
