"""Print what is kept in quarantine or among the dead letters, for people and for programs."""

import json
from collections.abc import Iterator
from typing import Any

from infra.cli.outline import outline
from infra.cli.visible import visible, visible_lines
from infra.local.progress import bold, faint
from nightbell.domain.errors import NotUnderstoodError
from nightbell.platforms.json_reading import read_json
from nightbell.services.kept import Entry, Handled


def plain(entry: Entry) -> dict[str, Any]:
    """Describe an entry for programs."""
    return {
        "id": entry.name,
        "month": entry.month,
        "received_at": entry.received_at.isoformat(timespec="seconds"),
        "platform": entry.platform,
        "kind": entry.kind,
        "reason": entry.reason,
        "size": entry.size,
        "replayed": _plain_handled(entry.replayed),
        "discarded": _plain_handled(entry.discarded),
    }


def lines(entry: Entry) -> Iterator[str]:
    """Describe an entry for people."""
    size = "size unknown" if entry.size is None else f"{entry.size} bytes"
    yield bold(visible(entry.name))
    received = f"{entry.received_at.astimezone():%a %d %b %Y %H:%M %Z}"
    yield f"  {received}, {visible(entry.platform)} {visible(entry.kind)}, {size}, month {entry.month}"
    yield f"  {visible(entry.reason)}"
    for how, handled in (("replayed", entry.replayed), ("discarded", entry.discarded)):
        if handled:
            why = f": {visible(handled.why)}" if handled.why else ""
            yield faint(f"  {how} by {visible(handled.who)} on {handled.at.astimezone():%d %b %Y}{why}")


def page(entry: Entry, raw: bytes | None, *, content: bool) -> Iterator[str]:
    """Describe an entry with how its content is built, or with the content itself."""
    yield from lines(entry)
    if raw is not None:
        yield from (f"  | {line}" for line in (_readable(raw) if content else outline(raw)))


def plain_page(entry: Entry, raw: bytes | None, *, content: bool) -> dict[str, Any]:
    """Do so for programs."""
    shown = plain(entry)
    if raw is not None and content:
        shown["content"] = raw.decode("utf-8", "backslashreplace")
    elif raw is not None:
        shown["structure"] = outline(raw)
    return shown


def _readable(raw: bytes) -> list[str]:
    try:
        text = json.dumps(read_json(raw), indent=2, ensure_ascii=False)
    except NotUnderstoodError:
        text = raw.decode("utf-8", "backslashreplace")
    return visible_lines(text)


def _plain_handled(handled: Handled | None) -> dict[str, str] | None:
    if handled is None:
        return None
    return {"by": handled.who, "at": handled.at.isoformat(timespec="seconds"), "why": handled.why}
