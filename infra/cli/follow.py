"""Follow a conversation, a message or a delivery from line to line."""

import re
from collections.abc import Callable, Collection, Iterable, Sequence

from infra.cli.log_lines import API, Line
from nightbell.domain.trace_ids import trace_id

Find = Callable[[Collection[str]], Sequence[Line]]
WAYS = ("delivery", "spill")
"""How a message came to be stored: by a delivery, or by one that was spilled and replayed."""
ROUNDS = 4
OF_OURS = re.compile(r"[A-Za-z0-9=_-]{8,64}")
"""Ids of deliveries and spilled ones stand in lines as they are. What may hold a telephone number or an address looks
otherwise, and is never sent along: queries can be read later."""


def follow(name: str, find: Find) -> list[Line]:
    """Find what became of it, the earliest line first.

    What a delivery brought for others, too, is left out where one conversation or message is asked for.
    """
    asked, conversations, lines = {trace_id(name)}, set[str](), list[Line]()
    if OF_OURS.fullmatch(name):
        asked.add(name)
    seen = set[str]()
    for _ in range(ROUNDS):
        fresh = asked - seen
        if not fresh:
            break
        seen |= fresh
        found = find(fresh)
        lines += [line for line in found if line not in lines]
        if not conversations or name in _values(lines, WAYS):
            conversations |= _values([line for line in found if _leads(line, name)], ["conversation"])
        asked |= conversations | _values(_of(lines, conversations), WAYS)
    return sorted(_of(lines, conversations), key=lambda line: (line.at, line.function != API))


def _of(lines: Iterable[Line], conversations: Collection[str]) -> list[Line]:
    return [line for line in lines if line.fields.get("conversation") in {None, *conversations}]


def _leads(line: Line, name: str) -> bool:
    """Tell whether a line says which conversation was meant: its own, or all that a delivery brought."""
    own = line.fields.get("conversation") == trace_id(name)
    said = trace_id(name) in line.fields.get("messages", "").split()
    return own or said or line.fields.get("delivery") == name or "spill" in line.fields


def _values(lines: Iterable[Line], names: Iterable[str]) -> set[str]:
    names = list(names)
    return {line.fields[name] for line in lines for name in names if line.fields.get(name)}
