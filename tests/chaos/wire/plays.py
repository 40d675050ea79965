"""Cases on other platforms than Meta's: the same customer, who writes elsewhere."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from infra.local.platforms.meta.people import Bubble, Contact
from infra.local.platforms.vendor import Act, SimulatedVendor
from infra.local.platforms.vendor import Contact as There
from nightbell.domain.keys import conversation_pk, message_sk
from nightbell.platforms.registry import PLATFORM_OF
from tests.chaos.wire.lane import OK, Lane
from tests.chaos.wire.on_linkedin import person
from tests.chaos.wire.on_x import POSTS
from tests.chaos.wire.play import Play, new_number
from tests.chaos.wire.situations import Situation
from tests.chaos.wire.stand_ins import STAND_INS


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A line in public."""

    text: str


class PlayElsewhere(Play):
    """A case on another platform, in private."""

    def somebody(self, *, is_page: bool = False) -> Contact:
        """Bring in a customer whom nobody has seen before."""
        there = STAND_INS[PLATFORM_OF[self.channel]]
        contact = Contact(
            channel=self.channel,
            account_id=there.account_id,
            contact_id=there.contact_id(new_number()),
            is_page=is_page,
        )
        self.contacts.append(contact)
        self.mids[contact.contact_id] = []
        return contact

    @property
    def vendor(self) -> SimulatedVendor:
        return self.lane.elsewhere[PLATFORM_OF[self.channel]]

    def wrote(self, contact: Contact) -> list[str]:
        return self.mids[contact.contact_id]

    def pk(self, contact: Contact | None = None) -> str:
        contact = contact or self.contact
        return conversation_pk(contact.channel, contact.account_id, self.filed(contact))

    def filed(self, contact: Contact) -> str:
        """Tell what a contact's conversation is filed under."""
        return contact.contact_id

    def answers(self, contact: Contact) -> list[Bubble]:
        own = [each for each in self.vendor.transcript(there(contact)) if each.author == "business" and not each.by]
        return [Bubble(author=each.author, text=each.text, message_id=each.message_id, at=each.at) for each in own]

    def lines(self, contact: Contact) -> Sequence[Said]:
        del contact
        return []

    def said_below(self, contact: Contact) -> Sequence[Said]:
        """List what the business said on a wall to what somebody wrote there."""
        own, walls = self.wrote(contact), self.vendor.posts(there(contact))
        below = [each for post in walls for each in post["comments"]]
        return [Said(text=each["text"]) for each in below if each["by"] == "business" and each["parent"] in own]

    def write(self, text: str = "Do you have rye bread today?") -> None:
        """Write, and look at once whether what was promised is kept."""
        written = self.vendor.write(there(self.contact), Act(text=text))
        self.mids[self.contact.contact_id] += written.message_ids
        promised = any(attempt.status == OK for attempt in written.attempts)
        if promised and not self.lane.spilled:
            names = {item["sk"] for item in self.stored()}
            lost = [mid for mid in written.message_ids if message_sk(mid) not in names]
            self.broken += [f"200 and neither stored nor spilled: {mid}" for mid in lost]


class PlayOnX(PlayElsewhere):
    """A case on X: what is said in public is filed under the first of it, and answered by a line alone."""

    def filed(self, contact: Contact) -> str:
        root = f"{self.wrote(contact)[0]}/" if self.channel == POSTS else ""
        return f"{root}{contact.contact_id}"

    def answers(self, contact: Contact) -> list[Bubble]:
        return [] if self.channel == POSTS else super().answers(contact)

    def lines(self, contact: Contact) -> Sequence[Said]:
        return self.said_below(contact) if self.channel == POSTS else []


class PlayOnLinkedIn(PlayElsewhere):
    """A case on LinkedIn: comments are filed under post and member, and answered by a line alone."""

    def filed(self, contact: Contact) -> str:
        post = self.wrote(contact)[0].partition("(")[2].partition(",")[0]
        return f"{post}/{person(contact.contact_id)}"

    def answers(self, contact: Contact) -> list[Bubble]:
        del contact
        return []

    def lines(self, contact: Contact) -> Sequence[Said]:
        return self.said_below(contact)


def there(contact: Contact) -> There:
    """Name a contact as the simulated platforms do."""
    return There(channel=contact.channel, account_id=contact.account_id, contact_id=contact.contact_id)


_PLAYS: Mapping[str, type[Play]] = {"meta": Play, "x": PlayOnX, "linkedin": PlayOnLinkedIn}
"""By platform, where something is special."""


def play_on(lane: Lane, situation: Situation) -> Play:
    """Begin a case where its situation plays."""
    made = _PLAYS.get(PLATFORM_OF[situation.channel], PlayElsewhere)
    return made(lane, situation.channel)
