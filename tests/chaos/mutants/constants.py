"""Put a mistake into a constant of a running process, where that is the same as to import everything anew with it.

It is where the constant is a plain value that only functions ever look at: then whoever holds it is given the other
one. What something else was made of at import, such as a class, a default or a case of a test, needs a process of its
own; see :mod:`tests.chaos.mutants.cold`.
"""

import ast
import re
import sys
from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from datetime import date, timedelta
from enum import Enum
from functools import cache
from pathlib import Path
from types import CodeType, ModuleType

OURS = ("nightbell", "tests", "infra")
_PLAIN = (bool, int, float, str, bytes, timedelta, date, re.Pattern)


def other_constants(module: ModuleType, code: CodeType) -> Mapping[str, object] | None:
    """List the constants that a module has otherwise with the mistake; ``None`` where a new process must tell."""
    anew = ModuleType(module.__name__)
    try:
        exec(code, vars(anew))  # noqa: S102 - a module of ours, with a mistake
    except Exception:  # noqa: BLE001 - whatever a mistake raises, its import raises, too
        return None
    found = {name: vars(anew)[name] for name in _own_constants(module) if _differs(module, anew, name)}
    if not found or not all(_is_plain(value, module) for value in found.values()):
        return None
    return None if any(_early_names(other, module) & set(found) for other in _loaded()) else found


def put_in_place(module: ModuleType, constants: Mapping[str, object]) -> None:
    """Give every module that holds one of them the other."""
    for other in _loaded():
        imported = _imports(other.__file__ or "").get(module.__name__, set()) & set(constants)
        for name in imported if other is not module else constants:
            setattr(other, name, constants[name])


def _differs(module: ModuleType, anew: ModuleType, name: str) -> bool:
    return repr(vars(module).get(name)) != repr(vars(anew).get(name))


def _is_plain(value: object, module: ModuleType) -> bool:
    """Tell whether nothing in a value is of a class that the module makes itself, or is code."""
    if isinstance(value, Enum):
        return type(value).__module__ != module.__name__
    if isinstance(value, Mapping):
        return all(_is_plain(each, module) for pair in value.items() for each in pair)
    if isinstance(value, tuple | list | set | frozenset):
        return all(_is_plain(each, module) for each in value)
    return value is None or isinstance(value, _PLAIN)


def _loaded() -> Iterator[ModuleType]:
    for name, module in list(sys.modules.items()):
        if name.partition(".")[0] in OURS and getattr(module, "__file__", None):
            yield module


@cache
def _tree(file: str) -> ast.Module:
    return ast.parse(Path(file).read_text(encoding="utf-8"))


def _own_constants(module: ModuleType) -> AbstractSet[str]:
    nodes = [node for node in _tree(module.__file__ or "").body if isinstance(node, ast.Assign | ast.AnnAssign)]
    targets = [target for node in nodes for target in (node.targets if isinstance(node, ast.Assign) else [node.target])]
    return {each.id for target in targets for each in ast.walk(target) if isinstance(each, ast.Name)}


@cache
def _imports(file: str) -> Mapping[str, set[str]]:
    """List what a module takes over from others, by their names."""
    found: dict[str, set[str]] = {}
    for node in ast.walk(_tree(file)):
        if isinstance(node, ast.ImportFrom) and node.module:
            found.setdefault(node.module, set()).update(each.name for each in node.names)
    return found


def _early_names(other: ModuleType, module: ModuleType) -> AbstractSet[str]:
    return _names_at_import(other.__file__ or "", is_own=other is module)


@cache
def _names_at_import(file: str, *, is_own: bool) -> frozenset[str]:
    """List what is looked at while a module is imported, or taken over under another name.

    What is made of a module's own constants by plain assignment is a constant as well, and is compared itself.
    """
    found: set[str] = set()
    for node in _tree(file).body:
        if isinstance(node, ast.ImportFrom):
            found |= {each.name for each in node.names if each.asname not in {None, each.name}}
        elif not (is_own and isinstance(node, ast.Assign | ast.AnnAssign)):
            found |= set(_used_early(node))
    return frozenset(found)


def _used_early(node: ast.AST) -> Iterator[str]:
    """Name all but what stands in the body of a function."""
    if isinstance(node, ast.Name):
        yield node.id
    elif isinstance(node, ast.Attribute):
        yield node.attr
    is_function = isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
    for name, value in ast.iter_fields(node):
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ast.AST) and not (is_function and name == "body"):
                yield from _used_early(child)
