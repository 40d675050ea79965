"""Store one conversation's share of a delivery: read, decide, and write in one transaction (R1)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from nightbell.domain.business import Account
from nightbell.domain.conversation import Conversation
from nightbell.domain.errors import UnavailableError
from nightbell.domain.events import Message
from nightbell.domain.facts import Fact
from nightbell.domain.storable import is_storable, shortened, whole
from nightbell.domain.taking_back import blank, edited_by
from nightbell.domain.unit import Unit
from nightbell.platforms.channel import Channel, Sender
from nightbell.services.draft_messages import DraftMessages
from nightbell.services.find_home import FindHome
from nightbell.services.ports import ReceiptStore, StoreRefusal

TRIES = 12
TOO_LARGE = "too large for one item"
"""Why the whole of a message is in quarantine whose beginning is stored."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """What storing a conversation's messages brought about.

    Attributes:
        left: Not stored, because what belongs where has changed meanwhile.
    """

    units: tuple[Unit, ...] = ()
    facts: tuple[Fact, ...] = ()
    left: tuple[Message, ...] = ()


class StoreMessages:
    """R1 for one conversation after another."""

    def __init__(
        self,
        store: ReceiptStore,
        accounts: Mapping[tuple[str, str], Account],
        channels: Mapping[str, Channel],
        senders: Mapping[str, Sender] | None = None,
    ) -> None:
        """Decide by these accounts; one that is missing leaves its messages undecided, never lost."""
        self._store = store
        self.accounts = accounts
        self.channels = channels
        self._draft = DraftMessages(store, accounts, channels, senders)
        self._find_home = FindHome(store, accounts)

    def __call__(self, pk: str, messages: Sequence[Message], received_at: datetime) -> Stored:
        """Store every message once, in order, each with the conversation's next number.

        Raises:
            UnavailableError: Not all is stored; what is will be recognised next time.
        """
        found: list[Stored] = []
        left = messages
        for _ in range(TRIES):
            read, homes = self._find_home(pk, left)
            done = [
                self._store_in(home, read if home == pk else self._store.read_conversation(home), theirs, received_at)
                for home, theirs in homes.items()
            ]
            found += done
            left = [message for stored in done for message in stored.left]
            if not left:
                units = tuple(unit for stored in found for unit in stored.units)
                return Stored(units=units, facts=tuple(fact for stored in found for fact in stored.facts))
        raise UnavailableError("the conversation went on elsewhere time and again")

    def _store_in(self, pk: str, read: Conversation, messages: Sequence[Message], received_at: datetime) -> Stored:
        """Store what belongs to one conversation, until it is said to go on elsewhere."""
        joins, salt, shared = read.joins, 0, frozenset[str]()
        facts: list[Fact] = []
        units: list[Unit] = []
        left = _once_each([self._storable(self._allowed(pk, each), received_at, facts) for each in messages])
        for _ in range(TRIES + 2 * len(messages)):
            draft = self._draft(pk, read, left, received_at, salt)
            refusal = self._store.store(replace(draft.request, shared=shared))
            tried = len(draft.request.messages)
            if refusal is None:
                left = left[tried:]
                units += draft.request.units
                facts += draft.facts
            else:
                again, recognised = _without_known(left[:tried], refusal)
                left = again + left[tried:]
                facts += recognised
                salt += refusal.reference_taken
                shared |= refusal.given_taken
            read = self._store.read_conversation(pk) if left else read
            if not left or read.joins != joins:
                return Stored(units=tuple(units), facts=tuple(facts), left=tuple(message for message, _ in left))
        raise UnavailableError("the conversation kept changing")

    def _allowed(self, pk: str, message: Message) -> Message:
        """Take the words out of an edit whose message was taken back; it would bring them back."""
        edited = edited_by(message)
        return blank(message, edited) if edited and self._store.is_taken_back(pk, edited) else message

    def _storable(self, message: Message, received_at: datetime, facts: list[Fact]) -> Message:
        """Keep the whole of what is too large for an item in quarantine, and go on with what fits."""
        if is_storable(message):
            return message
        kept_as = self._store.quarantine(
            whole(message),
            platform=message.channel,
            kind=message.kind,
            reason=TOO_LARGE,
            received_at=received_at,
        )
        facts.append(Fact(name="messages_shortened", alarm=True, fields={"id": kept_as}))
        return shortened(message, kept_as)


def _once_each(messages: Sequence[Message]) -> list[tuple[Message, str]]:
    """Take what one delivery says twice only once."""
    once: dict[tuple[str, str], Message] = {}
    for message in messages:
        once.setdefault((message.message_id, message.content_hash), message)
    return [(message, "") for message in once.values()]


def _without_known(
    left: Sequence[tuple[Message, str]], refusal: StoreRefusal
) -> tuple[list[tuple[Message, str]], list[Fact]]:
    """Drop what is ours already; keep other content under a known id as a variant of its own."""
    kept: list[tuple[Message, str]] = []
    for message, variant in left:
        name = (message.message_id, variant)
        if name in refusal.taken_back:
            kept.append((blank(message, message.message_id), message.content_hash[:8]))
        elif name in refusal.other_content and not variant:
            kept.append((message, message.content_hash[:8]))
        elif name not in refusal.stored_before and name not in refusal.other_content:
            kept.append((message, variant))
    facts = []
    if refusal.stored_before:
        facts.append(Fact(name="messages_repeated", count=len(refusal.stored_before)))
    if refusal.taken_back:
        facts.append(Fact(name="messages_taken_back_before", count=len(refusal.taken_back)))
    if refusal.other_content:
        facts.append(Fact(name="messages_with_other_content", count=len(refusal.other_content)))
    return kept, facts
