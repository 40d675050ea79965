"""Forget a contact: what was written goes, with every name and address; that something was there stays.

Blanked and not deleted: an item that is gone would be stored again by the next redelivery. The conversation's own item
comes first and fixes up to which number is forgotten, so that a message that arrives meanwhile is a new one.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from nightbell.domain.conversation import Conversation
from nightbell.domain.errors import UnavailableError
from nightbell.domain.keys import conversation_pk, split_conversation_pk
from nightbell.domain.references import reference_code
from nightbell.services.ports import Clock

TRIES = 8


class Kind(StrEnum):
    """What can hold content in a conversation."""

    MESSAGE = "message"
    UNIT = "unit"
    CONSENT = "consent"
    LOG = "log"
    """What an agent did, with what they wrote down about it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """One item of a conversation, without its content.

    Attributes:
        seq: Its number, or the conversation's last one when an agent wrote it; 0 where only a mark is left.
        is_blank: Its content is gone already.
        is_moving: It is a unit that is still being sent; its text is needed to find out whether it arrived.
        whole_in: The quarantine's id of the whole of a message that was too large for one item.
        kept_in: Keys of objects in a bucket that hold what it was made of.
    """

    kind: Kind
    sk: str
    seq: int = 0
    is_blank: bool = False
    is_moving: bool = False
    whole_in: str = ""
    kept_in: tuple[str, ...] = ()


Discard = Callable[[Content, str], object]
"""Gives up, in the name of somebody, what an item leads to; may raise UnavailableError, and is safe to repeat."""


class ForgettingStore(Protocol):
    """The table. Each call may raise UnavailableError."""

    def read_conversation(self, pk: str) -> Conversation:
        """Read consistently."""

    def said_in_public(self, account_id: str, author_id: str) -> list[str]:
        """List the conversations of one person below an account's posts, consistently."""

    def contents(self, pk: str) -> Iterable[Content]:
        """List what can hold content, consistently."""

    def forget_conversation(self, pk: str, read: Conversation, at: datetime) -> bool:
        """Close it and remove who the contact is. False when another message has come."""

    def blank(self, pk: str, content: Content, at: datetime) -> bool:
        """Remove the content of one item. False when it is a unit that has begun to move."""

    def blank_reference(self, brand: str, code: str, pk: str) -> bool:
        """Let a reference code lead here no more. False when it does not."""

    def record(self, pk: str, up_to: int, who: str, at: datetime) -> None:
        """Write down that it was forgotten, by whom and when; the first time stands."""


@dataclass(slots=True)
class Forgotten:
    """What was done.

    Attributes:
        conversations: Those that exist, the one that was asked for first.
        messages: Those that had content until now.
        messages_in_all: With those that were blank already.
        still_moving: Units that are being sent at this moment; another try a few minutes later removes their texts.
        is_finished: False when the time was used up before all was looked at, or something still moves.
    """

    conversations: list[str] = field(default_factory=list)
    messages: int = 0
    messages_in_all: int = 0
    units: int = 0
    consents: int = 0
    logs: int = 0
    references: int = 0
    wholes: int = 0
    objects: int = 0
    still_moving: int = 0
    is_finished: bool = True

    @property
    def changed(self) -> int:
        """How many items had content that is gone now."""
        items = self.messages + self.units + self.consents + self.logs
        return items + self.references + self.wholes + self.objects


class Forget:
    """The service behind ``nightbell forget`` and behind requests to delete."""

    def __init__(self, *, store: ForgettingStore, discard: Discard, clock: Clock) -> None:
        """Blank in this table.

        Args:
            store: The table.
            discard: Gives up what lies elsewhere, in the name of somebody.
            clock: Whose time the records tell.
        """
        self._store = store
        self._discard = discard
        self._clock = clock

    def __call__(
        self, pks: Sequence[str], who: str, has_time: Callable[[], bool] = lambda: True, *, follow: bool = True
    ) -> Forgotten:
        """Forget conversations, and those that are joined to them.

        Doing it again changes nothing more, and goes on where it was cut off.

        Args:
            pks: Their ids; one that does not exist is left out.
            who: On whose order.
            has_time: Asked before each conversation and before each item; what is left then is for another run.
            follow: Whether to go on with what the same contact wrote under other ids.

        Raises:
            UnavailableError: Some content may still be there; another try is safe.
        """
        done = Forgotten()
        waiting = dict.fromkeys(pks)
        seen: dict[str, None] = {}
        authors: set[tuple[str, str]] = set()
        while waiting and has_time():
            pk = next(iter(waiting))
            del waiting[pk]
            seen[pk] = None
            read = self._store.read_conversation(pk)
            if follow:
                waiting |= dict.fromkeys(other for other in self._elsewhere(pk, read, authors) if other not in seen)
            if read.exists or read.joins:
                done.conversations.append(pk)
            if read.exists:
                self._forget(pk, read, who, has_time, done)
        done.is_finished = done.is_finished and not waiting
        return done

    def _elsewhere(self, pk: str, read: Conversation, authors: set[tuple[str, str]]) -> list[str]:
        """Find where the same contact's words are, too; each author's public ones are listed once."""
        found = other_conversations(pk, read)
        _, account_id, contact_id = split_conversation_pk(pk) or ("", "", "")
        author = account_id, contact_id.rpartition("/")[2]
        if contact_id and author not in authors:
            authors.add(author)
            found += self._store.said_in_public(*author)
        return found

    def _forget(self, pk: str, read: Conversation, who: str, has_time: Callable[[], bool], done: Forgotten) -> None:
        now = self._clock.now()
        up_to = self._close(pk, read, now, done)
        for each in self._store.contents(pk):
            if each.seq > up_to:
                continue
            done.messages_in_all += each.kind is Kind.MESSAGE and each.seq > 0
            if each.is_blank:
                continue
            if not has_time():
                done.is_finished = False
                return
            self._blank(pk, each, who, done)
        self._store.record(pk, up_to, who, now)

    def _close(self, pk: str, read: Conversation, now: datetime, done: Forgotten) -> int:
        """Close it up to its last number; a message that comes meanwhile is forgotten with the rest."""
        for _ in range(TRIES):
            done.references += self._blank_references(pk, read)
            if self._store.forget_conversation(pk, read, now):
                return read.last_seq
            read = self._store.read_conversation(pk)
        raise UnavailableError("the conversation kept changing")

    def _blank_references(self, pk: str, read: Conversation) -> int:
        units = [each for each in self._store.contents(pk) if each.kind is Kind.UNIT]
        codes = {read.reference, *(reference_code(pk, unit.seq, 0) for unit in units)}
        return sum(self._store.blank_reference(read.brand, code, pk) for code in codes if code)

    def _blank(self, pk: str, each: Content, who: str, done: Forgotten) -> None:
        """Remove one item's content; first what it leads to."""
        self._discard(each, who)
        done.wholes += bool(each.whole_in)
        done.objects += len(each.kept_in)
        if each.is_moving or not self._store.blank(pk, each, self._clock.now()):
            done.still_moving += 1
            done.is_finished = False
            return
        match each.kind:
            case Kind.MESSAGE:
                done.messages += 1
            case Kind.UNIT:
                done.units += 1
            case Kind.CONSENT:
                done.consents += 1
            case Kind.LOG:
                done.logs += 1


def other_conversations(pk: str, read: Conversation) -> list[str]:
    """Find where the same contact's words are, too: joined conversations, and the private one beside a public one."""
    found = [join.pk for join in read.joins]
    parts = split_conversation_pk(pk)
    there = read.via_address or read.address
    if read.via and there and parts:
        found.append(conversation_pk(read.via, read.via_account or parts[1], there))
    return found
