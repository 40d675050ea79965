"""What an agent reads about a conversation: first as plain values, then as lines for a terminal."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from typing import Any

from infra.cli.visible import visible, visible_lines
from infra.local.progress import bold, faint
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
    """

    sent: Unit | None
    newest: Unit | None


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


def page(about: Mapping[str, Any]) -> Iterator[str]:
    """Write all of :func:`describe` for a terminal, a stranger's words made harmless."""
    contact, account = about["contact"], about["account"]
    yield (
        bold(visible(contact["display_name"] or contact["id"]))
        + f" on {about['channel']}, "
        + visible(account["name"] or account["id"])
    )
    yield f"  {about['kind']}; times are in {about['zone']}; yours until {_when(about['held_until'])}"
    yield from (f"  ! {sentence}" for sentence in about["reasons"])
    if about["reply_window_closes_at"]:
        yield f"  the platform lets us answer until {_when(about['reply_window_closes_at'])}"
    yield ""
    for message in about["messages"]:
        yield from _message_lines(message)
    if about["shown_up_to"] < about["last_number"]:
        yield "  A message is still on its way into this list: take the conversation again in a moment."
    yield from _told_lines(about["told"])
    yield from _permission_lines(about)


def _message_lines(message: Mapping[str, Any]) -> Iterator[str]:
    kind = "" if message["kind"].endswith((".message", ".text")) else f"  {message['kind']}"
    yield f"{bold('#' + str(message['number']))}  {_when(message['sent_at'])}{faint(visible(kind))}"
    if message["text"]:
        yield from (f"  | {line}" for line in visible_lines(message["text"]))
    for attachment in message["attachments"]:
        details = " ".join(visible(attachment[name]) for name in ("detail", "reference") if attachment.get(name))
        yield f"  + {visible(attachment.get('kind', 'attachment'))} {faint(details)}".rstrip()


def _told_lines(told: Mapping[str, Any]) -> Iterator[str]:
    yield ""
    yield f"{bold('The customer was told')}: {told['became']}" + (
        f" ({visible(told['reason'])})" if told["reason"] else ""
    )
    if told["text"]:
        yield from (f"  | {line}" for line in visible_lines(told["text"]))
    if told["unsent_text"]:
        yield "  It would read:"
        yield from (f"  | {line}" for line in visible_lines(told["unsent_text"]))
    if told["promised_by"]:
        yield f"  promised by {_when(told['promised_by'])}"


def _permission_lines(about: Mapping[str, Any]) -> Iterator[str]:
    consent = about["consent"]
    if about["opted_out"]:
        yield "  The customer wants no automatic messages."
    if about["follow_up"]:
        reference = f", reference {about['reference']}" if about["reference"] else ""
        yield f"{bold('The customer chose')}: {about['follow_up']}{reference}"
    if consent is None:
        yield f"{bold('Nobody may mail or call')}: the customer has given no address and no number for it."
        return
    verb = "mail" if consent["channel"] == "email" else "call"
    yield f"{bold(f'You may {verb}')} {visible(consent['address'])}, given on {_when(consent['given_at'])} to"
    yield from (f"  | {line}" for line in visible_lines(consent["wording"]))


def _when(moment: str) -> str:
    return f"{datetime.fromisoformat(moment):%a %d %b %Y %H:%M}"
