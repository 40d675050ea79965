"""Small numbers for large values, so that a state is a few numbers and hashing it costs nothing."""

import marshal
from collections.abc import Hashable
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any, Generic, TypeVar

Value = TypeVar("Value")


class Interner(Generic[Value]):
    """Gives equal values the same number.

    Attributes:
        names: What each is told apart by.
    """

    def __init__(self) -> None:
        self.values: list[Value] = []
        self.names: list[Hashable] = []
        self._numbers: dict[Hashable, int] = {}
        self._quick: dict[bytes, int] = {}

    def __call__(self, value: Value, key: Hashable | None = None) -> int:
        name: Hashable = key if key is not None else value
        number = self._numbers.get(name)
        if number is None:
            number = self._numbers[name] = len(self.values)
            self.values.append(value)
            self.names.append(name)
        return number

    def alike(self, value: Value, content: Any) -> int:
        """Number a value by what it holds, told apart by :func:`freeze`."""
        try:
            quick = marshal.dumps(content, 2)
        except ValueError:
            return self(value, freeze(content))
        number = self._quick.get(quick)
        if number is None:
            number = self._quick[quick] = self(value, freeze(content))
        return number

    def __getitem__(self, number: int) -> Value:
        return self.values[number]

    def __len__(self) -> int:
        return len(self.values)


@dataclass(frozen=True, slots=True)
class Lost:
    """No answer came."""


LOST = Lost()


def fingerprint(*parts: object) -> bytes:
    """Tell values apart in the same way in every run, whatever numbers they have."""
    return blake2b(repr([_stable(each) for each in parts]).encode(), digest_size=8).digest()


def _stable(value: object) -> object:
    kind = type(value)
    if kind is str or kind is int:
        return value
    if isinstance(value, frozenset):
        return sorted(map(repr, value))
    return [_stable(each) for each in value] if isinstance(value, tuple) else value


def freeze(value: object) -> Hashable:
    """Make a hashable copy of JSON-like values."""
    kind = type(value)
    if kind is str or kind is int:
        return value
    if isinstance(value, dict):
        return tuple(sorted([(name, freeze(each)) for name, each in value.items()]))
    if isinstance(value, list | tuple):
        return tuple([freeze(each) for each in value])
    assert isinstance(value, Hashable)
    return value
