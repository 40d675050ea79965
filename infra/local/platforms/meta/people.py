"""Who takes part: the app, the business's accounts, their contacts, and what each has on the screen."""

import base64
import secrets
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

MESSENGER = "messenger"
WHATSAPP = "whatsapp"
FACEBOOK_COMMENTS = "facebook_comments"
INSTAGRAM_DIRECT = "instagram_direct"
INSTAGRAM_COMMENTS = "instagram_comments"
CHANNELS = (MESSENGER, WHATSAPP, FACEBOOK_COMMENTS, INSTAGRAM_DIRECT, INSTAGRAM_COMMENTS)
PRIVATE_CHANNELS = {FACEBOOK_COMMENTS: MESSENGER, INSTAGRAM_COMMENTS: INSTAGRAM_DIRECT}
"""Where a private reply to a public comment arrives."""

FACEBOOK_HOST = "graph.facebook.com"
INSTAGRAM_HOST = "graph.instagram.com"

WINDOW = timedelta(hours=24)
"""How long after a contact's last act a business may write freely, on every private channel."""
PERSON_WINDOW = timedelta(days=7)
"""How long a person may, under the tag for people; not on WhatsApp, which has none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class App:
    """The business's app at Meta, as its dashboard shows it.

    Attributes:
        instagram_app_secret: Signs the deliveries of accounts connected by Instagram's own login.
        human_agent: Meta has approved it for the tag for people.
    """

    app_secret: str
    verify_token: str
    app_id: str = "420420420420420"
    instagram_app_secret: str = ""
    human_agent: bool = True

    def secret_for(self, login: str) -> str:
        """Tell which secret signs for accounts that were connected by a login."""
        return self.instagram_app_secret if login == "instagram" else self.app_secret


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """A Page, an Instagram account or a WhatsApp phone number of the business.

    Attributes:
        account_id: Page id, Instagram professional account id (17841…), or ``phone_number_id``.
        token: What its access token must be.
        parent_id: The WhatsApp business account, which is what ``entry[].id`` names there.
        number: The number that customers see, digits only.
        login: How an Instagram account was connected: ``facebook`` or ``instagram``.
        page_id: The Page that an Instagram account belongs to, with Facebook's login.
        username: Of an Instagram account.
    """

    channel: str
    account_id: str
    token: str
    name: str = ""
    parent_id: str = "102000000000000"
    number: str = "15550001000"
    login: str = "facebook"
    page_id: str = ""
    username: str = "the.business"

    @property
    def key(self) -> tuple[str, str]:
        """What tells it from others: a Page has one id for its messages and its posts."""
        return (self.channel, self.account_id)

    @property
    def api_id(self) -> str:
        """Whose ``messages`` edge sends for it."""
        return self.page_id or self.account_id

    @property
    def host(self) -> str:
        """Where its API is."""
        return INSTAGRAM_HOST if self.login == "instagram" else FACEBOOK_HOST

    @property
    def entry_id(self) -> str:
        """What ``entry[].id`` of a delivery says."""
        return self.parent_id if self.channel == WHATSAPP else self.account_id


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """A customer, as one account sees them.

    Attributes:
        contact_id: The Page-scoped or Instagram-scoped id, or the digits of the phone number.
        user_id: WhatsApp's business-scoped user id (``CC.alnum``); always there since March 2026.
        phone_hidden: The customer shows the business no number: deliveries name them by ``user_id`` alone.
        private_id: Of a commenter, where they go by another id in private messages.
        is_page: Another business's Page, which comments like anybody and cannot be written to.
    """

    channel: str
    account_id: str
    contact_id: str
    name: str = "A customer"
    user_id: str = ""
    phone_hidden: bool = False
    private_id: str = ""
    is_page: bool = False

    @property
    def username(self) -> str:
        """What Instagram shows in place of a name."""
        return ".".join(self.name.lower().split())

    @property
    def in_private(self) -> "Contact":
        """The same person where a private reply reaches them."""
        channel = PRIVATE_CHANNELS[self.channel]
        return replace(self, channel=channel, contact_id=self.private_id or self.contact_id, private_id="")

    @property
    def key(self) -> tuple[str, str, str]:
        """What the simulator files a thread under."""
        return (self.channel, self.account_id, self.contact_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Button:
    """Something to tap: ``kind`` is ``text``, ``list``, ``user_email`` or ``user_phone_number``."""

    title: str
    payload: str
    kind: str = "text"


@dataclass(frozen=True, slots=True, kw_only=True)
class Bubble:
    """One message on the customer's screen.

    Attributes:
        author: ``contact`` or ``business``.
        at: On the platform's clock.
        after_ms: Real milliseconds after the contact's last message was sent; ``None`` for their own.
        metadata: What the business sent along invisibly.
        app_id: Of the app that sent it for the business; empty for ours.
        about: The comment that it answers in private.
    """

    author: str
    text: str
    message_id: str
    at: datetime
    after_ms: int | None = None
    buttons: tuple[Button, ...] = ()
    metadata: str = ""
    app_id: str = ""
    about: str = ""


@dataclass(slots=True, kw_only=True)
class Thread:
    """Everything between one contact and one account; guarded by the simulator's lock.

    Attributes:
        last_act_at: The contact's last message or tap on the platform's clock; it opens the window.
        wrote_at: The same in seconds of the machine's monotonic clock, to measure the answer.
        blocked: The contact blocked the business.
        owner_app_id: Of another app that owns the thread; ours only listens then.
    """

    contact: Contact
    last_act_at: datetime | None = None
    wrote_at: float = 0.0
    blocked: bool = False
    owner_app_id: str = ""
    bubbles: list[Bubble] = field(default_factory=list)

    def acted_within(self, time: timedelta, now: datetime) -> bool:
        """Tell whether the contact's last act is no longer ago."""
        return self.last_act_at is not None and now - self.last_act_at < time

    def find(self, message_id: str) -> Bubble | None:
        """Find a message of either side."""
        return next((bubble for bubble in self.bubbles if bubble.message_id == message_id), None)


def new_message_id(channel: str) -> str:
    """Make up an id in the platform's form."""
    noise = secrets.token_bytes(24)
    if channel == WHATSAPP:
        return "wamid." + base64.b64encode(b"\x1d\x02\x0b" + noise).decode()
    if channel == INSTAGRAM_DIRECT:
        return "aWdf" + base64.urlsafe_b64encode(noise + noise + noise).decode()
    return "m_" + base64.urlsafe_b64encode(noise + noise).decode().rstrip("=")


def user_id_for(number: str) -> str:
    """Derive a stable business-scoped user id, so that a contact keeps theirs across restarts."""
    return f"US.{int(number) * 7919 + 13_000_000_000_000_000}"
