"""What must hold of what an agent says: it leaves once, closes what it answers once, or the team reads why not."""

from collections.abc import Collection, Mapping
from typing import Any

from nightbell.adapters.desk_items import desk_state_from
from nightbell.adapters.table_items import Item, unit_from, values
from nightbell.domain.keys import DESK, DESK_UNITS, META, message_sk
from nightbell.domain.notice import KIND
from nightbell.domain.unit import Unit, UnitState

Key = tuple[str, str]
ARRIVED = frozenset({UnitState.SENT, UnitState.CONFIRMED})
IS_UNIT = ("A#", f"{DESK_UNITS}#")


def is_of_desk(sk: str) -> bool:
    return sk.startswith(f"{DESK_UNITS}#")


def broken_by_case(before: Mapping[Key, Item], written: Mapping[Key, Item]) -> set[str]:
    """Name what a write breaks about the cases that answers close."""
    ended = [unit_from(item) for key, item in written.items() if _has_lost_its_marker(key, before.get(key), item)]
    closed = [unit for unit in ended if unit.state in ARRIVED]
    failed = [unit for unit in ended if unit.state not in ARRIVED]
    (pk,) = {pk for pk, _ in written} or {""}
    counted = _answers(written.get((pk, DESK)) or before.get((pk, DESK))) - _answers(before.get((pk, DESK)))
    fresh = {sk for _, sk in written if (pk, sk) not in before}
    checks = {
        "CLOSED BY WHAT HAS NOT LEFT": any(not unit.state.is_final for unit in ended),
        "A CASE CLOSED AND NOT COUNTED": bool(closed) and not counted and (pk, DESK) not in written,
        # An agent who says that it is done counts, too.
        "COUNTED TWICE": any(is_of_desk(sk) for _, sk in written) and counted > len(closed),
        "FAILED WITHOUT A NOTICE": any(notice_sk(unit) not in fresh for unit in failed),
        "CLOSED WHAT IT DOES NOT ANSWER": bool(closed)
        and _seen(written.get((pk, META))) > max([_seen(before.get((pk, META))), *(unit.closes for unit in closed)]),
        "LEFT OPEN WHAT IT ANSWERS": any(
            _seen(written.get((pk, META)) or before.get((pk, META))) < unit.closes
            for unit in closed
            if (pk, META) in before
        ),
    }
    return {name for name, is_broken in checks.items() if is_broken}


def broken_by_birth(note: Collection[int], before: Mapping[Key, Item], written: Mapping[Key, Item]) -> set[str]:
    """Name what is broken by the write that says something."""
    said = [unit_from(item) for key, item in written.items() if is_of_desk(key[1]) and key not in before]
    over = [
        key for key in written if is_of_desk(key[1]) and key in before and written[key]["txt"] != before[key]["txt"]
    ]
    unseen = any(not set(range(_seen(before.get((unit.pk, META))) + 1, unit.closes + 1)) <= set(note) for unit in said)
    return ({"AN ANSWER WRITTEN OVER"} if over else set()) | ({"ANSWERED UNSEEN"} if unseen else set())


def answers_broken(meta: Mapping[str, Any], items: Mapping[str, Item], seen: Collection[tuple[str, str]]) -> set[str]:
    """Judge a conversation at rest by its items and by what the contact was shown: text and tag."""
    units = [unit_from(item) for sk, item in items.items() if is_of_desk(sk)]
    texts, tags = [text for text, _ in seen], [tag for _, tag in seen]
    answers = _answers(items.get(DESK))
    arrived = [unit for unit in units if unit.state in ARRIVED]
    checks = {
        "UNFINISHED": any(not unit.state.is_final or unit.due_at is not None for unit in units),
        "AN ANSWER SEEN TWICE": any(texts.count(unit.text) > 1 for unit in units),
        "SAID TWICE BY ONE CLICK": len({unit.text for unit in units}) < len(units),
        "SAID TO BE ANSWERED AND IS NOT": any(unit.tag not in tags for unit in arrived),
        "ANSWERED, AND SAID NOT TO BE": any(
            unit.tag in tags for unit in units if unit.state in {UnitState.REFUSED, UnitState.SUPPRESSED}
        ),
        "AN ANSWER FAILED AND NOBODY READS IT": any(
            notice_sk(unit) not in items for unit in units if unit.state not in ARRIVED
        ),
        "ANSWERED AND NEVER COUNTED": not answers and any(unit.seq >= meta["episode"] for unit in arrived),
    }
    return {name for name, is_broken in checks.items() if is_broken}


def notice_sk(unit: Unit) -> str:
    return message_sk(f"nightbell.{unit.sk}.{unit.state.value}", KIND)


def _has_lost_its_marker(key: Key, old: Item | None, new: Item) -> bool:
    return is_of_desk(key[1]) and old is not None and "due_pk" in old and "due_pk" not in new


def _answers(item: Item | None) -> int:
    clock = desk_state_from(item).clock
    return clock.answers if clock else 0


def _seen(item: Item | None) -> int:
    return int(values(item or {}).get("seen_seq", 0))
