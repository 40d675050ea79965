"""Put calls into conversations, as messages like all others, and fill in the words that come late."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from nightbell.domain.conversation import Conversation
from nightbell.domain.errors import UnavailableError
from nightbell.domain.events import Message
from nightbell.domain.facts import Fact
from nightbell.domain.keys import conversation_pk
from nightbell.domain.later_words import heeding_words
from nightbell.services.find_home import FindHome
from nightbell.services.ports import Hints, ReceiptStore
from nightbell.services.store_messages import StoreMessages

TRIES = 4


class LateWords(Protocol):
    """Words in the table that come after their message. Each call may raise UnavailableError."""

    def note_words(self, pk: str, message_id: str, text: str, author: str | None) -> None:
        """Write down what a message says; nothing where the message was blanked meanwhile, or says something."""

    def heed(self, pk: str, read: Conversation, heeded: Conversation) -> bool:
        """Write what the words change about the conversation. False when it is not as it was read any more."""


class CallConversations:
    """Implements :class:`nightbell.services.finish_call.Conversations`."""

    def __init__(self, store: ReceiptStore, store_messages: StoreMessages, words: LateWords, hints: Hints) -> None:
        """Store in this table, and hint to this queue."""
        self._store = store
        self._store_messages = store_messages
        self._find_home = FindHome(store, store_messages.accounts)
        self._words = words
        self._hints = hints

    def store(self, message: Message, now: datetime) -> Sequence[Fact]:
        """R1, and a hint.

        Raises:
            UnavailableError: Not stored; a retry is safe.
        """
        stored = self._store_messages(_pk(message), [message], now)
        lost = 0
        for unit in stored.units:
            try:
                self._hints.hint(unit.pk, unit.sk)
            except UnavailableError:
                lost += 1
        return [*stored.facts, *([Fact(name="hints_lost", count=lost)] if lost else [])]

    def add_words(self, message: Message) -> None:
        """Fill in the words of a message that was stored without; what they change comes first.

        Raises:
            UnavailableError: Not written; a retry is safe.
        """
        _, homes = self._find_home(_pk(message), [message])
        for home in homes:
            self._heed(home, message)
            self._words.note_words(home, message.message_id, message.text, None)

    def _heed(self, pk: str, message: Message) -> None:
        account = self._store_messages.accounts.get((message.channel, message.account_id))
        for _ in range(TRIES if account else 0):
            read = self._store.read_conversation(pk)
            heeded = heeding_words(read, message.text, account) if account else read
            if heeded == read or self._words.heed(pk, read, heeded):
                return
        if account:
            raise UnavailableError("the conversation kept changing")


def _pk(message: Message) -> str:
    return conversation_pk(message.channel, message.account_id, message.contact.contact_id)
