"""One mistake: a module's source with one change in it."""

import ast
import difflib
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache


@dataclass(frozen=True, slots=True, kw_only=True)
class Mutant:
    """A mistake to put in.

    Attributes:
        file: Of the module, below ``functions/nightbell``.
        source: The whole module, with the mistake.
        first, last: Lines of the statement that changed, in the module as it is.
        tests: Which must catch it; empty for whichever run those lines.
    """

    name: str
    file: str
    source: str
    first: int
    last: int
    was: str
    became: str
    tests: tuple[str, ...] = field(default=())

    @property
    def place(self) -> str:
        return f"functions/nightbell/{self.file}:{self.first}"


def mutant(name: str, file: str, before: str, after: str, tests: tuple[str, ...] = ()) -> Mutant:
    """Describe a mistake by both sources."""
    old, new = before.splitlines(), after.splitlines()
    blocks = difflib.SequenceMatcher(a=old, b=new, autojunk=False).get_opcodes()
    changed = [block for block in blocks if block[0] != "equal"]
    top, bottom = changed[0][1] + 1, max(changed[-1][2], changed[0][1] + 1)
    first, last = _statement(before, top, bottom)
    return Mutant(
        name=name,
        file=file,
        source=after,
        first=min(first, top),
        last=max(last, bottom),
        was=_joined(old[block[1] : block[2]] for block in changed),
        became=_joined(new[block[3] : block[4]] for block in changed),
        tests=tests,
    )


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
