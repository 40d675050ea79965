"""Small numbers for large values, so that a state is a few numbers and hashing it costs nothing."""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from hashlib import blake2b
from typing import Generic, TypeVar

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

    def __call__(self, value: Value, key: Hashable | None = None) -> int:
        name: Hashable = key if key is not None else value
        number = self._numbers.get(name)
        if number is None:
            number = self._numbers[name] = len(self.values)
            self.values.append(value)
            self.names.append(name)
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
    if isinstance(value, frozenset):
        return sorted(map(repr, value))
    return [_stable(each) for each in value] if isinstance(value, tuple) else value


def freeze(value: object) -> Hashable:
    """Make a hashable copy of JSON-like values."""
    if isinstance(value, Mapping):
        return tuple(sorted((name, freeze(each)) for name, each in value.items()))
    if isinstance(value, list | tuple):
        return tuple(freeze(each) for each in value)
    assert isinstance(value, Hashable)
    return value
