"""What the services need from the world, as small protocols; adapters implement them."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from nightbell.domain.closing import Closing
from nightbell.domain.conversation import Consent, Conversation, Join
from nightbell.domain.desk_state import DeskState
from nightbell.domain.events import Author, Message
from nightbell.domain.keys import conversation_pk
from nightbell.domain.notice import Notice
from nightbell.domain.taking_back import taken_back_by
from nightbell.domain.unit import Unit, UnitState
from nightbell.platforms.channel import HttpOutcome, HttpRequest
from nightbell.services.kept import Around


class Clock(Protocol):
    """Time, so that tests can hold it still."""

    def now(self) -> datetime:
        """Tell the time, aware, UTC."""

    def monotonic(self) -> float:
        """Measure durations, in seconds."""

    def sleep(self, seconds: float) -> None:
        """Wait."""


class Secrets(Protocol):
    """Secrets, cached, never guessed."""

    def get(self, platform: str, name: str) -> tuple[str, ...]:
        """Return every value accepted now, the current one first.

        Raises:
            MisconfiguredError: None was ever set.
            UnavailableError: None was ever loaded, and the store does not answer.
        """


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberedMessage:
    """A message with the number it gets.

    Attributes:
        variant: Tells other content under one id apart.
        held_back: Why the contact got nothing for it; empty when they got something.
        blank_at: When its words must be given back to the platform; ``None`` for never.
    """

    seq: int
    message: Message
    variant: str = ""
    held_back: str = ""
    blank_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreRequest:
    """Everything one conversation gains from one delivery: stored in one transaction or not at all.

    Attributes:
        read: The conversation as it was read; the write holds only if it still is so.
        rating: What the contact thought of our answer, where these say so.
        shared: What would lead here by an address, and belongs to another conversation as well.
    """

    pk: str
    read: Conversation
    written: Conversation
    received_at: datetime
    messages: Sequence[NumberedMessage]
    units: Sequence[Unit] = ()
    consents: Sequence[Consent] = ()
    rating: int | None = None
    shared: Collection[str] = ()

    @property
    def taken_back(self) -> Sequence[tuple[str, str | None]]:
        """Ids of the messages that these take back, each once, with another conversation that may hold them.

        It is the one that the event's own contact names: what was written there before it joined this one stays there.
        """
        found: dict[str, str | None] = {}
        for each in self.messages:
            target, contact_id = taken_back_by(each.message), each.message.contact.contact_id
            if target and target not in found:
                own = conversation_pk(each.message.channel, each.message.account_id, contact_id)
                found[target] = own if contact_id and own != self.pk else None
        return list(found.items())

    @property
    def author(self) -> Message | None:
        """A message by which a new public conversation is listed under its author."""
        named = (each.message for each in self.messages if each.message.thread and not each.message.unnamed)
        return None if self.read.exists else next((message for message in named if message.contact.contact_id), None)

    @property
    def names(self) -> Sequence[tuple[str, str, str]]:
        """By which the conversation must be found later, each once: channel, account, and a comment, post or mail."""
        said = [each.message for each in self.messages]
        opening = [(each.channel, each.account_id, each.thread or "") for each in said if each.opens_thread]
        return list(dict.fromkeys([*opening, *self.chosen_names]))

    @property
    def chosen_names(self) -> Sequence[tuple[str, str, str]]:
        """Those of them that whoever wrote has chosen, as a mail's id is: the first to use one keeps it."""
        said = [each.message for each in self.messages]
        return [(each.channel, each.account_id, each.known_as) for each in said if each.known_as]


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreRefusal:
    """Why a transaction was not applied; an empty one says that the conversation has changed.

    Attributes:
        stored_before: Keys (message id, variant) that are ours already, with the same content.
        other_content: Keys that are there with other content.
        reference_taken: The reference code belongs to another conversation.
        taken_back: Keys of what the contact took back before it came.
        given_taken: What leads by an address, and belongs to another conversation.
    """

    stored_before: frozenset[tuple[str, str]] = frozenset()
    other_content: frozenset[tuple[str, str]] = frozenset()
    reference_taken: bool = False
    taken_back: frozenset[tuple[str, str]] = frozenset()
    given_taken: frozenset[str] = frozenset()


class ReceiptStore(Protocol):
    """The table, as ReceiveWebhook and ReplayDelivery use it. Each call may raise UnavailableError."""

    def read_conversation(self, pk: str) -> Conversation:
        """Read consistently; a conversation that never was is an empty one."""

    def read_thread(self, channel: str, account_id: str, thread: str) -> str | None:
        """Find the conversation of a public comment or post, or of a mail."""

    def read_reference(self, brand: str, code: str) -> str | None:
        """Find the conversation that a reference code was given in."""

    def read_given(self, brand: str, way: str, address: str) -> str | None:
        """Find the one conversation in which a contact gave us an address or a number; ``None`` where several did."""

    def list_beside(self, pk: str, other: str) -> None:
        """List a conversation under the contact of another: to forget the one, both must be found."""

    def join(self, pk: str, read: Conversation, join: Join) -> bool:
        """Send what comes from now on to another conversation. False when another join or a message came first."""

    def is_taken_back(self, pk: str, message_id: str) -> bool:
        """Tell whether the contact has taken a message back, whether it has come or not."""

    def store(self, request: StoreRequest) -> StoreRefusal | None:
        """R1, the commit point; ``None`` when all of it is stored."""

    def read_unit(self, pk: str, seq: int) -> Unit | None:
        """Read the unit that a message opened, consistently."""

    def read_unit_by_key(self, pk: str, sk: str) -> Unit | None:
        """Read any unit, consistently."""

    def read_desk(self, pk: str) -> DeskState:
        """Read what people did about a conversation, consistently."""

    def settle_seen(self, unit: Unit, now: datetime) -> bool:
        """S1: the contact has it. False when that changed nothing."""

    def settle_failed(self, unit: Unit, reason: str, now: datetime) -> bool:
        """S1: the platform could not deliver it. False when that changed nothing."""

    def note_outside_answer(  # noqa: PLR0913 - what one answer is
        self,
        pk: str,
        read: Conversation,
        author: Author,
        at: datetime,
        closes: int | None,
        *,
        counting: tuple[DeskState, DeskState] | None = None,
    ) -> bool:
        """H4: note who wrote past us, close up to a number, and count that. False when something has changed."""

    def note_thread_owner(self, pk: str, at: datetime, until: datetime | None) -> None:
        """H5: note until when somebody else has the conversation, or that it is free; the newest word counts."""

    def note_opt_out(self, pk: str, at: datetime, *, opted_out: bool) -> bool:
        """H6: note what the contact told the platform itself. False where a newer word was noted before."""

    def quarantine(  # noqa: PLR0913 - what is kept, by name
        self,
        raw: bytes,
        *,
        platform: str,
        kind: str,
        reason: str,
        received_at: datetime,
        around: Around | None = None,
        blank_at: datetime | None = None,
    ) -> str:
        """Keep what could not be read; the same bytes are kept once. Returns its id.

        At ``blank_at`` its content must be given back to the platform.
        """

    def is_new_kind(self, platform: str, kind: str, now: datetime) -> bool:
        """Note an undeclared kind of event; true the first time only."""

    def keep_spill_part(self, part: Mapping[str, object], now: datetime) -> None:
        """Keep one part of a spilled delivery until all are there."""

    def read_spill_part(self, spill_id: str, part: int) -> Mapping[str, object] | None:
        """Read one part back; ``None`` when it has not arrived yet."""

    def empty_spill_part(self, spill_id: str, part: int) -> None:
        """Remove the content of one part; what is left keeps a late copy of it out."""


class Hints(Protocol):
    """AckQueue."""

    def hint(self, pk: str, sk: str) -> None:
        """Say that a unit can move now; may be lost without harm. May raise UnavailableError."""


class SpillQueue(Protocol):
    """SpillQueue."""

    def send(self, parts: Iterable[Mapping[str, object]]) -> None:
        """Take every part, or raise UnavailableError."""


class HumanQueue(Protocol):
    """HumanQueue."""

    def send(self, message: Mapping[str, object]) -> None:
        """Take a hand-off that its schema allows. May raise UnavailableError."""


class PlatformApi(Protocol):
    """The only way out to a platform."""

    def send(self, request: HttpRequest) -> HttpOutcome:
        """Make one request, once; never raises for what the network does."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One worker's claim on a unit.

    Attributes:
        worker: Unique to this invocation.
        lease: When the worker is certainly dead: the invocation's deadline and a margin for clocks.
    """

    worker: str
    now: datetime
    lease: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Sending:
    """What is about to leave, written down first, so that recovery knows what to look for."""

    text_id: str
    text: str
    promised_by: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Breaker:
    """Whether an account can send at all. All times aware, UTC.

    Attributes:
        open_until: No unit tries before; afterwards exactly one does.
        failures: Unknown outcomes in a row.
        opened: How often it opened since it was last closed.
        token_mark: Fingerprint of the token that the platform refused; another token closes it.
        full_at: When the bucket of its sends is full again; see :mod:`nightbell.domain.pace`.
        slowed: How often in a row the platform said that it was too much.
        storm_until: Until when far more people write in public than usual, or last did.
        line_threshold: How many people in a minute are a storm here, where that is more than the settings' least.
    """

    open_until: datetime | None = None
    failures: int = 0
    opened: int = 0
    cause: str = ""
    token_mark: str = ""
    due_at: datetime | None = None
    sweeps: int = 0
    full_at: datetime | None = None
    slowed: int = 0
    storm_until: datetime | None = None
    line_threshold: int | None = None


class UnitStore(Protocol):
    """The table, as Acknowledge and Sweep use it. Each call may raise UnavailableError.

    Methods that write return the unit as it is afterwards, or ``None`` when the write was refused
    because the unit had moved on; a write of our own whose answer was lost counts as done.
    """

    def read_conversation(self, pk: str) -> Conversation:
        """Read consistently."""

    def read_unit(self, pk: str, seq: int) -> Unit | None:
        """Read the unit that a message opened, consistently."""

    def read_unit_by_key(self, pk: str, sk: str) -> Unit | None:
        """Read any unit, consistently."""

    def read_desk(self, pk: str) -> DeskState:
        """Read what people did about a conversation, consistently."""

    def start(self, unit: Unit, attempt: Attempt, sending: Sending | None) -> Unit | None:
        """A1: READY to SENDING; the point of no return, before the request leaves. ``None`` sends what it says."""

    def recover(self, unit: Unit, attempt: Attempt, settled_before: datetime | None) -> Unit | None:
        """A2: take over from a dead worker; where there is a settle time, only after it."""

    def resend(self, unit: Unit, attempt: Attempt) -> Unit | None:
        """A3: RECOVERING to SENDING under the same key."""

    def finish(self, unit: Unit, state: UnitState, *, reason: str = "", message_id: str | None = None) -> Unit | None:
        """A4: to a final state, after the hand-off. What the desk made stays due: A9 or A10 is left."""

    def climb(self, unit: Unit, state: UnitState, *, reason: str = "", message_id: str | None = None) -> Unit | None:
        """A8: note what a step came to, where others are left, and be READY for the next."""

    def join(self, pk: str, read: Conversation, join: Join) -> bool:
        """Send what comes from now on to another conversation. False when another join or a message came first."""

    def read_references(self, pk: str, message_id: str) -> Mapping[str, str] | None:
        """Read a message's references by their kind; ``None`` where its words are known, or are not to be."""

    def note_words(self, pk: str, message_id: str, text: str, author: str | None) -> None:
        """Write down what was looked up; nothing where the message was blanked meanwhile."""

    def heed(self, pk: str, read: Conversation, heeded: Conversation) -> bool:
        """Write what looked-up words change about a conversation. False when it is not as it was read any more."""

    def note_opt_out(self, pk: str, at: datetime, *, opted_out: bool) -> bool:
        """H6: note that the platform keeps us away from the contact. False where a newer word was noted before."""

    def not_now(self, unit: Unit, not_before: datetime, *, told: bool, reason: str = "") -> Unit | None:
        """A5: back to READY."""

    def stay_in_doubt(self, unit: Unit, until: datetime, reason: str) -> Unit | None:
        """A5 where an earlier try is still unknown: RECOVERING, and nobody may take it over before ``until``."""

    def mark_told(self, unit: Unit) -> bool:
        """A6: the human queue was told of exactly this revision."""

    def suppress(self, unit: Unit, reason: str) -> Unit | None:
        """A7: it must not leave any more; after the hand-off. What the desk made stays due: A10 is left."""

    def close(self, case: Closing) -> bool:
        """A9: write what follows from an answer that has left. False when something has changed since it was read."""

    def give_notice(self, notice: Notice) -> bool:
        """A10: have the team read that an answer failed. False when something has changed since it was read."""

    def read_breaker(self, channel: str, account_id: str) -> Breaker:
        """Read consistently; one that never was is closed."""

    def open_breaker(self, channel: str, account_id: str, breaker: Breaker) -> None:
        """Let nothing of the account leave before ``breaker.open_until``."""

    def claim_probe(self, channel: str, account_id: str, breaker: Breaker, until: datetime) -> bool:
        """Half-open: of all who ask, one gets true; ``breaker`` names the token that it probes with."""

    def count_failure(self, channel: str, account_id: str) -> int:
        """Count an unknown outcome; returns how many in a row."""

    def close_breaker(self, channel: str, account_id: str) -> None:
        """Forget failures: something got through."""

    def draw(self, key: tuple[str, str], step: timedelta, now: datetime, latest: datetime) -> bool:
        """Move the moment on at which the bucket that all share is full again, where it lies before ``latest``."""

    def slow_down(self, key: tuple[str, str], until: datetime, seen: int) -> None:
        """Let nothing leave before, and make the next such pause longer than the one that was ``seen``."""

    def ease(self, key: tuple[str, str], until: datetime) -> None:
        """Let nothing leave before."""

    def say_line(self, key: tuple[str, str], post: str, unit: str, now: datetime) -> str:
        """Claim the one line of a storm below a post for a unit, named by both its keys; tells which unit has it."""

    def leave_line(self, key: tuple[str, str], post: str, unit: str) -> None:
        """Leave the line to another unit, where this one has it and will not say it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """An item that must move, as the index shows it."""

    pk: str
    sk: str
    due_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class DueMark:
    """The due marker as it stands on the item itself.

    Attributes:
        since: When it first became due, which no attempt moves.
        sweeps: How often Sweep has put it off.
    """

    pk: str
    sk: str
    due_at: datetime
    since: datetime
    sweeps: int


class DueStore(Protocol):
    """The ``due`` index, as Sweep uses it. Each call may raise UnavailableError."""

    def due(self, shard: int, now: datetime, limit: int) -> Sequence[Due]:
        """List what is due in a shard, the longest due first; may lag behind the table."""

    def read_mark(self, item: Due) -> DueMark | None:
        """Read the marker consistently; ``None`` when it is gone or has moved on."""

    def put_off(self, mark: DueMark, until: datetime) -> bool:
        """Move a marker; false when it has moved on by itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredMessage:
    """A message as an agent reads it.

    Attributes:
        is_blank: What it said is gone: taken back, or deleted.
        about: What an answer must repeat of it.
    """

    seq: int
    kind: str
    text: str
    sent_at: datetime
    attachments: Sequence[Mapping[str, str]] = field(default_factory=tuple)
    is_blank: bool = False
    about: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A conversation as shown to an agent, by the read rule: the conversation first, then its messages."""

    conversation: Conversation
    messages: Sequence[StoredMessage]
