"""Give back the words that a platform only lends: what others wrote is blanked when their time is over."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Protocol

from nightbell.domain.facts import Fact
from nightbell.domain.requests import lent_in_quarantine
from nightbell.services.forget import Content, Discard
from nightbell.services.ports import Clock, DueMark

WHO = "the platform's terms"


class LentStore(Protocol):
    """The table. Each call may raise UnavailableError."""

    def target_of(self, pk: str, work_sk: str) -> tuple[str, str | None]:
        """Name the message, or what lies in quarantine."""

    def contents_of(self, pk: str, target: str) -> Iterable[Content]:
        """List a message with its variants and edits, consistently."""

    def blank(self, pk: str, content: Content, at: datetime) -> bool:
        """Remove the content of one item."""

    def drop_preview(self, pk: str) -> None:
        """Remove the first words of the latest message; a conversation that is not there stays so."""

    def finish_work(self, pk: str, work_sk: str, at: datetime) -> None:
        """Note that it is done; nothing is due any more."""


class BlankInTime:
    """What Sweep does about lent words."""

    def __init__(
        self, *, store: LentStore, whole: Callable[[str, str], object], discard: Discard, clock: Clock
    ) -> None:
        """Blank in this table, and give up what lies in quarantine by its name, and what a message leads to."""
        self._store = store
        self._whole = whole
        self._discard = discard
        self._clock = clock

    def __call__(self, mark: DueMark, has_time: Callable[[], bool]) -> list[Fact]:
        """Do one; the next sweep goes on if time runs out.

        Raises:
            UnavailableError: Some content may still be there; another try is safe.
        """
        target, _ = self._store.target_of(mark.pk, mark.sk)
        if lent_in_quarantine(mark.pk):
            self._whole(target, WHO)
        else:
            for each in self._store.contents_of(mark.pk, target):
                if not has_time():
                    return [Fact(name="lent_words_under_way")]
                self._give_back(mark.pk, each)
            self._store.drop_preview(mark.pk)
        self._store.finish_work(mark.pk, mark.sk, self._clock.now())
        return [Fact(name="lent_words_blanked")]

    def _give_back(self, pk: str, content: Content) -> None:
        self._discard(content, WHO)
        if not content.is_blank:
            self._store.blank(pk, content, self._clock.now())
