"""Put a mistake into a running process: into a function in place, or into a module before its import."""

import inspect
import sys
from collections.abc import Sequence
from importlib.machinery import ModuleSpec, SourceFileLoader
from importlib.util import spec_from_file_location
from pathlib import Path
from types import CodeType, FunctionType, ModuleType
from typing import Any

Changes = list[tuple[str, CodeType]]


def compiled(source: str, path: str) -> CodeType:
    """Compile a module; nothing of this file's own rules applies to it."""
    code: CodeType = compile(source, path, "exec", dont_inherit=True)
    return code


def changes(before: CodeType, after: CodeType) -> Changes | None:
    """List the functions whose code differs; ``None`` where anything else does."""
    return _differing(before, after)


def exchange(module: ModuleType, changed: Changes) -> None:
    """Give functions another code, wherever a reference to them is held already."""
    for name, code in changed:
        function = _function(module, name)
        function.__code__ = code


def can_exchange(module: ModuleType, changed: Changes) -> bool:
    try:
        return all(_function(module, name).__code__.co_freevars == code.co_freevars for name, code in changed)
    except (KeyError, AttributeError, TypeError):
        return False


def _function(module: ModuleType, name: str) -> FunctionType:
    found: Any = module
    for part in name.split("."):
        found = vars(found)[part]
    found = getattr(found, "fget", getattr(found, "__func__", found))
    function: FunctionType = inspect.unwrap(found)
    if not isinstance(function, FunctionType):
        raise TypeError(name)
    return function


def _differing(before: CodeType, after: CodeType) -> Changes | None:
    if _surface(before) != _surface(after):
        return None
    found: Changes = []
    for old, new in zip(_inner(before), _inner(after), strict=True):
        if not old.co_flags & inspect.CO_OPTIMIZED:
            inner = _differing(old, new)
        elif _deep(old) == _deep(new):
            inner = []
        else:
            inner = None if old.co_name.startswith("<") else [(old.co_qualname, new)]
        if inner is None:
            return None
        found += inner
    return found


def _inner(code: CodeType) -> list[CodeType]:
    return [const for const in code.co_consts if isinstance(const, CodeType)]


def _surface(code: CodeType) -> tuple[object, ...]:
    constants = [None if isinstance(const, CodeType) else _known(const) for const in code.co_consts]
    return code.co_code, code.co_names, code.co_varnames, code.co_name, constants


def _deep(code: CodeType) -> tuple[object, ...]:
    return (*_surface(code), [_deep(inner) for inner in _inner(code)])


def _known(const: object) -> str:
    return repr(sorted(map(repr, const))) if isinstance(const, frozenset) else f"{type(const).__name__} {const!r}"


class Replaced:
    """Import one module from a given source; stands on ``sys.meta_path``."""

    def __init__(self, name: str, path: Path, source: str) -> None:
        self._name = name
        self._path = path
        self._source = source

    def find_spec(self, name: str, path: Sequence[str] | None = None, target: object = None) -> ModuleSpec | None:  # noqa: ARG002 - the protocol's
        if name != self._name:
            return None
        return spec_from_file_location(name, self._path, loader=_Loader(name, str(self._path), self._source))

    def install(self) -> None:
        sys.meta_path.insert(0, self)


class _Loader(SourceFileLoader):
    def __init__(self, name: str, path: str, source: str) -> None:
        super().__init__(name, path)
        self._source = source

    def get_code(self, fullname: str) -> CodeType:  # noqa: ARG002 - the protocol's
        return compiled(self._source, self.path)
