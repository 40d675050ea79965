"""Keep what happened in a file, one event a line, and read it back; or read what DynamoDB has exported."""

import gzip
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import astuple, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from infra.replay.events import Recorded, What
from infra.replay.history import events_of
from infra.replay.rows import Name, Row, rows_of
from nightbell.adapters.table_items import Item
from nightbell.domain.events import Attachment, Contact, Message, MessageRole, Silent, Spoken
from nightbell.domain.hours_override import Override, Scope

VERSION = 1


class EventsError(ValueError):
    """A file holds no events; the sentence says where it stopped making sense."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Events:
    """What a file holds.

    Attributes:
        words: Whether they are those that people wrote.
        said: What was said by hand about the hours; by whom and why is not kept.
        truth: What was really sent, where the file is an export.
    """

    events: tuple[Recorded, ...]
    words: bool
    said: tuple[Override, ...] = ()
    truth: Mapping[Name, Row] | None = None


def write_events(path: Path, events: Iterable[Recorded], *, words: bool, said: Iterable[Override] = ()) -> int:
    """Write a file that only its owner can read; returns how many events it holds."""
    hours = [_plain_override(each) for each in said]
    lines = [json.dumps({"nightbell_events": VERSION, "words": words, "hours": hours})]
    lines += [json.dumps(_plain(each)) for each in events]
    path.touch(mode=0o600)
    path.write_text("\n".join(lines) + "\n")
    return len(lines) - 1


def read_events(path: Path) -> Events:
    """Read a file that was written, or a folder or file of a table's export ("DynamoDB table export output format").

    Raises:
        EventsError: It is neither.
        OSError: It cannot be read.
    """
    files = sorted(path.rglob("*.json.gz")) if path.is_dir() else [path]
    lines = (line for file in files for line in _lines(file))
    try:
        first = json.loads(next(lines, "null"))
        if isinstance(first, dict) and first.get("nightbell_events") == VERSION:
            said = tuple(_override(each) for each in first.get("hours", ()))
            events = tuple(_event(json.loads(line)) for line in lines)
            return Events(events=events, words=bool(first.get("words")), said=said)
        if isinstance(first, dict) and "Item" in first:
            items = [first["Item"], *(json.loads(line)["Item"] for line in lines)]
            return Events(events=tuple(events_of_table(items)), words=True, truth=rows_of(items))
    except (ValueError, KeyError, TypeError) as error:
        raise EventsError(f"{path} cannot be understood: {type(error).__name__} {error}"[:200]) from None
    raise EventsError(f"{path} holds no events. Make such a file with --record, or export the table.")


def events_of_table(items: Iterable[Item]) -> list[Recorded]:
    """Read every conversation of a table."""
    by_pk: dict[str, list[Item]] = defaultdict(list)
    for each in items:
        if each["pk"]["S"].startswith("C#"):
            by_pk[each["pk"]["S"]].append(each)
    return sorted((event for own in by_pk.values() for event in events_of(own)), key=lambda each: each.at)


def _lines(file: Path) -> Iterator[str]:
    raw = file.read_bytes()
    text = (gzip.decompress(raw) if file.suffix == ".gz" else raw).decode()
    return (line for line in text.splitlines() if line.strip())


def _plain(each: Recorded) -> dict[str, Any]:
    found: dict[str, Any] = {"at": each.at.isoformat(), "what": each.what.value, "conversation": each.pk}
    more = {"agent": each.agent, "up_to": each.up_to, "text": each.text, "how": each.how, "gone": each.gone}
    found |= {name: value for name, value in more.items() if value}
    found |= {"until": each.until.isoformat()} if each.until else {}
    return found | ({"message": _plain_message(each.message)} if each.message else {})


def _plain_message(m: Message) -> dict[str, Any]:
    told = m.told
    found = {
        "kind": m.kind,
        "channel": m.channel,
        "account": m.account_id,
        "contact": m.contact.contact_id,
        "name": m.contact.name,
        "id": m.message_id,
        "sent_at": m.sent_at.isoformat(),
        "role": m.role.value if m.role is not MessageRole.MESSAGE else None,
        "text": m.text,
        "attachments": [[a.kind, a.reference, a.detail] for a in m.attachments],
        "choice": m.choice,
        "standby": m.standby,
        "unnamed": m.unnamed,
        "given_email": m.given_email,
        "given_phone": m.given_phone,
        "silent": m.silent.value if m.silent else None,
        "answered_by_platform": m.answered_by_platform,
        "about": dict(m.about),
        "told": [told.text_id, told.text, told.promised_by.isoformat() if told.promised_by else None] if told else None,
    }
    return {name: value for name, value in found.items() if value}


def _event(found: Mapping[str, Any]) -> Recorded:
    return Recorded(
        at=datetime.fromisoformat(found["at"]),
        what=What(found["what"]),
        pk=str(found["conversation"]),
        message=_message(found["message"]) if "message" in found else None,
        agent=str(found.get("agent", "")),
        up_to=int(found.get("up_to", 0)),
        text=str(found.get("text", "")),
        until=datetime.fromisoformat(found["until"]) if "until" in found else None,
        how=str(found.get("how", "")),
        gone=bool(found.get("gone")),
    )


def _message(m: Mapping[str, Any]) -> Message:
    return Message(
        kind=m["kind"],
        channel=m["channel"],
        account_id=m["account"],
        contact=Contact(contact_id=m["contact"], address="", name=m.get("name")),
        message_id=m["id"],
        sent_at=datetime.fromisoformat(m["sent_at"]),
        role=MessageRole(m.get("role", MessageRole.MESSAGE)),
        text=m.get("text", ""),
        attachments=tuple(Attachment(kind=a[0], reference=a[1], detail=a[2]) for a in m.get("attachments", ())),
        choice=m.get("choice"),
        standby=bool(m.get("standby")),
        unnamed=bool(m.get("unnamed")),
        given_email=m.get("given_email"),
        given_phone=m.get("given_phone"),
        silent=Silent(m["silent"]) if "silent" in m else None,
        answered_by_platform=bool(m.get("answered_by_platform")),
        about=m.get("about", {}),
        told=_spoken(m["told"]) if "told" in m else None,
    )


def _plain_override(each: Override) -> dict[str, Any]:
    times = {"since": each.since.isoformat(), "until": each.until.isoformat()}
    return {"for": list(astuple(each.scope)), "open": each.is_open, **times}


def _override(found: Mapping[str, Any]) -> Override:
    brand, channel, account_id = found["for"]
    return Override(
        scope=Scope(brand=brand, channel=channel, account_id=account_id),
        is_open=bool(found["open"]),
        since=datetime.fromisoformat(found["since"]),
        until=datetime.fromisoformat(found["until"]),
        by="",
    )


def _spoken(told: list[Any]) -> Spoken:
    at = datetime.fromisoformat(told[2]) if told[2] else None
    return Spoken(text_id=told[0], text=told[1], promised_by=at)
