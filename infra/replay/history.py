"""Read what happened out of a conversation's items, as far as they still tell it.

What a table does not keep is how a message was delivered: what it is shows in what was kept, and where a decision hung
on the delivery itself, in the reason that stands beside the message.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import unquote

from infra.replay.events import Recorded, What
from nightbell.adapters.table_items import Item, from_ms, unit_from, values
from nightbell.domain.events import Attachment, Contact, Message, MessageRole, Silent, Spoken
from nightbell.domain.keys import META, split_conversation_pk
from nightbell.domain.suppression import (
    ANSWERED_BY_PLATFORM,
    EDITED,
    NOT_A_MESSAGE,
    STANDBY,
    TAKEN_BACK,
    UNNAMED,
)
from nightbell.domain.taking_back import EDIT_OF, UNSEND_OF
from nightbell.domain.unit import Unit, UnitKind

_CHANGES = frozenset({EDITED, TAKEN_BACK, NOT_A_MESSAGE})
_ACTS = {"take": What.TAKE, "take_over": What.TAKE, "release": What.RELEASE, "snooze": What.RELEASE, "done": What.DONE}
_SAID = {UnitKind.PERSON_ANSWER: What.ANSWER, UnitKind.PERSON_PROMISE: What.PROMISE}


def events_of(items: Iterable[Item]) -> list[Recorded]:
    """Read one conversation, in the order in which it happened."""
    kept = list(items)
    read = [values(each) for each in kept]
    units = [unit_from(each) for each in kept if each["sk"]["S"].startswith("D#")]
    said = [_saying(unit) for unit in units if unit.kind in _SAID]
    found = [*_messages(read), *_people(read), *said]
    return sorted(found, key=lambda each: each.at)


def _messages(read: Iterable[Mapping[str, Any]]) -> Iterator[Recorded]:
    stored = [each for each in read if each["sk"].startswith("M#") and "seq" in each]
    meta = next((each for each in read if each["sk"] == META), {})
    units = {each["sk"]: each for each in read if each["sk"].startswith("A#")}
    given = {each["seq"]: each for each in read if each["sk"].startswith("P#") and "seq" in each}
    via: tuple[str, str] | None = None
    for each in sorted(stored, key=lambda found: found["seq"]):
        unit = units.get(f"A#{each['seq']:012d}")
        via = _via(each, unit) or via
        message = _message(each, meta, unit, given.get(each["seq"]), via)
        at, gone = from_ms(each["got_at"]), "blanked_at" in each
        yield Recorded(at=at, what=What.MESSAGE, pk=each["pk"], message=message, gone=gone)


def _message(
    stored: Mapping[str, Any],
    meta: Mapping[str, Any],
    unit: Mapping[str, Any] | None,
    given: Mapping[str, Any] | None,
    via: tuple[str, str] | None,
) -> Message:
    channel, account_id, contact_id = split_conversation_pk(stored["pk"]) or ("", "", "")
    channel, account_id = via or (channel, account_id)
    held_back = stored.get("held_back", "")
    attachments = tuple(Attachment(**each) for each in stored.get("att", ()))
    changes = held_back in _CHANGES or any(each.kind in {EDIT_OF, UNSEND_OF} for each in attachments)
    address = given.get("address") if given else None
    return Message(
        kind=stored["event"],
        channel=channel,
        account_id=account_id,
        contact=Contact(contact_id=contact_id, address=meta.get("address", ""), name=meta.get("contact_name")),
        message_id=unquote(stored["sk"].removeprefix("M#").partition("!")[0]),
        sent_at=from_ms(stored["sent_at"]),
        role=MessageRole.CHANGE if changes else MessageRole.MESSAGE,
        text=stored.get("txt", ""),
        attachments=attachments,
        choice=stored.get("choice"),
        standby=stored.get("standby", False) or held_back == STANDBY,
        unnamed=held_back == UNNAMED,
        given_email=address if given and given["channel"] == "email" else None,
        given_phone=address if given and given["channel"] == "phone" else None,
        silent=Silent(stored["silent"]) if "silent" in stored else None,
        answered_by_platform=held_back == ANSWERED_BY_PLATFORM,
        about=stored.get("about", {}),
        told=_told(unit),
    )


def _told(unit: Mapping[str, Any] | None) -> Spoken | None:
    """Find what a caller heard before anything was stored."""
    if unit is None or not unit.get("text_id", "").startswith("voicemail_") or unit.get("epoch"):
        return None
    promised = unit.get("promised_by")
    return Spoken(
        text_id=unit["text_id"], text=unit.get("txt", ""), promised_by=from_ms(promised) if promised else None
    )


def _via(stored: Mapping[str, Any], unit: Mapping[str, Any] | None) -> tuple[str, str] | None:
    """Tell where else it was written, which its own unit knows."""
    channel, account_id, _ = split_conversation_pk(stored["pk"]) or ("", "", "")
    spoken = (unit or {}).get("via", "")
    # A private reply goes another way than the comment came.
    if not spoken or spoken.endswith("_private_reply") or "ladder" in (unit or {}):
        return (channel, account_id) if unit else None
    return spoken, (unit or {}).get("via_account") or account_id


def _people(read: Iterable[Mapping[str, Any]]) -> Iterator[Recorded]:
    meta = next((each for each in read if each["sk"] == META), {})
    if "human_at" in meta:
        yield Recorded(at=from_ms(meta["human_at"]), what=What.INBOX, pk=meta["pk"])
    if "owner_at" in meta and "owner_until" in meta:
        until = from_ms(meta["owner_until"])
        yield Recorded(at=from_ms(meta["owner_at"]), what=What.OWNED, pk=meta["pk"], until=until)
    if "opted_at" in meta and meta.get("opted_out"):
        yield Recorded(at=from_ms(meta["opted_at"]), what=What.OPT_OUT, pk=meta["pk"])
    for each in read:
        if each["sk"].startswith("L#") and each.get("did") in _ACTS:
            how = each.get("what", "") if each["did"] == "done" else ""
            yield Recorded(at=from_ms(each["at"]), what=_ACTS[each["did"]], pk=each["pk"], agent=each["by"], how=how)


def _saying(unit: Unit) -> Recorded:
    what = _SAID[unit.kind]
    until = unit.promised_by if what is What.PROMISE else None
    text, by = unit.text, unit.by
    return Recorded(at=unit.created_at, what=what, pk=unit.pk, agent=by, up_to=unit.closes, text=text, until=until)
