"""Store one conversation's share of a delivery: read, decide, and write in one transaction (R1)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from nightbell.domain.business import Account
from nightbell.domain.conversation import Consent, Conversation
from nightbell.domain.errors import UnavailableError
from nightbell.domain.events import Message
from nightbell.domain.facts import Fact
from nightbell.domain.keys import conversation_pk
from nightbell.domain.policy import NOT_DECIDED, NOT_IN_SETTINGS, Decision, decide, undecided
from nightbell.domain.policy_public import Surface
from nightbell.domain.storable import is_storable, shortened, stored_bytes, whole
from nightbell.domain.taking_back import blank, edited_by, taken_back_by
from nightbell.domain.unit import Unit
from nightbell.platforms.channel import Channel, Sender
from nightbell.services.find_home import FindHome
from nightbell.services.ports import NumberedMessage, ReceiptStore, StoreRefusal, StoreRequest

TRANSACTION_ITEMS = 100
TRANSACTION_BYTES = 3_000_000
"""DynamoDB takes 100 items and 4 MB in a transaction (Service quotas); keys and names need room too."""
TRIES = 12
TOO_LARGE = "too large for one item"
"""Why the whole of a message is in quarantine whose beginning is stored."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """What storing a conversation's messages brought about."""

    units: tuple[Unit, ...] = ()
    facts: tuple[Fact, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Draft:
    request: StoreRequest
    facts: tuple[Fact, ...]


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
        self._channels = channels
        self._senders = senders if senders is not None else channels
        self._own_ids = frozenset(account_id for _, account_id in accounts)
        self._find_home = FindHome(store)

    def __call__(self, pk: str, messages: Sequence[Message], received_at: datetime) -> Stored:
        """Store every message once, in order, each with the conversation's next number.

        Raises:
            UnavailableError: Not all is stored; what is will be recognised next time.
        """
        read, homes = self._find_home(pk, messages)
        found = [
            self._store_in(home, read if home == pk else None, theirs, received_at) for home, theirs in homes.items()
        ]
        return Stored(
            units=tuple(unit for stored in found for unit in stored.units),
            facts=tuple(fact for stored in found for fact in stored.facts),
        )

    def _store_in(
        self, pk: str, read: Conversation | None, messages: Sequence[Message], received_at: datetime
    ) -> Stored:
        """Store what belongs to one conversation; ``read`` is what is known of it already."""
        facts: list[Fact] = []
        left = _once_each([self._storable(self._allowed(pk, each), received_at, facts) for each in messages])
        units: list[Unit] = []
        salt = 0
        for _ in range(TRIES + 2 * len(messages)):
            if not left:
                return Stored(units=tuple(units), facts=tuple(facts))
            draft = self._draft(pk, read or self._store.read_conversation(pk), left, received_at, salt)
            read = None
            refusal = self._store.store(draft.request)
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

    def _draft(
        self, pk: str, read: Conversation, left: Sequence[tuple[Message, str]], received_at: datetime, salt: int
    ) -> _Draft:
        """Fold as many messages as one transaction holds through the policy."""
        conversation = heeded = self._heeding_private(pk, read, left[0][0])
        numbered: list[NumberedMessage] = []
        units: list[Unit] = []
        consents: list[Consent] = []
        facts: list[Fact] = []
        size = threads = 0
        for message, variant in left:
            size += stored_bytes(message)
            target = taken_back_by(message)
            threads += message.opens_thread + (2 if target else 0)
            items = len(numbered) + len(units) + len(consents) + threads
            if numbered and (items + 6 > TRANSACTION_ITEMS or size > TRANSACTION_BYTES):
                break
            if any((message.message_id, variant) == (each.message.message_id, each.variant) for each in numbered):
                break
            # A transaction touches an item once: what is stored and taken back by one delivery takes two.
            if any(_same_item(message, target, each.message) for each in numbered):
                break
            decision, failed = self._decide(message, conversation, pk, received_at, salt)
            conversation = decision.conversation
            seq, held_back = _number(read, len(numbered)), decision.held_back
            numbered.append(NumberedMessage(seq=seq, message=message, variant=variant, held_back=held_back))
            units += [decision.unit] if decision.unit else []
            consents += [decision.consent] if decision.consent else []
            facts += failed
        if conversation.opted_out == heeded.opted_out:
            # What was asked in private stays written there alone.
            conversation = replace(conversation, opted_out=read.opted_out)
        request = StoreRequest(
            pk=pk,
            read=read,
            written=conversation,
            received_at=received_at,
            messages=numbered,
            units=units,
            consents=consents,
        )
        facts.append(Fact(name="messages_stored", count=len(numbered)))
        return _Draft(request=request, facts=tuple(facts))

    def _heeding_private(self, pk: str, read: Conversation, message: Message) -> Conversation:
        """Look at a public conversation with what the same person asked in private, and who speaks with them there."""
        channel = self._channels.get(message.channel)
        private = channel.private_channel if channel and channel.is_public else None
        if private is None or message.unnamed or not message.contact.contact_id:
            return read
        other = self._store.read_conversation(conversation_pk(private, message.account_id, message.contact.author_id))
        home = other.home(message.sent_at)
        if home is not None:
            other = read if home == pk else self._store.read_conversation(home)
        return read.heeding(other)

    def _decide(
        self, message: Message, conversation: Conversation, pk: str, now: datetime, salt: int
    ) -> tuple[Decision, list[Fact]]:
        account = self.accounts.get((message.channel, message.account_id))
        if account is None:
            fact = Fact(name="account_not_in_settings", alarm=True, fields={"channel": message.channel})
            return undecided(message, conversation, pk=pk, reason=NOT_IN_SETTINGS, now=now), [fact]
        channel = self._channels[message.channel]
        window, surface = channel.reply_window, self._surface(channel)
        try:
            decision = decide(
                message, conversation, account, pk=pk, reply_window=window, now=now, salt=salt, surface=surface
            )
        except Exception as error:  # noqa: BLE001 - whatever is wrong with settings or policy, the message is kept
            fact = Fact(name="policy_failed", alarm=True, fields={"error": type(error).__name__})
            return undecided(message, conversation, pk=pk, reason=NOT_DECIDED, now=now), [fact]
        return decision, []

    def _surface(self, channel: Channel) -> Surface | None:
        """Tell how what everybody can read may be answered; ``None`` of a channel where nobody else can."""
        if not channel.is_public:
            return None
        reply = self._senders.get(channel.private_reply or "")
        return Surface(
            private_reply=reply.name if reply else None,
            reply_window=reply.reply_window if reply else None,
            own_ids=self._own_ids,
        )


def _same_item(message: Message, target: str | None, earlier: Message) -> bool:
    """Tell whether one of two messages takes the other back."""
    return target == earlier.message_id or taken_back_by(earlier) in {message.message_id, target or message.message_id}


def _number(read: Conversation, before: int) -> int:
    return read.last_seq + before + 1


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
