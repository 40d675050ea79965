"""Find where a contact's messages belong: under the id they came with, or in the conversation that this one joins."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from nightbell.domain.business import Account
from nightbell.domain.conversation import Conversation, Join
from nightbell.domain.errors import UnavailableError
from nightbell.domain.events import ContactMoved, Message
from nightbell.domain.facts import Fact
from nightbell.domain.keys import conversation_pk
from nightbell.services.ports import ReceiptStore
from nightbell.services.read_pointers import Pointer, ReadPointers

TRIES = 4
EVER = datetime.fromtimestamp(0, UTC)
"""A join since then takes all messages, those that a platform delivers again included."""


class FindHome:
    """Joins, as those who receive see them."""

    def __init__(self, store: ReceiptStore, accounts: Mapping[tuple[str, str], Account]) -> None:
        """Work on this table; no message goes to a conversation of another brand."""
        self._store = store
        self._pointers = ReadPointers(store, accounts)

    def __call__(self, pk: str, messages: Sequence[Message]) -> tuple[Conversation, Mapping[str, Sequence[Message]]]:
        """Read the conversation, and share its messages out over those that they belong to.

        Raises:
            UnavailableError: The table does not answer, or the conversation keeps changing.
        """
        read = self._store.read_conversation(pk)
        if not _is_known(read):
            read = self._recognised(pk, read, messages[0])
        for message in messages:
            read = self._linked(pk, read, message)
        homes: dict[str, list[Message]] = defaultdict(list)
        for message in messages:
            join = read.joined_at(message.sent_at)
            homes[join.pk if join else pk].append(replace(message, by_given=join.by_given) if join else message)
        return read, homes

    def _recognised(self, pk: str, read: Conversation, message: Message) -> Conversation:
        """Join a new id to the conversation that the same contact has under another one."""
        home = self._home_of_another_id(message)
        if home is None:
            return read
        return self._join(pk, read, lambda now: None if _is_known(now) else Join(since=EVER, pk=home))

    def _home_of_another_id(self, message: Message) -> str | None:
        for alias in message.contact.aliases:
            pk = conversation_pk(message.channel, message.account_id, alias)
            read = self._store.read_conversation(pk)
            if _is_known(read):
                return read.home(message.sent_at) or pk
        return None

    def _linked(self, pk: str, read: Conversation, message: Message) -> Conversation:
        """Let what this contact says from now on go on in the conversation that the message itself names.

        What was stored stays where it is. An older message decides nothing about what came after a newer one, and one
        that is delivered again finds what it decided before.
        """
        if not message.belongs or any(join.since > message.sent_at for join in read.joins):
            return read
        found = self._pointers(message, is_stranger=not _is_known(read))
        if found is None or found.pk in {pk, read.home(message.sent_at)}:
            return read
        self._store.list_beside(found.pk, pk)
        return self._join(pk, read, lambda now: self._linking(now, found, message.sent_at))

    def _linking(self, read: Conversation, found: Pointer, at: datetime) -> Join | None:
        if found.by_given and _is_known(read):
            return None
        since = read.free_from(at)
        if read.joins:
            since = self._store.read_conversation(read.joins[-1].pk).free_from(since)
        return None if read.home(since) == found.pk else Join(since=since, pk=found.pk, by_given=found.by_given)

    def _join(self, pk: str, read: Conversation, wanted: Callable[[Conversation], Join | None]) -> Conversation:
        """Write the join that is wanted of a conversation as it was read, and of each later reading anew."""
        for _ in range(TRIES):
            join = wanted(read)
            if join is None:
                return read
            if self._store.join(pk, read, join):
                return replace(read, joins=read.joined(join))
            read = self._store.read_conversation(pk)
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
            if _is_known(old) and home != new_pk:
                self._move(new_pk, home, event.at)
                return Fact(name="contacts_moved")
        return Fact(name="contacts_moved_unknown")

    def _move(self, new_pk: str, home: str, at: datetime) -> None:
        read = self._store.read_conversation(new_pk)
        self._join(new_pk, read, lambda now: self._onwards(now, home, at))

    def _onwards(self, read: Conversation, home: str, at: datetime) -> Join | None:
        """Join all of what nobody has written to yet, and of the rest what is newer than all that it holds."""
        since = read.free_from(at) if _is_known(read) else EVER
        if read.joins:
            since = self._store.read_conversation(read.joins[-1].pk).free_from(since)
        return None if read.home(since) == home else Join(since=since, pk=home)


def _is_known(read: Conversation) -> bool:
    """Tell whether messages were ever stored under this id, here or where it joins."""
    return read.exists or bool(read.joins)
