"""Write a conversation's story for a terminal, a stranger's words made harmless."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from infra.cli.visible import visible, visible_lines
from infra.local.progress import bold, faint, red

Part = Mapping[str, Any]

BEFORE = 6
"""Entries before the first that waits, which whoever takes a conversation is shown as well."""
_WROTE_BY = {"email": "mail", "sms": "text message"}
"""Where answering needs no permission, because the customer began there; and an agent must not read that it does."""
_DID = {
    "take": "took it",
    "take_over": "took it over from",
    "release": "let go of it",
    "answer": "answered",
    "promise": "promised to answer by",
    "override": "overruled the checks:",
    "note": "noted:",
    "hand_over": "handed it over to",
    "snooze": "put it off until",
    "done": "finished it:",
}
_TIMED = frozenset({"promise", "snooze"})
"""Acts that tell a time."""


def page(story: Part) -> Iterator[str]:
    """Write all of it."""
    yield from _written(story, story["entries"], story["left_out"])


def what_is_new(story: Part) -> Iterator[str]:
    """Write what waits, and a little of what was before."""
    entries = story["entries"]
    first = next((place for place, each in enumerate(entries) if each.get("waits")), len(entries))
    start = max(first - BEFORE, 0)
    yield from _written(story, entries[start:], story["left_out"] + start)


def _written(story: Part, entries: list[Part], left_out: int) -> Iterator[str]:
    zone = ZoneInfo(story["zone"])
    yield from _head(story, zone)
    yield ""
    if left_out:
        yield faint(f"  {left_out} earlier: nightbell desk show '{visible(story['conversation_id'])}'")
    for entry in entries:
        yield from _ENTRIES[entry["type"]](entry, zone)
    if story["shown_up_to"] < story["last_number"]:
        yield "  A message is still on its way into this list: take the conversation again in a moment."
    yield ""
    yield from _may(story, zone)


def _head(story: Part, zone: ZoneInfo) -> Iterator[str]:
    contact, account = story["contact"], story["account"]
    via = f", now on {story['via']}" if story["via"] else ""
    via += f" to {visible(story['via_account']['name'] or story['via_account']['id'])}" if story["via_account"] else ""
    yield (
        bold(visible(contact["display_name"] or contact["id"]))
        + f" on {story['channel']}{via}; "
        + visible(account["name"] or account["id"])
    )
    held = (
        f"; {visible(story['held_by'])} holds it until {_when(story['held_until'], zone)}" if story["held_by"] else ""
    )
    if post := story["post_context"]:
        yield f"  below {visible(post['url'] or post['post'])}"
    yield f"  {story['kind']}, {story['waiting_count']} waiting; times are in {story['zone']}{held}"
    yield from (f"  ! {sentence}" for sentence in story["priority"]["reasons"])
    if story["promised_by"]:
        by_whom = "" if story["promised_by_whom"] == "automation" else f" by {visible(story['promised_by_whom'])}"
        promised = f"promised{by_whom} by {_when(story['promised_by'], zone)}"
        yield f"  {red(promised + ', and that is over')}" if story["is_broken"] else f"  {promised}"
    if story["snoozed_until"]:
        yield f"  put off until {_when(story['snoozed_until'], zone)}"


def _message(entry: Part, zone: ZoneInfo) -> Iterator[str]:
    kind = "" if entry["kind"].endswith((".message", ".text")) else f"  {entry['kind']}"
    waits = "  waits" if entry["waits"] else ""
    yield f"{bold('#' + str(entry['number']))}  {_when(entry['at'], zone)}{waits}{faint(visible(kind))}"
    yield from _quoted(entry["text"])
    if entry["is_blank"]:
        yield f"  {faint('what it said was taken back or deleted')}"
    for attachment in entry["attachments"]:
        details = " ".join(visible(attachment[name]) for name in ("detail", "reference") if attachment.get(name))
        yield f"  + {visible(attachment.get('kind') or 'attachment')} {faint(details)}".rstrip()


def _sent(entry: Part, zone: ZoneInfo) -> Iterator[str]:
    who = visible(entry["by"]) if entry["by"] else "automatic"
    where = ", in public" if entry["is_public"] else ""
    why = f" ({visible(entry['reason'])})" if entry["reason"] else ""
    yield f"{bold('>')}  {_when(entry['at'], zone)}  {who}, {entry['kind']}{where}: {entry['became']}{why}"
    if entry["text"] and not entry["reached"]:
        yield "  It would read:"
    yield from _quoted(entry["text"])
    if entry["promised_by"] and entry["reached"]:
        yield f"  promised by {_when(entry['promised_by'], zone)}"


def _act(entry: Part, zone: ZoneInfo) -> Iterator[str]:
    what = _when(entry["what"], zone) if entry["did"] in _TIMED and entry["what"] else entry["what"]
    did, first, *more = _DID.get(entry["did"], entry["did"]), *visible_lines(what)
    yield faint(f"*  {_when(entry['at'], zone)}  {visible(entry['by'])} {did} {first}".rstrip())
    yield from (f"  | {line}" for line in more)


_ENTRIES = {"message": _message, "sent": _sent, "act": _act}


def _may(story: Part, zone: ZoneInfo) -> Iterator[str]:
    """Say what whoever answers may do."""
    may = story["may"]
    for way in may["answer"]:
        closes = f" until {_when(way['closes_at'], zone)}" if way["closes_at"] else ""
        late = "; only a person may, by now" if way["needs_person_tag"] else ""
        yield f"{bold('You may answer')} {visible(way['label'])}{closes}{late}: --via {way['via']}"
    if not may["answer"]:
        yield f"{bold('Nobody can answer')} here any more: the platform takes nothing."
    if story["opted_out"]:
        yield "  The customer wants no automatic messages."
    if story["follow_up"]:
        chosen = story["follow_up"]
        reference = f", reference {visible(chosen['reference'])}" if chosen["reference"] else ""
        yield f"{bold('The customer chose')}: {chosen['choice']}{reference}"
    yield from _permissions(story, zone)
    for other in story["linked"]:
        yield f"{bold('Also')} {visible(other['conversation_id'])}: {other['how']}"


def _permissions(story: Part, zone: ZoneInfo) -> Iterator[str]:
    may, consent = story["may"], story["consent"]
    for verb in ("call", "mail"):
        if may[verb]:
            yield f"{bold(f'You may {verb}')} {visible(may[verb])}"
    if consent:
        yield f"  given on {_when(consent['given_at'], zone)} to"
        yield from _quoted(consent["wording"])
    if may["call"] or may["mail"]:
        return
    if by := _WROTE_BY.get(story["via"] or story["channel"]):
        yield f"{bold(f'Answer by {by}')}, as the customer wrote; nobody may mail or call them anywhere else."
        return
    yield f"{bold('Nobody may mail or call')}: the customer has given no address and no number for it."


def _quoted(text: str) -> Iterator[str]:
    if text:
        yield from (f"  | {line}" for line in visible_lines(text))


def _when(moment: str, zone: ZoneInfo) -> str:
    return f"{datetime.fromisoformat(moment).astimezone(zone):%a %d %b %Y %H:%M}"
