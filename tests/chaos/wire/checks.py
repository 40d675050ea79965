"""What must be true of every case at rest."""

from collections import Counter
from typing import Any

from infra.local.platforms.meta.people import Contact
from nightbell.domain.hand_off import _STATES as WORDS
from nightbell.domain.keys import message_sk
from nightbell.domain.unit import TAG_PREFIX, UnitState
from tests.chaos.wire.play import Play

FLAGGED = {"uncertain", "refused", "undelivered", "suppressed"}
SENDS = {"acknowledgement", "answer"}


def at_rest(play: Play, *, seen_once: bool) -> list[str]:
    """Name every promise that is broken.

    Args:
        play: What came to rest.
        seen_once: Nothing in the case excuses that the customer sees no acknowledgement.
    """
    found = [*play.broken, *play.not_kept()]
    for contact in play.contacts:
        if play.mids[contact.contact_id]:
            found += _of(play, contact, seen_once=seen_once)
    return found


def _of(play: Play, contact: Contact, *, seen_once: bool) -> list[str]:
    items = play.stored(contact)
    units = [item for item in items if item["sk"].startswith("A#")]
    return [
        *_messages(items, play.mids[contact.contact_id]),
        *_marks(items),
        *_sends(play, contact, units, seen_once=seen_once),
        *_words(play, contact, units),
    ]


def _messages(items: list[dict[str, Any]], mids: list[str]) -> list[str]:
    names = Counter(item["sk"] for item in items if item["sk"].startswith("M#"))
    wanted = Counter(message_sk(mid) for mid in mids)
    numbers = sorted(item["seq"] for item in items if item["sk"].startswith("M#"))
    last = next((item["last_seq"] for item in items if item["sk"] == "META"), 0)
    found = [f"lost: {name}" for name in wanted - names] + [f"unexpected: {name}" for name in names - wanted]
    return found + ([f"numbers {numbers} of {last}"] if numbers != list(range(1, last + 1)) else [])


def _marks(items: list[dict[str, Any]]) -> list[str]:
    left = [item["sk"] for item in items if "due_pk" in item or "due_at" in item]
    found = [f"due markers left: {left}"] if left else []
    for meta in (item for item in items if item["sk"] == "META"):
        waits = meta["last_seq"] > meta["seen_seq"]
        if waits != ("waiting_pk" in meta) or waits != ("waiting_at" in meta):
            found.append("listed as waiting although nothing is, or the reverse")
    return found


def _sends(play: Play, contact: Contact, units: list[dict[str, Any]], *, seen_once: bool) -> list[str]:
    seen = Counter(bubble.metadata for bubble in play.answers(contact))
    found = [f"sent {count} times: {tag}" for tag, count in seen.items() if count > 1]
    sent_by = {int(tag.removeprefix(TAG_PREFIX).partition(".")[0]) for tag in seen}
    for unit in units:
        state, seq = UnitState(unit["st"]), int(unit["sk"][2:])
        if not state.is_final:
            found.append(f"unit {seq} ends {state}")
        if state in {UnitState.SENT, UnitState.CONFIRMED} and seq not in sent_by:
            found.append(f"unit {seq} is said to be sent and is not")
        if state in {UnitState.REFUSED, UnitState.SUPPRESSED} and seq in sent_by:
            found.append(f"unit {seq} is said not to be sent and is")
        if seen_once and unit["unit_kind"] in SENDS and seq not in sent_by:
            found.append(f"unit {seq} ends {state} without an acknowledgement")
    if not units:
        found.append("no unit")
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
    if not play.answers(contact) and word not in FLAGGED:
        found.append(f"a zero that is not flagged: {word}")
    return found
