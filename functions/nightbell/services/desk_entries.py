"""What happened in a conversation, in the order of time: what was written, what was sent, and what people did."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from nightbell.domain.reason_codes import CODES
from nightbell.domain.told import BECAME, REACHED, iso
from nightbell.domain.unit import Unit, UnitKind, UnitState
from nightbell.platforms.channel import Channel
from nightbell.services.desk import shown_up_to
from nightbell.services.desk_reading import Act, Parts
from nightbell.services.ports import StoredMessage

Entry = dict[str, object]
MOST = 300
"""Answered messages and whatever else is over, the newest; what waits is shown as far as it fits a page."""
LARGEST = 1_000_000
"""Bytes of what is over."""


def entries_of(parts: Parts, channels: Mapping[str, Channel]) -> tuple[Sequence[Entry], int]:
    """Write everything down, and tell how much of the oldest was left out."""
    seen = parts.conversation.seen_seq
    timed = sorted(
        [*_messages(_fitting(parts), seen), *_sent(parts, channels), *_acts(parts.acts)], key=lambda each: each[0]
    )
    every = [entry for _, entry in timed]
    kept, room = list[Entry](), LARGEST
    for place, entry in enumerate(reversed(every)):
        if entry.get("waits") or (place < MOST and room > 0):
            kept.append(entry)
        room -= 0 if entry.get("waits") else len(str(entry).encode("utf-8", "replace"))
    return kept[::-1], len(every) - len(kept)


def _fitting(parts: Parts) -> Sequence[StoredMessage]:
    """Leave out what comes after a full page; what comes after one that is not readable yet stays."""
    last = shown_up_to(parts.page)
    is_full = any(message.seq == last + 1 for message in parts.messages)
    return [message for message in parts.messages if message.seq <= last] if is_full else parts.messages


def _messages(messages: Sequence[StoredMessage], seen: int) -> Iterator[tuple[datetime, Entry]]:
    """Keep them in the order of their numbers, whatever a platform's clock says."""
    latest: datetime | None = None
    for message in messages:
        latest = message.sent_at if latest is None else max(latest, message.sent_at)
        yield (
            latest,
            {
                "type": "message",
                "number": message.seq,
                "kind": message.kind,
                "at": iso(message.sent_at),
                "text": message.text,
                "is_blank": message.is_blank,
                "attachments": [_attachment(each) for each in message.attachments],
                "waits": message.seq > seen,
            },
        )


def _attachment(stored: object) -> Entry:
    found = dict(stored) if isinstance(stored, dict) else {}
    return {name: found.get(name, "") for name in ("kind", "reference", "detail")}


def _sent(parts: Parts, channels: Mapping[str, Channel]) -> Iterator[tuple[datetime, Entry]]:
    for unit in parts.units:
        at = unit.sent_from or unit.created_at
        if unit.public_state is not None:
            yield unit.created_at, _line_before(unit, unit.public_state)
        # What a person writes has no text of the settings that would tell.
        spoken = channels.get(unit.via or "") if unit.kind.is_by_person else None
        yield at, _step(unit, at, is_public=spoken.is_public if spoken else unit.is_in_public)


def _step(unit: Unit, at: datetime, *, is_public: bool) -> Entry:
    text_id = unit.text_id if unit.kind is not UnitKind.HAND_OFF else None
    return {
        "type": "sent",
        "id": unit.sk,
        "at": iso(at),
        "by": unit.by or None,
        "kind": text_id.value if text_id and not unit.kind.is_by_person else unit.kind.value,
        "state": unit.state.value,
        "became": BECAME[unit.state] if unit.kind.sends else "nothing",
        "reached": unit.kind.sends and unit.state in REACHED,
        "text": unit.text,
        "via": unit.via or None,
        "is_public": is_public,
        "promised_by": iso(unit.promised_by),
        "reason": unit.reason or None,
        "reason_code": CODES.get(unit.reason),
    }


def _line_before(unit: Unit, state: UnitState) -> Entry:
    """Write the line that everybody can read, once the unit has gone on to the private reply."""
    return {
        "type": "sent",
        "id": f"{unit.sk}.line",
        "at": iso(unit.created_at),
        "by": None,
        "kind": "public_line",
        "state": state.value,
        "became": BECAME[state],
        "reached": state in REACHED,
        "text": unit.public_text,
        "via": None,
        "is_public": True,
        "promised_by": iso(unit.public_promised_by),
        "reason": unit.public_reason or None,
        "reason_code": CODES.get(unit.public_reason),
    }


def _acts(acts: Sequence[Act]) -> Iterator[tuple[datetime, Entry]]:
    for act in acts:
        yield act.at, {"type": "act", "at": iso(act.at), "by": act.by, "did": act.did, "what": act.what}
