"""What every simulated platform is to the local cloud: an API that answers, customers who write, and deliveries."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from infra.local.deployment import Handles
from infra.local.loopback_server import Reply, Request
from infra.local.platforms.courier import Attempt, Delivery
from infra.local.platforms.faults import FaultBox
from nightbell.domain.business import Account


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What the local cloud gives a simulated platform when it starts.

    Attributes:
        accounts: Those of the settings that are on the platform's channels; never none.
        secrets: By the name that the functions read them under, below the platform's own prefix.
        clock: The platform's time, aware; the functions' clock runs with it.
        faults: What is switched on; one box for all platforms, asked by channel.
        public_url: What the functions believe to be their address, for those who sign it; deliveries go elsewhere.
    """

    accounts: tuple[Account, ...]
    secrets: Mapping[str, str] = field(repr=False)
    clock: Callable[[], datetime]
    faults: FaultBox
    public_url: str = ""

    def account(self, channel: str) -> Account:
        """Find the first account of a channel.

        Raises:
            LookupError: There is none.
        """
        for account in self.accounts:
            if account.channel == channel:
                return account
        message = f"The business settings name no account on {channel}."
        raise LookupError(message)


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """A customer, as one account sees them.

    Attributes:
        contact_id: As the platform spells it: digits, an address, a number with its plus.
    """

    channel: str
    account_id: str
    contact_id: str
    name: str = "A customer"

    @property
    def key(self) -> tuple[str, str, str]:
        """What tells a screen from others."""
        return (self.channel, self.account_id, self.contact_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Button:
    """Something to tap."""

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
        about: What it answers, where it says so: in private a comment, in public a post.
        by: Who else wrote for the business, in words; empty where it was we.
        subject: Of a mail.
    """

    author: str
    text: str
    message_id: str
    at: datetime
    after_ms: int | None = None
    buttons: tuple[Button, ...] = ()
    about: str = ""
    by: str = ""
    subject: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """One thing that a customer does.

    Attributes:
        kind: What there is depends on the channel; ``text`` is everywhere.
        text: What was typed, a caption, the title of a button; what a caller says.
        payload: Of the tapped button.
        about: Id of what is answered, tapped, edited or taken back.
        subject: Of a mail.
        more: What only some channels know, by name.
    """

    kind: str = "text"
    text: str = ""
    payload: str = ""
    about: str = ""
    subject: str = ""
    more: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """What came of an act.

    Attributes:
        attempts: Of its delivery, duplicates included, in the order they were answered.
    """

    message_ids: tuple[str, ...]
    attempts: tuple[Attempt, ...] = ()


Other = Callable[[Contact, str, str], Attempt | None]
"""What others do to a conversation: with a contact, a text, and the id of what it is about."""
MakeUp = Callable[[], str]
"""Makes up the value of a secret that is missing."""


class SimulatedVendor(Protocol):
    """One simulated platform; its class is named in :data:`infra.local.platforms.vendors.VENDORS`."""

    def __init__(self, surroundings: Surroundings) -> None:
        """Take the accounts and what is around them; nothing is deployed yet."""

    @property
    def log(self) -> Sequence[Delivery]:
        """What was delivered so far, for the phone page."""

    @staticmethod
    def secrets(accounts: Sequence[Account]) -> Mapping[str, MakeUp]:
        """Name every secret that the platform's accounts need, and tell how one is made up."""

    def connect(self, handles: Handles) -> None:
        """Learn where the deployed stack is: ``handles.hook(platform)`` is where HTTP deliveries go."""

    def greet(self) -> str:
        """Do as the platform does when an address is registered.

        Returns:
            What is wrong with the answer, in words for whoever starts; empty if all is well, or if none is asked.
        """

    def answer(self, request: Request) -> Reply:
        """Answer a call of its API; the path is what follows the platform's own part."""

    def contact(self, settings: Mapping[str, Any]) -> Contact:
        """Make the contact that ``channel``, ``contact`` (may be absent) and ``name`` mean.

        Raises:
            ValueError: No contact has such an id.
            LookupError: There is no account on the channel.
        """

    def write(self, contact: Contact, act: Act, *, copies: int = 1, batch: int = 1) -> Written:
        """Let a contact act, and wait for the webhook's answer.

        ``copies`` delivers the same bytes so many times, ``batch`` puts so many acts into one delivery where the
        platform does such a thing.

        Raises:
            ValueError: The channel has no such act; the message lists those there are.
        """

    def transcript(self, contact: Contact) -> Sequence[Bubble]:
        """List what is on a contact's screen."""

    def posts(self, contact: Contact) -> list[dict[str, Any]]:
        """List the public posts as a contact sees them, as ``wall.js`` shows them; none where nothing is public."""

    def others(self) -> Mapping[str, Other]:
        """Tell what others can do: a person answers in the platform's inbox, a contact blocks us."""

    def stop(self) -> None:
        """End the background threads."""
