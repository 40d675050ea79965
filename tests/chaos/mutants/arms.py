"""Every condition that is deployed, with one of its arms left out or one of its bounds moved."""

import ast
import re
from collections.abc import Iterator

from tests.chaos.mutants.areas import ROOT
from tests.chaos.mutants.mutant import Mutant, mutant

FILES = ("adapters/table_expressions.py", "adapters/desk_expressions.py")
_ASKED = ("table_expressions", "desk_expressions", "joins", "what_is_kept", "looking_up")
TESTS = tuple(f"tests/contract/test_{name}.py" for name in _ASKED)
CONDITIONS = re.compile(r"\w+_IF|OURS|HELD_BY|R1_AS_READ|R1_NEW|REFERENCE_FREE|ABSENT")
ALWAYS = "attribute_exists(pk)"


WITHOUT_HARM = {
    ("PERSON_IF", "human_at <= :at"): "writes the same time again",
    ("OTHER_APP_IF", "other_app_until <= :until"): "writes the same time again",
    ("OWNER_IF", "owner_at <= :at"): "of two owners at one moment nobody knows the later",
    ("PUT_OFF_IF", '"due_at = :seen"'): "every expression removes due_pk and due_at together",
}
"""Changes that change nothing, each with the reason."""


def without_an_arm() -> list[Mutant]:
    """List them; each must be noticed by the tests of the conditions themselves."""
    return [each for file in FILES for each in _of_file(file)]


def _of_file(file: str) -> list[Mutant]:
    before = (ROOT / file).read_text()
    found = []
    for node in ast.parse(before).body:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            name, written = node.targets[0].id, ast.get_source_segment(before, node.value) or ""
            if CONDITIONS.fullmatch(name):
                changes = [c for c in _weaker(_joined(node.value, written)) if not _is_without_harm(name, c)]
                found += [_put_in(file, before, name, written, changed) for changed in changes]
    return found


def _joined(node: ast.expr, written: str) -> str:
    """Write a text that stands in several pieces as one."""
    return f'"{node.value}"' if isinstance(node, ast.Constant) and isinstance(node.value, str) else written


def _is_without_harm(name: str, changed: str) -> bool:
    return any(known == name and part in changed for known, part in WITHOUT_HARM)


def _put_in(file: str, before: str, name: str, written: str, changed: str) -> Mutant:
    at = before.index(written, before.index(f"\n{name} = "))
    after = before[:at] + changed + before[at + len(written) :]
    return mutant(f"let {name} be {changed}", file, before, after, TESTS)


def _weaker(text: str) -> Iterator[str]:
    """Leave out each arm of AND, each arm of OR, each state of a list; let each bound hold at the bound itself."""
    opening, inner, closing = re.fullmatch(r'(f?")(.*)(")', text, re.DOTALL).groups()  # type: ignore[union-attr]
    arms = re.split(r" AND (?![^(]*\))", inner)
    for number, arm in enumerate(arms):
        others = [*arms[:number], *arms[number + 1 :]]
        for changed in [None, *_within(arm)]:
            kept = others if changed is None else [*arms[:number], changed, *arms[number + 1 :]]
            kept += [f"{name} = {name}" for name in _unused(inner, kept)]
            yield f"{opening}{' AND '.join(kept) or ALWAYS}{closing}"


def _unused(inner: str, kept: list[str]) -> list[str]:
    """Name what is given and no longer asked for: the table would refuse that by itself, and notice in our stead."""
    given, used = (set(re.findall(r":[a-z_]+", text)) for text in (inner, " ".join(kept)))
    return sorted(given - used)


def _within(arm: str) -> Iterator[str]:
    bare = arm.removeprefix("(").removesuffix(")") if " OR " in arm else arm
    either = bare.split(" OR ")
    for number in range(len(either) if len(either) > 1 else 0):
        yield f"({' OR '.join([*either[:number], *either[number + 1 :]])})"
    for state in re.findall(r":[A-Z]+\b", arm) if " IN " in arm else []:
        yield re.sub(rf"{state}, |, {state}\b", "", arm, count=1)
    if " < " in arm:
        yield arm.replace(" < ", " <= ")
    if " >= " in arm:
        yield arm.replace(" >= ", " > ")
    if " <= " in arm:
        yield arm.replace(" <= ", " < ")
