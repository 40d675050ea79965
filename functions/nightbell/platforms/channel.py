"""What a platform and its channels are to the rest of Nightbell.

A platform reads deliveries; a channel describes sends. Both are pure: a request is described
here and sent by an adapter, and the answer comes back as a value.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

from nightbell.domain.business import Account
from nightbell.domain.events import Delivery, Event


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpRequest:
    """One call to a platform's API, sent at most once by an adapter.

    Attributes:
        url: Never logged; of a chat it is the secret itself.
        headers, json: Never logged; a header may be a token.
        json: Sent as UTF-8 JSON; ``None`` for a GET. Of ``json``, ``form`` and ``content`` at most one is set.
        form: Sent as ``application/x-www-form-urlencoded``, in this order; a name may stand twice.
        content: Sent as it is, as what was signed must be.
        content_type: Of ``content``.
        url_token: Replaces ``{token}`` in the address, where a platform wants it there. Never logged.
        aws: Name of the AWS service that the request is signed for, such as ``ses``; empty for none.
        public_only: Connect to public addresses only, because somebody outside wrote the address.
        max_answer: Bytes of the answer's body that are read at most.
        timeout_s: The total deadline: look-up, connection, request and the whole answer.
    """

    method: str
    url: str = field(repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    query: Mapping[str, str] = field(default_factory=dict)
    json: object | None = field(default=None, repr=False)
    form: Sequence[tuple[str, str]] | None = field(default=None, repr=False)
    content: bytes | None = field(default=None, repr=False)
    content_type: str = ""
    url_token: str = field(default="", repr=False)
    aws: str = ""
    public_only: bool = False
    max_answer: int = 1_000_000
    timeout_s: float = 8.0


@dataclass(frozen=True, slots=True, kw_only=True)
class NotSent:
    """No byte of the request left: look-up, connection or TLS failed."""

    error: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NoAnswer:
    """At least one byte left and no complete answer head came: it may have been executed."""

    error: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A complete status line and headers.

    Attributes:
        headers: Names in lower case.
        body: As far as it came; ``complete`` is false when it was cut or too slow.
    """

    status: int
    headers: Mapping[str, str]
    body: bytes
    complete: bool = True


HttpOutcome = NotSent | NoAnswer | Answer


class VerdictKind(StrEnum):
    """What a send came to (the table of outcomes in ``docs/decisions``)."""

    SENT = "sent"
    NOT_SENT = "not_sent"
    """Certainly not executed; may be tried again, not before ``retry_after``."""
    REFUSED = "refused"
    """Final: the platform will never deliver it."""
    OWNED_ELSEWHERE = "owned_elsewhere"
    """Not executed, and no failure: another app, or a person in the platform's inbox, has the conversation."""
    UNKNOWN = "unknown"
    """May or may not have been executed; recovered by the channel's class."""
    TOKEN_DEAD = "token_dead"  # noqa: S105 - a word, not a token
    """Not executed, and nothing else from this account will be until an operator acts."""
    NOT_PERMITTED = "not_permitted"
    """Not executed, and nothing like it will be until an operator gets the permission that the token lacks."""
    ACCOUNT_BLOCKED = "account_blocked"
    """Not executed, and the platform blocks this account for a while."""
    CAPPED = "capped"
    """Not executed, and nothing will be until what the business has paid for is renewed or raised."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """One send's outcome.

    Attributes:
        message_id: The platform's id of what was sent, where it told one.
        recipient_id: The contact's id on the private channel, where a private reply tells it.
        code: The platform's error code, such as ``190`` or ``10/2018278``; safe to log.
        reason: For the human, in plain words; no secret, no contact.
        retry_after: How long the platform asks us to wait.
        opted_out: The contact has told the platform to keep us away.
        of_contact: Only this contact has to wait for ``retry_after``, and not the whole account.
        usage: Percent that is used up of what the platform allows the account, where it tells.
    """

    kind: VerdictKind
    message_id: str | None = None
    recipient_id: str | None = None
    code: str = ""
    reason: str = ""
    retry_after: timedelta | None = None
    opted_out: bool = False
    of_contact: bool = False
    usage: int = 0


class RecoveryClass(StrEnum):
    """How far a platform helps to settle a send whose outcome is unknown."""

    KEYED = "K"
    """An idempotency key: send again under the same key."""
    ONE_SHOT = "K1"
    """One-shot by nature: send again, a refusal as already used means sent."""
    ECHOED = "E"
    """Our tag comes back; with a read-back, absence can be proved."""
    NONE = "N"
    """Nothing: never sent again, flagged to a human."""


class ReadBack(StrEnum):
    """What reading the conversation back at the platform showed."""

    FOUND = "found"
    ABSENT = "absent"
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True, kw_only=True)
class TextForm:
    """What fits one message of a channel.

    Attributes:
        unit: How the platform counts: a value of :class:`nightbell.domain.texts.Unit`.
        max_text: For a plain text.
        max_text_with_choices: For a text with buttons.
        max_choices: Most buttons in one message.
        max_title: Most characters of a button's title.
        carries_code: What is sent carries the reference code where nobody has to type it, as a mail's headers do.
        writes_choices: There are no buttons: the choices stand in the text as numbered lines, and a digit chooses.
    """

    unit: str
    max_text: int
    max_text_with_choices: int
    max_choices: int
    max_title: int
    writes_choices: bool = False
    carries_code: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Button:
    """One quick reply: ``payload`` comes back in :attr:`Message.choice`."""

    title: str
    payload: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboundText:
    """What one unit sends.

    Attributes:
        address: :attr:`Contact.address` of the contact.
        tag: Comes back in a :class:`Settlement` where the platform can.
        ask: ``email`` or ``phone`` where the contact should be offered to hand it over by a tap.
        menu_title: What opens the buttons where a channel shows many of them as a list; 20 characters at most.
        about: Of the message that is answered, what the answer must repeat.
        brand: Name of whoever writes, as a contact reads it.
        code: Leads back to the conversation from elsewhere; empty where it has none yet.
        by_person: Somebody of the team wrote it, word for word.
        outside_window: :attr:`Sender.reply_window` is over, and it leaves by :attr:`Sender.person_window`.

    Raises:
        ValueError: It would leave outside the window, and nobody wrote it.
    """

    account_id: str
    address: str
    text: str
    tag: str
    buttons: Sequence[Button] = ()
    ask: str | None = None
    menu_title: str = ""
    about: Mapping[str, str] = field(default_factory=dict)
    brand: str = ""
    code: str = ""
    by_person: bool = False
    outside_window: bool = False

    def __post_init__(self) -> None:
        if self.outside_window and not self.by_person:
            raise ValueError("only what a person wrote may leave outside the window")


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiAccess:
    """Where and as whom a platform's API is called.

    Attributes:
        base_url: Without a slash at its end, such as ``https://graph.facebook.com``.
        version: Of the API, such as ``v26.0``.
        token: Of the account. Never logged.
        app_secret: Of the app that issued the token, for platforms that want a proof.
        credentials: Further secrets by name, where a call needs several. Never logged.
        at: Now, aware, UTC, for what is signed with a time; ``None`` where nothing is.
        nonce: 32 hex digits, other ones each time.
        hook_url: Our own address for this platform's deliveries, without a slash at its end; empty where unknown.
        owner_id: What the platform files the account under; the account's own id where that is all there is.
        messaging_service: Through which the account sends, where the platform has such pools of numbers.
    """

    base_url: str
    version: str
    token: str = field(repr=False)
    app_secret: str | None = field(default=None, repr=False)
    credentials: Mapping[str, str] = field(default_factory=dict, repr=False)
    at: datetime | None = None
    nonce: str = ""
    hook_url: str = ""
    owner_id: str = ""
    messaging_service: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessNeeds:
    """Which secrets a call in an account's name takes; in a name ``{account}`` and ``{owner}`` are the account's ids.

    Attributes:
        token: Becomes :attr:`ApiAccess.token`; empty where the function's own role is enough.
        others: Become :attr:`ApiAccess.credentials`, each under what stands before its first slash.
    """

    token: str = "access_token/{account}"  # noqa: S105 - a name, not a token
    others: Sequence[str] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Minted:
    """An access token that was made for a while.

    Attributes:
        until: Aware, UTC.
    """

    token: str = field(repr=False)
    until: datetime


class TokenMint(Protocol):
    """How a platform makes access tokens for what is stored, where that only entitles to them."""

    def mint_request(self, access: ApiAccess) -> HttpRequest:
        """Describe the call; :attr:`ApiAccess.token` is what is stored."""

    def read_minted(self, outcome: HttpOutcome, now: datetime) -> Minted | Verdict:
        """Read the answer; a verdict says why there is none."""


class TagPlace(StrEnum):
    """Where a send carries our tag, which comes back with what became of it."""

    BODY = "body"
    ADDRESS = "address"
    """In an address that the platform calls back."""
    HEADERS = "headers"
    NONE = "none"


class Sender(Protocol):
    """One way to send a text, and what the platform promises about it.

    Attributes:
        name: Key of :data:`nightbell.platforms.registry.SENDERS`.
        platform: Registry key of the vendor, such as ``meta``.
        recovery: How an unknown outcome is settled.
        can_read_back: Whether :meth:`read_back_request` exists for it.
        settle: How long after a send no echo or late arrival is expected any more.
        send_timeout_s: Total deadline of one send.
        reply_window: How long after the contact's last act we may write; ``None`` for ever.
        person_window: How long a person may, which is never shorter; ``None`` for ever, nothing at all for never.
        tag_in: Where the tag travels.
    """

    name: str
    platform: str
    recovery: RecoveryClass
    can_read_back: bool
    settle: timedelta
    send_timeout_s: float
    reply_window: timedelta | None
    person_window: timedelta | None
    form: TextForm
    tag_in: TagPlace

    def send_request(self, outbound: OutboundText, access: ApiAccess) -> HttpRequest:
        """Describe the call that sends a text."""

    def verdict(self, outcome: HttpOutcome) -> Verdict:
        """Judge a send by where it broke and by the platform's error code."""

    def read_back_request(self, address: str, account_id: str, access: ApiAccess) -> HttpRequest:
        """Describe the call that reads our last messages to a contact.

        Raises:
            NotImplementedError: where ``can_read_back`` is false.
        """

    def read_back(self, outcome: HttpOutcome, *, account_id: str, text: str, sent_from: datetime) -> ReadBack:
        """Look for our own text among what was read, sent at or after ``sent_from``."""


class Channel(Sender, Protocol):
    """One way to talk on a platform: its own way to send, and what else belongs to it.

    Attributes:
        retry_window: How long the platform delivers again.
        is_public: Everybody can read it; a conversation is then per contact and post.
        private_reply: Name of the sender of the one private answer that a public message may get; ``None`` for none.
        private_channel: Registry key of the channel on which the contact answers that.
        speaks: False where nothing is ever sent by it, as on a voicemail.
        automatic: Whether it is answered automatically where the settings do not say.
        keeps_words: After it what others wrote is blanked, by the platform's terms; ``None`` to keep it as anything.
        acks_within: In which a contact gets a few acknowledgements at most, against loops between two machines.
    """

    retry_window: timedelta
    is_public: bool
    private_reply: str | None
    private_channel: str | None
    speaks: bool
    automatic: bool
    keeps_words: timedelta | None
    acks_within: timedelta


class Question(Protocol):
    """What to ask the platform before a sender's first word, where a delivery leaves open whether it may speak.

    Attributes:
        timeout_s: Total deadline of the call.
        stops_people: It is asked before what a person wrote, too.
    """

    timeout_s: float
    stops_people: bool

    def question_request(self, address: str, access: ApiAccess) -> HttpRequest | None:
        """Describe the call, which changes nothing at the platform; ``None`` where nothing is open about an address."""

    def objection(
        self, outcome: HttpOutcome, *, address: str, account_id: str, owner_ids: Collection[str] = ()
    ) -> Verdict | None:
        """Read the answer.

        Args:
            outcome: What the adapter saw.
            address: Where the send would go.
            account_id: Who would send.
            owner_ids: In whose names the account may speak, by the settings.

        Returns:
            ``None`` where nothing stands against the send. Else why it does not leave now: nothing was sent,
            whatever the verdict says; ``REFUSED`` for ever, and ``UNKNOWN`` where nobody knows yet.
        """


@dataclass(frozen=True, slots=True, kw_only=True)
class LookedUp:
    """What a message says whose delivery did not tell.

    Attributes:
        author: A display name; untrusted text, and not an id.
        is_complaint: It complains whatever its words say, as a review of one star does.
        answered_at: When the business answered there already; aware, UTC.
    """

    text: str
    author: str | None = None
    is_complaint: bool = False
    answered_at: datetime | None = None


class LookUp(Protocol):
    """How to find out what a message says, where a delivery holds nothing but its place."""

    def look_up_request(self, references: Mapping[str, str], account_id: str, access: ApiAccess) -> HttpRequest | None:
        """Describe the call.

        Args:
            references: Of the message's attachments, by their kind.
            account_id: The account's own id, never that of a page it sends through.
            access: To the account.

        Returns:
            ``None`` for a message that says all it has to say.
        """

    def read_look_up(self, outcome: HttpOutcome) -> LookedUp | None:
        """Read the answer; ``None`` where it tells nothing, as when the message is gone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What a platform is answered, beside the status."""

    body: str = ""
    content_type: str = "text/plain; charset=utf-8"


@dataclass(frozen=True, slots=True, kw_only=True)
class SecretNames:
    """Which secrets of a platform are asked for.

    Attributes:
        needed: Without any one of them nothing is accepted.
        optional: Accepted besides, where they are set.
    """

    needed: Sequence[str] = ()
    optional: Sequence[str] = ()


class Proof(StrEnum):
    """What a platform's proof binds."""

    BODY = "body"
    """These very bytes."""
    ADDRESS = "address"
    """Where they were sent, the query included."""
    TIME = "time"
    """When: an old one is refused, and so is one from the future."""
    SENDER = "sender"
    """Who sent it: a word that both know, or a token that somebody else has proven."""


class Platform(Protocol):
    """A vendor: its endpoint, its signature, its envelope.

    ``accounts`` are always those of the settings that belong to this platform.

    Attributes:
        name: Registry key and the path's part, such as ``meta``.
        max_body: Largest delivery in bytes that the vendor documents.
        signed_headers: Lower-case names of the headers that prove a delivery.
        parse_headers: Lower-case names of the headers that :meth:`parse` looks at; they are kept with what is spilled.
        proves: What :meth:`verify` binds.
        min_secret: Characters of the shortest usable signing key.
        batches: Whether one delivery may hold several events.
        greets: Whether the vendor checks our endpoint by :meth:`handshake`.
    """

    name: str
    max_body: int
    signed_headers: Sequence[str]
    parse_headers: Collection[str]
    proves: frozenset[Proof]
    min_secret: int
    batches: bool
    greets: bool

    def accepts(self, path: str, accounts: Sequence[Account]) -> bool:
        """Tell whether something is delivered to this path below the platform's name, before any secret is read."""

    def secret_names(self, delivery: Delivery, accounts: Sequence[Account]) -> SecretNames:
        """Name what :meth:`verify` and :meth:`handshake` need for this delivery, to a path that is accepted.

        Names are made of ids in the settings, never of what was sent. ``needed`` is exactly what this very
        delivery cannot do without, so that an account whose secret was never set does not stop the others.
        """

    def secrets_of(self, account: Account) -> SecretNames:
        """Name what the deliveries to one account need, for an operator; only the account's ids and login matter."""

    def handshake(self, delivery: Delivery, secrets: Mapping[str, Sequence[str]]) -> Reply | None:
        """Answer the vendor's check of our endpoint.

        Returns:
            ``None`` when this delivery is not a handshake.

        Raises:
            HandshakeError: It does not prove that the vendor asks, or asks for what is never answered.
        """

    def verify(self, delivery: Delivery, secrets: Mapping[str, Sequence[str]]) -> None:
        """Prove that the vendor signed these very bytes.

        Raises:
            SignatureError: for anything else, malformed headers included; never another error.
        """

    def parse(self, delivery: Delivery) -> list[Event]:
        """Read every event of a verified delivery, in its order.

        Raises:
            NotUnderstoodError: The body as a whole cannot be read.
        """

    def reply(self, delivery: Delivery) -> Reply:
        """Answer a verified delivery once everything in it is kept; never raises."""


class CallbackKind(StrEnum):
    """What a platform asks for in the name of a person, past all messages."""

    DELETION = "deletion"
    """Delete what you hold of me."""
    DEAUTHORIZE = "deauthorize"
    """I have taken my permission back, and with it the tokens that I granted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Callback:
    """A request that the platform makes for a person, proven to be its own.

    Attributes:
        user_id: The person, by the id under which the app knows them; rarely that of a contact.
        code: Unguessable, and the same each time this very request arrives.
        secret: Name of the secret that it was signed with; tells apart the apps behind one endpoint.
        issued_at: The platform's clock, aware, UTC.
    """

    kind: CallbackKind
    user_id: str
    code: str
    secret: str
    issued_at: datetime


class CallbackReader(Protocol):
    """How a vendor makes such requests.

    Attributes:
        platform: Registry key of the vendor, such as ``meta``.
        kinds: What is asked at which path below the platform's name.
        secrets: Names of the secrets that may sign; any that is set is accepted.
        max_body: In bytes; more than any genuine request has.
    """

    platform: str
    kinds: Mapping[str, CallbackKind]
    secrets: Sequence[str]
    max_body: int

    def read(self, delivery: Delivery, secrets: Mapping[str, Sequence[str]]) -> Callback:
        """Prove and read one.

        Raises:
            SignatureError: for anything that is not proven, old or malformed ones included; never another error.
        """
