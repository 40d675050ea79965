"""Hold back where a platform gave a conversation to somebody else, and go on where it is free or ours again."""

from collections.abc import Collection
from datetime import timedelta

from nightbell.domain.events import Author, ThreadControl
from nightbell.domain.facts import Fact
from nightbell.domain.keys import conversation_pk
from nightbell.services.ports import ReceiptStore

OWNS_FOR = timedelta(hours=24)
"""After that a thread is idle, and any app may answer (Meta "Conversation Routing" §Conversation states)."""


class HoldBack:
    """H5: who may speak."""

    def __init__(self, store: ReceiptStore, own_apps: Collection[str] = ()) -> None:
        """Know our own apps by the platform's ids; without them every owner that is named is another's."""
        self._store = store
        # An owner that is not named has an empty id, and must never be taken for us.
        self._own_apps = frozenset(filter(None, own_apps))

    def __call__(self, event: ThreadControl) -> Fact:
        """Note who owns the conversation; of several words the newest counts, in whatever order they come.

        Raises:
            UnavailableError: It may not have been noted.
        """
        is_free = event.owner_app_id is None or event.owner_app_id in self._own_apps
        for contact_id in event.contact_ids:
            pk = conversation_pk(event.channel, event.account_id, contact_id)
            read = self._store.read_conversation(pk)
            home = read.home(event.at)
            if home is not None:
                pk, read = home, self._store.read_conversation(home)
            if not read.exists:
                continue
            self._store.note_thread_owner(pk, event.at, None if is_free else event.at + OWNS_FOR)
            if event.is_person and not is_free:
                self._store.note_outside_answer(pk, read, Author.PERSON, event.at, None)
            return Fact(name="threads_free" if is_free else "threads_held_back", fields={"kind": event.kind})
        return Fact(name="threads_of_strangers", fields={"kind": event.kind})
