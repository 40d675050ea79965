"""What an agent must know about a conversation, as plain values that JSON can hold."""

from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from typing import Any

from nightbell.domain.business import BusinessSettings
from nightbell.domain.conversation import Conversation
from nightbell.domain.keys import split_conversation_pk
from nightbell.domain.priority import sentences
from nightbell.domain.suppression import window_closes
from nightbell.domain.unit import Unit, UnitState
from nightbell.platforms.registry import CHANNELS
from nightbell.services.desk import shown_up_to
from nightbell.services.ports import Page, StoredMessage

BECAME = {
    UnitState.READY: "nothing yet: it is about to be sent",
    UnitState.SENDING: "it is being sent",
    UnitState.RECOVERING: "whether it was sent is being found out",
    UnitState.SENT: "sent",
    UnitState.CONFIRMED: "sent, and confirmed by the platform",
    UnitState.UNCERTAIN: "perhaps: nobody can tell whether it arrived",
    UnitState.REFUSED: "nothing: the platform refused it",
    UnitState.UNDELIVERED: "nothing: the platform could not deliver it",
    UnitState.SUPPRESSED: "nothing: it was held back",
}

REACHED = frozenset({UnitState.SENT, UnitState.CONFIRMED, UnitState.UNCERTAIN})
"""Where the customer may have read the text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What the customer was told.

    Attributes:
        sent: The episode's newest unit that sends something.
        newest: The newest unit of any kind; tells why nothing was sent.
        lined: The unit whose line stands in public, or was to stand there.
    """

    sent: Unit | None
    newest: Unit | None
    lined: Unit | None = None


def describe(pk: str, shown: Page, told: Told, settings: BusinessSettings | None) -> dict[str, Any]:
    """Gather what an agent must know; times are on the brand's clock."""
    c = shown.conversation
    channel, account_id, contact_id = split_conversation_pk(pk) or ("", "", "")
    brand = settings.brands.get(c.brand) if settings else None
    account = settings.account(channel, account_id) if settings else None
    zone: tzinfo = brand.zone if brand else UTC
    known = CHANNELS.get(channel)
    return {
        "conversation_id": pk,
        "brand": c.brand,
        "channel": channel,
        "via": c.via,
        "via_account": c.via_account,
        "account": {"id": account_id, "name": account.name if account else None},
        "contact": {"id": contact_id, "display_name": c.name},
        "kind": c.kind.value,
        "language": c.language,
        "reasons": sentences(c.reasons, told.sent.state if told.sent else UnitState.READY),
        "zone": str(zone),
        "held_until": _at(c.agent_until, zone),
        "reply_window_closes_at": _at(window_closes(c.contact_at, known.reply_window if known else None), zone),
        "waiting_count": c.waiting_count,
        "last_number": c.last_seq,
        "shown_up_to": shown_up_to(shown),
        "messages": [_message(message, zone) for message in shown.messages if message.seq > c.seen_seq],
        "told": _told(told, zone),
        "public_line": _line(told.lined, zone),
        "opted_out": c.opted_out,
        "follow_up": c.follow_up,
        "reference": c.reference,
        "consent": _consent(c, zone),
    }


def _message(message: StoredMessage, zone: tzinfo) -> dict[str, Any]:
    return {
        "number": message.seq,
        "sent_at": _at(message.sent_at, zone),
        "kind": message.kind,
        "text": message.text,
        "attachments": [dict(attachment) for attachment in message.attachments],
        "is_blank": message.is_blank,
    }


def _told(told: Told, zone: tzinfo) -> dict[str, Any]:
    unit = told.sent or told.newest
    if unit is None:
        return {
            "state": None,
            "became": "nothing",
            "text": None,
            "unsent_text": None,
            "promised_by": None,
            "reason": None,
        }
    became = BECAME[unit.state] if told.sent else "nothing"
    reached = unit.state in REACHED
    return {
        "state": unit.state.value,
        "became": became,
        "text": unit.text or None if reached else None,
        "unsent_text": unit.text or None if not reached else None,
        "promised_by": _at(unit.promised_by, zone) if reached else None,
        "reason": unit.reason or None,
    }


def _line(unit: Unit | None, zone: tzinfo) -> dict[str, Any] | None:
    state = unit.line_state(unit.state) if unit else None
    if unit is None or state is None:
        return None
    # Once its line is said, a unit goes on to the private reply, and keeps the line apart.
    before = unit.public_text, unit.public_promised_by, unit.public_reason
    text, promised_by, reason = (unit.text, unit.promised_by, unit.reason) if unit.is_in_public else before
    reached = state in REACHED
    return {
        "state": state.value,
        "became": BECAME[state],
        "text": text or None if reached else None,
        "promised_by": _at(promised_by, zone) if reached else None,
        "reason": reason or None,
    }


def _consent(c: Conversation, zone: tzinfo) -> dict[str, Any] | None:
    if c.consent is None:
        return None
    return {
        "channel": c.consent.channel,
        "address": c.consent.address,
        "given_at": _at(c.consent.given_at, zone),
        "wording": c.consent.wording,
        "message": c.consent.seq,
    }


def _at(at: datetime | None, zone: tzinfo) -> str | None:
    return at.astimezone(zone).isoformat(timespec="seconds") if at else None
