"""One conversation as a line of a list: what an agent must know before opening it. Its fields: ``docs/desk.md``."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from nightbell.domain.business import Account, Brand, BusinessSettings
from nightbell.domain.conversation import Conversation
from nightbell.domain.desk_key import desk_key
from nightbell.domain.hand_off import Place
from nightbell.domain.priority import score, sentences
from nightbell.domain.suppression import window_closes
from nightbell.domain.told import STATE_WORDS, has_promised, iso, stood_before
from nightbell.domain.unit import UnitState
from nightbell.platforms.channel import Channel, Sender
from nightbell.services.answer_ways import AnswerWays
from nightbell.services.desk_acting import revision_of
from nightbell.services.desk_reading import Standing
from nightbell.services.places import place_of

AUTOMATION = "automation"


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """By when the contact was told to expect an answer.

    Attributes:
        by_whom: An agent, or :data:`AUTOMATION`.
    """

    at: datetime
    by_whom: str


class DeskRows:
    """Writes conversations by the names, the clocks and the windows of the settings."""

    def __init__(
        self, settings: BusinessSettings, channels: Mapping[str, Channel], senders: Mapping[str, Sender]
    ) -> None:
        """Know these accounts, and the platforms they are at."""
        self.settings = settings
        self.channels = channels
        self.ways = AnswerWays(settings.accounts, channels, senders)

    def __call__(self, standing: Standing, now: datetime) -> dict[str, object]:
        """Write one."""
        c, promise = standing.conversation, promise_of(standing)
        place = self.place(standing.pk, c)
        held = c.is_held(now)
        return {
            "conversation_id": standing.pk,
            "key": desk_key(standing.pk),
            "revision": revision_of(c),
            **self._whose(standing.pk, c, place),
            "priority": {"score": self.score(standing), **_reasons(standing)},
            "waiting_count": c.waiting_count,
            "first_message_at": iso(c.episode_at),
            "last_message_at": iso(c.contact_at or c.newest_at),
            "promised_by": iso(promise.at) if promise else None,
            "promised_by_whom": promise.by_whom if promise else None,
            "is_broken": promise is not None and c.is_waiting and promise.at < now,
            "reply_window_closes_at": iso(window_closes(c.contact_at, place.reply_window)),
            "person_window_closes_at": iso(self.person_window_closes(standing.pk, c)),
            "held_by": c.agent_id if held else None,
            "held_until": iso(c.agent_until) if held else None,
            "snoozed_until": iso(standing.state.snoozed_until) if standing.state.is_snoozed(c, now) else None,
            "acknowledgement": STATE_WORDS[standing.told.state] if standing.told else STATE_WORDS[UnitState.READY],
            "preview": c.preview,
        }

    def _whose(self, pk: str, c: Conversation, place: Place) -> dict[str, object]:
        brand = self.brand(pk, c)
        account = None if place.via_account is None else {"id": place.via_account, "name": place.via_account_name}
        return {
            "brand": c.brand,
            "channel": place.channel,
            "via": place.via,
            "via_account": account,
            "post": place.post,
            "account": {"id": place.account_id, "name": place.account_name},
            "contact": {"id": place.contact_id, "display_name": c.name},
            "kind": c.kind.value,
            "language": c.language or (brand.default_language if brand else None),
            "zone": str(brand.zone) if brand else "UTC",
        }

    def place(self, pk: str, conversation: Conversation) -> Place:
        """Say where a conversation is."""
        return place_of(pk, conversation, self.settings.accounts, self.channels)

    def account(self, pk: str, conversation: Conversation) -> Account | None:
        """Find the account that was written to first; ``None`` when the settings do not name it any more."""
        place = self.place(pk, conversation)
        return self.settings.account(place.channel, place.account_id)

    def brand(self, pk: str, conversation: Conversation) -> Brand | None:
        """Find whose conversation it is."""
        found = self.settings.brands.get(conversation.brand)
        account = self.account(pk, conversation)
        return found or (account.brand if account else None)

    def person_window_closes(self, pk: str, conversation: Conversation) -> datetime | None:
        """Tell until when a person may still answer where the contact wrote last; ``None`` for ever."""
        spoken = self.channels.get(conversation.via or self.place(pk, conversation).channel)
        return window_closes(conversation.contact_at, spoken.person_window if spoken else None)

    def score(self, standing: Standing) -> int:
        """Add up how urgent it is, as the human queue is told."""
        told = standing.told
        return score(
            standing.conversation.reasons,
            told.state if told else UnitState.READY,
            stood_before(told) if told else None,
        )

    def expected_by(self, standing: Standing, now: datetime) -> datetime | None:
        """Tell by when an answer is due: as promised, and otherwise as the brand would have."""
        if promise := promise_of(standing):
            return promise.at
        c = standing.conversation
        account = self.account(standing.pk, c)
        return account.hours.add_open_time(c.episode_at or now, account.brand.promise) if account else None


def promise_of(standing: Standing) -> Promise | None:
    """Find the promise that holds: what was said last at the desk, or else what the automatic text said."""
    state = standing.state
    if by_desk := state.promised_in(standing.conversation.episode):
        return Promise(at=by_desk, by_whom=state.promise_by or AUTOMATION)
    by_text = has_promised(standing.told) if standing.told else None
    return Promise(at=by_text, by_whom=AUTOMATION) if by_text else None


def _reasons(standing: Standing) -> dict[str, object]:
    """Say why it is urgent, in words and for programs; what became of the acknowledgement is a sentence alone."""
    reasons, told = standing.conversation.reasons, standing.told
    state, line = (told.state, stood_before(told)) if told else (UnitState.READY, None)
    said = sentences(reasons, state, line)
    codes = [reason.value for reason in reasons]
    return {"reasons": said, "codes": [*codes, *[""] * (len(said) - len(codes))]}
