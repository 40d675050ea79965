"""Write no more to whoever told the platform to keep us away, and again to whoever took that back there."""

from nightbell.domain.events import OptOut
from nightbell.domain.facts import Fact
from nightbell.domain.keys import conversation_pk
from nightbell.services.ports import ReceiptStore


class HeedOptOut:
    """H6, for what a platform reports by itself; what a contact writes to us is a message."""

    def __init__(self, store: ReceiptStore) -> None:
        """Work on this table."""
        self._store = store

    def __call__(self, event: OptOut) -> Fact:
        """Note it in the conversation that the contact has, wherever that goes on.

        Raises:
            UnavailableError: It may not have been noted.
        """
        for contact_id in event.contact_ids:
            pk = conversation_pk(event.channel, event.account_id, contact_id)
            read = self._store.read_conversation(pk)
            home = read.home(event.at)
            if home is not None:
                pk, read = home, self._store.read_conversation(home)
            if not read.exists:
                continue
            noted = self._store.note_opt_out(pk, event.at, opted_out=event.opted_out)
            name = "opt_outs_heeded" if event.opted_out else "opt_ins_heeded"
            return Fact(name=name if noted else "opt_outs_overtaken", fields={"kind": event.kind})
        return Fact(name="opt_outs_of_strangers", fields={"kind": event.kind})
