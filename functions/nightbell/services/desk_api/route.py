"""What a route of the desk's API is made of: routing, checking and describing all read the same."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from itertools import zip_longest

from nightbell.services.desk_api.asked import Call, Given

_NAMED = re.compile(r"\{(\w+)\}")
VARIABLES = {"key": "[A-Za-z0-9_-]{1,2732}"}
"""What the named parts of a path look like; a conversation's key is Base64url."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """One thing that can be asked for.

    Attributes:
        name: A verb; the operation in the document.
        path: Below ``/desk``, with the names of its variable parts in braces.
        says: What it does, in one sentence.
        run: Does it.
        takes: Name of the schema of the body; empty where there is none.
        gives: Name of the schema of the answer; empty where the answer is empty.
        query: Schemas of what may stand in the query, by name.
        problems: Codes of what it may be refused with, beside those that every route of its kind has.
        is_open: Whether no token is needed.
        needs_revision: Whether the request must say what it was looking at.
        is_cached: Whether an answer that the asker has already is not sent again.
    """

    name: str
    method: str
    path: str
    says: str
    run: Callable[[Call], Given]
    takes: str = ""
    gives: str = ""
    query: Mapping[str, Mapping[str, object]] = field(default_factory=dict)
    problems: tuple[str, ...] = ()
    is_open: bool = False
    needs_revision: bool = False
    is_cached: bool = False

    @property
    def every_problem(self) -> tuple[str, ...]:
        """All codes that it may be refused with."""
        found = list(self.problems)
        found += [] if self.is_open else ["not_signed_in", "not_an_agent"]
        found += ["unknown"] if "{key}" in self.path else []
        found += ["revision_needed", "changed", "invalid"] if self.needs_revision else []
        found += ["not_json", "too_large", "invalid"] if self.takes else []
        found += ["invalid"] if self.query else []
        return tuple(dict.fromkeys([*found, "unavailable"]))

    def match(self, path: str) -> Mapping[str, str] | None:
        """Read the variable parts of a path below ``/desk``; ``None`` where it is another route's."""
        fixed = [re.escape(part) for part in _NAMED.split(self.path)[::2]]
        named = [f"(?P<{name}>{VARIABLES[name]})" for name in _NAMED.findall(self.path)]
        found = re.fullmatch("".join(part for pair in zip_longest(fixed, named, fillvalue="") for part in pair), path)
        return found.groupdict() if found else None
