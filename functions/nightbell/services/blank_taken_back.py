"""Finish what a contact took back: its other variants, its edits, and what lies of it in quarantine.

The message itself is blanked by the very transaction that stores the taking back. What else it has can only be found
by looking through the conversation, which no delivery has time for.
"""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from typing import Protocol

from nightbell.domain.conversation import Conversation
from nightbell.domain.facts import Fact
from nightbell.services.forget import Content, Discard, other_conversations
from nightbell.services.ports import Clock, DueMark

WHO = "the contact"


class TakenBackStore(Protocol):
    """The table. Each call may raise UnavailableError."""

    def read_conversation(self, pk: str) -> Conversation:
        """Read consistently."""

    def target_of(self, pk: str, work_sk: str) -> tuple[str, str | None]:
        """Name the message that the work is about, and another conversation that may hold it."""

    def contents_of(self, pk: str, target: str) -> Iterable[Content]:
        """List a message with its variants and edits, consistently."""

    def blank(self, pk: str, content: Content, at: datetime) -> bool:
        """Remove the content of one item."""

    def mark_taken_back(self, pk: str, target: str, at: datetime) -> None:
        """Remove a message's content; where it has not come, leave a mark for it to meet."""

    def drop_preview(self, pk: str) -> None:
        """Remove the first words of the latest message; a conversation that is not there stays so."""

    def finish_work(self, pk: str, work_sk: str, at: datetime) -> None:
        """Note that it is done; nothing is due any more."""


class BlankTakenBack:
    """What Sweep does about a message that was taken back."""

    def __init__(self, *, store: TakenBackStore, discard: Discard, clock: Clock) -> None:
        """Blank in this table, and give up what lies elsewhere."""
        self._store = store
        self._discard = discard
        self._clock = clock

    def __call__(self, mark: DueMark, has_time: Callable[[], bool]) -> list[Fact]:
        """Do one; the next sweep goes on if time runs out.

        Raises:
            UnavailableError: Some content may still be there; another try is safe.
        """
        blanked = 0
        for pk, each in self._contents(mark):
            if not has_time():
                return [Fact(name="taken_back_under_way")]
            self._discard(each, WHO)
            if not each.is_blank:
                self._store.blank(pk, each, self._clock.now())
                blanked += 1
        self._store.finish_work(mark.pk, mark.sk, self._clock.now())
        return [Fact(name="taken_back", fields={"blanked": blanked})]

    def _contents(self, mark: DueMark) -> Iterator[tuple[str, Content]]:
        """Look where the contact is now, and where they wrote before it was joined to that."""
        target, under = self._store.target_of(mark.pk, mark.sk)
        for pk in self._places(mark.pk, under):
            if pk != mark.pk:
                # Of its own the taking back itself has removed both.
                self._store.drop_preview(pk)
                self._store.mark_taken_back(pk, target, self._clock.now())
            yield from ((pk, each) for each in self._store.contents_of(pk, target))

    def _places(self, pk: str, under: str | None) -> list[str]:
        """Name the conversations: the private one may have led to several below posts, one after the other."""
        named = [pk, *([under] if under else [])]
        beside = [other for each in named for other in other_conversations(each, self._store.read_conversation(each))]
        return list(dict.fromkeys([*named, *beside]))
