"""One mistake: a module's source with one change in it."""

import ast
import difflib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Mutant:
    """A mistake to put in.

    Attributes:
        file: Of the module, below ``functions/nightbell``.
        start, end: Which of the module's lines it replaces, as a slice.
        lines: What stands there instead.
        first, last: Lines of the statement that changed, in the module as it is.
        tests: Which must catch it; empty for whichever run those lines.
    """

    name: str
    file: str
    start: int
    end: int
    lines: tuple[str, ...]
    first: int
    last: int
    was: str
    became: str
    tests: tuple[str, ...] = field(default=())

    @property
    def place(self) -> str:
        return f"functions/nightbell/{self.file}:{self.first}"


def put_into(before: str, told: Mapping[str, Any]) -> str:
    """Write a module with the mistake that a process was told of."""
    old = before.splitlines()
    return "\n".join([*old[: told["start"]], *told["lines"], *old[told["end"] :], ""])


def mutant(name: str, file: str, before: str, after: str, tests: tuple[str, ...] = ()) -> Mutant:
    """Describe a mistake by both sources."""
    old, new = before.splitlines(), after.splitlines()
    start = _alike(old, new)
    behind = _alike(old[start:][::-1], new[start:][::-1])
    end, until = len(old) - behind, len(new) - behind
    blocks = difflib.SequenceMatcher(a=old[start:end], b=new[start:until], autojunk=False).get_opcodes()
    changed = [block for block in blocks if block[0] != "equal"]
    top, bottom = start + 1, max(end, start + 1)
    first, last = _statement(before, top, bottom)
    return Mutant(
        name=name,
        file=file,
        start=start,
        end=end,
        lines=tuple(new[start:until]),
        first=min(first, top),
        last=max(last, bottom),
        was=_joined(old[start + block[1] : start + block[2]] for block in changed),
        became=_joined(new[start + block[3] : start + block[4]] for block in changed),
        tests=tests,
    )


def _alike(one: Sequence[str], other: Sequence[str]) -> int:
    """Count the lines at the beginning that are the same."""
    pairs = zip(one, other, strict=False)
    return next((number for number, (left, right) in enumerate(pairs) if left != right), min(len(one), len(other)))


def _joined(blocks: Iterable[list[str]]) -> str:
    return " … ".join(" ".join(line.strip() for line in block) for block in blocks)


def _statement(source: str, top: int, bottom: int) -> tuple[int, int]:
    """Find the smallest statement around some lines: where its parts lie is not always said in the byte code."""
    around = [span for span in _statements(source) if span[0] <= top and bottom <= span[1]]
    return min(around, key=lambda span: span[1] - span[0], default=(top, bottom))


@cache
def _statements(source: str) -> list[tuple[int, int]]:
    nodes = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.stmt)]
    return [(node.lineno, node.end_lineno or node.lineno) for node in nodes]


def compiles(source: str) -> bool:
    """Tell whether a mistake is one that can be made at all."""
    try:
        compile(source, "mutant", "exec", dont_inherit=True)
    except (SyntaxError, ValueError):
        return False
    return True
