"""Find the functions that a constant decides about, through every constant made from it."""

import ast
from collections.abc import Iterator, Mapping
from functools import cache

from tests.chaos.mutants.areas import ROOT


def users_of(file: str, first: int, last: int) -> Mapping[str, set[int]]:
    """List the lines of all functions, by module, that may see a change outside functions.

    A name is followed wherever it is written, in any module: too many functions do no harm, too few would.
    """
    names = _defined(_tree(file), first, last)
    while True:
        made = {
            name for other in _files() for name, used in _constants(other).items() if used & names and name not in names
        }
        if not made:
            break
        names |= made
    return {other: set(_lines(other, names)) for other in _files()}


def _defined(tree: ast.Module, first: int, last: int) -> set[str]:
    """Name what the changed statement defines; a class by its name."""
    around = [node for node in tree.body if node.lineno <= last and first <= (node.end_lineno or node.lineno)]
    return {name for node in around for name in _names_of(node)}


def _names_of(node: ast.stmt) -> list[str]:
    match node:
        case ast.Assign():
            return [each.id for target in node.targets for each in ast.walk(target) if isinstance(each, ast.Name)]
        case ast.AnnAssign(target=ast.Name(id=name)):
            return [name]
        case ast.ClassDef(name=name) | ast.FunctionDef(name=name):
            return [name]
    return []


@cache
def _files() -> tuple[str, ...]:
    return tuple(str(path.relative_to(ROOT)) for path in sorted(ROOT.rglob("*.py")) if path.stat().st_size)


@cache
def _tree(file: str) -> ast.Module:
    return ast.parse((ROOT / file).read_text())


@cache
def _constants(file: str) -> Mapping[str, set[str]]:
    """Give for each constant of a module the names that it is made from."""
    nodes = [node for node in _tree(file).body if isinstance(node, ast.Assign | ast.AnnAssign)]
    return {name: _used(node) for node in nodes for name in _names_of(node)}


def _used(node: ast.AST) -> set[str]:
    used = {each.id for each in ast.walk(node) if isinstance(each, ast.Name)}
    return used | {each.attr for each in ast.walk(node) if isinstance(each, ast.Attribute)}


def _lines(file: str, names: set[str]) -> Iterator[int]:
    for first, last, used in _functions(file):
        if names & used:
            yield from range(first, last + 1)


@cache
def _functions(file: str) -> tuple[tuple[int, int, frozenset[str]], ...]:
    nodes = [node for node in ast.walk(_tree(file)) if isinstance(node, ast.FunctionDef)]
    return tuple((node.lineno, node.end_lineno or node.lineno, frozenset(_used(node))) for node in nodes)
