"""Draft what one transaction stores of a conversation's messages: number them, and fold them through the policy."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from nightbell.domain.business import Account
from nightbell.domain.conversation import Consent, Conversation
from nightbell.domain.events import Message
from nightbell.domain.facts import Fact
from nightbell.domain.keys import conversation_pk
from nightbell.domain.manners import Manners
from nightbell.domain.policy import NOT_DECIDED, NOT_IN_SETTINGS, Decision, decide, undecided
from nightbell.domain.policy_public import Surface
from nightbell.domain.storable import stored_bytes
from nightbell.domain.taking_back import taken_back_by
from nightbell.domain.trace_ids import trace_id
from nightbell.domain.unit import Unit
from nightbell.platforms.channel import Channel, Sender
from nightbell.services.ports import NumberedMessage, ReceiptStore, StoreRequest

TRANSACTION_ITEMS = 100
TRANSACTION_BYTES = 3_000_000
"""DynamoDB takes 100 items and 4 MB in a transaction (Service quotas); keys and names need room too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """One transaction, and what to count once it is applied."""

    request: StoreRequest
    facts: tuple[Fact, ...]


class DraftMessages:
    """Decides; writes nothing."""

    def __init__(
        self,
        store: ReceiptStore,
        accounts: Mapping[tuple[str, str], Account],
        channels: Mapping[str, Channel],
        senders: Mapping[str, Sender] | None = None,
    ) -> None:
        """Decide by these accounts; one that is missing leaves its messages undecided, never lost."""
        self._store = store
        self._accounts = accounts
        self._channels = channels
        self._senders = senders if senders is not None else channels
        self._own_ids = frozenset(account_id for _, account_id in accounts)

    def __call__(
        self, pk: str, read: Conversation, left: Sequence[tuple[Message, str]], received_at: datetime, salt: int
    ) -> Draft:
        """Fold as many messages as one transaction holds through the policy; the first always fits."""
        conversation = heeded = self._heeding_private(pk, read, left[0][0])
        filled = _Filled()
        for message, variant in left:
            blank_at = self._blank_at(message, received_at)
            if not filled.takes(message, variant, lent=blank_at is not None):
                break
            decision, failed = self._decide(message, conversation, pk, received_at, salt)
            conversation = decision.conversation
            filled.add(read.last_seq, message, variant, decision, blank_at)
            filled.facts += failed
        if conversation.opted_out == heeded.opted_out:
            # What was asked in private stays written there alone.
            conversation = replace(conversation, opted_out=read.opted_out)
        request = StoreRequest(
            pk=pk,
            read=read,
            written=conversation,
            received_at=received_at,
            messages=filled.numbered,
            units=filled.units,
            consents=filled.consents,
            rating=filled.rating,
        )
        return Draft(request=request, facts=(*filled.facts, _stored(pk, conversation.brand, filled.numbered)))

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
        account = self._accounts.get((message.channel, message.account_id))
        message = self._named(message)
        if account is None:
            fact = Fact(name="account_not_in_settings", alarm=True, fields={"channel": message.channel})
            return undecided(message, conversation, pk=pk, reason=NOT_IN_SETTINGS, now=now), [fact]
        channel = self._channels[message.channel]
        window, surface = channel.reply_window, self._surface(channel)
        try:
            decision = decide(
                message,
                conversation,
                account,
                pk=pk,
                reply_window=window,
                now=now,
                salt=salt,
                surface=surface,
                manners=_manners(channel, account),
            )
        except Exception as error:  # noqa: BLE001 - whatever is wrong with settings or policy, the message is kept
            fact = Fact(name="policy_failed", alarm=True, fields={"error": type(error).__name__})
            return undecided(message, conversation, pk=pk, reason=NOT_DECIDED, now=now), [fact]
        return decision, []

    def _blank_at(self, message: Message, received_at: datetime) -> datetime | None:
        """Tell when what the message says must be given back; ``None`` for never, or where it says nothing."""
        channel = self._channels.get(message.channel)
        says = message.text or message.attachments or message.about or message.must_look_up
        return received_at + channel.keeps_words if channel and channel.keeps_words and says else None

    def _named(self, message: Message) -> Message:
        """Take the contact's name off where the platform lends it for a time: it would outlive the message."""
        channel = self._channels.get(message.channel)
        if channel is None or channel.keeps_words is None:
            return message
        return replace(message, contact=replace(message.contact, name=None))

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


def _manners(channel: Channel, account: Account) -> Manners:
    return Manners(
        automatic=channel.automatic if account.automatic is None else account.automatic,
        writes_choices=channel.form.writes_choices,
        carries_code=channel.form.carries_code,
        quotes=channel.keeps_words is None,
        acks_within=channel.acks_within,
    )


def _stored(pk: str, brand: str, numbered: Sequence[NumberedMessage]) -> Fact:
    """Count what is stored, and name it for whoever follows a message through the logs."""
    said = [each.message for each in numbered]
    fields = {"channel": said[0].channel, "brand": brand}
    fields |= {"conversation": trace_id(pk), "messages": " ".join(trace_id(each.message_id) for each in said)}
    return Fact(name="messages_stored", count=len(said), fields=fields)


@dataclass(slots=True)
class _Filled:
    """A transaction as it fills; it touches no item twice."""

    numbered: list[NumberedMessage] = field(default_factory=list)
    units: list[Unit] = field(default_factory=list)
    consents: list[Consent] = field(default_factory=list)
    facts: list[Fact] = field(default_factory=list)
    rating: int | None = None
    size: int = 0
    beside: int = 0

    def takes(self, message: Message, variant: str, *, lent: bool) -> bool:
        """Make room for a message; false where another transaction must take it."""
        target = taken_back_by(message)
        self.size += stored_bytes(message)
        self.beside += message.opens_thread + (message.known_as is not None) + (2 if target else 0)
        self.beside += 2 * len(message.consents) + lent
        items = len(self.numbered) + len(self.units) + 2 * len(self.consents) + self.beside
        if not self.numbered:
            return True
        if items + 8 > TRANSACTION_ITEMS or self.size > TRANSACTION_BYTES:
            return False
        return not any(_is_same_item(message, variant, target, each) for each in self.numbered)

    def add(self, last_seq: int, message: Message, variant: str, decision: Decision, blank_at: datetime | None) -> None:
        """Take a message, with the next number, and what it brings about."""
        numbered = NumberedMessage(
            seq=last_seq + len(self.numbered) + 1,
            message=message,
            variant=variant,
            held_back=decision.held_back,
            blank_at=blank_at,
        )
        self.numbered.append(numbered)
        self.units += [decision.unit] if decision.unit else []
        self.consents += [*([decision.consent] if decision.consent else []), *decision.recorded]
        if decision.rating is not None:
            self.rating = decision.rating
            brand, channel = decision.conversation.brand, message.channel
            self.facts.append(
                Fact(name="ratings", fields={"points": decision.rating, "brand": brand, "channel": channel})
            )


def _is_same_item(message: Message, variant: str, target: str | None, earlier: NumberedMessage) -> bool:
    """Tell whether two messages are one, or one of them takes the other back."""
    said = earlier.message
    if (message.message_id, variant) == (said.message_id, earlier.variant):
        return True
    return target == said.message_id or taken_back_by(said) in {message.message_id, target or message.message_id}
