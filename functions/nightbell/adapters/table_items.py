"""Turn domain values into items of the conversation table and back.

Times are whole milliseconds since 1970 (UTC); absent and empty values are left out, so that an
item stays under one kilobyte, which is what a write unit pays for.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from nightbell.domain.business import TextId
from nightbell.domain.conversation import Consent, Conversation, Join, PriorityReason
from nightbell.domain.keys import DESK_UNITS, consent_sk, given_pk, message_sk, unit_seq
from nightbell.domain.phrases import Kind
from nightbell.domain.storable import SHORTENED
from nightbell.domain.taking_back import taken_back_by
from nightbell.domain.unit import Unit, UnitKind, UnitState
from nightbell.services.ports import Breaker, NumberedMessage, StoredMessage

Attribute = dict[str, Any]
Item = dict[str, Attribute]


def to_ms(at: datetime) -> int:
    """Count milliseconds since 1970, cut off below."""
    return int(at.timestamp() * 1000)


def from_ms(ms: int | str) -> datetime:
    """Read :func:`to_ms` back: aware, UTC."""
    return datetime.fromtimestamp(int(ms) / 1000, UTC)


def attribute(value: object) -> Attribute:  # noqa: PLR0911 - one return for each type we store
    """Write one value as the low-level API takes it.

    Raises:
        TypeError: for a type that we never store.
    """
    match value:
        case bool():
            return {"BOOL": value}
        case datetime():
            return {"N": str(to_ms(value))}
        case int():
            return {"N": str(value)}
        case str():
            return {"S": value}
        case bytes():
            return {"B": value}
        case Mapping():
            return {"M": item(value)}
        case list() | tuple():
            return {"L": [attribute(each) for each in value]}
    raise TypeError(f"cannot store a {type(value).__name__}")


def item(values: Mapping[str, object]) -> Item:
    """Write an item or a map, without what is absent, empty or false."""
    return {name: attribute(value) for name, value in values.items() if not _is_empty(value)}


def exact(values: Mapping[str, object]) -> Attribute:
    """Write a map with all that is in it, the empty texts, too."""
    return {"M": {name: exact(each) if isinstance(each, Mapping) else attribute(each) for name, each in values.items()}}


def _is_empty(value: object) -> bool:
    return value is None or value is False or (isinstance(value, str | tuple | list | Mapping) and not value)


def plain(stored: Attribute) -> Any:  # noqa: ANN401 - whatever the item holds
    """Read one value back; numbers are whole."""
    ((kind, value),) = stored.items()
    if kind == "N":
        return int(value)
    if kind == "M":
        return values(value)
    if kind == "L":
        return [plain(each) for each in value]
    return bytes(value) if kind == "B" else value


def values(stored: Mapping[str, Attribute]) -> dict[str, Any]:
    """Read an item or a map back."""
    return {name: plain(value) for name, value in stored.items()}


def key(pk: str, sk: str) -> Item:
    """Name an item."""
    return {"pk": {"S": pk}, "sk": {"S": sk}}


def conversation_values(c: Conversation) -> dict[str, object]:
    """List what receiving messages writes on a conversation: not what agents write."""
    consent = c.consent
    return {
        "last_seq": c.last_seq,
        "seen_seq": c.seen_seq,
        "episode": c.episode,
        "episode_at": c.episode_at,
        "unit_seq": c.unit_seq,
        "ack_seq": c.ack_seq,
        "lined": c.lined or None,
        "episode_acks": c.episode_acks or None,
        "unit_stretch": c.unit_stretch,
        "contact_at": c.contact_at,
        "newest_at": c.newest_at,
        "acks_at": c.acks_at,
        "minute_at": c.minute_at,
        "minute_count": c.minute_count,
        "loop_seen_seq": c.loop_seen_seq,
        "opted_out": c.opted_out,
        "lang": c.language,
        "contact_name": c.name,
        "address": c.address,
        "about": c.kind.value,
        "reasons": tuple(reason.value for reason in c.reasons),
        "follow_up": c.follow_up,
        "asked": c.asked,
        "consent": _consent_values(consent) if consent else None,
        "reference": c.reference,
        "reference_at": c.reference_at,
        "lapsed": c.lapsed,
        "preview": c.preview,
        "brand": c.brand,
        "via": c.via,
        "via_account": c.via_account,
        "via_address": c.via_address,
    }


def _consent_values(consent: Consent) -> dict[str, object]:
    return {
        "channel": consent.channel,
        "address": consent.address,
        "given_at": consent.given_at,
        "wording": consent.wording,
        "seq": consent.seq,
    }


def _time(found: Mapping[str, Any], name: str) -> datetime | None:
    return from_ms(found[name]) if name in found else None


def conversation_from(stored: Item | None) -> Conversation:
    """Read a conversation back; an absent one never was."""
    v = values(stored or {})
    return Conversation(
        last_seq=v.get("last_seq", 0),
        seen_seq=v.get("seen_seq", 0),
        episode=v.get("episode", 0),
        episode_at=_time(v, "episode_at"),
        unit_seq=v.get("unit_seq", 0),
        ack_seq=v.get("ack_seq", 0),
        lined=v.get("lined", 0),
        episode_acks=v.get("episode_acks", 0),
        unit_stretch=v.get("unit_stretch", ""),
        agent_id=v.get("agent_id"),
        agent_until=_time(v, "agent_until"),
        agent_shown=v.get("agent_shown", 0),
        human_at=_time(v, "human_at"),
        other_app_until=_time(v, "other_app_until"),
        owner_until=_time(v, "owner_until"),
        contact_at=_time(v, "contact_at"),
        newest_at=_time(v, "newest_at"),
        acks_at=tuple(from_ms(at) for at in v.get("acks_at", ())),
        minute_at=_time(v, "minute_at"),
        minute_count=v.get("minute_count", 0),
        loop_seen_seq=v.get("loop_seen_seq"),
        opted_out=v.get("opted_out", False),
        language=v.get("lang"),
        name=v.get("contact_name"),
        address=v.get("address"),
        kind=Kind(v.get("about", Kind.QUESTION)),
        reasons=tuple(PriorityReason(reason) for reason in v.get("reasons", ())),
        follow_up=v.get("follow_up"),
        asked=v.get("asked"),
        consent=consent_from(v["consent"]) if "consent" in v else None,
        reference=v.get("reference"),
        reference_at=_time(v, "reference_at"),
        lapsed=v.get("lapsed", False),
        preview=v.get("preview"),
        brand=v.get("brand", ""),
        via=v.get("via"),
        via_account=v.get("via_account"),
        via_address=v.get("via_address"),
        joins=tuple(_join(join) for join in v.get("joins", ())),
    )


_OF_A_JOIN = ("since", "pk", "by_given")


def _join(value: Mapping[str, Any]) -> Join:
    more = tuple((name, each) for name, each in value.items() if name not in _OF_A_JOIN)
    return Join(since=from_ms(value.get("since", 0)), pk=value["pk"], by_given="by_given" in value, more=more)


def join_values(joins: Sequence[Join]) -> list[Mapping[str, object]]:
    """List joins as they are stored."""
    return [_join_value(join) for join in joins]


def _join_value(join: Join) -> Mapping[str, object]:
    given: Mapping[str, object] = {"by_given": True} if join.by_given else {}
    return {"since": join.since, "pk": join.pk, **given, **dict(join.more)}


def consent_from(v: Mapping[str, Any]) -> Consent:
    """Read a contact's permission back from its values."""
    return Consent(
        channel=v["channel"],
        address=v["address"],
        given_at=from_ms(v["given_at"]),
        wording=v.get("wording", ""),
        seq=v["seq"],
    )


def consent_items(pk: str, consents: Sequence[Consent], brand: str) -> list[Item]:
    """Write the records that outlive the conversation's current follow-up; one message may give several."""
    seen: set[str] = set()
    items = []
    for consent in consents:
        sk = consent_sk(consent.seq, consent.channel if consent_sk(consent.seq) in seen else "")
        seen.add(sk)
        leads_by = given_pk(brand, consent.channel, consent.address)
        items.append(item({"pk": pk, "sk": sk, "leads_by": leads_by, **_consent_values(consent)}))
    return items


def message_item(pk: str, numbered: NumberedMessage, received_at: datetime) -> Item:
    """Write a message: normalised, with its hash, and raw only where it was not fully understood."""
    m = numbered.message
    attachments = [{"kind": a.kind, "reference": a.reference, "detail": a.detail} for a in m.attachments]
    return item(
        {
            "pk": pk,
            "sk": message_sk(m.message_id, numbered.variant),
            "seq": numbered.seq,
            "event": m.kind,
            "txt": m.text,
            "att": attachments,
            "choice": m.choice,
            "standby": m.standby,
            "silent": m.silent.value if m.silent else None,
            "about": m.about,
            "sent_at": m.sent_at,
            "got_at": received_at,
            "content_hash": m.content_hash,
            "as_received": m.raw,
            "held_back": numbered.held_back,
            # What comes after it was taken back is stored blank, and says so itself.
            "blanked_at": received_at if taken_back_by(m) == m.message_id else None,
            "whole_in": next((a.reference for a in m.attachments if a.kind == SHORTENED), None),
            "kept_in": m.kept_in,
        }
    )


def message_from(stored: Item) -> StoredMessage:
    """Read a message back, as an agent reads it."""
    v = values(stored)
    return StoredMessage(
        seq=v["seq"],
        kind=v["event"],
        text=v.get("txt", ""),
        sent_at=from_ms(v["sent_at"]),
        attachments=tuple(v.get("att", ())),
        is_blank="blanked_at" in v,
        about=v.get("about", {}),
    )


def unit_item(unit: Unit, due_pk: str) -> Item:
    """Write a new unit."""
    return item(
        {
            "pk": unit.pk,
            "sk": unit.sk,
            **_desk_values(unit),
            "st": unit.state.value,
            "rev": unit.revision,
            "epoch": unit.epoch,
            "unit_kind": unit.kind.value,
            "text_id": unit.text_id.value if unit.text_id else None,
            "via": unit.via,
            "via_account": unit.via_account,
            "ladder": unit.ladder,
            "next_text_id": unit.next_text_id.value if unit.next_text_id else None,
            "address": unit.address,
            "about": unit.about,
            "said_at": unit.said_at,
            "look_up": unit.look_up,
            "lang": unit.language,
            "ask_fact": unit.ask_fact,
            "promise_at": unit.promise_at,
            "txt": unit.text,
            "promised_by": unit.promised_by,
            "created_at": unit.created_at,
            "reason": unit.reason,
            "due_pk": due_pk,
            "due_at": unit.due_at,
            "due_since": unit.due_since,
        }
    )


def _desk_values(unit: Unit) -> dict[str, object]:
    """List what only a unit has that the desk made."""
    if not unit.desk:
        return {}
    return {"seq": unit.seq, "by": unit.by, "closes": unit.closes or None, "rates": unit.rates}


def unit_from(stored: Item) -> Unit:
    """Read a unit back."""
    v = values(stored)
    letter, _, number = v["sk"].partition("#")
    desk = int(number) if letter == DESK_UNITS else 0
    return Unit(
        pk=v["pk"],
        seq=v["seq"] if desk else unit_seq(v["sk"]),
        desk=desk,
        by=v.get("by", ""),
        closes=v.get("closes", 0),
        rates=v.get("rates", False),
        kind=UnitKind(v["unit_kind"]),
        state=UnitState(v["st"]),
        text_id=TextId(v["text_id"]) if "text_id" in v else None,
        via=v.get("via", ""),
        via_account=v.get("via_account", ""),
        ladder=tuple(v.get("ladder", ())),
        next_text_id=TextId(v["next_text_id"]) if "next_text_id" in v else None,
        address=v.get("address"),
        about=v.get("about", {}),
        said_at=_time(v, "said_at"),
        look_up=v.get("look_up", ""),
        language=v.get("lang", ""),
        ask_fact=v.get("ask_fact", False),
        promise_at=_time(v, "promise_at"),
        created_at=from_ms(v["created_at"]),
        revision=v.get("rev", 0),
        worker=v.get("worker"),
        epoch=v.get("epoch", 0),
        lease=_time(v, "lease"),
        sent_from=_time(v, "sent_from"),
        not_before=_time(v, "not_before"),
        due_at=_time(v, "due_at"),
        due_since=_time(v, "due_since"),
        sweeps=v.get("sweeps", 0),
        told=v.get("told", False),
        text=v.get("txt", ""),
        promised_by=_time(v, "promised_by"),
        platform_message_id=v.get("platform_id"),
        reason=v.get("reason", ""),
        public_state=UnitState(v["public_state"]) if "public_state" in v else None,
        public_text=v.get("public_text", ""),
        public_promised_by=_time(v, "public_promised_by"),
        public_id=v.get("public_id"),
        public_reason=v.get("public_reason", ""),
    )


def breaker_from(stored: Item | None) -> Breaker:
    """Read a breaker back; an absent one is closed."""
    v = values(stored or {})
    return Breaker(
        open_until=_time(v, "open_until"),
        failures=v.get("failures", 0),
        opened=v.get("opened", 0),
        cause=v.get("cause", ""),
        token_mark=v.get("token_mark", ""),
        due_at=_time(v, "due_at"),
        sweeps=v.get("sweeps", 0),
        full_at=_time(v, "full_at"),
        slowed=v.get("slowed", 0),
        storm_until=_time(v, "storm_until"),
        line_threshold=v.get("line_threshold"),
    )
