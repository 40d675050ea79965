"""What must hold: after every single write, and once everything is at rest."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from infra.replay.dynamodb import Item, Key
from nightbell.adapters.table_items import unit_from, values
from nightbell.domain.keys import (
    DESK,
    META,
    REFERENCE_SK,
    message_sk,
    reference_pk,
    split_conversation_pk,
    unit_seq,
    unit_sk,
)
from nightbell.domain.suppression import OWNED_ELSEWHERE
from nightbell.domain.taking_back import EDIT_OF, UNSEND_OF
from nightbell.domain.told import STATE_WORDS as WORDS
from nightbell.domain.unit import TAG_PREFIX, Unit, UnitState, read_tag
from tests.chaos.crashes.answers import answers_broken, broken_by_birth, broken_by_case, is_of_desk
from tests.chaos.crashes.scenario import address_of

if TYPE_CHECKING:
    from tests.chaos.crashes.programs import Op
    from tests.chaos.crashes.world import World, Worlds

S = UnitState
AFTER_A_SEND = {S.CONFIRMED, S.UNDELIVERED}
MOVES = {
    S.READY: {S.READY, S.SENDING, S.SUPPRESSED, *AFTER_A_SEND},
    S.SENDING: {S.SENT, S.REFUSED, S.SUPPRESSED, S.UNCERTAIN, S.READY, S.RECOVERING, *AFTER_A_SEND},
    S.RECOVERING: {S.RECOVERING, S.SENDING, S.READY, S.UNCERTAIN, *AFTER_A_SEND},
    S.SENT: AFTER_A_SEND,
    S.UNCERTAIN: AFTER_A_SEND,
    S.CONFIRMED: {S.UNDELIVERED},
    S.REFUSED: set(),
    S.UNDELIVERED: set(),
    S.SUPPRESSED: set(),
}
"""As the picture in ``domain/unit.py`` draws them."""
BY_THE_PLATFORM = {WORDS[S.REFUSED], WORDS[S.UNDELIVERED]}
SHOWING = " showing "


def broken_by(op: "Op", before: Mapping[Key, Item], written: Mapping[Key, Item]) -> frozenset[str]:
    """Name what one write breaks at once."""
    bad: set[str] = set()
    if any(sk == DESK or is_of_desk(sk) for _, sk in written):
        bad |= broken_by_birth(op.note, before, written) | broken_by_case(before, written)
    for key, new in written.items():
        old = before.get(key)
        match key[1][:2]:
            case "A#" | "D#":
                bad |= _unit(old, new)
            case "ME":
                bad |= _conversation(op, values(old or {}), values(new), _new(before, written))
            case "M#" if old is not None and not _is_blanked(old, new):
                bad.add("STORED TWICE")
            case "L#" if old is not None:
                bad.add("A LOG ENTRY WRITTEN OVER")
            case "RE" if old is not None and old["conversation"] != new["conversation"]:
                bad.add("A CODE TAKEN FROM ANOTHER CONVERSATION")
    return frozenset(bad)


def said(state: str, reason: str | None, preview: str | None = None) -> str:
    """Write down what a hand-off says: how it stands, what the platform said, and the first words of a message.

    Why we sent nothing ourselves may be told in two ways: an agent has it, and has answered when we look again.
    """
    why = f" because {reason}" if state in BY_THE_PLATFORM or reason == OWNED_ELSEWHERE else ""
    return f"{state}{why}{SHOWING + preview if preview else ''}"


def _new(before: Mapping[Key, Item], written: Mapping[Key, Item]) -> Mapping[Key, Item]:
    return {key: item for key, item in written.items() if key not in before}


def _is_blanked(old: Item, new: Item) -> bool:
    """Tell whether nothing has changed but that content is gone."""
    return "blanked_at" in new and all(old.get(name) == value for name, value in new.items() if name != "blanked_at")


def _unit(old: Item | None, new: Item) -> set[str]:
    after = unit_from(new)
    checks = {
        "SENDING WITHOUT A KEY": after.state is S.SENDING and "ack_key" not in new,
        "NOT FINAL AND NOT DUE": not after.state.is_final and not {"due_pk", "due_at"} <= set(new),
        "HALF A DUE MARKER": ("due_pk" in new) != ("due_at" in new),
        "SETTLED AND NEVER STARTED": after.state in AFTER_A_SEND and "ack_key" not in new,
    }
    if old is not None:
        before = unit_from(old)
        moved = before.state is not after.state
        checks |= {
            "A REVISION THAT DOES NOT GROW": after.revision < before.revision
            or (moved and after.revision == before.revision),
            "AN EPOCH THAT SHRINKS": after.epoch < before.epoch,
            f"NO SUCH MOVE: {before.state} to {after.state}": moved and after.state not in MOVES[before.state],
        }
    return {name for name, is_broken in checks.items() if is_broken}


def _conversation(op: "Op", old: Mapping[str, Any], new: Mapping[str, Any], written: Mapping[Key, Item]) -> set[str]:
    last, seen = old.get("last_seq", 0), old.get("seen_seq", 0)
    given = sorted(int(item["seq"]["N"]) for (_, sk), item in written.items() if sk.startswith("M#") and "seq" in item)
    closed = set(range(seen + 1, new.get("seen_seq", 0) + 1))
    by_agent = ":agent" in _used(op)
    checks = {
        "A NUMBER TWICE OR MISSING": given != list(range(last + 1, new.get("last_seq", 0) + 1)),
        "SEEN UNSEEN AGAIN": new.get("seen_seq", 0) < seen,
        "SEEN WHAT IS NOT THERE": new.get("seen_seq", 0) > new.get("last_seq", 0),
        "LISTED WRONGLY": ("waiting_pk" in new) != (new.get("last_seq", 0) > new.get("seen_seq", 0)),
        "TAKEN FROM WHO HOLDS IT": _is_taken_away(op, old, new),
        "CHANGED BY AN AGENT WHO DOES NOT HOLD IT": by_agent and _is_strange(op, old),
        "CLOSED UNSEEN": by_agent and not closed <= op.note,
    }
    bad = {name for name, is_broken in checks.items() if is_broken}
    return bad | (_episode(old, new, written) if given else set())


def _used(op: "Op") -> Mapping[str, Any]:
    """Find by which values a conversation's own item is written: what agents do is a transaction."""
    parts = [part["Update"] for part in op.request.get("TransactItems", ()) if "Update" in part]
    on_meta = [op.request, *(part for part in parts if part["Key"]["sk"]["S"] == META)][-1]
    used: Mapping[str, Any] = on_meta.get("ExpressionAttributeValues", {})
    return used


def _is_taken_away(op: "Op", old: Mapping[str, Any], new: Mapping[str, Any]) -> bool:
    now = _used(op).get(":now")
    if now is None or "agent_id" not in old or old["agent_id"] == new.get("agent_id"):
        return False
    return bool(old["agent_until"] >= int(now["N"]))


def _is_strange(op: "Op", old: Mapping[str, Any]) -> bool:
    used = _used(op)
    return ":now" not in used and old.get("agent_id") != used[":agent"]["S"]


def _episode(old: Mapping[str, Any], new: Mapping[str, Any], written: Mapping[Key, Item]) -> set[str]:
    """One acknowledgement for an episode and stretch, by what was true when the write was applied."""
    units = [unit_from(item) for (_, sk), item in written.items() if sk.startswith("A#")]
    acks = [unit for unit in units if unit.kind.value == "acknowledgement"]
    waited = old.get("last_seq", 0) > old.get("seen_seq", 0)
    if not waited:
        # What was taken back after all was answered closes itself.
        waits = new["last_seq"] > new.get("seen_seq", 0)
        return {"EPISODE WITHOUT A UNIT"} if waits and not units else set()
    if new["episode"] != old["episode"]:
        return {"EPISODE ENDED WHILE IT WAITED"}
    again = bool(acks) and old.get("unit_stretch", "") == new.get("unit_stretch", "")
    return {"SECOND ACKNOWLEDGEMENT IN AN EPISODE"} if again else set()


def broken_at_rest(worlds: "Worlds", world: "World") -> set[str]:
    """Name every promise that is broken once nothing can happen any more."""
    items = worlds.stored(world)
    bad = set(world.bad)
    messages = {key: values(item) for key, item in items.items() if key[1].startswith("M#")}
    stored = [sk for (_, sk), message in messages.items() if "seq" in message]
    if len(stored) != len(set(stored)):
        bad.add("STORED IN TWO CONVERSATIONS")
    if worlds.works(world):
        bad.add("UNFINISHED")
    for (pk, sk), item in items.items():
        if sk == "META" and "last_seq" in item:
            bad |= _at_rest(pk, values(item), items, world)
    return bad | _taken_back(messages, items, world)


def _taken_back(messages: Mapping[Key, Mapping[str, Any]], items: Mapping[Key, Item], world: "World") -> set[str]:
    """Nothing is left of what a contact took back: neither in the table nor in what is told from then on."""
    named = [(key, each["kind"], each["reference"]) for key, m in messages.items() for each in m.get("att", ())]
    takers = [
        (key[0], messages[key]["seq"], message_sk(reference)) for key, kind, reference in named if kind == UNSEND_OF
    ]
    gone = {sk for _, _, sk in takers}
    edits = {key for key, kind, reference in named if kind == EDIT_OF and message_sk(reference) in gone}
    theirs = edits | {key for key in messages if key[1].partition("!")[0] in gone}
    told_of = {pk for pk, seq, _ in takers if (pk, unit_sk(seq)) in items}
    checks = {
        "TAKEN BACK AND STILL THERE": any(messages[key].get("txt") for key in theirs),
        "TAKEN BACK AND STILL TOLD": any(pk in told_of and SHOWING in word for pk, _, word in world.told),
        "TAKEN BACK AND STILL SHOWN": bool(gone) and any("preview" in item for item in items.values()),
    }
    return {name for name, is_broken in checks.items() if is_broken}


def _at_rest(pk: str, meta: Mapping[str, Any], items: Mapping[Key, Item], world: "World") -> set[str]:
    units = [unit_from(item) for (of, sk), item in items.items() if of == pk and sk.startswith("A#")]
    given = (item for (of, sk), item in items.items() if of == pk and sk.startswith("M#"))
    numbers = sorted(int(item["seq"]["N"]) for item in given if "seq" in item)
    contact = split_conversation_pk(pk)
    address = address_of(contact[2]) if contact else ""
    keys = tuple(f"{TAG_PREFIX}{unit.seq}.{unit.ack_key}" for unit in units)
    shown = [(read_tag(tag), text) for to, text, tag, _ in world.visible if to == address and tag.startswith(keys)]
    seen = [unit_seq(tag[0]) for tag, text in shown if tag and text]
    by_strangers = [unit_seq(tag[0]) for tag, text in shown if tag and not text]
    sends = [unit for unit in units if unit.kind.sends]
    checks: dict[str, Callable[[], object]] = {
        "A NUMBER TWICE OR MISSING": lambda: numbers != list(range(1, meta["last_seq"] + 1)),
        "NEVER SEEN": lambda: meta.get("seen_seq", 0) != meta["last_seq"],
        "UNFINISHED": lambda: [u for u in units if not u.state.is_final or u.due_at is not None],
        "SENT TWICE": lambda: len(seen) != len(set(seen)),
        "NOTHING SENT, AND NOBODY TOLD": lambda: [
            u
            for u in sends
            if u.state in {S.SENT, S.CONFIRMED} and u.seq not in seen and not (u.seq in by_strangers and u.sent_from)
        ],
        "A CODE THAT LEADS ELSEWHERE": lambda: "reference" in meta and _leads_to(meta, items) != pk,
        "SENT, AND SAID NOT TO BE": lambda: [
            u for u in sends if u.state in {S.REFUSED, S.SUPPRESSED} and u.seq in seen
        ],
        "THE LAST WORD IS NOT TRUE": lambda: units and _words(world, pk) != {_truth(_subject(meta, units))},
    }
    own = {sk: item for (of, sk), item in items.items() if of == pk}
    answered = answers_broken(meta, own, [(text, tag) for to, text, tag, _ in world.visible if to == address])
    return answered | {name for name, is_broken in checks.items() if is_broken()}


def _truth(subject: Unit) -> str:
    return said(WORDS[subject.state], subject.reason)


def _leads_to(meta: Mapping[str, Any], items: Mapping[Key, Item]) -> str:
    return str(items[reference_pk(meta["brand"], meta["reference"]), REFERENCE_SK]["conversation"]["S"])


def _words(world: "World", pk: str) -> set[str]:
    return {word.partition(SHOWING)[0] for of, _, word in world.told if of == pk}


def _subject(meta: Mapping[str, Any], units: list[Unit]) -> Unit:
    """Find what the newest hand-off speaks of: what the contact was sent last in this episode."""
    number = meta.get("ack_seq") or meta["unit_seq"]
    return next(unit for unit in units if unit.seq == number)
