"""Turn what people did at the desk into items of the conversation table and back."""

from dataclasses import fields
from datetime import datetime
from typing import Any

from nightbell.adapters import desk_expressions as e
from nightbell.adapters.table_items import Item, attribute, from_ms, item, values
from nightbell.domain.answer_clock import AnswerClock
from nightbell.domain.desk_state import DeskState
from nightbell.domain.keys import log_sk
from nightbell.services.desk_ports import Log

_NAMES = {each.name: each.name for each in fields(DeskState)} | {"request": "req", "clock": "answered"}
"""By our names; a few of them are reserved in DynamoDB's expressions."""
_TIMES = ("snoozed_until", "promise_at", "put_off", "rated_at")
_CLOCK_TIMES = ("first_at", "last_at", "promised_by")


def desk_state_from(stored: Item | None) -> DeskState:
    """Read it back; where nobody has done anything there is none."""
    v = values(stored or {})
    found: dict[str, Any] = {ours: v[name] for ours, name in _NAMES.items() if name in v}
    found |= {name: from_ms(found[name]) for name in _TIMES if name in found}
    if "clock" in found:
        found["clock"] = _clock_from(found["clock"])
    return DeskState(**found)


def desk_state_write(before: DeskState, after: DeskState) -> tuple[str, str, Item]:
    """Write what differs, where nobody has written since it was read.

    Returns:
        An update expression, its condition, and the values of both.
    """
    old, new = _stored(before), _stored(after)
    changed = [name for name in new if old.get(name) != new[name]]
    gone = [name for name in old if name not in new]
    update = "SET " + ", ".join(f"{name} = :{name}" for name in changed)
    update += " REMOVE " + ", ".join(gone) if gone else ""
    used = {f":{name}": new[name] for name in changed}
    if not before.acts:
        return update, e.FIRST_ACT_IF, used
    return update, e.NEXT_ACT_IF, used | {":read_acts": attribute(before.acts)}


def log_item(pk: str, number: int, log: Log) -> Item:
    """Write who did what, when."""
    stored = {"pk": pk, "sk": log_sk(number), "did": log.did.value, "by": log.by, "at": log.at}
    return item({**stored, "what": log.what, "req": log.request, "said": log.said})


def _stored(state: DeskState) -> Item:
    found = {name: getattr(state, ours) for ours, name in _NAMES.items()}
    found["answered"] = _clock_values(state.clock) if state.clock else None
    kept = {name: value for name, value in found.items() if value != 0 or name == "rated"}
    return item(kept)


def _clock_values(clock: AnswerClock) -> dict[str, object]:
    return {each.name: getattr(clock, each.name) for each in fields(AnswerClock)}


def _clock_from(v: dict[str, Any]) -> AnswerClock:
    times: dict[str, datetime] = {name: from_ms(v[name]) for name in _CLOCK_TIMES if name in v}
    kept = v.get("promise_kept", False) if "promised_by" in v else None
    # A newer version may have counted more.
    known = {each.name: v[each.name] for each in fields(AnswerClock) if each.name in v}
    return AnswerClock(**{**known, **times, "promise_kept": kept})
