"""What a delivery reports, told apart and normalised.

A platform's parser turns raw bytes into these; nothing further inside knows a platform's JSON.

==================  =========  ==========================================================
class               kept?      consequence
==================  =========  ==========================================================
``Message``         kept       stored with the conversation's next number; may be acknowledged
``Settlement``      settling   tells what became of something we sent
``OutsideAnswer``   settling   a person or another app wrote to the contact past Nightbell
``ThreadControl``   settling   the platform tells which app may speak in a conversation
``ContactMoved``    settling   a contact has another id from now on
``AccountNews``     settling   the platform blocked one of our accounts, or lifted the block
``OptOut``          settling   a contact told the platform to keep us away, or to let us write again
``Noise``           noise      counted only; ``alarm`` where an operator must hear of it
``Broken``          kept       a known kind in a broken shape: quarantined
``Unknown``         noise      a kind nobody declared: counted, one alarm per new kind
==================  =========  ==========================================================
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from hashlib import sha256


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One HTTP attempt by a platform, not yet verified.

    Attributes:
        platform: Registry key from the path, such as ``meta``.
        path: What follows the platform in the path, without slashes at its ends; mostly empty.
        method: Upper case.
        headers: Names in lower case; a header sent twice is joined by ``", "``.
        query: Decoded; of a name given twice, the last.
        body: The raw bytes that the signature covers.
        received_at: Our clock, aware, UTC.
        url: The address that the platform was given, with the query exactly as it came; made from our own
            configuration, never from what a header names as the host.
        claims: Of the token that the API's own authorizer has proven; nobody else can set one.
    """

    platform: str
    path: str
    method: str
    headers: Mapping[str, str]
    query: Mapping[str, str]
    body: bytes
    received_at: datetime
    url: str = ""
    claims: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """The customer, as one account sees them.

    Attributes:
        contact_id: What the conversation is filed under; unique within the account.
        address: What a message to them is sent to, in the form the send API takes.
        name: Display name where the platform tells it; untrusted text.
        aliases: Other ids under which the same person may be filed already.
    """

    contact_id: str
    address: str
    name: str | None = None
    aliases: tuple[str, ...] = ()

    @property
    def author_id(self) -> str:
        """Who it is; in public, where conversations are per contact and post, without the post."""
        return self.contact_id.rpartition("/")[2]


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """Something beside the text.

    Attributes:
        kind: The platform's word, such as ``image`` or ``location``.
        reference: The platform's id of it, never a signed address, which changes between redeliveries.
        detail: What an agent reads in its place: a file name, coordinates, a title.
    """

    kind: str
    reference: str | None = None
    detail: str | None = None


FROM_HISTORY = "from the history"
"""Stands for the content hash of what was read from the platform's history."""


class MessageRole(StrEnum):
    """What a kept event is to the conversation."""

    MESSAGE = "message"
    """A contact says something to us; the policy decides about an acknowledgement."""
    CHANGE = "change"
    """A contact edited or took back something; told to the human, never acknowledged."""


class Silent(StrEnum):
    """Why nothing automatic may answer a message, whatever the policy would do; a person is told all the same."""

    ENCRYPTED = "encrypted"
    BARE_REPLY = "bare_reply"
    """A reply below ours that does not address us."""
    GROUP = "group"
    BOT = "bot"
    AUTOMATIC_MAIL = "automatic_mail"
    LIST_MAIL = "list_mail"
    BOUNCE = "bounce"
    NOT_TO_US = "not_to_us"
    SUSPECT = "suspect"
    """The platform, or the sender's own domain, doubts that it is from whom it says."""
    OWN_MAIL = "own_mail"
    OFF = "off"
    """The channel only listens."""


class ReferenceKind(StrEnum):
    """What leads from a message to the conversation that it belongs to."""

    CODE = "code"
    """A reference code that we gave out."""
    KNOWN_AS = "known_as"
    """The id of a message that is stored already, such as the mail that this one answers."""
    GIVEN_EMAIL = "given_email"
    GIVEN_PHONE = "given_phone"
    """An address or a number that a contact gave us in another conversation, and that is proven to have sent this."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """One thing in a message that may lead to its conversation."""

    kind: ReferenceKind
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenConsent:
    """A contact's permission to be written to or called, as another system recorded it.

    Attributes:
        way: ``email`` or ``phone``.
        wording: What exactly the contact agreed to.
        given_at: Aware, UTC.
    """

    way: str
    address: str
    wording: str
    given_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Spoken:
    """What a contact heard from us before the message was stored, as a caller hears a greeting.

    Attributes:
        text_id: Key of the text in the settings.
        promised_by: By when it said that a person answers; aware, UTC.
    """

    text_id: str
    text: str
    promised_by: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A kept event: a contact said or changed something.

    Attributes:
        kind: Key of the platform's table of consequences, such as ``messenger.message``.
        channel: Registry key, such as ``whatsapp``.
        account_id: The business's own page or number on that channel.
        message_id: The platform's id, unique within account and conversation; our identity for it.
        sent_at: The platform's clock, aware, UTC.
        text: Empty for media; never quoted back.
        choice: The payload of a tapped button, as we or another app set it.
        standby: Another app owns the thread; we must not answer.
        unnamed: The platform does not say who wrote it, so it may even be our own; never answered automatically.
        thread: On a public channel the comment or post that it is or changes; leads to the conversation where
            an event names nobody, as a removal may. A change that names nobody has an empty ``contact_id``.
        from_history: Read from the platform's own history, where a message lacks parts that its delivery has; it is
            the same message all the same, so its id alone tells.
        answered: The history shows that somebody of the business wrote after it.
        given_email, given_phone: What the contact handed over by a button made for that.
        kept_hash: The content hash from before its words were taken out, by which a redelivery is still known.
        raw: The platform's own JSON where its shape was not fully understood.
        silent: Why nothing automatic may answer it; ``None`` where the policy decides.
        answered_by_platform: The platform itself answers the word, as carriers answer STOP: heeded without a word.
        known_as: An id under which later messages name this one, such as a mail's Message-ID.
        kept_in: Keys of the objects that hold what it was made of, such as the mail itself; whoever removes its content
            deletes them.
        belongs: What the message itself says about where it belongs, the strongest first.
        about: What an answer must repeat, such as a subject; at most 700 bytes.
        consents: Recorded by the form that the message came from.
        id_tells: Its id alone tells a redelivery, because its words may be filled in later.
        told: What the contact heard already.
        must_look_up: Its words have to be looked up before anybody can read them.
        by_given: Only an address or a number that the contact of its conversation typed brought it there.
        unproven: Nobody stands for the sender's being who they say.
    """

    kind: str
    channel: str
    account_id: str
    contact: Contact
    message_id: str
    sent_at: datetime
    role: MessageRole = MessageRole.MESSAGE
    text: str = ""
    attachments: tuple[Attachment, ...] = ()
    choice: str | None = None
    standby: bool = False
    unnamed: bool = False
    thread: str | None = None
    from_history: bool = False
    answered: bool = False
    given_email: str | None = None
    given_phone: str | None = None
    kept_hash: str | None = None
    raw: str | None = None
    silent: Silent | None = None
    answered_by_platform: bool = False
    known_as: str | None = None
    kept_in: tuple[str, ...] = ()
    belongs: tuple[Reference, ...] = ()
    about: Mapping[str, str] = field(default_factory=dict)
    consents: tuple[GivenConsent, ...] = ()
    id_tells: bool = False
    told: Spoken | None = None
    must_look_up: bool = False
    by_given: bool = False
    unproven: bool = False

    @property
    def is_mention(self) -> bool:
        """Whether it only names us, below something of somebody else."""
        return self.kind.endswith(".mention")

    @property
    def is_live(self) -> bool:
        """Whether it was said below a broadcast, where nobody can answer in public."""
        return self.kind.endswith(".live_comment")

    @property
    def opens_thread(self) -> bool:
        """Whether events that name only this comment or post must find its conversation."""
        return self.thread is not None and self.role is MessageRole.MESSAGE

    @property
    def content_hash(self) -> str:
        """Tell a redelivery from other content under the same id: 16 hex digits.

        Covers kind, text and the attachments' kinds and ids, because signed addresses and
        counters change between redeliveries of one message. A copy from the platform's history has
        ``FROM_HISTORY`` instead, which counts as equal to any; so has a message whose id tells.
        """
        if self.from_history or self.id_tells:
            return FROM_HISTORY
        if self.kept_hash is not None:
            return self.kept_hash
        parts = [self.kind, self.text, *(f"{a.kind}={a.reference}" for a in self.attachments)]
        return sha256("\x00".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:16]


class Outcome(StrEnum):
    """What became of something we sent, by the platform's own word."""

    SEEN = "seen"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Settlement:
    """The platform tells what became of one of our sends.

    Attributes:
        contact_ids: Under which the conversation may be filed, the likeliest first.
        tag: Exactly what we sent along.
        detail: The platform's error, for the human; empty when seen.
        conversation: Its id, where we sent that along, too, because it began on another channel.
    """

    kind: str
    channel: str
    account_id: str
    contact_ids: tuple[str, ...]
    tag: str
    outcome: Outcome
    detail: str = ""
    conversation: str = ""


class Author(StrEnum):
    """Who wrote to the contact past Nightbell."""

    PERSON = "person"
    OTHER_APP = "other_app"


@dataclass(frozen=True, slots=True, kw_only=True)
class OutsideAnswer:
    """A person in the platform's own inbox, or another app, wrote to the contact.

    Attributes:
        contact_ids: Under which the conversation may be filed; empty where ``thread`` leads to it.
        sent_at: The platform's clock, aware, UTC.
        thread: On a public channel the comment or post that was answered.
        said_id: The platform's id of what was written; by it, or by ``text``, we know our own.
    """

    kind: str
    channel: str
    account_id: str
    contact_ids: tuple[str, ...]
    author: Author
    sent_at: datetime
    thread: str | None = None
    said_id: str | None = None
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ThreadControl:
    """The platform tells which app may speak in a conversation.

    Attributes:
        owner_app_id: ``None`` when nobody owns it, and any app may; empty when somebody does who is not named.
        is_person: The owner is the platform's own inbox, where people type.
        at: The platform's clock, aware, UTC.
    """

    kind: str
    channel: str
    account_id: str
    contact_ids: tuple[str, ...]
    owner_app_id: str | None
    is_person: bool = False
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactMoved:
    """A contact has another id from now on, and stays the same person.

    Attributes:
        old_ids: Under which the conversation may be filed, the likeliest first.
        at: The platform's clock, aware, UTC.
    """

    kind: str
    channel: str
    account_id: str
    old_ids: tuple[str, ...]
    new_id: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountNews:
    """The platform blocked one of our accounts, or lifted the block; an operator hears of it.

    Attributes:
        account_ids: Ours, on ``channel``; empty for all accounts of ``owner_id``.
        owner_id: What the platform files several accounts under, such as a business account.
        detail: The platform's own word, safe to log.
    """

    kind: str
    channel: str
    account_ids: tuple[str, ...]
    is_blocked: bool
    owner_id: str = ""
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OptOut:
    """A contact told the platform to keep us away, as by blocking us, or to let us write again.

    Attributes:
        contact_ids: Under which the conversation may be filed, the likeliest first.
        at: The platform's clock, aware, UTC; the newest word counts.
    """

    kind: str
    channel: str
    account_id: str
    contact_ids: tuple[str, ...]
    opted_out: bool
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Noise:
    """Counted only.

    Attributes:
        alarm: An operator must hear of it, such as a Page that the platform blocked.
        detail: Safe to log: no contact, no content.
        account_id: Who posted, where the account itself did; else empty.
    """

    kind: str
    channel: str
    alarm: bool = False
    detail: str = ""
    account_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Broken:
    """A known kind in a shape that cannot be read; its JSON goes to quarantine.

    Attributes:
        reason: What was wrong, safe to log.
        raw: A delivery that holds the broken part and what is needed to read it, and nothing else; ASCII. Read
            again it gives this event, and what it means once the platform's parser knows the shape.
    """

    kind: str
    channel: str
    reason: str
    raw: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Unknown:
    """A kind of event that nobody declared."""

    kind: str
    channel: str


Event = (
    Message
    | Settlement
    | OutsideAnswer
    | ThreadControl
    | ContactMoved
    | AccountNews
    | OptOut
    | Noise
    | Broken
    | Unknown
)
