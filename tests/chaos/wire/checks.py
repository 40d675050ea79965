"""What must be true of every case at rest."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from infra.local.platforms.meta.people import Bubble, Contact
from nightbell.domain.keys import message_sk
from nightbell.domain.notice import KIND
from nightbell.domain.told import STATE_WORDS as WORDS
from nightbell.domain.unit import UnitState, read_tag
from tests.chaos.wire.play import Line, Play

FLAGGED = {"uncertain", "refused", "undelivered", "suppressed"}
SENDS = {"acknowledgement", "answer"}


def at_rest(play: Play, *, seen_once: bool) -> list[str]:
    """Name every promise that is broken.

    Args:
        play: What came to rest.
        seen_once: Nothing in the case excuses that the customer sees no acknowledgement.
    """
    found = [*play.broken, *play.not_kept(), *(each for promise in play.promises for each in promise())]
    found += [f"due markers left: {item['pk']} {item['sk']}" for item in play.items() if "due_pk" in item]
    for contact in play.contacts:
        if play.wrote(contact):
            found += _of(play, contact, seen_once=seen_once)
    return found


def _of(play: Play, contact: Contact, *, seen_once: bool) -> list[str]:
    items = play.stored(contact)
    units = [item for item in items if item["sk"].startswith("A#")]
    said = [item for item in items if item["sk"].startswith("D#")]
    return [
        *_messages(items, play.wrote(contact)),
        *_marks(items),
        *_sends(play.answers(contact), [*units, *said], seen_once=seen_once),
        *_lines(play.lines(contact), units, seen_once=seen_once),
        *_words(play, contact, units),
    ]


def _messages(items: list[dict[str, Any]], mids: list[str]) -> list[str]:
    names = Counter(item["sk"] for item in items if item["sk"].startswith("M#") and item.get("event") != KIND)
    wanted = Counter(message_sk(mid) for mid in mids)
    numbers = sorted(item["seq"] for item in items if item["sk"].startswith("M#"))
    last = next((item["last_seq"] for item in items if item["sk"] == "META"), 0)
    found = [f"lost: {name}" for name in wanted - names] + [f"unexpected: {name}" for name in names - wanted]
    return found + ([f"numbers {numbers} of {last}"] if numbers != list(range(1, last + 1)) else [])


def _marks(items: list[dict[str, Any]]) -> list[str]:
    found = []
    for meta in (item for item in items if item["sk"] == "META"):
        waits = meta["last_seq"] > meta["seen_seq"]
        if waits != ("waiting_pk" in meta) or waits != ("waiting_at" in meta):
            found.append("listed as waiting although nothing is, or the reverse")
    return found


def _sends(bubbles: list[Bubble], units: list[dict[str, Any]], *, seen_once: bool) -> list[str]:
    """Compare what was sent in private with what is said to have been."""
    found = ["no unit"] if not units else []
    strange = [bubble for bubble in bubbles if not any(_is_of(bubble, unit) for unit in units)]
    found += [f"sent by no unit: {bubble.text}" for bubble in strange]
    for unit in units:
        state, seq = UnitState(unit["st"]), int(unit["sk"][2:])
        count = sum(_is_of(bubble, unit) for bubble in bubbles)
        if not state.is_final:
            found.append(f"unit {seq} ends {state}")
        if count > 1:
            found.append(f"unit {seq} was sent {count} times")
        if _is_in_public(unit):
            continue
        if state in {UnitState.SENT, UnitState.CONFIRMED} and not count:
            found.append(f"unit {seq} is said to be sent and is not")
        if state in {UnitState.REFUSED, UnitState.SUPPRESSED} and count:
            found.append(f"unit {seq} is said not to be sent and is")
        if seen_once and unit["unit_kind"] in SENDS and not count:
            found.append(f"unit {seq} ends {state} without an acknowledgement")
    return found


def _is_of(bubble: Bubble, unit: dict[str, Any]) -> bool:
    """Tell by the tag, or by the words where a platform takes none along."""
    tag = read_tag(bubble.metadata)
    if tag is not None:
        return tag[0] == str(unit["sk"])
    return bubble.text.split() == str(unit.get("txt", "")).split()


def _is_in_public(unit: dict[str, Any]) -> bool:
    return str(unit.get("text_id", "")).startswith("public_")


def _lines(lines: Sequence[Line], units: list[dict[str, Any]], *, seen_once: bool) -> list[str]:
    """Compare what stands in public, once for all times, with what is said to."""
    found = [f"stands {len(lines)} times in public"] if len(lines) > 1 else []
    for unit in units:
        state = unit["st"] if _is_in_public(unit) else unit.get("public_state")
        text = unit.get("txt" if _is_in_public(unit) else "public_text", "")
        stands = any(line.text.split() == text.split() for line in lines)
        if state in {UnitState.SENT, UnitState.CONFIRMED} and not stands:
            found.append("a line is said to stand in public and does not")
        if state in {UnitState.REFUSED, UnitState.SUPPRESSED} and stands:
            found.append("a line is said not to stand in public and does")
        if seen_once and state is not None and not stands:
            found.append(f"no line stands in public: {state}")
    return found


def _words(play: Play, contact: Contact, units: list[dict[str, Any]]) -> list[str]:
    own = [message for message in play.lane.told if message["conversation_id"] == play.pk(contact)]
    if not own:
        return ["the human queue was never told"]
    word = max(reversed(own), key=lambda message: int(message["revision"]))["acknowledgement"]["state"]
    sending = [unit for unit in units if unit["unit_kind"] in SENDS]
    told_about = (sending or units)[-1:]
    found = []
    if any(word != WORDS[UnitState(unit["st"])] for unit in told_about):
        found.append(f"the last word is {word}, and the unit is {told_about[0]['st']}")
    if not play.answers(contact) and not play.lines(contact) and word not in FLAGGED:
        found.append(f"a zero that is not flagged: {word}")
    return found
