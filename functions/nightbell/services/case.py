"""One unit's step and everything it looks at, freshly read."""

from dataclasses import dataclass
from datetime import datetime

from nightbell.domain.acknowledgement import Composed
from nightbell.domain.business import Account, TextId
from nightbell.domain.conversation import Conversation
from nightbell.domain.unit import Unit
from nightbell.platforms.answering import is_late
from nightbell.platforms.channel import Button, OutboundText, Sender
from nightbell.platforms.storm_places import line_address


@dataclass(frozen=True, slots=True, kw_only=True)
class Invocation:
    """One run of the function.

    Attributes:
        worker: Unique to it.
        deadline: When the sandbox is killed; aware, UTC.
    """

    worker: str
    deadline: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """What one step is decided by.

    Attributes:
        text_id: Which text it sends; ``None`` for the words of a person.
        sender: Who sends the unit's current step.
    """

    unit: Unit
    text_id: TextId | None
    conversation: Conversation
    sender: Sender
    account: Account
    contact_id: str
    run: Invocation
    now: datetime

    @property
    def address(self) -> str:
        """Where the step is sent; what is said to all who write below a post, where all of them read it."""
        if self.text_id is TextId.PUBLIC_STORM:
            place = line_address(self.account.channel, self.account.account_id, self.contact_id)
            return place or self.unit.address or self.contact_id
        return self.unit.address or self.conversation.address or self.contact_id

    def outbound(self, composed: Composed) -> OutboundText:
        """Address a text; late is only what a person wrote."""
        by_person = self.unit.kind.is_by_person
        said_at = self.unit.said_at or self.conversation.contact_at
        return OutboundText(
            account_id=self.account.api_id,
            address=self.address,
            text=composed.text,
            tag=self.unit.tag,
            buttons=[Button(title=each.title, payload=each.payload) for each in composed.buttons],
            menu_title=composed.menu,
            ask=composed.ask,
            about=self.unit.about,
            brand=self.account.brand.name,
            code=self.conversation.reference or "",
            by_person=by_person,
            outside_window=by_person and is_late(self.sender, said_at, self.now),
        )
