"""The words of a promise for which an agent has written none, and the way by which they leave."""

from datetime import datetime

from nightbell.domain.prepared import promise_words
from nightbell.services.desk_checks import Spoken, must_be_to_come
from nightbell.services.desk_errors import Code, DeskError
from nightbell.services.desk_reading import DeskReading
from nightbell.services.desk_rows import DeskRows
from nightbell.services.ports import Clock


class WordPromise:
    """Says by when somebody will have their answer."""

    def __init__(self, store: DeskReading, rows: DeskRows, clock: Clock) -> None:
        """Speak by these settings."""
        self._store, self._rows, self._clock = store, rows, clock

    def __call__(self, pk: str, at: datetime, text: str = "") -> Spoken:
        """Word it, or take what was written, for the first way by which a person may go on answering.

        Args:
            pk: The conversation.
            at: What is promised, aware.
            text: What an agent has written; empty for nothing.

        Raises:
            DeskError: The time is none, there is no way any more, or the settings have no words for that account.
            UnavailableError: The table does not answer.
        """
        now = self._clock.now()
        must_be_to_come(at, now)
        parts = self._store.parts(pk)
        c = parts.conversation
        every = self._rows.ways(pk, c, parts.messages, parts.units, now)
        # What can be said only once, as below a comment, is left for the answer.
        way = min(
            (each for each in every if each.is_open(now)), key=lambda each: each.said_at is not None, default=None
        )
        if way is None:
            raise DeskError(Code.WINDOW_CLOSED, "The platform lets nobody write here any more.")
        account = self._rows.account(pk, c)
        if not text and account is None:
            raise DeskError(Code.INVALID, "The settings do not name this account any more: write the promise yourself.")
        words = text or (promise_words(account, c.language or "", at, now) if account else "")
        return Spoken(via=way.via, text=words)
