"""One contact's conversation with one account, as far as decisions need it.

``waiting`` is derived from two numbers and nothing else is kept in step with it: a message
gets the conversation's next number when it is stored, and people close up to a number.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from nightbell.domain.phrases import Kind

EPISODE_LAPSES_AFTER = timedelta(days=7)


class PriorityReason(StrEnum):
    """Why a conversation stands higher in the human queue."""

    EMERGENCY = "emergency"
    COMPLAINT = "complaint"
    IMPORTANT_CONTACT = "important_contact"
    WINDOW = "window"
    THIRD_MESSAGE = "third_message"
    LAPSED = "lapsed"
    LOOP = "loop"
    WITHDRAWN = "withdrawn"
    BY_GIVEN = "by_given"
    UNPROVEN = "unproven"
    ANSWER_FAILED = "answer_failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Consent:
    """A contact's own permission to be mailed or called, given in the conversation.

    Attributes:
        channel: ``email`` or ``phone``.
        given_at: When we received it, aware, UTC.
        wording: The sentence the contact was asked with.
        seq: Number of the message that gave it.
    """

    channel: str
    address: str
    given_at: datetime
    wording: str
    seq: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Join:
    """From a moment on, what a contact says under one id belongs to another conversation.

    Attributes:
        since: Compared with the platform's time of a message, so that a redelivery lands where the first one did.
        pk: The other conversation's id.
        by_given: Only an address or a number led there that its contact typed, and that need not be their own.
        more: What another version wrote about it, by name; kept, because joins are compared as a whole.
    """

    since: datetime
    pk: str
    by_given: bool = False
    more: tuple[tuple[str, object], ...] = ()


JOINS_KEPT_FOR = timedelta(days=8)
"""Longer than any platform delivers again, so that an old message still finds its place."""
ONE_TICK = timedelta(milliseconds=1)
"""Times are stored in milliseconds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversation:
    """What the conversation item holds. All times aware, UTC.

    Attributes:
        last_seq: The highest number given out; 0 before the first message.
        seen_seq: Up to where people have answered or closed.
        episode: Number of the message that opened the current or last episode.
        unit_seq: Number of the newest unit of any kind.
        ack_seq: Number of the episode's newest unit that sends something; 0 when none does.
        lined: Number of the unit that says its line in public, the only one for ever; 0 when none does.
        episode_acks: How many acknowledgements were decided in the episode.
        unit_stretch: Opening stretch of the episode's last acknowledgement; empty when none yet.
        agent_id, agent_until: Who holds the conversation and until when.
        agent_shown: Up to which number the holder was shown the messages.
        human_at: When a person last wrote from the platform's own inbox.
        other_app_until: Until when another app counts as active here.
        owner_until: Until when the platform leaves the conversation to another app, or to a person in its own inbox.
        contact_at: The platform's time of the contact's latest message; opens the reply window.
        newest_at: The latest platform time of any stored message.
        acks_at: When the last three acknowledgements were decided.
        minute_at, minute_count: Messages in the current minute.
        loop_seen_seq: ``seen_seq`` at which a loop was found; held until a person acts.
        asked: ``email`` or ``phone`` while we wait for the contact to give it; ``rating`` while they may type a number.
        reference: The code that leads back here from an e-mail or a voicemail.
        reference_at: When what it leads by was last written; it does not last for ever.
        lapsed: The episode before this one was never answered.
        preview: First words of the latest message, only where the brand switched it on.
        via: Channel of the newest message where that, or the account, is not the conversation's own.
        via_account: Account of the newest message where it is not the conversation's own.
        via_address: Of the contact there; ``address`` is the one here.
        joins: Where messages go instead of here, the earliest first.
    """

    last_seq: int = 0
    seen_seq: int = 0
    episode: int = 0
    episode_at: datetime | None = None
    unit_seq: int = 0
    ack_seq: int = 0
    lined: int = 0
    episode_acks: int = 0
    unit_stretch: str = ""
    agent_id: str | None = None
    agent_until: datetime | None = None
    agent_shown: int = 0
    human_at: datetime | None = None
    other_app_until: datetime | None = None
    owner_until: datetime | None = None
    contact_at: datetime | None = None
    newest_at: datetime | None = None
    acks_at: tuple[datetime, ...] = ()
    minute_at: datetime | None = None
    minute_count: int = 0
    loop_seen_seq: int | None = None
    opted_out: bool = False
    language: str | None = None
    name: str | None = None
    address: str | None = None
    kind: Kind = Kind.QUESTION
    reasons: tuple[PriorityReason, ...] = ()
    follow_up: str | None = None
    asked: str | None = None
    consent: Consent | None = None
    reference: str | None = None
    reference_at: datetime | None = None
    lapsed: bool = False
    preview: str | None = None
    brand: str = ""
    via: str | None = None
    via_account: str | None = None
    via_address: str | None = None
    joins: tuple[Join, ...] = ()

    @property
    def exists(self) -> bool:
        """Whether anything was ever stored."""
        return self.last_seq > 0

    @property
    def is_waiting(self) -> bool:
        """Whether a message waits for a person."""
        return self.last_seq > self.seen_seq

    @property
    def waiting_count(self) -> int:
        """How many messages wait for a person."""
        return self.last_seq - self.seen_seq

    def is_held(self, now: datetime) -> bool:
        """Tell whether an agent has taken it and the lease still runs."""
        return self.agent_until is not None and self.agent_until > now

    def has_lapsed(self, now: datetime) -> bool:
        """Tell whether nobody answered the episode for so long that it no longer counts."""
        if not self.is_waiting or self.episode_at is None:
            return False
        return now - self.episode_at >= EPISODE_LAPSES_AFTER

    def heeding(self, private: "Conversation") -> "Conversation":
        """Look at it as the same person's private conversation asks: what they asked for, and who speaks there."""
        return replace(
            self,
            opted_out=self.opted_out or private.opted_out,
            human_at=_latest(self.human_at, private.human_at),
            other_app_until=_latest(self.other_app_until, private.other_app_until),
            owner_until=_latest(self.owner_until, private.owner_until),
        )

    def home(self, at: datetime) -> str | None:
        """Tell which other conversation a message of that time belongs to; ``None`` for this one."""
        join = self.joined_at(at)
        return join.pk if join else None

    def joined_at(self, at: datetime) -> Join | None:
        """Find the join that decides where a message of that time belongs."""
        return next((join for join in reversed(self.joins) if join.since <= at), None)

    def free_from(self, at: datetime) -> datetime:
        """Tell from when on nothing that is stored here was said, at the earliest from ``at`` on."""
        return at if self.newest_at is None else max(at, self.newest_at + ONE_TICK)

    def joined(self, join: Join) -> tuple[Join, ...]:
        """Add a join; of the earlier ones those stay that a redelivery may still need."""
        recent = [each for each in self.joins if join.since - each.since < JOINS_KEPT_FOR]
        older = [each for each in self.joins if join.since - each.since >= JOINS_KEPT_FOR]
        return (*older[-1:], *recent, join)


def _latest(one: datetime | None, other: datetime | None) -> datetime | None:
    return max(filter(None, (one, other)), default=None)
