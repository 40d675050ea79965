"""Find the conversation that a message itself names: by our code, a mail that it answers, or an address given to us."""

from collections.abc import Iterator, Mapping

from nightbell.domain.business import Account
from nightbell.domain.events import Message, Reference, ReferenceKind, Silent
from nightbell.domain.references import code_of
from nightbell.services.ports import ReceiptStore

_PROVES_NOTHING = frozenset(
    {
        Silent.BOT,
        Silent.AUTOMATIC_MAIL,
        Silent.LIST_MAIL,
        Silent.BOUNCE,
        Silent.NOT_TO_US,
        Silent.SUSPECT,
        Silent.OWN_MAIL,
    }
)
"""Programs, lists and doubtful senders repeat whatever they were sent."""
_WAYS = {ReferenceKind.GIVEN_EMAIL: "email", ReferenceKind.GIVEN_PHONE: "phone"}


class ReadPointers:
    """What leads from a message to its conversation; names, subjects and likenesses never do."""

    def __init__(self, store: ReceiptStore, accounts: Mapping[tuple[str, str], Account]) -> None:
        """Read in this table, and never across brands."""
        self._store = store
        self._accounts = accounts

    def __call__(self, message: Message) -> str | None:
        """Name the conversation; ``None`` where nothing leads to one, or several codes to several.

        Raises:
            UnavailableError: The table does not answer.
        """
        account = self._accounts.get((message.channel, message.account_id))
        if account is None or not message.belongs or message.silent in _PROVES_NOTHING:
            return None
        coded = set(self._leading(message, account.brand.key, codes=True))
        if coded:
            return coded.pop() if len(coded) == 1 else None
        return next(self._leading(message, account.brand.key, codes=False), None)

    def _leading(self, message: Message, brand: str, *, codes: bool) -> Iterator[str]:
        """Follow the references of a kind, each to where its conversation goes on at that time."""
        for reference in message.belongs:
            if (reference.kind is ReferenceKind.CODE) != codes:
                continue
            pk = self._pointed(reference, message, brand)
            read = self._store.read_conversation(pk) if pk else None
            if pk and read and read.exists and read.brand == brand:
                yield read.home(message.sent_at) or pk

    def _pointed(self, reference: Reference, message: Message, brand: str) -> str | None:
        match reference.kind:
            case ReferenceKind.CODE:
                code = code_of(reference.value)
                return self._store.read_reference(brand, code) if code else None
            case ReferenceKind.KNOWN_AS:
                return self._store.read_thread(message.channel, message.account_id, reference.value)
            case ReferenceKind.GIVEN_EMAIL | ReferenceKind.GIVEN_PHONE:
                return self._store.read_given(brand, _WAYS[reference.kind], reference.value)
