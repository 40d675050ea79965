"""The human queue's message: what a person must know before opening the conversation.

Its shape is ``schemas/human_queue_message.v1.json``; a reader keeps the highest revision of a
conversation and deletes a message only when that conversation no longer waits.
"""

from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import quote

from nightbell.domain.conversation import Conversation
from nightbell.domain.priority import score, sentences
from nightbell.domain.suppression import window_closes
from nightbell.domain.told import REACHED, STATE_WORDS, iso, stood_before
from nightbell.domain.unit import Unit, UnitKind, UnitState

STEP = 1000
REVISIONS_PER_UNIT = STEP * STEP
VERSION = "nightbell.human_queue_message.v1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where the conversation is, for people.

    Attributes:
        post: What the conversation stands below, where everybody can read it.
        via: The channel on which the contact wrote last, where it is not ``channel``, or the account is another.
        via_account, via_account_name: Ours, where it is not ``account_id``.
        desk_url: Without a slash at its end; empty where no desk page is deployed.
    """

    channel: str
    account_id: str
    account_name: str | None
    contact_id: str
    reply_window: timedelta | None
    post: str | None = None
    via: str | None = None
    via_account: str | None = None
    via_account_name: str | None = None
    desk_url: str = ""


def queue_revision(newest: Unit, subject: Unit, *, announced: bool) -> int:
    """Order all the hand-offs of a conversation; higher is newer.

    The newest unit's number counts most, so that a later message's hand-off stands above an earlier one's.
    Then the state of the unit that the message tells about, as its teller read it: each counts two, because
    an outcome is announced before it is written, and stands between the state before and whatever is written
    next. The newest unit's own state comes last: added to the other, it would lift a word that is overtaken
    already above the one that overtook it.

    Args:
        newest: The conversation's newest unit, of any kind.
        subject: The unit that the message tells about.
        announced: The outcome told is not written yet.
    """
    told = min(2 * subject.revision + announced, STEP - 1)
    beside = min(newest.revision, STEP - 1) if newest.seq != subject.seq else 0
    return REVISIONS_PER_UNIT * newest.seq + STEP * told + beside


def hand_off(  # noqa: PLR0913 - each is a fact of its own
    unit: Unit,
    conversation: Conversation,
    place: Place,
    *,
    revision: int,
    outcome: UnitState,
    reason: str = "",
    lined: Unit | None = None,
) -> dict[str, object]:
    """Write the message for a conversation.

    Args:
        unit: What the message tells about: what the contact was sent last.
        conversation: As last read.
        place: Where it is.
        revision: By :func:`queue_revision`.
        outcome: What the unit has come to, which may be written only after this message.
        reason: Why, where it is not on the unit yet.
        lined: The unit whose line stands in public, where that is another one.
    """
    before = stood_before(unit)
    return {
        "schema": VERSION,
        "conversation_id": unit.pk,
        "episode": conversation.episode,
        "revision": revision,
        "brand": conversation.brand,
        "channel": place.channel,
        "via": place.via,
        **_via_account(place),
        "post": place.post,
        "account": {"id": place.account_id, "name": place.account_name},
        "contact": {"id": place.contact_id, "display_name": conversation.name},
        "first_message_at": iso(conversation.episode_at),
        "last_message_at": iso(conversation.contact_at or conversation.newest_at),
        "waiting_count": conversation.waiting_count,
        "kind": conversation.kind.value,
        "language": conversation.language,
        "priority": {
            "score": score(conversation.reasons, outcome, before),
            "reasons": sentences(conversation.reasons, outcome, before),
        },
        "acknowledgement": _acknowledgement(unit, outcome, reason or unit.reason),
        "public_line": _public_line(lined, lined.state) if lined else _public_line(unit, outcome, reason),
        "follow_up": _follow_up(conversation),
        "reply_window_closes_at": iso(window_closes(conversation.contact_at, place.reply_window)),
        "desk_link": f"{place.desk_url}/{quote(unit.pk, safe='')}" if place.desk_url else None,
        "preview": conversation.preview,
    }


def _via_account(place: Place) -> dict[str, object]:
    """Name the account that the contact wrote to last; nothing where it is the conversation's own."""
    if place.via_account is None:
        return {}
    return {"via_account": {"id": place.via_account, "name": place.via_account_name}}


def _acknowledgement(unit: Unit, outcome: UnitState, reason: str) -> dict[str, object]:
    told, lined = bool(unit.text) and outcome in REACHED, unit.public_state in REACHED
    text, promised_by = (unit.text, unit.promised_by) if told else (unit.public_text, unit.public_promised_by)
    return {
        "kind": unit.text_id.value if unit.text_id and unit.kind is not UnitKind.HAND_OFF else unit.kind.value,
        "state": STATE_WORDS[outcome],
        "text": text if told or lined else None,
        "promised_by": iso(promised_by) if told or lined else None,
        "reason": reason or None,
    }


def _public_line(unit: Unit, outcome: UnitState, reason: str = "") -> dict[str, object] | None:
    """Tell how a line in public stands; ``None`` where the unit says none."""
    state = unit.line_state(outcome)
    if state is None:
        return None
    current = unit.is_in_public
    return {
        "state": STATE_WORDS[state],
        "text": ((unit.text if current else unit.public_text) or None) if state in REACHED else None,
        "comment_id": unit.platform_message_id if current else unit.public_id,
        "reason": ((reason or unit.reason) if current else unit.public_reason) or None,
    }


def _follow_up(conversation: Conversation) -> dict[str, object] | None:
    if conversation.follow_up is None:
        return None
    consent = conversation.consent
    return {
        "choice": conversation.follow_up,
        "reference": conversation.reference,
        "consent": {
            "channel": consent.channel,
            "address": consent.address,
            "given_at": iso(consent.given_at),
            "wording": consent.wording,
        }
        if consent
        else None,
    }
