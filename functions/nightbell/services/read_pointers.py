"""Find the conversation that a message itself names: by our code, a mail that it answers, or an address given to us."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Pointer:
    """Where a message leads.

    Attributes:
        by_given: Only by an address or a number that somebody typed: it need not be their own.
    """

    pk: str
    by_given: bool = False


class ReadPointers:
    """What leads from a message to its conversation; names, subjects and likenesses never do."""

    def __init__(self, store: ReceiptStore, accounts: Mapping[tuple[str, str], Account]) -> None:
        """Read in this table, and never across brands."""
        self._store = store
        self._accounts = accounts

    def __call__(self, message: Message, *, is_stranger: bool) -> Pointer | None:
        """Name the conversation; ``None`` where nothing leads to one, or several codes to several.

        Where an address was given leads only a stranger, who has no conversation yet: whoever types another's address
        must not get at a conversation that goes on already.

        Raises:
            UnavailableError: The table does not answer.
        """
        account = self._accounts.get((message.channel, message.account_id))
        if account is None or not message.belongs or message.silent in _PROVES_NOTHING:
            return None
        codes = [each for each in message.belongs if each.kind is ReferenceKind.CODE]
        coded = {each.pk for each in self._leading(codes, message, account.brand.key)}
        if coded:
            return Pointer(pk=coded.pop()) if len(coded) == 1 else None
        others = [each for each in message.belongs if each not in codes and (is_stranger or each.kind not in _WAYS)]
        return next(self._leading(others, message, account.brand.key), None)

    def _leading(self, references: Iterable[Reference], message: Message, brand: str) -> Iterator[Pointer]:
        """Follow references, each to where its conversation goes on at that time."""
        for reference in references:
            pk = self._pointed(reference, message, brand)
            read = self._store.read_conversation(pk) if pk else None
            if pk and read and read.exists and read.brand == brand:
                yield Pointer(pk=read.home(message.sent_at) or pk, by_given=reference.kind in _WAYS)

    def _pointed(self, reference: Reference, message: Message, brand: str) -> str | None:
        match reference.kind:
            case ReferenceKind.CODE:
                code = code_of(reference.value)
                return self._store.read_reference(brand, code) if code else None
            case ReferenceKind.KNOWN_AS:
                return self._store.read_thread(message.channel, message.account_id, reference.value)
            case ReferenceKind.GIVEN_EMAIL | ReferenceKind.GIVEN_PHONE:
                return self._store.read_given(brand, _WAYS[reference.kind], reference.value)
