"""Find where a contact's messages belong: under the id they came with, or in the conversation that this one joins."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from nightbell.domain.conversation import Conversation, Join
from nightbell.domain.errors import UnavailableError
from nightbell.domain.events import ContactMoved, Message
from nightbell.domain.facts import Fact
from nightbell.domain.keys import conversation_pk
from nightbell.services.ports import ReceiptStore

TRIES = 4
ONE_TICK = timedelta(milliseconds=1)
"""Times are stored in milliseconds."""
EVER = datetime.fromtimestamp(0, UTC)
"""A join since then takes all messages, those that a platform delivers again included."""


class FindHome:
    """Joins, as those who receive see them."""

    def __init__(self, store: ReceiptStore) -> None:
        """Work on this table."""
        self._store = store

    def __call__(self, pk: str, messages: Sequence[Message]) -> tuple[Conversation, Mapping[str, Sequence[Message]]]:
        """Read the conversation, and share its messages out over those that they belong to.

        Raises:
            UnavailableError: The table does not answer, or the conversation keeps changing.
        """
        read = self._store.read_conversation(pk)
        if not read.exists and not read.joins:
            read = self._recognised(pk, read, messages)
        homes: dict[str, list[Message]] = defaultdict(list)
        for message in messages:
            homes[read.home(message.sent_at) or pk].append(message)
        return read, homes

    def _recognised(self, pk: str, read: Conversation, messages: Sequence[Message]) -> Conversation:
        """Join a new id to the conversation that the same contact has under another one."""
        first = messages[0]
        for alias in first.contact.aliases:
            other_pk = conversation_pk(first.channel, first.account_id, alias)
            other = self._store.read_conversation(other_pk)
            if other.exists or other.joins:
                join = Join(since=EVER, pk=other.home(first.sent_at) or other_pk)
                return self._join(pk, read, join)
        return read

    def _join(self, pk: str, read: Conversation, join: Join) -> Conversation:
        for _ in range(TRIES):
            if self._store.join(pk, read, join):
                return replace(read, joins=read.joined(join))
            read = self._store.read_conversation(pk)
            if read.home(join.since) == join.pk:
                return read
        raise UnavailableError("the conversation kept changing")

    def contact_moved(self, event: ContactMoved) -> Fact:
        """Let what a contact says under the new id go on in the conversation of the old one.

        Raises:
            UnavailableError: It may not have been noted.
        """
        new_pk = conversation_pk(event.channel, event.account_id, event.new_id)
        for old_id in event.old_ids:
            old_pk = conversation_pk(event.channel, event.account_id, old_id)
            old = self._store.read_conversation(old_pk)
            home = old.home(event.at) or old_pk
            if (old.exists or old.joins) and home != new_pk:
                self._move(new_pk, home, event.at)
                return Fact(name="contacts_moved")
        return Fact(name="contacts_moved_unknown")

    def _move(self, new_pk: str, home: str, at: datetime) -> None:
        """Join all of a conversation that is still empty, and of another what is newer than all that it holds."""
        read = self._store.read_conversation(new_pk)
        since = max(at, (read.newest_at or at) + ONE_TICK) if read.exists else EVER
        if read.home(since) != home:
            self._join(new_pk, read, Join(since=since, pk=home))
