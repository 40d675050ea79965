"""Who takes part: the app, the business's accounts, their contacts, and what each has on the screen."""

import base64
import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta

MESSENGER = "messenger"
WHATSAPP = "whatsapp"
CHANNELS = (MESSENGER, WHATSAPP)

WINDOW = timedelta(hours=24)
"""How long after a contact's last act a business may write freely, on both channels."""


@dataclass(frozen=True, slots=True, kw_only=True)
class App:
    """The business's app at Meta, as its dashboard shows it."""

    app_secret: str
    verify_token: str
    app_id: str = "420420420420420"


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """A Page or a WhatsApp phone number of the business.

    Attributes:
        account_id: Page id, or ``phone_number_id``.
        token: What its access token must be.
        parent_id: The WhatsApp business account, which is what ``entry[].id`` names there.
        number: The number that customers see, digits only.
    """

    channel: str
    account_id: str
    token: str
    name: str = ""
    parent_id: str = "102000000000000"
    number: str = "15550001000"

    @property
    def entry_id(self) -> str:
        """What ``entry[].id`` of a delivery says."""
        return self.parent_id if self.channel == WHATSAPP else self.account_id


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """A customer, as one account sees them.

    Attributes:
        contact_id: The Page-scoped id, or the digits of the phone number.
        user_id: WhatsApp's business-scoped user id (``CC.alnum``); always there since March 2026.
        phone_hidden: The customer shows the business no number: deliveries name them by ``user_id`` alone.
    """

    channel: str
    account_id: str
    contact_id: str
    name: str = "A customer"
    user_id: str = ""
    phone_hidden: bool = False

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
    """

    author: str
    text: str
    message_id: str
    at: datetime
    after_ms: int | None = None
    buttons: tuple[Button, ...] = ()
    metadata: str = ""


@dataclass(slots=True, kw_only=True)
class Thread:
    """Everything between one contact and one account; guarded by the simulator's lock.

    Attributes:
        last_act_at: The contact's last message or tap on the platform's clock; it opens the window.
        wrote_at: The same in seconds of the machine's monotonic clock, to measure the answer.
        blocked: The contact blocked the business.
    """

    contact: Contact
    last_act_at: datetime | None = None
    wrote_at: float = 0.0
    blocked: bool = False
    bubbles: list[Bubble] = field(default_factory=list)

    def window_open(self, now: datetime) -> bool:
        """Tell whether the business may write freely."""
        return self.last_act_at is not None and now - self.last_act_at < WINDOW

    def find(self, message_id: str) -> Bubble | None:
        """Find a message of either side."""
        return next((bubble for bubble in self.bubbles if bubble.message_id == message_id), None)


def new_message_id(channel: str) -> str:
    """Make up an id in the platform's form."""
    noise = secrets.token_bytes(24)
    if channel == WHATSAPP:
        return "wamid." + base64.b64encode(b"\x1d\x02\x0b" + noise).decode()
    return "m_" + base64.urlsafe_b64encode(noise + noise).decode().rstrip("=")


def user_id_for(number: str) -> str:
    """Derive a stable business-scoped user id, so that a contact keeps theirs across restarts."""
    return f"US.{int(number) * 7919 + 13_000_000_000_000_000}"
